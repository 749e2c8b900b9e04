//! Bodies, measured before they are read: the length said first, then what really arrives.
//! Knows limits and media types; refuses to know what a message means.
//! Changes when another kind of body is taken in.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;

use super::problem::{CUT, MALFORMED, Problem, TOO_LARGE, WRONG_MEDIA_TYPE};

/// Largest JSON body of the supervisors' interface, bytes.
pub const MAX_JSON_BYTES: usize = 64 * 1024;

/// Reads a whole body of at most `limit` bytes and of the media type `expected`.
///
/// # Errors
/// `wrong-media-type` and `too-large` before a byte is read when the headers say so; `too-large`
/// as soon as more arrives; `cut` when the body stops arriving.
pub async fn read(request: Request, expected: &str, limit: usize) -> Result<Bytes, Problem> {
    let (parts, body) = request.into_parts();
    check_media_type(&parts.headers, expected)?;
    let too_large = |what: &str| {
        Problem::new(
            &TOO_LARGE,
            format!("{what}; at most {limit} bytes are taken in: send it in smaller parts"),
        )
    };
    let said = parts.headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    if let Some(length) = said.filter(|length| *length > limit as u64) {
        return Err(too_large(&format!("the body has {length} bytes")));
    }
    collect(body, limit).await.map_err(|over| match over {
        Fault::Over => too_large("the body has more"),
        Fault::Cut => Problem::new(&CUT, "the body stopped arriving: send the same request again"),
    })
}

enum Fault {
    Over,
    Cut,
}

async fn collect(body: Body, limit: usize) -> Result<Bytes, Fault> {
    axum::body::to_bytes(body, limit).await.map_err(|failure| {
        let mut cause: Option<&dyn std::error::Error> = Some(&failure);
        while let Some(error) = cause {
            if error.is::<http_body_util::LengthLimitError>() {
                return Fault::Over;
            }
            cause = error.source();
        }
        Fault::Cut
    })
}

fn check_media_type(headers: &HeaderMap, expected: &str) -> Result<(), Problem> {
    let said = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = said.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case(expected) {
        Ok(())
    } else {
        Err(Problem::new(&WRONG_MEDIA_TYPE, format!("give the header Content-Type: {expected}")))
    }
}

/// A JSON body of the supervisors' interface.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let bytes = read(request, "application/json", MAX_JSON_BYTES).await?;
        serde_json::from_slice(&bytes).map(Json).map_err(|cause| {
            Problem::new(&MALFORMED, format!("the body cannot be read ({cause}): see /v1/openapi.json"))
        })
    }
}
