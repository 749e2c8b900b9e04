//! Who this notebook writes as, and how far everything is. Changes with what the status screen shows.

use ronde_core::model::id::{AgentId, DeviceId, DocId, Eid, OrgFingerprint};
use ronde_core::{
    Cause, Identity, Loss, Note, PersonsAct, ReceiptView, Rescued, SetAside, SyncReport, SyncStatus,
};

records! {
    /// Who this notebook writes as; the lease ends in ms UTC: reading others' reports ends then,
    /// writing never.
    Identity {
        organisation: String, fingerprint: OrgFingerprint, server: String, device: DeviceId,
        agent: AgentId, name: String, unit: String, role: String, lease_expires_ms: i64, revoked: bool,
    }
    /// What proves that the server holds a report; `signed` is its receipt, COSE_Sign1 in hexadecimal.
    ReceiptView {
        doc: DocId, number: Option<String>, envelopes: Vec<Numbered>, covered: bool,
        received_ms: Option<i64>, signed: Option<String>,
    }
    /// How far everything is: own envelopes by state, reports, times in ms UTC, the sentence that says
    /// why, and what to know besides, the most pressing first.
    SyncStatus {
        written: u64, received: u64, waiting: u64, needs_you: u64,
        reports: u64, reports_received: u64, reports_waiting: u64,
        waiting_since_ms: Option<i64>, last_contact_ms: Option<i64>,
        cause: Cause, act: Option<PersonsAct>, sentence: String, sentence_en: String, notes: Vec<Note>,
    }
    /// One more thing to know of how everything stands.
    Note { cause: Cause, act: Option<PersonsAct>, sentence: String, sentence_en: String }
    /// What one synchronisation did; `complete`: all of this device is receipted and the feed is read.
    SyncReport {
        requests: u32, bytes_up: u64, bytes_down: u64, pushed: u64, fed: u64, refused: u64,
        waiting: u64, complete: bool,
    }
    /// An envelope set aside, and what a person reads of it.
    SetAside {
        eid: Option<Eid>, doc: Option<DocId>, reason: String, sentence: String, sentence_en: String, own: bool,
    }
}

enums! {
    /// Why what was written stands where it stands.
    Cause {
        NothingWritten, AllReceived, Sending, NoNetwork, ServerBusy, ServerRefused, Stopped, StorageFull,
        UpdateNeeded, Revoked, NotEnrolled, ClockOff, ReadingLocked, SetAside,
    }
    /// What the person does about it.
    PersonsAct { Enrol, SendNow, CheckClock, FreeSpace, Update, CallService, Review }
}

records! {
    /// One kind of thing that a rescue could not save, or not as it was.
    Loss { what: String, count: u64, sentence: String }
    /// What a rescue saved; `aside` is the damaged file's name now, in the same directory.
    Rescued {
        envelopes: u64, own: u64, reports: u64, drafts: u64, leases: u64, waiting_for_enrolment: u64,
        enrolled: bool, unreadable: Vec<Loss>, aside: String,
    }
}

type Numbered = (Eid, Option<u64>);

/// An own envelope, with the number of the server's ledger once it answered.
#[derive(uniffi::Record)]
#[allow(missing_docs)]
pub struct LedgerLine {
    pub eid: Eid,
    pub number: Option<u64>,
}

carried! {
    Numbered as LedgerLine,
    |(eid, number): Numbered| LedgerLine { eid, number },
    |line: LedgerLine| Ok((line.eid, line.number));
}
