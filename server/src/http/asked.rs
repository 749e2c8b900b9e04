//! What an address asks: ids in its path, filters and pages in its query.
//! Knows how they are written; refuses to know what they select.
//! Changes when a list can be asked for in another way.

use std::str::FromStr;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

use super::problem::{MALFORMED, NOT_FOUND, Problem};
use crate::shapes::PageKey;
use crate::supervision::{Filter, MAX_PAGE, Status};

/// Lines of a page when nobody asks for a number.
const USUAL_PAGE: usize = 50;
/// Longest text searched for, characters.
pub const MAX_TEXT: usize = 200;

/// A query whose mistakes are problems.
#[derive(Debug)]
pub struct Asked<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = Query::<T>::from_request_parts(parts, state).await;
        read.map(|Query(asked)| Asked(asked))
            .map_err(|cause| Problem::new(&MALFORMED, format!("{}: see /v1/openapi.json", cause.body_text())))
    }
}

/// An id of the path. One that cannot be is one that there is not.
pub fn id<T: FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::new(&NOT_FOUND, "there is no such thing: its id is not one"))
}

/// Which page of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Paging {
    /// The `next` of the page before; the first page without it.
    #[param(value_type = Option<String>)]
    pub after: Option<PageKey>,
    /// Lines, 1 to 200; 50 without it.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<usize>,
}

/// Which reports. Every part given must hold.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Selection {
    /// INSEE code of the commune.
    commune: Option<String>,
    /// Code of the report type.
    #[serde(rename = "type")]
    report_type: Option<String>,
    /// Severity of at least this, 1 to 5.
    #[param(minimum = 1, maximum = 5)]
    severity_min: Option<u8>,
    /// `delivered`, `read`, `assigned` or `closed`.
    status: Option<String>,
    /// Unit of the author.
    unit: Option<String>,
    /// With (true) or without (false) an open divergence.
    divergence: Option<bool>,
    /// With (true) or without (false) an envelope set aside.
    quarantine: Option<bool>,
    /// A run of words of the title, the facts, the people and vehicles or the statements, at most 200 characters;
    /// accents and case do not matter.
    #[param(max_length = 200)]
    text: Option<String>,
    /// The `next` of the page before; the first page without it.
    #[param(value_type = Option<String>)]
    after: Option<PageKey>,
    /// Lines, 1 to 200; 50 without it.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<usize>,
}

impl Paging {
    /// The number of lines asked for.
    ///
    /// # Errors
    /// `malformed` outside 1 to 200.
    pub fn lines(&self) -> Result<usize, Problem> {
        let lines = self.limit.unwrap_or(USUAL_PAGE);
        if (1..=MAX_PAGE).contains(&lines) {
            Ok(lines)
        } else {
            Err(Problem::new(&MALFORMED, format!("limit is {lines}: give 1 to {MAX_PAGE}")))
        }
    }
}

impl Selection {
    /// The filter and the page asked for.
    ///
    /// # Errors
    /// `malformed` for a severity, a status or a text that cannot be.
    pub fn read(self) -> Result<(Filter, Paging), Problem> {
        let wrong = |detail: String| Problem::new(&MALFORMED, detail);
        if let Some(severity) = self.severity_min.filter(|severity| !(1..=5).contains(severity)) {
            return Err(wrong(format!("severity_min is {severity}: give 1 to 5")));
        }
        if self.text.as_ref().is_some_and(|text| text.chars().count() > MAX_TEXT) {
            return Err(wrong(format!("text is too long: give at most {MAX_TEXT} characters")));
        }
        let status = self
            .status
            .map(|code| {
                Status::from_code(&code)
                    .ok_or_else(|| wrong("status: give delivered, read, assigned or closed".to_owned()))
            })
            .transpose()?;
        let filter = Filter {
            commune: self.commune,
            report_type: self.report_type,
            severity_min: self.severity_min,
            status,
            unit: self.unit,
            divergence: self.divergence,
            quarantine: self.quarantine,
            text: self.text,
        };
        Ok((filter, Paging { after: self.after, limit: self.limit }))
    }
}
