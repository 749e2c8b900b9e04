//! Who a notebook writes as.

use ronde_core::Identity;

use super::{moment, safe};

/// After enrolling.
pub fn enrolled(identity: &Identity) -> String {
    format!("Enrôlé.\n{}", page(identity))
}

/// The whole identity.
pub fn page(identity: &Identity) -> String {
    let lease = moment::here(identity.lease_expires_ms);
    let mut text = format!(
        "{name}, {role}\n  Service       {unit}\n  Organisation  {organisation}\n  Empreinte     {fingerprint}\n  \
         Serveur       {server}\n  Appareil      {device}\n  Bail          jusqu’au {lease}\n",
        name = safe(&identity.name),
        role = safe(&identity.role),
        unit = safe(&identity.unit),
        organisation = safe(&identity.organisation),
        fingerprint = identity.fingerprint,
        server = safe(&identity.server),
        device = identity.device,
    );
    if identity.revoked {
        text.push_str("  Cet appareil est révoqué.\n");
    }
    text
}
