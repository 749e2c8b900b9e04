//! How far everything is, and the sentence that says why something waits. Judges by what the store
//! holds and how the last conversation ended; says nothing of one report. Changes with its words.

use ronde_model::catalogue::Language;
use ronde_model::instant::DOUBTFUL_SKEW_MS;

use super::talking::Talk;
use super::view::{Cause, Note, PersonsAct};
use super::{Notebook, SyncStatus, lock};
use crate::error::Error;
use crate::status::Reader;
use crate::store::OwnState;

/// Everything that is looked at.
struct Facts {
    own: OwnState,
    talk: Talk,
    enrolled: bool,
    revoked: bool,
    locked: bool,
    full: bool,
    /// Device minus server, ms.
    skew_ms: Option<i64>,
}

impl Notebook {
    /// How far everything is, with the sentence a screen shows.
    ///
    /// # Errors
    /// The store's own.
    pub fn sync_status(&self) -> Result<SyncStatus, Error> {
        let (own, position, locked) = self.inner.store.read(|tx| {
            let mut own = tx.own_state()?;
            // What could not be put in order is looked at by a person too.
            let unhealed = tx.unhealed()?.len() as u64;
            own.needs_you += unhealed;
            own.reports_to_check += unhealed;
            Ok((own, tx.position()?, self.only_own(tx)?.is_some()))
        })?;
        let identity = self.identity()?;
        let revoked = identity.as_ref().is_some_and(|identity| identity.revoked);
        let now = self.now(&position);
        let facts = Facts {
            own: own.clone(),
            talk: lock(&self.inner.talk).clone(),
            enrolled: identity.is_some(),
            revoked,
            locked: locked && !revoked,
            full: self.inner.store.is_full(),
            skew_ms: now.skew_ms,
        };
        let reader = |language| Reader { language, now_ms: now.wall_ms, zone_min: now.zone_min };
        let (first, notes) = facts.notes(&reader(Language::Fr), &reader(Language::En));
        Ok(SyncStatus {
            written: own.written,
            received: own.covered,
            waiting: own.waiting,
            needs_you: own.needs_you,
            reports: own.reports,
            reports_received: own.reports - own.reports_uncovered.min(own.reports),
            reports_waiting: own.reports_waiting,
            waiting_since_ms: own.since_ms,
            last_contact_ms: position.contact_ms,
            cause: first.cause,
            act: first.act,
            sentence: first.sentence,
            sentence_en: first.sentence_en,
            notes,
        })
    }
}

impl Facts {
    /// Everything to be said: the most pressing, then the rest.
    fn notes(&self, fr: &Reader, en: &Reader) -> (Note, Vec<Note>) {
        let note = |cause: Cause| Note {
            cause,
            act: act_for(cause),
            sentence: self.say(cause, fr),
            sentence_en: self.say(cause, en),
        };
        let mut causes = self.causes().into_iter();
        let first = causes.next().unwrap_or(Cause::NothingWritten);
        (note(first), causes.map(note).collect())
    }

    /// The most pressing first; none when nothing was written and nothing is wrong.
    fn causes(&self) -> Vec<Cause> {
        let failed = self.talk.failed.map(|(cause, _)| cause);
        let waits = self.own.waiting > 0;
        let outdated = failed == Some(Cause::UpdateNeeded);
        let barred = !self.enrolled || self.revoked || outdated;
        let skew = self.skew_ms.unwrap_or_default().saturating_abs();
        let all_received = self.own.written > 0 && self.own.covered == self.own.written;
        let asked = [
            (!self.enrolled, Cause::NotEnrolled),
            (self.revoked, Cause::Revoked),
            (self.full, Cause::StorageFull),
            (outdated, Cause::UpdateNeeded),
            (self.talk.running, Cause::Sending),
            (waits && !barred && !self.talk.running, failed.unwrap_or(Cause::NoNetwork)),
            (!waits && failed == Some(Cause::ServerRefused), Cause::ServerRefused),
            (skew > DOUBTFUL_SKEW_MS, Cause::ClockOff),
            (self.own.needs_you > 0, Cause::SetAside),
            (self.locked, Cause::ReadingLocked),
            (all_received, Cause::AllReceived),
        ];
        asked.into_iter().filter(|(holds, _)| *holds).map(|(_, cause)| cause).collect()
    }

