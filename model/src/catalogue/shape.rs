//! What a report type and a field are once read. No parsing, no words.
//! Changes when types or fields gain an attribute.

use serde::Serialize;

/// Who may read a report, before roles and scopes are looked at. Ordered from open to closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sensitivity {
    /// The services of the contract.
    Internal,
    /// The units concerned.
    Restricted,
    /// Named persons only.
    Protected,
}

impl Sensitivity {
    /// The sensitivity a code names. An unknown code, from a newer catalogue, is the most closed.
    pub fn from_code(code: &str) -> Self {
        match code {
            "internal" => Self::Internal,
            "restricted" => Self::Restricted,
            _ => Self::Protected,
        }
    }

    /// `internal`, `restricted` or `protected`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Restricted => "restricted",
            Self::Protected => "protected",
        }
    }
}

/// One thing that can be reported.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReportType {
    /// `family.kind`, or a word alone.
    pub code: String,
    /// `A1` … `A12`, or `other`.
    pub axis: String,
    /// Severity of a new report, 1 (information) to 5 (critical).
    pub severity: u8,
    /// Sensitivity of a new report.
    pub sensitivity: Sensitivity,
    /// Name in the Tabler outline set.
    pub icon: String,
    /// A referral that keeps no content: no fact but its own fields, no statement, no attachment.
    pub no_content: bool,
    /// The fields the type adds to the common ones, in the order of the form.
    pub fields: Vec<Field>,
}

/// One fact a report may hold. The code means the same thing in every type.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Field {
    /// Key of the fact.
    pub code: String,
    /// What it holds, and within which limits.
    #[serde(flatten)]
    pub kind: FieldKind,
    /// The report is to be completed until it is there. It never prevents filing.
    pub required: bool,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FieldKind {
    /// Words.
    Text {
        /// Most characters (Unicode scalar values).
        max_len: usize,
    },
    /// A whole number.
    Integer {
        /// Least value.
        min: i64,
        /// Greatest value.
        max: i64,
    },
    /// A finite number.
    Decimal {
        /// Least value.
        min: f64,
        /// Greatest value.
        max: f64,
    },
    /// Yes or no.
    Flag,
    /// One code of a list.
    Choice {
        /// The codes, in the order of the form.
        choices: Vec<String>,
    },
    /// A day, text `YYYY-MM-DD`.
    Date,
    /// The record [`crate::fact::Period`], first moment not after the last.
    Period,
    /// The record [`crate::fact::Position`].
    Position,
    /// A name in a register (lines, stops, cameras …). Free words stay possible: registers age.
    Reference {
        /// The register's name.
        register: String,
        /// Most characters (Unicode scalar values).
        max_len: usize,
    },
    /// A kind of a newer catalogue: anything is accepted.
    Unknown {
        /// The kind's name there.
        name: String,
    },
}
