//! Every way a command can fail, with the code it ends with. Knows no option.
//! Changes with the table of exit codes.

use std::io::ErrorKind;
use std::path::PathBuf;

use ronde_server::backup::BackupError;
use ronde_server::config::ConfigError;
use ronde_server::error::{ActError, ArchiveError, NotSignedIn, ServerError};
use ronde_server::http::ListenError;
use ronde_server::territory::ImportError;

/// Arguments that are not as they should be.
pub const USAGE: u8 = 2;
const FIX: u8 = 3;
const NOT_FOUND: u8 = 4;
const NOT_ALLOWED: u8 = 5;
const LATER: u8 = 6;
const STORAGE: u8 = 7;
const DEFECT: u8 = 70;

/// The table of `--help`: the numbers above, for people and scripts.
pub const EXIT_CODES: &str = "\
Exit codes: 0 done · 2 usage · 3 something to fix in what was given · 4 not found · 5 not allowed ·
6 try later · 7 storage · 70 a defect of ours (--help says more)";

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The arguments do not say something that can be done.
    #[error("{0}")]
    Usage(String),
    /// Where the server listens.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The server's own error.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// A token is needed and signs nobody in.
    #[error(transparent)]
    NotSignedIn(#[from] NotSignedIn),
    /// A backup was not made or not brought back.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// A supervisor's act was not done.
    #[error(transparent)]
    Act(#[from] ActError),
    /// The listener.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// A file given is no territory.
    #[error("{}: {source}", path.display())]
    Import {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: ImportError,
    },
    /// A file given could not be read, or the one asked for written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Nothing of that name.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// What was looked at is not all well; the answer said so, and this is how it ends.
    #[error("not all is well")]
    Examined(u8),
    /// Whoever read our output has gone.
    #[error("nobody reads the output any more")]
    ReaderLeft,
    /// The output could not be written.
    #[error("the output could not be written: {0}")]
    Output(std::io::Error),
    /// The process could not start its threads or hear its signals.
    #[error("the system refused what the server needs to run: {0}")]
    System(std::io::Error),
    /// A defect of ours.
    #[error("a defect of ours, please report it: {0}")]
    Defect(String),
}

impl Failure {
    /// One of the table.
    pub fn exit_code(&self) -> u8 {
        self.verdict().1
    }

    /// Says on the standard error what went wrong.
    pub fn tell(&self, json: bool) {
        if json {
            let error = serde_json::json!({"error": {"code": self.verdict().0, "detail": self.to_string()}});
            eprintln!("{error}");
        } else {
            eprintln!("ronde-server: {self}");
        }
    }

    /// A stable word for scripts, and the exit code.
    fn verdict(&self) -> (&'static str, u8) {
        match self {
            Failure::Usage(_) => ("usage", USAGE),
            Failure::Config(_) => ("unsafe-listening", USAGE),
            Failure::Server(error) => of_server(error),
            Failure::NotSignedIn(NotSignedIn::UnknownToken | NotSignedIn::SessionEnded) => {
                ("not-signed-in", NOT_ALLOWED)
            }
            Failure::NotSignedIn(NotSignedIn::Server(error)) => of_server(error),
            Failure::Backup(error) => of_backup(error),
            Failure::Act(error) => of_act(error),
            Failure::Listen(ListenError::Tls(_)) => ("certificate", FIX),
            Failure::Listen(ListenError::Server(error)) => of_server(error),
            Failure::Listen(_) => ("listen", LATER),
            Failure::Import { .. } => ("not-importable", FIX),
            Failure::File { .. } => ("file", NOT_FOUND),
            Failure::NotFound(_) => ("not-found", NOT_FOUND),
            Failure::Examined(code) => ("examined", *code),
            Failure::ReaderLeft => ("output", 0),
            Failure::Output(_) => ("output", STORAGE),
            Failure::System(_) => ("system", LATER),
            Failure::Defect(_) => ("defect", DEFECT),
        }
    }
}

fn of_server(error: &ServerError) -> (&'static str, u8) {
    match error {
        ServerError::Archive(error) => of_archive(error),
        ServerError::NotEmpty(_) => ("not-empty", STORAGE),
        ServerError::NotInitialised(_) => ("not-initialised", STORAGE),
        ServerError::KeyFile { .. } => ("key-file", STORAGE),
        ServerError::ForeignKeys => ("foreign-keys", STORAGE),
        ServerError::File { .. } => ("file", STORAGE),
        ServerError::Invalid(_) => ("invalid", FIX),
        ServerError::Unknown(_) => ("not-found", NOT_FOUND),
        ServerError::NoEntropy(_) => ("no-entropy", LATER),
        ServerError::Defect(_) => ("defect", DEFECT),
    }
}

fn of_archive(error: &ArchiveError) -> (&'static str, u8) {
    match error {
        ArchiveError::Busy => ("busy", LATER),
        ArchiveError::WrongKey => ("wrong-key", STORAGE),
        ArchiveError::Newer { .. } => ("newer-archive", STORAGE),
        ArchiveError::Corrupt(_) => ("corrupt", STORAGE),
        ArchiveError::InUse => ("in-use", LATER),
        ArchiveError::Full => ("full", STORAGE),
        ArchiveError::ReadOnly => ("read-only", STORAGE),
        ArchiveError::Failed(_) => ("archive", STORAGE),
    }
}

fn of_backup(error: &BackupError) -> (&'static str, u8) {
    match error {
        BackupError::NotEmpty(_) => ("not-empty", STORAGE),
        BackupError::NoName(_) => ("no-name", FIX),
        BackupError::InProgress(_) => ("in-progress", LATER),
        BackupError::NoRoom(_) => ("full", STORAGE),
        BackupError::NoManifest(_) | BackupError::Missing(_) => ("half-backup", FIX),
        BackupError::BadManifest { .. } => ("bad-manifest", FIX),
        BackupError::Altered { .. } | BackupError::Misfit => ("altered-backup", FIX),
        BackupError::Newer { .. } => ("newer-backup", STORAGE),
        BackupError::Server(error) => of_server(error),
        BackupError::File { source, .. } if source.kind() == ErrorKind::StorageFull => ("full", STORAGE),
        BackupError::File { .. } => ("file", STORAGE),
    }
}

fn of_act(error: &ActError) -> (&'static str, u8) {
    match error {
        ActError::NotFound => ("not-found", NOT_FOUND),
        ActError::NotAllowed(_) => ("not-allowed", NOT_ALLOWED),
        ActError::Invalid(_) => ("invalid", FIX),
        ActError::NotReleasable(_) => ("not-releasable", NOT_ALLOWED),
        // Trying later is no mend: a person reads it again.
        ActError::ChangedMeanwhile(_) => ("changed-meanwhile", FIX),
        ActError::Server(error) => of_server(error),
    }
}

#[cfg(test)]
mod tests {
    use ronde_server::{Did, Meanwhile};

    use super::*;

    #[test]
    fn what_a_person_must_read_again_is_not_tried_again_by_a_script() {
        let (by, did) = ("Samir Morel".to_owned(), Did::Close);
        let crossed = Meanwhile { by, did, at_ms: 0, others: 0, of_others: false, now: 1 };
        assert_eq!(of_act(&ActError::ChangedMeanwhile(crossed)), ("changed-meanwhile", FIX));
    }
}
