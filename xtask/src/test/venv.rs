//! A Python that has the modules a stage needs: the machine's own if it has them, otherwise a private
//! environment in the target directory. Nothing is installed into the machine's Python. Changes when a module moves.

use std::path::PathBuf;

use crate::failure::Failure;
use crate::shell::Shell;

pub struct Venv {
    name: &'static str,
    /// What `import` must find.
    modules: &'static str,
    /// What pip is asked for.
    requirements: &'static [&'static str],
}

impl Venv {
    pub const PYTEST: Venv = Venv { name: "pytest", modules: "pytest", requirements: &["pytest>=8,<10"] };
    pub const SWIFT: Venv = Venv {
        name: "tree-sitter",
        modules: "tree_sitter, tree_sitter_swift",
        requirements: &["tree_sitter==0.26.1", "tree_sitter_swift==0.7.4"],
    };

    /// The program to start.
    pub fn python(&self, shell: &Shell, install: bool) -> Result<PathBuf, Failure> {
        let folder = shell.target().join("python").join(self.name);
        let own = folder.join("bin/python");
        for candidate in [PathBuf::from("python3"), own.clone()] {
            let import = format!("import {}", self.modules);
            if shell.ask(&candidate.to_string_lossy(), &["-c", &import]).is_some() {
                return Ok(candidate);
            }
        }
        let wanted = self.requirements.join(" ");
        if !install {
            return Err(Failure::missing(
                format!("Python's {}", self.modules),
                format!("pip install {wanted}, or let --no-install go"),
            ));
        }
        println!("making a private Python environment in the target directory with {wanted}");
        shell.must(shell.command("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
        let mut pip = shell.command(&own);
        pip.args(["-m", "pip", "install", "--quiet", "--no-input"]).args(self.requirements);
        shell.must(&mut pip)?;
        Ok(own)
    }
}
