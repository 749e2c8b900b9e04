//! What the stages need from the machine, and how Debian calls it.
//! Installs only as root on Debian, only what is missing, and says so. Changes when a stage needs something new.

use std::collections::BTreeSet;
use std::path::Path;

use crate::failure::Failure;
use crate::shell::Shell;

#[derive(Clone, Copy)]
pub struct Need {
    what: &'static str,
    /// A command that succeeds when the need is met.
    probe: &'static [&'static str],
    /// A file that meets the need too, whatever the probe says.
    file: Option<&'static str>,
    packages: &'static [&'static str],
}

const COMPILER: Need =
    Need { what: "a C compiler", probe: &["cc", "--version"], file: None, packages: &["gcc", "libc6-dev"] };
const CPP: Need =
    Need { what: "a C++ compiler", probe: &["c++", "--version"], file: None, packages: &["g++"] };
const PKG_CONFIG: Need =
    Need { what: "pkg-config", probe: &["pkg-config", "--version"], file: None, packages: &["pkg-config"] };
const OPENSSL: Need = Need {
    what: "OpenSSL's headers (SQLCipher links libcrypto)",
    probe: &["pkg-config", "--exists", "libcrypto"],
    file: Some("/usr/include/openssl/crypto.h"),
    packages: &["libssl-dev"],
};
const JAVA: Need = Need {
    what: "a JDK, 17 or newer",
    probe: &["javac", "--release", "17", "-version"],
    file: None,
    packages: &["default-jdk-headless"],
};
const MAVEN: Need = Need { what: "Maven", probe: &["mvn", "--version"], file: None, packages: &["maven"] };
const VENV: Need = Need {
    what: "Python 3 with venv",
    probe: &["python3", "-c", "import venv, ensurepip"],
    file: None,
    packages: &["python3", "python3-venv"],
};

const NODE: Need = Need {
    what: "Node 20.19 or newer",
    probe: &[
        "node",
        "-e",
        "const [a, b] = process.versions.node.split('.').map(Number); process.exit(a > 20 || a == 20 && b >= 19 ? 0 : 1)",
    ],
    file: None,
    packages: &["nodejs"],
};
const NPM: Need = Need { what: "npm", probe: &["npm", "--version"], file: None, packages: &["npm"] };
const CHROMIUM: Need = Need {
    what: "Chromium",
    probe: &["chromium", "--version"],
    file: Some("/usr/bin/chromium"),
    packages: &["chromium"],
};
/// What Compose draws with, even without a screen.
const DRAWING: Need = Need {
    what: "the libraries that Compose draws with (GL, X11, fontconfig)",
    probe: &[
        "sh",
        "-c",
        "ldconfig -p | grep -q libGL.so.1 && ldconfig -p | grep -q libX11.so.6 && ldconfig -p | grep -q libfontconfig.so.1",
    ],
    file: None,
    packages: &["libfontconfig1", "libgl1", "libx11-6"],
};

pub const RUST: [Need; 3] = [COMPILER, PKG_CONFIG, OPENSSL];
pub const FUZZ: [Need; 4] = [COMPILER, CPP, PKG_CONFIG, OPENSSL];
pub const KOTLIN: [Need; 5] = [COMPILER, PKG_CONFIG, OPENSSL, JAVA, MAVEN];
pub const PYTHON: [Need; 4] = [COMPILER, PKG_CONFIG, OPENSSL, VENV];
pub const CONSOLE: [Need; 2] = [NODE, NPM];
pub const BROWSER: [Need; 6] = [COMPILER, PKG_CONFIG, OPENSSL, NODE, NPM, CHROMIUM];
pub const ANDROID: [Need; 9] = [COMPILER, PKG_CONFIG, OPENSSL, JAVA, MAVEN, DRAWING, NODE, NPM, CHROMIUM];

impl Need {
    pub fn is_met(&self, shell: &Shell) -> bool {
        let [program, arguments @ ..] = self.probe else {
            return false;
        };
        self.file.is_some_and(|file| Path::new(file).exists()) || shell.ask(program, arguments).is_some()
    }

    pub fn failure(&self) -> Failure {
        Failure::missing(self.what, format!("on Debian, apt-get install {}", self.packages.join(" ")))
    }
}

/// Installs what the given needs lack. What cannot be installed is left for the stage to tell.
pub fn install<'a>(shell: &Shell, allowed: bool, needs: impl Iterator<Item = &'a Need>) {
    let missing: Vec<&Need> = needs.filter(|need| !need.is_met(shell)).collect();
    let packages = packages(&missing);
    if packages.is_empty() {
        return;
    }
    let wanted = packages.iter().copied().collect::<Vec<_>>().join(" ");
    if !allowed {
        println!("missing, and not installed because of --no-install: {wanted}");
        return;
    }
    if !Path::new("/etc/debian_version").exists() || !is_root(shell) {
        println!("missing, and not installed because this is not root on Debian: {wanted}");
        return;
    }
    println!("installing Debian packages, because the tests need them: {wanted}");
    match apt(shell, &["update", "-q"]).and_then(|_| {
        let mut words = vec!["install", "-y", "-q", "--no-install-recommends"];
        words.extend(packages);
        apt(shell, &words)
    }) {
        Ok(true) => {}
        Ok(false) => println!("apt-get failed: the stages that need these packages will say so"),
        Err(failure) => println!("{failure}"),
    }
}

fn apt(shell: &Shell, words: &[&str]) -> Result<bool, Failure> {
    shell.run(shell.command("apt-get").args(words).env("DEBIAN_FRONTEND", "noninteractive"))
}

fn is_root(shell: &Shell) -> bool {
    shell.ask("id", &["-u"]).is_some_and(|id| id.trim() == "0")
}

fn packages(missing: &[&Need]) -> BTreeSet<&'static str> {
    missing.iter().flat_map(|need| need.packages).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_wanted_by_two_stages_is_installed_once() {
        let missing: Vec<&Need> = KOTLIN.iter().chain(&PYTHON).collect();
        let wanted: Vec<&str> = packages(&missing).into_iter().collect();
        assert_eq!(
            wanted.join(" "),
            "default-jdk-headless gcc libc6-dev libssl-dev maven pkg-config python3 python3-venv"
        );
    }

    #[test]
    fn a_missing_tool_is_one_clear_line() {
        assert_eq!(MAVEN.failure().to_string(), "Maven is missing: on Debian, apt-get install maven");
    }
}
