//! Errors as words on the wire: RFC 9457 problems, each with one of the seven retry classes.
//! Knows every kind of problem there is; refuses to know what caused it.
//! Changes when a kind of problem is born.

use std::borrow::Cow;
use std::collections::BTreeMap;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::openapi::response::{Response as Described, ResponseBuilder};
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use utoipa::openapi::{Content, Ref, RefOr};
use utoipa::{IntoResponses, ToSchema};

use crate::acts::Meanwhile;
use crate::error::RetryClass;

/// The media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// A kind of problem: everything about it that does not depend on the case.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// The stable code.
    pub code: &'static str,
    title: &'static str,
    status: StatusCode,
    /// What the caller does now.
    pub retry: RetryClass,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $status:ident, $retry:ident, $title:literal;)*) => {
        $($(#[$doc])*
        pub const $name: Kind =
            Kind { code: $code, title: $title, status: StatusCode::$status, retry: RetryClass::$retry };)*

        #[cfg(test)]
        const KINDS: &[&Kind] = &[$(&$name),*];
    };
}

kinds! {
    /// No bearer token, or one that is not known.
    NOT_SIGNED_IN = "not-signed-in", UNAUTHORIZED, StopAndTell, "Not signed in";
    /// A one-time link that was used.
    LINK_USED = "link-used", UNAUTHORIZED, StopAndTell, "Link used";
    /// A one-time link whose time is over.
    LINK_ENDED = "link-ended", UNAUTHORIZED, StopAndTell, "Link ended";
    /// A one-time link nobody made.
    LINK_UNKNOWN = "link-unknown", UNAUTHORIZED, StopAndTell, "Link unknown";
    /// A browser's request that another site's page made.
    FOREIGN_PAGE = "foreign-page", FORBIDDEN, StopAndTell, "Asked by another site's page";
    /// The supervisors' interface is open on this machine only.
    THIS_MACHINE_ONLY = "this-machine-only", FORBIDDEN, StopAndTell, "Open on this machine only";
    /// The person's role does not allow it.
    NOT_ALLOWED = "not-allowed", FORBIDDEN, StopAndTell, "Not allowed";
    /// There is no such thing, or the person may not see it: both read the same.
    NOT_FOUND = "not-found", NOT_FOUND, StopAndTell, "Not found";
    /// The path is right and the method is not.
    WRONG_METHOD = "wrong-method", METHOD_NOT_ALLOWED, StopAndTell, "Wrong method";
    /// A parameter or a body says something that cannot be read.
    MALFORMED = "malformed", BAD_REQUEST, StopAndTell, "Malformed request";
    /// The request can be read and what it asks makes no sense.
    REFUSED = "refused", UNPROCESSABLE_ENTITY, StopAndTell, "Refused";
    /// An envelope that nobody may release.
    NOT_RELEASABLE = "not-releasable", CONFLICT, StopAndTell, "Not releasable";
    /// Somebody else did something about the report since this person looked at it.
    CHANGED_MEANWHILE = "changed-meanwhile", CONFLICT, StopAndTell, "Changed meanwhile";
    /// A body over its limit.
    TOO_LARGE = "too-large", PAYLOAD_TOO_LARGE, Split, "Body over the limit";
    /// A body of another media type.
    WRONG_MEDIA_TYPE = "wrong-media-type", UNSUPPORTED_MEDIA_TYPE, StopAndTell, "Wrong media type";
    /// A body that stopped arriving.
    CUT = "cut", REQUEST_TIMEOUT, Retry, "The body did not arrive";
    /// An invitation nobody made.
    INVITATION_UNKNOWN = "invitation-unknown", FORBIDDEN, StopAndTell, "Invitation unknown";
    /// An invitation another device has used.
    INVITATION_USED = "invitation-used", CONFLICT, StopAndTell, "Invitation already used";
    /// An invitation whose time is over.
    INVITATION_EXPIRED = "invitation-expired", GONE, StopAndTell, "Invitation expired";
    /// The enrolment was not made with the invitation's secret.
    MAC_WRONG = "mac-wrong", FORBIDDEN, StopAndTell, "Wrong enrolment code";
    /// The lease that signs the request is not known here: send its CWT along.
    LEASE_UNKNOWN = "lease-unknown", CONFLICT, Refresh, "Lease unknown";
    /// The request's signature does not hold.
    SIGNATURE = "signature", FORBIDDEN, StopAndTell, "Wrong signature";
    /// The lease is another organisation's.
    WRONG_ORGANISATION = "wrong-organisation", FORBIDDEN, StopAndTell, "Another organisation";
    /// The cursor counts in a history this server never had.
    HISTORY_UNKNOWN = "history-unknown", CONFLICT, Restart, "History unknown";
    /// The message pair is of a version not spoken here.
    VERSION = "version", UPGRADE_REQUIRED, Upgrade, "Another version of the protocol";
    /// More work than the server takes at once.
    BUSY = "busy", SERVICE_UNAVAILABLE, Wait, "Busy";
    /// The archive cannot serve now; nothing was half done.
    TRY_LATER = "try-later", SERVICE_UNAVAILABLE, Retry, "Try again later";
    /// A defect of ours.
    DEFECT = "defect", INTERNAL_SERVER_ERROR, Retry, "Defect of the server";
}

