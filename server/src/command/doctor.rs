//! `ronde-server doctor`: what an administrator should know before it fails.

use std::path::PathBuf;

use clap::Args;
use ronde_server::clock::SystemClock;
use ronde_server::config::TlsFiles;
use ronde_server::doctor::{Asked, Finding, State, examine, worst};
use serde_json::json;

use super::words::calm;
use super::{Desk, Failure};

/// Look at disk, clock, certificate, backups, versions and archive; say what to do
#[derive(Debug, Args)]
#[command(after_help = "\
Example, each morning:
  ronde-server --data /srv/ronde doctor --tls-cert chain.pem --tls-key key.pem

Each line is ok, attention or broken (`cassé`), in plain words with what to do. Nothing is changed,
and it may run while `serve` runs.

Exit codes: 0 all is well · 1 something wants attention · 2 something is broken (or a usage error)")]
pub struct Doctor {
    /// Read every page and every envelope of the archive again; takes as long as a backup
    #[arg(long)]
    deep: bool,
    /// The certificate chain that `serve` is given, PEM
    #[arg(long, value_name = "FILE", env = "RONDE_TLS_CERT", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Its private key, PEM
    #[arg(long, value_name = "FILE", env = "RONDE_TLS_KEY", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
}

impl Doctor {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        let certificate =
            self.tls_cert.zip(self.tls_key).map(|(certificate, key)| TlsFiles { certificate, key });
        let asked = Asked { deep: self.deep, certificate };
        let findings = examine(desk.directory()?, &asked, &SystemClock, &mut |checked| {
            if !desk.json() && checked % 10_000 == 0 {
                eprintln!("enveloppes vérifiées : {checked}");
            }
        });
        let state = worst(&findings);
        desk.answer(&json!({"state": state, "findings": findings}), || words(&findings))?;
        match state {
            State::Ok => Ok(()),
            State::Attention => Err(Failure::Examined(1)),
            State::Broken => Err(Failure::Examined(2)),
        }
    }
}

fn words(findings: &[Finding]) -> String {
    let mut lines = Vec::new();
    for finding in findings {
        let state = match finding.state {
            State::Ok => "ok",
            State::Attention => "attention",
            State::Broken => "cassé",
        };
        lines.push(format!("{state:<10} {:<12} {}", french(finding.subject), calm(&finding.says)));
        lines.extend(finding.to_do.as_ref().map(|to_do| format!("{:<23} à faire : {}", "", calm(to_do))));
    }
    lines.join("\n")
}

fn french(subject: &str) -> &str {
    match subject {
        "keys" => "clés",
        "disk" => "disque",
        "clock" => "horloge",
        "certificate" => "certificat",
        "backup" => "sauvegarde",
        "archive-write" => "écriture",
        "held" => "en suspens",
        other => other,
    }
}
