//! What proves that the server holds a report.

use ronde_core::ReceiptView;

use super::{moment, safe};
use crate::reference::short;

/// The whole receipt.
pub fn page(receipt: &ReceiptView) -> String {
    let number = receipt.number.as_deref().map_or("sans numéro".to_owned(), safe);
    let held = match (receipt.covered, receipt.received_ms) {
        (true, Some(at)) => format!("Reçu par le serveur : accusé signé le {}", moment::here(at)),
        (true, None) => "Reçu par le serveur".to_owned(),
        (false, _) => "Pas encore couvert par un accusé du serveur : tout reste ici".to_owned(),
    };
    let mut text = format!("Rapport …{} · {number}\n{held}\n", short(receipt.doc));
    for (eid, seq) in &receipt.envelopes {
        text.push_str(&format!("  {eid}  {}\n", place(*seq)));
    }
    if let Some(signed) = &receipt.signed {
        text.push_str(&format!("Accusé (COSE_Sign1) : {signed}\n"));
    }
    text
}

fn place(seq: Option<u64>) -> String {
    seq.map_or("en attente".to_owned(), |seq| format!("n° {seq} du registre"))
}