    fn say(&self, cause: Cause, reader: &Reader) -> String {
        let fr = reader.language == Language::Fr;
        let either = |french: &str, english: &str| if fr { french.to_owned() } else { english.to_owned() };
        let kept = |n: u64| match (fr, n) {
            (true, _) => format!("{n}\u{a0}rapport{}", plural(n)),
            (false, _) => format!("{n}\u{a0}report{}", plural(n)),
        };
        let waiting = self.own.reports_waiting;
        let behind = if waiting > 0 { format!(" · {}", kept(waiting)) } else { String::new() };
        let since = self.own.since_ms.map_or(String::new(), |ms| format!(" {}", reader.since(ms)));
        let at = self.talk.failed.map_or(String::new(), |(_, ms)| format!(" {}", reader.at(ms)));
        let clock = || {
            let skew = self.skew_ms.unwrap_or_default();
            let by = reader.length(skew);
            match (fr, skew > 0) {
                (true, true) => format!("À revoir\u{a0}: l’heure du téléphone avance de {by}"),
                (true, false) => format!("À revoir\u{a0}: l’heure du téléphone retarde de {by}"),
                (false, true) => format!("To check: the phone’s clock is {by} ahead"),
                (false, false) => format!("To check: the phone’s clock is {by} behind"),
            }
        };
        match cause {
            Cause::NothingWritten => either("Rien à envoyer", "Nothing to send"),
            Cause::AllReceived => match (fr, self.own.reports) {
                (true, n) => format!("Tout est reçu\u{a0}: {} sur {n}", kept(n)),
                (false, n) => format!("Everything is received: {n} of {}", kept(n)),
            },
            Cause::Sending => either("Envoi en cours", "Sending") + &behind,
            Cause::NoNetwork => either("En attente de réseau", "Waiting for network") + &since + &behind,
            Cause::ServerBusy => {
                either("Le serveur demande d’attendre", "The server asks to wait") + &at + &behind
            }
            Cause::ServerRefused => either("Le serveur a refusé", "The server refused") + &at + &behind,
            Cause::Stopped => either("Envoi arrêté", "Sending stopped") + &at + &behind,
            Cause::StorageFull => either(
                "Stockage plein\u{a0}: ce qui est déposé est sauf, le brouillon est gardé",
                "Storage is full: what was filed is safe, the draft is kept",
            ),
            Cause::UpdateNeeded => {
                either("Le serveur demande une version plus récente", "The server asks for a newer version")
                    + &behind
            }
            Cause::Revoked => either("Appareil révoqué", "Device revoked") + &behind,
            Cause::NotEnrolled => either("Ce téléphone n’est pas enrôlé", "This phone is not enrolled"),
            Cause::ClockOff => clock(),
            Cause::ReadingLocked => either(
                "Lecture verrouillée sans réseau. Écrire et déposer restent possibles",
                "Reading is locked without network. Writing and filing go on",
            ),
            Cause::SetAside => match (fr, self.own.reports_to_check) {
                (true, n) => format!("À revoir\u{a0}: {} à l’écart", kept(n)),
                (false, n) => format!("To check: {} set aside", kept(n)),
            },
        }
    }
}

fn act_for(cause: Cause) -> Option<PersonsAct> {
    match cause {
        Cause::NotEnrolled => Some(PersonsAct::Enrol),
        Cause::NoNetwork | Cause::ServerBusy | Cause::Stopped => Some(PersonsAct::SendNow),
        Cause::ServerRefused | Cause::Revoked => Some(PersonsAct::CallService),
        Cause::StorageFull => Some(PersonsAct::FreeSpace),
        Cause::UpdateNeeded => Some(PersonsAct::Update),
        Cause::ClockOff => Some(PersonsAct::CheckClock),
        Cause::SetAside => Some(PersonsAct::Review),
        Cause::NothingWritten | Cause::AllReceived | Cause::Sending | Cause::ReadingLocked => None,
    }
}

