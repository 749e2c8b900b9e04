//! `ronde enrol`: makes this notebook a device of an organisation.

use clap::Args;

use crate::command::on_the_network;
use crate::desk::Desk;
use crate::failure::Failure;
use crate::print;

/// Make this notebook a device of an organisation, with the code of an invitation
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  ronde enrol --server https://ronde.example --code ABCD-EFGH-IJKL-MNOP-QRST-UVWX

The code carries the organisation's fingerprint: a server that cannot prove it is given nothing.
The same code again from the same notebook gets the same answer; from another, it is refused.")]
pub struct Enrol {
    /// The server's address: https, or http to this machine only
    #[arg(long, value_name = "URL")]
    server: String,
    /// The invitation's code, 24 letters and digits
    #[arg(long, value_name = "XXXX-XXXX-…")]
    code: String,
    /// SHA-256 of the server's own certificate, when no public authority vouches for it
    #[arg(long, value_name = "SHA256HEX", value_parser = digest)]
    certificate: Option<[u8; 32]>,
}

impl Enrol {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        let notebook = desk.open_or_make()?;
        let identity = on_the_network(notebook.enrol(&self.server, &self.code, self.certificate))??;
        desk.answer(&identity, || print::identity::enrolled(&identity))
    }
}

/// Hexadecimal, with or without colons, as `openssl x509 -fingerprint` prints it.
fn digest(text: &str) -> Result<[u8; 32], String> {
    let plain: String = text.chars().filter(|c| *c != ':').collect();
    let id: ronde_core::model::id::Eid =
        plain.parse().map_err(|_| "expected 64 hexadecimal digits".to_owned())?;
    Ok(id.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_named_with_or_without_colons() {
        let plain = "ab".repeat(32);
        let colons = vec!["AB"; 32].join(":");
        assert_eq!(digest(&plain), Ok([0xab; 32]));
        assert_eq!(digest(&colons), Ok([0xab; 32]));
        assert!(digest("abcd").is_err());
    }
}
