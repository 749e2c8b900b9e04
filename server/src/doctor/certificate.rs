//! The certificate that phones meet: readable, of its key, and good for how long.
//! Changes when certificates come from elsewhere.

use std::path::Path;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::Finding;
use super::words::age;
use crate::config::TlsFiles;
use crate::http::tls;

const SUBJECT: &str = "certificate";
const DAY_MS: i64 = 86_400_000;

/// An automatic renewal comes a month before the end: with less than this it has failed.
const RENEWED_BEFORE_MS: i64 = 21 * DAY_MS;

pub(super) fn examine(files: Option<&TlsFiles>, now_ms: i64) -> Finding {
    let Some(files) = files else {
        let says = "aucun certificat n'est donné : le serveur ne parle qu'à cette machine";
        return Finding::ok(SUBJECT, format!("{says} (sinon : --tls-cert et --tls-key, comme pour serve)"));
    };
    if let Err(error) = tls::load(files) {
        let to_do = "donnez la chaîne et la clé que serve utilise, lisibles par ce compte";
        return Finding::broken(SUBJECT, format!("le certificat ne peut pas servir : {error}"), to_do);
    }
    match validity(&files.certificate) {
        Ok(validity) => judge(validity, now_ms),
        Err(reason) => {
            let says = format!("le certificat ne se lit pas : {reason}");
            Finding::broken(SUBJECT, says, "donnez un certificat X.509 en PEM")
        }
    }
}

/// From and until when the server's own certificate is good, ms UTC.
fn validity(chain: &Path) -> Result<(i64, i64), String> {
    let own = CertificateDer::from_pem_file(chain).map_err(|error| error.to_string())?;
    let (_, own) = X509Certificate::from_der(&own).map_err(|error| error.to_string())?;
    let validity = own.validity();
    let ms = |seconds: i64| seconds.saturating_mul(1_000);
    Ok((ms(validity.not_before.timestamp()), ms(validity.not_after.timestamp())))
}

pub(super) fn judge((from_ms, until_ms): (i64, i64), now_ms: i64) -> Finding {
    let to_do = "renouvelez-le, puis relancez serve ; les téléphones attendent et ne perdent rien";
    if now_ms < from_ms {
        let says = format!("le certificat n'est valable que dans {}", age(from_ms - now_ms));
        return Finding::broken(SUBJECT, says, "vérifiez l'heure de la machine, ou le certificat");
    }
    let left_ms = until_ms.saturating_sub(now_ms);
    if left_ms <= 0 {
        return Finding::broken(SUBJECT, format!("le certificat est échu depuis {}", age(-left_ms)), to_do);
    }
    let says = format!("le certificat va avec sa clé et vaut encore {}", age(left_ms));
    if left_ms < RENEWED_BEFORE_MS {
        return Finding::attention(SUBJECT, says, to_do);
    }
    Finding::ok(SUBJECT, says)
}
