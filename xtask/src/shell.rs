//! Runs other programs: from the repository's root, with nothing to answer a prompt, output streamed as it comes.
//! Knows where the root and the target directory are; refuses to know what is run.
//! Changes when the way a child is started or watched changes.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::failure::Failure;

pub struct Shell {
    root: PathBuf,
    target: PathBuf,
    metadata: Value,
}

impl Shell {
    /// Asks cargo where the workspace of the current folder is. `CARGO_TARGET_DIR` is in its answer.
    pub fn here() -> Result<Shell, Failure> {
        let mut question = Command::new(cargo());
        question.args(["metadata", "--format-version", "1", "--no-deps"]);
        let answer = answer(&mut question)?.ok_or_else(|| {
            Failure::unexpected("cargo metadata", "failed here: run cargo xtask inside the repository")
        })?;
        let metadata: Value = serde_json::from_str(&answer)
            .map_err(|e| Failure::unexpected("cargo metadata", e.to_string()))?;
        let folder = |key: &str| {
            metadata[key]
                .as_str()
                .map(PathBuf::from)
                .ok_or_else(|| Failure::unexpected("cargo metadata", format!("no {key} in its answer")))
        };
        Ok(Shell { root: folder("workspace_root")?, target: folder("target_directory")?, metadata })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The target directory of the workspace, wherever the environment puts it.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// What `cargo metadata --no-deps` says: the packages of the workspace and their direct dependencies.
    pub fn metadata(&self) -> &Value {
        &self.metadata
    }

    /// A command in the root, without standard input or a terminal of git's: nothing can wait for an answer.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).stdin(Stdio::null()).env("GIT_TERMINAL_PROMPT", "0");
        command
    }

    pub fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(cargo());
        command.args(arguments);
        command
    }

    /// Announces the command, lets it write where we write, and says whether it succeeded.
    pub fn run(&self, command: &mut Command) -> Result<bool, Failure> {
        println!("$ {}", spelled(command));
        let status = command.status().map_err(|e| unstarted(command, &e))?;
        Ok(status.success())
    }

    /// As `run`, but a failure ends the caller.
    pub fn must(&self, command: &mut Command) -> Result<(), Failure> {
        match self.run(command)? {
            true => Ok(()),
            false => Err(Failure::Stopped { command: spelled(command) }),
        }
    }

    /// As `run`, and hands over every line of standard output once it is on screen.
    pub fn watch(&self, command: &mut Command, mut see: impl FnMut(&str)) -> Result<bool, Failure> {
        println!("$ {}", spelled(command));
        let mut child = command.stdout(Stdio::piped()).spawn().map_err(|e| unstarted(command, &e))?;
        if let Some(pipe) = child.stdout.take() {
            let mut pipe = BufReader::new(pipe);
            let mut screen = std::io::stdout();
            let mut line = Vec::new();
            while pipe.read_until(b'\n', &mut line).map_err(|e| broken(command, &e))? > 0 {
                screen.write_all(&line).and_then(|()| screen.flush()).map_err(|e| broken(command, &e))?;
                see(String::from_utf8_lossy(&line).trim_end());
                line.clear();
            }
        }
        Ok(child.wait().map_err(|e| broken(command, &e))?.success())
    }

    /// The standard output of a command nobody needs to see, or nothing when it failed or is not installed.
    pub fn ask(&self, program: &str, arguments: &[&str]) -> Option<String> {
        let mut command = self.command(program);
        command.args(arguments).stderr(Stdio::null());
        answer(&mut command).ok().flatten()
    }
}

fn cargo() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

fn answer(command: &mut Command) -> Result<Option<String>, Failure> {
    let output = command.output().map_err(|e| unstarted(command, &e))?;
    Ok(output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned()))
}

/// The command as a person would type it: the program by its name, without its folder.
fn spelled(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut words = vec![program.file_name().unwrap_or(program.as_os_str()).to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}

fn unstarted(command: &Command, why: &std::io::Error) -> Failure {
    let tool = spelled(command);
    match why.kind() {
        ErrorKind::NotFound => Failure::missing(
            tool.split(' ').next().unwrap_or_default(),
            format!("install it, it is needed for `{tool}`"),
        ),
        _ => broken(command, why),
    }
}

fn broken(command: &Command, why: &std::io::Error) -> Failure {
    Failure::Unreadable { what: format!("`{}`", spelled(command)), why: why.to_string() }
}