fn plural(n: u64) -> &'static str {
    if n > 1 { "s" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_435_200_000;
    const HOUR: i64 = 3_600_000;

    fn facts() -> Facts {
        let own = OwnState { written: 9, covered: 9, reports: 4, ..OwnState::default() };
        let talk = Talk::default();
        Facts { own, talk, enrolled: true, revoked: false, locked: false, full: false, skew_ms: Some(0) }
    }

    fn waits() -> Facts {
        let own = OwnState {
            written: 9,
            covered: 6,
            waiting: 3,
            since_ms: Some(NOW - HOUR),
            reports: 4,
            reports_waiting: 2,
            ..OwnState::default()
        };
        Facts { own, ..facts() }
    }

    fn failed(error: &Error) -> Talk {
        let mut talk = Talk { running: true, failed: None };
        talk.ends(Some(error), NOW - HOUR / 2);
        talk
    }

    fn told(facts: &Facts) -> Vec<(String, String, Option<PersonsAct>)> {
        let reader = |language| Reader { language, now_ms: NOW, zone_min: 60 };
        let (first, rest) = facts.notes(&reader(Language::Fr), &reader(Language::En));
        std::iter::once(first).chain(rest).map(|note| (note.sentence, note.sentence_en, note.act)).collect()
    }

    fn first(facts: &Facts) -> (String, String) {
        let (fr, en, _) = told(facts).remove(0);
        (fr, en)
    }

    fn pair(fr: &str, en: &str) -> (String, String) {
        (fr.to_owned(), en.to_owned())
    }

    #[test]
    fn what_waits_says_why_since_when_and_how_much() {
        assert_eq!(
            first(&waits()),
            pair(
                "En attente de réseau depuis 12:00 · 2\u{a0}rapports",
                "Waiting for network since 12:00 · 2\u{a0}reports"
            )
        );
        let refusal =
            |class: &str| Error::ServerRefused { status: 503, class: class.into(), detail: String::new() };
        let later = [
            (refusal("wait"), "Le serveur demande d’attendre à 12:30 · 2\u{a0}rapports"),
            (refusal("upgrade"), "Le serveur demande une version plus récente · 2\u{a0}rapports"),
            (refusal("stop-and-tell"), "Le serveur a refusé à 12:30 · 2\u{a0}rapports"),
            (Error::Cancelled, "Envoi arrêté à 12:30 · 2\u{a0}rapports"),
        ];
        for (error, sentence) in later {
            assert_eq!(first(&Facts { talk: failed(&error), ..waits() }).0, sentence);
        }
        let running = Facts { talk: Talk { running: true, failed: None }, ..waits() };
        assert_eq!(first(&running).0, "Envoi en cours · 2\u{a0}rapports");
    }

    #[test]
    fn all_is_received_only_when_nothing_waits() {
        assert_eq!(
            first(&facts()),
            pair("Tout est reçu\u{a0}: 4\u{a0}rapports sur 4", "Everything is received: 4 of 4\u{a0}reports")
        );
        let offline = Facts { talk: failed(&Error::Unreachable { detail: String::new() }), ..facts() };
        assert_eq!(first(&offline), first(&facts()), "no network keeps nothing back");
        let bare = Facts { own: OwnState::default(), ..facts() };
        assert_eq!(told(&bare), [("Rien à envoyer".to_owned(), "Nothing to send".to_owned(), None)]);
    }

    #[test]
    fn what_a_person_must_do_comes_first_and_hides_nothing_else() {
        let well = Facts { locked: true, skew_ms: Some(3 * HOUR), ..waits() };
        let acts: Vec<_> = told(&well).into_iter().map(|(fr, _, act)| (fr, act)).collect();
        assert_eq!(acts[1].0, "À revoir\u{a0}: l’heure du téléphone avance de 3\u{a0}h");
        assert_eq!(acts[1].1, Some(PersonsAct::CheckClock));
        assert!(acts[2].0.starts_with("Lecture verrouillée"), "{acts:?}");
        let revoked = Facts { revoked: true, full: true, ..waits() };
        let said: Vec<_> = told(&revoked).into_iter().map(|(fr, ..)| fr).collect();
        assert_eq!(said[0], "Appareil révoqué · 2\u{a0}rapports");
        assert!(said[1].starts_with("Stockage plein"), "{said:?}");
        assert_eq!(said.len(), 2, "no network is waited for: {said:?}");
        let aside = OwnState { covered: 8, needs_you: 1, reports_to_check: 1, ..facts().own };
        let said: Vec<_> = told(&Facts { own: aside, ..facts() }).into_iter().map(|(fr, ..)| fr).collect();
        assert_eq!(said, ["À revoir\u{a0}: 1\u{a0}rapport à l’écart"], "what is not covered is not received");
        let stranger = Facts { enrolled: false, own: OwnState::default(), ..facts() };
        assert_eq!(told(&stranger).len(), 1);
        assert_eq!(told(&stranger)[0].2, Some(PersonsAct::Enrol));
    }
}
