//! Every way a command can fail, with the code it ends with. Knows no words of French (they are
//! print's) and no option. Changes with the table of exit codes.

use std::path::PathBuf;

use ronde_core::Advice;
use ronde_core::Error;

/// The notebook works, and somebody should see to it.
pub const ATTENTION: u8 = 1;
/// A rescue could not save everything.
pub const LOSSES: u8 = 1;
/// The notebook does not work.
pub const BROKEN: u8 = STORAGE;
/// Arguments that are not as they should be.
pub const USAGE: u8 = 2;
const FORM: u8 = 3;
const NOT_FOUND: u8 = 4;
const NOT_ALLOWED: u8 = 5;
const LATER: u8 = 6;
const STORAGE: u8 = 7;
const DEFECT: u8 = 70;

/// The table of `--help`: the numbers above, for people and scripts.
macro_rules! exit_codes {
    () => {
        "\
Exit codes:
  0   done
  1   `doctor`: something asks for attention; `rescue`: something could not be saved
  2   usage: an argument, an option or the passphrase is missing or malformed
  3   something to fix in the form, or in the file to import
  4   not found: no such notebook, draft, report or file here
  5   not allowed: no right, not enrolled, revoked, wrong organisation
  6   offline, try later: nothing is lost, what waits leaves with the next sync
  7   storage: full, damaged, written by a newer version, wrong passphrase
  70  a defect of ours: please report the code shown"
    };
}
pub(crate) use exit_codes;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The notebook's own error.
    #[error(transparent)]
    Core(#[from] Error),
    /// The arguments do not say something that can be done.
    #[error("{0}")]
    Usage(String),
    /// No passphrase was given and nobody is there to ask.
    #[error("no passphrase: set RONDE_PASSPHRASE, or name a file with --passphrase-file")]
    NoPassphrase,
    /// Only enrolling and drafting make a notebook; a typing mistake must not.
    #[error("no notebook in {}: check --notebook, or make one with `ronde enrol` or `ronde new`", .0.display())]
    NoNotebook(PathBuf),
    /// The type is not in the catalogue.
    #[error("no report type {code:?}: near are {}; `ronde types` lists all", .near.join(", "))]
    UnknownType {
        /// As given.
        code: String,
        /// Codes that look or sound like it.
        near: Vec<String>,
    },
    /// The field is not one of the type.
    #[error("no field {field:?} in {report_type}: near are {}; `ronde types {report_type}` lists all", .near.join(", "))]
    UnknownField {
        /// As given.
        field: String,
        /// Whose fields were looked through.
        report_type: String,
        /// Codes that look or sound like it.
        near: Vec<String>,
    },
    /// Nothing is called that.
    #[error("nothing here is called {0:?}: `ronde list` and `ronde drafts` show what is")]
    NoSuch(String),
    /// Nothing to decide there.
    #[error("nobody wrote apart under {0}: `ronde divergences` shows where, `ronde correct` changes a fact")]
    NoDivergence(String),
    /// An abbreviation of several.
    #[error("{reference:?} is short for several: {}; give more of it", .matches.join(", "))]
    Ambiguous {
        /// As given.
        reference: String,
        /// Some of them.
        matches: Vec<String>,
    },
    /// A file given could not be read.
    #[error("{} could not be read: {source}", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file given is not one to take over.
    #[error("{} cannot be taken over: {reason}", .path.display())]
    NotImportable {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// An import that was asked to be whole was not.
    #[error(
        "{0} rows or requests were refused: they are listed; correct the file and import it again, what was filed is not filed twice"
    )]
    RowsRefused(u64),
    /// The answer itself says that not all is well.
    #[error("not all is well: see the answer")]
    Unwell(u8),
    /// Whoever read our output has gone.
    #[error("nobody reads the output any more")]
    ReaderLeft,
    /// The output could not be written.
    #[error("the output could not be written: {0}")]
    Output(std::io::Error),
    /// A defect of ours.
    #[error("a defect of ours, please report it: {0}")]
    Defect(String),
}

impl Failure {
    /// One of the table.
    pub fn exit_code(&self) -> u8 {
        match self {
            Failure::Core(error) => of_core(error),
            Failure::Usage(_) | Failure::NoPassphrase | Failure::Ambiguous { .. } => USAGE,
            Failure::UnknownType { .. }
            | Failure::UnknownField { .. }
            | Failure::NotImportable { .. }
            | Failure::RowsRefused(_) => FORM,
            Failure::NoNotebook(_) | Failure::NoSuch(_) | Failure::NoDivergence(_) | Failure::File { .. } => {
                NOT_FOUND
            }
            Failure::Unwell(code) => *code,
            Failure::ReaderLeft => 0,
            Failure::Output(_) => STORAGE,
            Failure::Defect(_) => DEFECT,
        }
    }

