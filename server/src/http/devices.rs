//! What phones speak: who the server is, enrolment, synchronisation. Bytes in, bytes out: what
//! they say is `enrolment` and `intake`. Changes with 3.3 and 3.4 of the protocol.

use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use ronde_model::organisation::NONCE_BYTES;
use ronde_model::wire::MEDIA_TYPE;
use ronde_model::wire::limits::MAX_BODY_BYTES;
use serde::Deserialize;
use utoipa::IntoParams;

use super::asked::Asked;
use super::problem::{MALFORMED, Problem};
use super::{Api, body};

/// Largest enrolment, bytes: two keys, a nonce, a MAC and room for a later version.
const MAX_ENROLMENT_BYTES: usize = 4 * 1024;
/// The media type of what is CBOR and no synchronisation.
const CBOR: &str = "application/cbor";

/// What a device asks the server to sign.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Challenge {
    /// 16 random bytes, hexadecimal.
    #[param(example = "000102030405060708090a0b0c0d0e0f", min_length = 32, max_length = 32)]
    nonce: String,
}

/// Who this server is, with the nonce signed by the server key.
#[utoipa::path(get, path = "/v1/organisation", tag = "devices", params(Challenge), responses(
    (status = 200, description = "COSE_Sign1 by the server key over an Introduction", body = Vec<u8>, content_type = "application/cbor"),
    Problem,
))]
pub async fn organisation(
    State(api): State<Api>,
    Asked(asked): Asked<Challenge>,
) -> Result<Response, Problem> {
    let nonce = data_encoding::HEXLOWER_PERMISSIVE.decode(asked.nonce.as_bytes()).unwrap_or_default();
    let nonce: [u8; NONCE_BYTES] = nonce.try_into().map_err(|_| {
        Problem::new(
            &MALFORMED,
            format!("nonce: give {NONCE_BYTES} bytes as {} hexadecimal digits", 2 * NONCE_BYTES),
        )
    })?;
    let introduction = api.call(move |server| server.introduction(nonce)).await?;
    Ok(bytes(CBOR, introduction))
}

/// Enrols a device under an invitation. The same keys again get the same answer.
#[utoipa::path(post, path = "/v1/enrol", tag = "devices",
    request_body(content = Vec<u8>, content_type = "application/cbor", description = "Enrolment"),
    responses(
        (status = 200, description = "Enrolled: the device's lease", body = Vec<u8>, content_type = "application/cbor"),
        Problem,
    ))]
pub async fn enrol(State(api): State<Api>, request: Request) -> Result<Response, Problem> {
    let enrolment = body::read(request, CBOR, MAX_ENROLMENT_BYTES).await?;
    let enrolled = api.call(move |server| server.enrol(&enrolment)).await?;
    Ok(bytes(CBOR, enrolled))
}

/// One message pair of ronde-sync/1: changes up, changes down, one signed receipt.
#[utoipa::path(post, path = "/v1/sync", tag = "devices",
    request_body(content = Vec<u8>, content_type = "application/vnd.ronde.sync+cbor",
        description = "Req of ronde-sync.cddl, COSE_Sign1 by the author key, plain or one zstd frame; at most 512 KiB"),
    responses(
        (status = 200, description = "Res of ronde-sync.cddl, plain or one zstd frame", body = Vec<u8>,
            content_type = "application/vnd.ronde.sync+cbor"),
        Problem,
    ))]
pub async fn sync(State(api): State<Api>, request: Request) -> Result<Response, Problem> {
    let message = body::read(request, MEDIA_TYPE, MAX_BODY_BYTES).await?;
    let answer = api.call(move |server| server.synchronise(&message)).await?;
    Ok(bytes(MEDIA_TYPE, answer))
}

fn bytes(media_type: &'static str, body: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(media_type))], body).into_response()
}
