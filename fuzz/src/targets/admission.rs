//! Admission of a change (S9). The first byte of an input says where the change arrives; its checksum
//! is made good, for a hostile writer makes it good too. What is admitted must be shown.

use ronde_model::document::{Admission, Document, Standing, admit, looks_like_a_seal, read_change};
use ronde_model::envelope::Kind;
use ronde_model::projection::project;
use ronde_model::{history, lifecycle};
use sha2::{Digest, Sha256};

use crate::scene::{DOC, LEASE, REPORT, envelope, provenances};

/// The chunk with the checksum its bytes ask for.
fn with_checksum(body: &[u8]) -> Vec<u8> {
    let mut body = body.to_vec();
    if let Some((head, rest)) = body.split_at_mut_checked(8)
        && let Some(place) = head.get_mut(4..8)
        && let Some(digest) = Sha256::digest(rest).get(..4)
    {
        place.copy_from_slice(digest);
    }
    body
}

/// Any body, as a seal, on a report, or in a handling; judged as it came and as released by a person.
pub fn admission(input: &[u8]) {
    let Some((way, body)) = input.split_first() else { return };
    let body = if way & 1 == 0 { with_checksum(body) } else { body.to_vec() };
    let _glance = (looks_like_a_seal(&body), read_change(&body).map(|view| view.hash));
    let kind = if way & 2 == 0 { Kind::Report } else { Kind::Handling };
    let held = REPORT.as_ref().map(|(document, _)| document).filter(|_| way & 4 != 0);
    let home = LEASE.home();
    let standing = Standing {
        document: held.filter(|_| kind == Kind::Report),
        home: held.map(|_| &home),
        author: held.map(|_| LEASE.agent),
        sealed: held.is_some(),
    };
    let envelope = envelope(kind, body);
    let judged = admit(standing, &envelope, &LEASE, way & 8 != 0);
    // The same judgement twice: it depends on nothing else.
    let again = admit(standing, &envelope, &LEASE, way & 8 != 0);
    match (&judged, &again) {
        (Admission::Accepted(one), Admission::Accepted(other)) => {
            assert_eq!(one.document.heads(), other.document.heads());
            show(kind, &one.document);
        }
        (Admission::Pending(one), Admission::Pending(other)) => assert_eq!(one, other),
        (Admission::Quarantined(one), Admission::Quarantined(other)) => assert_eq!(one, other),
        _ => panic!("judged {judged:?}, then {again:?}"),
    }
}

/// Every view of a document that took the change.
fn show(kind: Kind, document: &Document) {
    let provenances = provenances(document);
    let told = history::tell(document, &provenances);
    assert_eq!(told.len(), document.changes().len(), "a step of the history is gone");
    let loaded = Document::load(&document.save());
    assert_eq!(loaded.map(|loaded| loaded.heads()).ok(), Some(document.heads()));
    match kind {
        Kind::Handling => {
            let _state = lifecycle::fold(document, &provenances);
            if let Some((report, _)) = REPORT.as_ref() {
                let of_report = crate::scene::provenances(report);
                assert!(project(DOC, report, Some((document, &provenances)), &of_report).is_some());
            }
        }
        _ => assert!(project(DOC, document, None, &provenances).is_some(), "an admitted report is not shown"),
    }
}