    /// A stable word for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            Failure::Core(error) => word_of_core(error),
            Failure::Usage(_) => "usage",
            Failure::NoPassphrase => "no-passphrase",
            Failure::NoNotebook(_) => "no-notebook",
            Failure::UnknownType { .. } => "unknown-type",
            Failure::UnknownField { .. } => "unknown-field",
            Failure::NoSuch(_) => "not-found",
            Failure::NoDivergence(_) => "no-divergence",
            Failure::Ambiguous { .. } => "ambiguous",
            Failure::File { .. } => "file-unreadable",
            Failure::NotImportable { .. } => "not-importable",
            Failure::RowsRefused(_) => "rows-refused",
            Failure::Unwell(_) => "unwell",
            Failure::ReaderLeft | Failure::Output(_) => "output",
            Failure::Defect(_) => "defect",
        }
    }

    /// What a program does now, in the core's own terms.
    pub fn advice(&self) -> Advice {
        match self {
            Failure::Core(error) => error.advice(),
            Failure::NoPassphrase => Advice::SignInAgain,
            Failure::NoNotebook(_) | Failure::NoSuch(_) | Failure::NoDivergence(_) | Failure::File { .. } => {
                Advice::NotFound
            }
            Failure::Usage(_)
            | Failure::Ambiguous { .. }
            | Failure::UnknownType { .. }
            | Failure::UnknownField { .. }
            | Failure::NotImportable { .. }
            | Failure::RowsRefused(_) => Advice::FixForm { problems: Vec::new() },
            Failure::Unwell(_) | Failure::ReaderLeft | Failure::Output(_) => Advice::TryLater { after_s: 0 },
            Failure::Defect(code) => Advice::Bug { code: code.clone() },
        }
    }
}

fn of_core(error: &Error) -> u8 {
    match error {
        Error::NotACode | Error::UnsafeAddress { .. } => USAGE,
        Error::FixForm(_) => FORM,
        Error::NotFound(_) | Error::Outdated(_) => NOT_FOUND,
        Error::NotEnrolled
        | Error::AlreadyEnrolled { .. }
        | Error::NotAllowed { .. }
        | Error::Sealed
        | Error::ReadingLocked
        | Error::WrongOrganisation
        | Error::InvitationRefused { .. }
        | Error::Revoked => NOT_ALLOWED,
        Error::WrongKey
        | Error::NewerDatabase { .. }
        | Error::Corrupt { .. }
        | Error::StorageFull
        | Error::Storage { .. }
        | Error::KeysUnavailable { .. } => STORAGE,
        // What this version does not name is classed by what is to be done about it.
        other => match other.advice() {
            Advice::SignInAgain | Advice::NotAllowed | Advice::UpdateApp { .. } => NOT_ALLOWED,
            Advice::TryLater { .. } => LATER,
            Advice::FreeSpace { .. } | Advice::Rescue => STORAGE,
            Advice::FixForm { .. } => FORM,
            Advice::NotFound => NOT_FOUND,
            Advice::Bug { .. } => DEFECT,
        },
    }
}

fn word_of_core(error: &Error) -> &'static str {
    match error {
        Error::WrongKey => "wrong-key",
        Error::NewerDatabase { .. } => "newer-database",
        Error::Corrupt { .. } => "corrupt",
        Error::StorageFull => "storage-full",
        Error::Busy => "busy",
        Error::Storage { .. } => "storage",
        Error::KeysUnavailable { .. } => "keys-unavailable",
        Error::NoEntropy(_) => "no-entropy",
        Error::NotEnrolled => "not-enrolled",
        Error::AlreadyEnrolled { .. } => "already-enrolled",
        Error::NotFound(_) => "not-found",
        Error::Outdated(_) => "outdated",
        Error::FixForm(_) => "fix-form",
        Error::NotAllowed { .. } => "not-allowed",
        Error::Sealed => "sealed",
        Error::NotACode => "not-a-code",
        Error::WrongOrganisation => "wrong-organisation",
        Error::InvitationRefused { .. } => "invitation-refused",
        Error::UnsafeAddress { .. } => "unsafe-address",
        Error::Unreachable { .. } => "unreachable",
        Error::ServerRefused { .. } => "server-refused",
        Error::ReadingLocked => "reading-locked",
        Error::Revoked => "revoked",
        Error::Cancelled => "cancelled",
        Error::Bug { .. } => "defect",
        _ => "other",
    }
}
