//! `cargo xtask bindings`: the Kotlin, Swift and Python code that uniffi writes from the compiled library.
//! Knows where each language's code goes; refuses to know what is in it.
//! Changes when a language joins or its folder moves.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::failure::Failure;
use crate::shell::Shell;
use crate::workspace;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    Kotlin,
    Swift,
    Python,
}

/// Lets `from ronde import Notebook` find what uniffi wrote.
const PYTHON_PACKAGE: &str = "from .ronde import *\n";

impl Language {
    const ALL: [Language; 3] = [Language::Kotlin, Language::Swift, Language::Python];

    fn name(self) -> &'static str {
        match self {
            Language::Kotlin => "kotlin",
            Language::Swift => "swift",
            Language::Python => "python",
        }
    }

    /// Where the code goes, from the root. Ignored by git.
    pub fn folder(self) -> &'static str {
        match self {
            Language::Kotlin => "bindings/kotlin/target/generated-sources/uniffi",
            Language::Swift => "bindings/swift/generated",
            Language::Python => "bindings/python/ronde",
        }
    }
}

/// Build the library and write the Kotlin, Swift and Python code over it
#[derive(Args)]
#[command(after_help = "\
Writes, all ignored by git:
  bindings/kotlin/target/generated-sources/uniffi   Kotlin, compiled by bindings/kotlin/pom.xml
  bindings/swift/generated                          Swift, its header and its modulemap
  bindings/python/ronde                             Python, with the shared library beside it

Examples:
  cargo xtask bindings
  cargo xtask bindings --language kotlin --release")]
pub struct Bindings {
    /// Build the library optimised
    #[arg(long)]
    pub release: bool,
    /// One language only; may be given more than once
    #[arg(long, value_enum)]
    pub language: Vec<Language>,
}

impl Bindings {
    pub fn run(&self, shell: &Shell) -> Result<bool, Failure> {
        let languages = if self.language.is_empty() { &Language::ALL[..] } else { &self.language };
        let libraries = build(shell, self.release)?;
        for language in languages {
            generate(shell, *language, &libraries)?;
        }
        Ok(true)
    }
}

/// What cargo made of `ronde-bindings`.
struct Libraries {
    archive: PathBuf,
    shared: PathBuf,
}

/// Release builds the library alone, so that nothing it does not need is linked in.
fn build(shell: &Shell, release: bool) -> Result<Libraries, Failure> {
    workspace::build(shell)?;
    if release {
        shell.must(&mut shell.cargo(&["build", "--package", "ronde-bindings", "--release"]))?;
    }
    let folder = if release { shell.target().join("release") } else { workspace::binaries(shell) };
    let (before, after) = (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    Ok(Libraries {
        archive: present(folder.join("libronde_bindings.a"))?,
        shared: present(folder.join(format!("{before}ronde_bindings{after}")))?,
    })
}

fn present(path: PathBuf) -> Result<PathBuf, Failure> {
    match path.is_file() {
        true => Ok(path),
        false => Err(Failure::unreadable(&path, "cargo built no such library")),
    }
}

/// Reads the metadata from the archive, which stripping does not touch, with a generator of the same uniffi.
fn generate(shell: &Shell, language: Language, libraries: &Libraries) -> Result<(), Failure> {
    let folder = shell.root().join(language.folder());
    std::fs::create_dir_all(&folder).map_err(|e| Failure::unreadable(&folder, e))?;
    let generator = workspace::binaries(shell).join(format!("ronde-bindgen{}", std::env::consts::EXE_SUFFIX));
    let mut command = shell.command(generator);
    command.arg("generate").arg(&libraries.archive);
    command.args(["--language", language.name(), "--out-dir"]).arg(&folder).arg("--no-format");
    shell.must(&mut command)?;
    if language == Language::Python {
        beside(&libraries.shared, &folder)?;
        let package = folder.join("__init__.py");
        std::fs::write(&package, PYTHON_PACKAGE).map_err(|e| Failure::unreadable(&package, e))?;
    }
    println!("{}: {}", language.name(), language.folder());
    Ok(())
}

fn beside(library: &Path, folder: &Path) -> Result<(), Failure> {
    let name = library.file_name().unwrap_or(library.as_os_str());
    std::fs::copy(library, folder.join(name)).map(drop).map_err(|e| Failure::unreadable(library, e))
}
