//! What the inbox needs of a report's handling, kept beside the report's row: a cache, made again
//! from the log. Changes when the inbox shows more of what was done about a report.

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};
use ronde_model::fact::FactValue;
use ronde_model::id::DocId;

/// What was done about one report.
#[derive(Debug, Clone, Default, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Handled {
    /// Who read it last.
    #[n(0)]
    pub reader: Option<Reader>,
    /// When it was closed, ms UTC by the supervisor's clock; `None` while it is not.
    #[n(1)]
    pub closed_ms: Option<i64>,
    /// Each other report that is one event with this one, or that somebody said is not.
    #[n(2)]
    pub links: BTreeMap<DocId, bool>,
    /// The facts shown, of a report linked to another: what can differ between the two.
    #[n(3)]
    pub facts: BTreeMap<String, FactValue>,
    /// Who, or which unit, is in charge.
    #[n(4)]
    pub assignee: Option<String>,
}

/// Somebody who read a report.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Reader {
    /// The person's name in the service.
    #[n(0)]
    pub name: String,
    /// When, ms UTC.
    #[n(1)]
    pub at_ms: i64,
}
