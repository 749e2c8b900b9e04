//! The server's own errors as problems. Knows which refusal is which kind; what an operator must
//! know goes to the log, and nothing of the machine goes to the caller.
//! Changes when the server can refuse in another way.

use ronde_model::catalogue::Language;

use super::crossing::told;
use super::problem::*;
use crate::error::{ActError, ArchiveError, EnrolError, LinkRefused, NotSignedIn, ServerError, SyncRefusal};

impl From<ServerError> for Problem {
    fn from(error: ServerError) -> Self {
        let kind = match &error {
            ServerError::Invalid(_) => &REFUSED,
            ServerError::Unknown(_) => &NOT_FOUND,
            ServerError::Archive(
                ArchiveError::Busy | ArchiveError::Full | ArchiveError::ReadOnly | ArchiveError::Failed(_),
            ) => &TRY_LATER,
            _ => &DEFECT,
        };
        if *kind == REFUSED || *kind == NOT_FOUND {
            return Problem::new(kind, error);
        }
        tracing::error!(%error, "the server could not serve");
        let reason = match &error {
            ServerError::Archive(ArchiveError::Busy) => "busy",
            ServerError::Archive(ArchiveError::Full) => "disk-full",
            ServerError::Archive(ArchiveError::ReadOnly) => "disk-read-only",
            _ => {
                let told = "the server cannot serve this now: its operator finds the reason in its log";
                return Problem::new(kind, told);
            }
        };
        Problem::new(kind, error).because(reason)
    }
}

impl From<EnrolError> for Problem {
    fn from(error: EnrolError) -> Self {
        let kind = match &error {
            EnrolError::InvitationUnknown => &INVITATION_UNKNOWN,
            EnrolError::InvitationUsed => &INVITATION_USED,
            EnrolError::InvitationExpired => &INVITATION_EXPIRED,
            EnrolError::MacWrong => &MAC_WRONG,
            EnrolError::Malformed => &MALFORMED,
            EnrolError::Server(cause) => return failed(cause),
        };
        Problem::new(kind, error)
    }
}

impl From<SyncRefusal> for Problem {
    fn from(refusal: SyncRefusal) -> Self {
        let kind = match &refusal {
            SyncRefusal::Malformed(_) => &MALFORMED,
            SyncRefusal::TooLarge => &TOO_LARGE,
            SyncRefusal::LeaseUnknown => &LEASE_UNKNOWN,
            SyncRefusal::Signature => &SIGNATURE,
            SyncRefusal::WrongOrganisation => &WRONG_ORGANISATION,
            SyncRefusal::HistoryUnknown => &HISTORY_UNKNOWN,
            SyncRefusal::Version(_) => &VERSION,
            SyncRefusal::TryLater(cause) => return failed(cause),
        };
        Problem::new(kind, refusal)
    }
}

/// A device loses nothing by trying again, whatever the cause was.
fn failed(cause: &ServerError) -> Problem {
    tracing::error!(error = %cause, "a device was told to try later");
    Problem::new(&TRY_LATER, "the server cannot take this in now: nothing was stored, send it again later")
}

impl From<NotSignedIn> for Problem {
    fn from(error: NotSignedIn) -> Self {
        match error {
            NotSignedIn::UnknownToken | NotSignedIn::SessionEnded => Problem::new(&NOT_SIGNED_IN, error),
            NotSignedIn::Server(cause) => cause.into(),
        }
    }
}

impl From<LinkRefused> for Problem {
    fn from(error: LinkRefused) -> Self {
        match error {
            LinkRefused::Used => Problem::new(&LINK_USED, error),
            LinkRefused::Ended => Problem::new(&LINK_ENDED, error),
            LinkRefused::Unknown => Problem::new(&LINK_UNKNOWN, error),
            LinkRefused::Server(cause) => cause.into(),
        }
    }
}

impl From<ActError> for Problem {
    fn from(error: ActError) -> Self {
        match error {
            ActError::NotFound => Problem::new(&NOT_FOUND, error),
            ActError::NotAllowed(_) => Problem::new(&NOT_ALLOWED, error),
            ActError::Invalid(why) => Problem::new(&REFUSED, &why).because(why.code()),
            ActError::NotReleasable(ref why) => Problem::new(&NOT_RELEASABLE, &error).because(why.clone()),
            ActError::ChangedMeanwhile(crossed) => told(&crossed, Language::default()),
            ActError::Server(cause) => cause.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::RetryClass;

    fn told(problem: Problem) -> (String, RetryClass) {
        let json = serde_json::to_value(&problem).unwrap();
        let code = json["type"].as_str().unwrap().strip_prefix("urn:ronde:problem:").unwrap().to_owned();
        (code, problem.retry())
    }

    #[test]
    fn a_device_reads_the_code_and_the_class_that_the_server_named() {
        let busy = || ServerError::Archive(ArchiveError::Busy);
        let refusals = [
            SyncRefusal::Malformed("x".to_owned()),
            SyncRefusal::TooLarge,
            SyncRefusal::LeaseUnknown,
            SyncRefusal::Signature,
            SyncRefusal::WrongOrganisation,
            SyncRefusal::HistoryUnknown,
            SyncRefusal::Version(9),
            SyncRefusal::TryLater(busy()),
        ];
        for refusal in refusals {
            let named = (refusal.code().to_owned(), refusal.class());
            assert_eq!(told(refusal.into()), named);
        }
        let refusals = [
            EnrolError::InvitationUnknown,
            EnrolError::InvitationUsed,
            EnrolError::InvitationExpired,
            EnrolError::MacWrong,
            EnrolError::Malformed,
            EnrolError::Server(busy()),
        ];
        for refusal in refusals {
            let named = (refusal.code().to_owned(), refusal.class());
            assert_eq!(told(refusal.into()), named);
        }
    }

    #[test]
    fn a_disk_that_is_full_or_read_only_is_said_and_nothing_else_of_it() {
        for (error, word) in [
            (ArchiveError::Full, "full"),
            (ArchiveError::ReadOnly, "read-only"),
            (ArchiveError::Busy, "busy"),
        ] {
            let problem = Problem::from(ServerError::Archive(error));
            let json = serde_json::to_value(&problem).unwrap();
            assert_eq!(json["status"], 503);
            for said in ["detail", "reason"] {
                assert!(json[said].as_str().unwrap().contains(word), "{json}");
            }
        }
    }

    #[test]
    fn what_the_machine_looks_like_stays_in_the_log() {
        let error = ServerError::NotInitialised("/srv/ronde/secret".into());
        let told = serde_json::to_string(&Problem::from(error)).unwrap();
        assert!(!told.contains("secret"), "{told}");
    }
}
