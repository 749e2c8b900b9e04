//! Where a command works: which directory, in whose name, and how it answers. Knows no command.
//! Changes when the options every command has change.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use ronde_server::people::Supervisor;
use ronde_server::{Ports, Server};
use serde::Serialize;
use tracing_subscriber::EnvFilter;

use super::{Common, Failure};

/// The options every command has, made ready.
pub struct Desk {
    data: Option<PathBuf>,
    json: bool,
}

/// In whose name reports are read and acted on: nobody reads anonymously, here neither.
#[derive(Debug, Clone, Args)]
pub struct InTheNameOf {
    /// The supervisor's token, as `supervisor add` printed it
    #[arg(long, value_name = "TOKEN", env = "RONDE_TOKEN", hide_env_values = true)]
    token: Option<String>,
}

impl Desk {
    /// Opens nothing.
    pub fn new(common: Common) -> Self {
        Desk { data: common.data, json: common.json }
    }

    /// The server's directory.
    ///
    /// # Errors
    /// `Usage` when nobody named it.
    pub fn directory(&self) -> Result<&Path, Failure> {
        let missing = || {
            Failure::Usage("which server? name its directory with --data DIR or RONDE_SERVER_DIR".to_owned())
        };
        self.data.as_deref().ok_or_else(missing)
    }

    /// Opens the server that is there.
    ///
    /// # Errors
    /// The server's own.
    pub fn open(&self) -> Result<Server, Failure> {
        self.hear_the_archive();
        Ok(Server::open(self.directory()?, Ports::default())?)
    }

    /// Whether answers are for programs.
    pub fn json(&self) -> bool {
        self.json
    }

    /// Tells on the standard error how an upgrade of the archive goes, to people; `serve` has its log.
    pub fn hear_the_archive(&self) {
        if self.json {
            return;
        }
        let told = EnvFilter::new("off,ronde_server::archive=info");
        let heard = tracing_subscriber::fmt()
            .with_writer(std::io::stderr)
            .with_env_filter(told)
            .without_time()
            .with_ansi(false)
            .with_level(false)
            .with_target(false)
            .try_init();
        // The server's own log was set up before: it tells the same.
        drop(heard);
    }

    /// Opens the server and signs a supervisor in.
    ///
    /// # Errors
    /// `Usage` without a token, `NotSignedIn` with one that signs nobody in.
    pub fn open_as(&self, name: &InTheNameOf) -> Result<(Server, Supervisor), Failure> {
        let missing = || {
            Failure::Usage(
                "in whose name? give --token or RONDE_TOKEN, as `supervisor add` printed it".to_owned(),
            )
        };
        let token = name.token.as_deref().ok_or_else(missing)?;
        let server = self.open()?;
        let who = server.sign_in(token)?;
        Ok((server, who))
    }

    /// Answers on the standard output: one JSON value, or words.
    ///
    /// # Errors
    /// When nobody reads, or the output cannot be written.
    pub fn answer<T: Serialize + ?Sized>(
        &self,
        value: &T,
        words: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        let mut text = if self.json {
            serde_json::to_string(value).map_err(|error| Failure::Defect(format!("answer: {error}")))?
        } else {
            words()
        };
        if !text.ends_with('\n') {
            text.push('\n');
        }
        self.write(&text)
    }

    /// Writes a part of an answer that is too long to be held.
    ///
    /// # Errors
    /// When nobody reads, or the output cannot be written.
    pub fn write(&self, text: &str) -> Result<(), Failure> {
        let mut out = std::io::stdout().lock();
        out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| match error.kind() {
            std::io::ErrorKind::BrokenPipe => Failure::ReaderLeft,
            _ => Failure::Output(error),
        })
    }
}
