//! The stage `swift`: the bindings are written, and every Swift file is parsed; a broken one must be refused.
//! Refuses to pretend that anything was compiled or run. Changes when Swift gets its own story.

use std::path::PathBuf;

use super::tally::Tally;
use super::venv::Venv;
use crate::bindings::{Bindings, Language};
use crate::failure::Failure;
use crate::shell::Shell;

/// A control: a parser that accepts this accepts anything.
const BROKEN: &str = "public func report( -> Int { return }}\n";

pub fn run(shell: &Shell, install: bool) -> Result<Tally, Failure> {
    Bindings { release: false, language: vec![Language::Swift] }.run(shell)?;
    let folder = shell.root().join(Language::Swift.folder());
    let files = swift_files(&folder)?;
    let parser = Parser::find(shell, install)?;
    println!("parsed by {}; not compiled, not run", parser.told());
    let mut tally = Tally::default();
    for file in &files {
        let parsed = parser.accepts(shell, file)?;
        println!("{}: {}", file.display(), if parsed { "parsed" } else { "REFUSED" });
        tally.count(parsed);
    }
    let control = shell.target().join("broken.swift");
    std::fs::write(&control, BROKEN).map_err(|e| Failure::unreadable(&control, e))?;
    let refused = !parser.accepts(shell, &control)?;
    println!(
        "a broken file: {}",
        if refused { "refused, as it must be" } else { "PARSED, so this proves nothing" }
    );
    // The control alone is no test of ours.
    if !refused || files.is_empty() {
        return Ok(Tally::failed(1));
    }
    Ok(tally)
}

fn swift_files(folder: &std::path::Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|e| Failure::unreadable(folder, e))? {
        let path = entry.map_err(|e| Failure::unreadable(folder, e))?.path();
        if path.extension().is_some_and(|extension| extension == "swift") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

enum Parser {
    Swiftc,
    /// A Python that has tree-sitter and its Swift grammar.
    TreeSitter(PathBuf),
}

impl Parser {
    fn find(shell: &Shell, install: bool) -> Result<Parser, Failure> {
        match shell.ask("swiftc", &["--version"]) {
            Some(_) => Ok(Parser::Swiftc),
            None => Ok(Parser::TreeSitter(Venv::SWIFT.python(shell, install)?)),
        }
    }

    fn told(&self) -> &'static str {
        match self {
            Parser::Swiftc => "swiftc -frontend -parse",
            Parser::TreeSitter(_) => "tree-sitter's Swift grammar, for want of swiftc",
        }
    }

    fn accepts(&self, shell: &Shell, file: &std::path::Path) -> Result<bool, Failure> {
        let mut command = match self {
            Parser::Swiftc => shell.command("swiftc"),
            Parser::TreeSitter(python) => shell.command(python),
        };
        match self {
            Parser::Swiftc => command.args(["-frontend", "-parse"]),
            Parser::TreeSitter(_) => command.arg("xtask/src/test/swift_parse.py"),
        };
        shell.run(command.arg(file))
    }
}