/// One problem, as RFC 9457 says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// `urn:ronde:problem:` and the kind's code.
    #[serde(rename = "type")]
    #[schema(example = "urn:ronde:problem:not-found")]
    kind: Cow<'static, str>,
    /// The kind, in words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What happened here and what to do about it.
    detail: String,
    /// What the caller does now.
    #[schema(schema_with = retry_classes)]
    retry: RetryClass,
    /// Why, as a stable code, where one kind has several reasons: of `refused`, `no-reason`, `no-assignee`, `no-words`,
    /// `too-long`, `not-on-screen`, `linked-to-itself`, `not-closed`, `full`, `unreadable-value`; of `not-releasable`,
    /// `accepted`, `replaced`, or why it is held; of `try-later`, `busy`, `disk-full`, `disk-read-only`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Cow<'static, str>>,
    #[serde(flatten)]
    #[schema(value_type = Crossed)]
    crossed: Option<Box<Crossed>>,
    #[serde(skip)]
    after_s: Option<u32>,
}

/// What `changed-meanwhile` says beside its sentence; every other problem has none of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
struct Crossed {
    /// `changed-meanwhile`: the name of whoever did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    /// `changed-meanwhile`: `assign`, `close`, `reopen`, `comment`, `decide` or `write`.
    #[serde(skip_serializing_if = "Option::is_none")]
    what: Option<&'static str>,
    /// `changed-meanwhile`: when the server received it, ms since 1970 UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    at_ms: Option<i64>,
    /// `changed-meanwhile`: the number to give as `seen` by whoever read this.
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<u64>,
}

impl Problem {
    /// A problem of a kind. `detail` says what happened and what to do, and holds nothing of a report.
    pub fn new(kind: &Kind, detail: impl std::fmt::Display) -> Self {
        Problem {
            kind: format!("urn:ronde:problem:{}", kind.code).into(),
            title: kind.title,
            status: kind.status.as_u16(),
            detail: detail.to_string(),
            retry: kind.retry,
            reason: None,
            crossed: None,
            after_s: (kind.retry == RetryClass::Wait).then_some(5),
        }
    }

    /// The same, with its reason as a stable code.
    pub fn because(self, reason: impl Into<Cow<'static, str>>) -> Self {
        Problem { reason: Some(reason.into()), ..self }
    }

    /// Somebody else's act crossed this one; `detail` says so in the person's language.
    pub fn meanwhile(crossed: &Meanwhile, detail: impl std::fmt::Display) -> Self {
        let Meanwhile { by, did, at_ms, now, .. } = crossed;
        let crossed =
            Crossed { by: Some(by.clone()), what: Some(did.code()), at_ms: Some(*at_ms), now: Some(*now) };
        Problem { crossed: Some(Box::new(crossed)), ..Problem::new(&CHANGED_MEANWHILE, detail) }
    }

    /// Whether it is of a kind.
    pub fn is(&self, kind: &Kind) -> bool {
        self.kind.strip_prefix("urn:ronde:problem:") == Some(kind.code)
    }

    /// What the caller does now.
    pub fn retry(&self) -> RetryClass {
        self.retry
    }
}

fn retry_classes() -> Object {
    let words = ["retry", "refresh", "stop-and-tell", "restart", "split", "wait", "upgrade"];
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(words))
        .description(Some("What the caller does now."))
        .build()
}

/// Every route that can fail says so once, with this.
impl IntoResponses for Problem {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        let content = Content::new(Some(Ref::from_schema_name("Problem")));
        let problem = ResponseBuilder::new().description("Problem").content(MEDIA_TYPE, content).build();
        BTreeMap::from([("default".to_owned(), problem.into())])
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_kinds_of_problem_share_a_code_and_each_has_the_members_of_rfc_9457() {
        let codes: BTreeSet<&str> = KINDS.iter().map(|kind| kind.code).collect();
        assert_eq!(codes.len(), KINDS.len());
        for kind in KINDS {
            assert!(kind.status.is_client_error() || kind.status.is_server_error(), "{}", kind.code);
            let said = serde_json::to_value(Problem::new(kind, "why")).unwrap();
            let members: Vec<&str> = said.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(members, ["detail", "retry", "status", "title", "type"], "{}", kind.code);
            assert_eq!(said["type"], format!("urn:ronde:problem:{}", kind.code));
            assert_eq!(said["status"], kind.status.as_u16());
        }
    }

    #[test]
    fn whoever_must_wait_is_told_how_long() {
        let response = Problem::new(&BUSY, "too many").into_response();
        assert!(response.headers().contains_key(header::RETRY_AFTER));
        let response = Problem::new(&NOT_SIGNED_IN, "no token").into_response();
        assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Bearer");
    }
}
