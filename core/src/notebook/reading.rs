//! What a screen reads, always from local storage. An expired lease locks what others wrote, never
//! the author's own.

use std::collections::BTreeMap;

use ronde_model::catalogue::Language;
use ronde_model::config::Config;
use ronde_model::divergence::Divergence;
use ronde_model::document::Comment;
use ronde_model::fact::FactValue;
use ronde_model::history::{self, Provenance, Step};
use ronde_model::id::{AgentId, DocId, Eid};
use ronde_model::instant::DOUBTFUL_SKEW_MS;
use ronde_model::projection::View;
use ronde_model::territory::Territory;

use super::projecting::Opened;
use super::{Detail, ListItem, Notebook, Page, PageKey, ReceiptView, Remark, SetAside};
use crate::error::Error;
use crate::search;
use crate::status::{self, Status};
use crate::store::{Aside, Position, ReportRow, Tx};

/// Reports in one page, at most.
const MAX_PAGE: u32 = 500;

impl Notebook {
    /// A page of the list, newest first.
    ///
    /// # Errors
    /// The store's own.
    pub fn list(&self, after: Option<PageKey>, limit: u32) -> Result<Page, Error> {
        let limit = limit.clamp(1, MAX_PAGE);
        let rows = self.inner.store.read(|tx| tx.reports(after, limit, self.only_own(tx)?))?;
        let full = rows.len() == limit as usize;
        let items: Vec<ListItem> = rows.into_iter().map(item).collect();
        let last = items.last().map(|item| PageKey { recorded_ms: item.row.recorded_ms, doc: item.row.doc });
        Ok(Page { items, next: last.filter(|_| full) })
    }

    /// One report as the list shows it; `None` when it is not one of the list.
    ///
    /// # Errors
    /// The store's own.
    pub fn item(&self, doc: DocId) -> Result<Option<ListItem>, Error> {
        let row = self.inner.store.read(|tx| Ok((tx.report(doc)?, self.only_own(tx)?)))?;
        let (row, own) = row;
        Ok(row.filter(|row| own.is_none_or(|own| row.row.author == own)).map(item))
    }

    /// Reports found by their words; accents and ligatures do not matter, the last word may be unfinished.
    ///
    /// # Errors
    /// The store's own.
    pub fn search(&self, query: &str, limit: u32) -> Result<Vec<ListItem>, Error> {
        let Some(query) = search::query_of(query) else { return Ok(Vec::new()) };
        let rows =
            self.inner.store.read(|tx| tx.find(&query, limit.clamp(1, MAX_PAGE), self.only_own(tx)?))?;
        Ok(rows.into_iter().map(item).collect())
    }

    /// A report, whole.
    ///
    /// # Errors
    /// `NotFound`, `ReadingLocked`, or the store's own.
    pub fn read(&self, doc: DocId) -> Result<Detail, Error> {
        self.open_report(doc, |tx, opened| {
            let row = tx.report(doc)?.ok_or(Error::NotFound(doc))?;
            let view = opened.view().ok_or(Error::NotFound(doc))?;
            let first: BTreeMap<_, _> = opened
                .document
                .sealing()
                .into_iter()
                .flat_map(|seal| seal.writes)
                .filter(|(key, _)| !key.starts_with("statement/"))
                .collect();
            let wrote = wrote(opened, &view);
            Ok(Detail {
                item: item(row),
                facts: view.facts,
                first,
                statements: view.statements,
                divergences: view.divergences,
                lifecycle: opened.lifecycle(),
                wrote,
                comments: comments_of(opened),
                heads: opened.document.heads(),
            })
        })
    }

    /// Who wrote what, when, from which device: the report's changes, then the handling's, by time.
    ///
    /// # Errors
    /// `NotFound`, `ReadingLocked`, or the store's own.
    pub fn history(&self, doc: DocId) -> Result<Vec<Step>, Error> {
        self.open_report(doc, |_, opened| {
            let mut steps = history::tell(&opened.document, &opened.provenances);
            if let Some((handling, provenances)) = &opened.handling {
                steps.extend(history::tell(handling, provenances));
            }
            // Each document's steps stay in their causal order: a stable sort by envelope time alone
            // would break it when a clock was wrong, so times only interleave the two.
            Ok(interleave(steps, opened.document.changes().len()))
        })
    }

    /// Where people wrote apart.
    ///
    /// # Errors
    /// `NotFound`, `ReadingLocked`, or the store's own.
    pub fn divergences(&self, doc: DocId) -> Result<Vec<Divergence>, Error> {
        Ok(self.read(doc)?.divergences)
    }

    /// What proves that the server holds a report.
    ///
    /// # Errors
    /// `NotFound`, or the store's own.
    pub fn receipt(&self, doc: DocId) -> Result<ReceiptView, Error> {
        self.inner.store.read(|tx| {
            let row = tx.report(doc)?.ok_or(Error::NotFound(doc))?;
            let position = tx.position()?;
            let (covered, _) = tx.evidence_of(doc)?;
            let envelopes = tx.own_of(doc)?;
            let receipt = position.receipt.filter(|_| covered && !envelopes.is_empty());
            Ok(ReceiptView {
                doc,
                number: row.number,
                envelopes,
                covered,
                received_ms: receipt.as_ref().and(position.receipt_ms),
                signed: receipt.map(|bytes| bytes.iter().map(|b| format!("{b:02x}")).collect()),
            })
        })
    }

    /// Everything set aside.
    ///
    /// # Errors
    /// The store's own.
    pub fn set_aside(&self) -> Result<Vec<SetAside>, Error> {
        let aside = self.inner.store.read(|tx| tx.all_set_aside())?;
        let say = |(eid, doc, reason, own): Aside| {
            let [sentence, sentence_en] =
                [Language::Fr, Language::En].map(|language| status::sentence(&reason, language).to_owned());
            SetAside { eid, doc, reason, sentence, sentence_en, own }
        };
        Ok(aside.into_iter().map(say).collect())
    }

    /// How many entries that did not verify went, because too many came.
    ///
    /// # Errors
    /// The store's own.
    pub fn dropped_aside(&self) -> Result<u64, Error> {
        self.inner.store.read(|tx| tx.dropped_aside())
    }

    /// Every own envelope ever written with its ledger number, oldest first.
    ///
    /// # Errors
    /// The store's own.
    pub fn own_ledger(&self) -> Result<Vec<(Eid, Option<u64>)>, Error> {
        self.inner.store.read(|tx| tx.own_ledger())
    }

    /// The territory the server sent, if it did.
    ///
    /// # Errors
    /// The store's own; `Corrupt` when what was kept does not read back.
    pub fn territory(&self) -> Result<Option<Territory>, Error> {
        let signer = self.signer()?;
        let Some(signed) = self.inner.store.read(|tx| tx.config("territory"))? else { return Ok(None) };
        let corrupt = |detail: String| Error::Corrupt { detail };
        let config = Config::open(&signed, &signer.organisation, &signer.server_key)
            .map_err(|e| corrupt(format!("territory: {e}")))?;
        Territory::from_bytes(&config.body).map(Some).map_err(|e| corrupt(format!("territory: {e}")))
    }

    fn open_report<T>(
        &self,
        doc: DocId,
        work: impl FnOnce(&Tx<'_>, &Opened) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.inner.store.read(|tx| {
            let opened = Opened::load(tx, doc)?.ok_or(Error::NotFound(doc))?;
            if let Some(own) = self.only_own(tx)?
                && !opened.provenances.values().any(|p| p.agent == own)
            {
                return Err(Error::ReadingLocked);
            }
            work(tx, &opened)
        })
    }

    /// The one agent whose reports may still be read: after the lease's end, or revoked. The
    /// server's last known time counts when the phone's clock was set back.
    pub(super) fn only_own(&self, tx: &Tx<'_>) -> Result<Option<AgentId>, Error> {
        let signer = match self.signer_within(tx) {
            Ok(signer) => signer,
            Err(Error::NotEnrolled) => return Ok(None),
            Err(other) => return Err(other),
        };
        let position = tx.position()?;
        let over = match self.true_ms(&position) {
            Some(now) => signer.lease.lease.is_expired_at(now),
            None => true,
        };
        let locked = signer.enrolment.revoked || over;
        Ok(locked.then_some(signer.lease.lease.agent))
    }
}

impl Notebook {
    /// The time as far as it can be known without the server: within the boot of the last contact
    /// the monotonic clock counts, whatever the wall clock was set to. `None`: the wall clock was
    /// set back behind the last contact, so nothing can be known.
    fn true_ms(&self, position: &Position) -> Option<i64> {
        let now = self.now(position);
        let wall = now.corrected_ms();
        let Some(contact) = position.contact_ms else { return Some(wall) };
        match position.contact_mono {
            Some((then, boot)) if boot == now.boot => {
                Some(contact.saturating_add_unsigned(now.mono_ms.saturating_sub(then)))
            }
            _ => (wall >= contact.saturating_sub(DOUBTFUL_SKEW_MS)).then_some(wall),
        }
    }
}

/// Who wrote what is shown under each key.
fn wrote(opened: &Opened, view: &View) -> BTreeMap<String, Provenance> {
    let contents = opened.document.contents();
    let written = |key: &str, value: &FactValue| {
        let standing = contents.values.get(key)?.iter().filter(|written| written.value == *value);
        let by = standing.filter_map(|written| opened.provenances.get(&written.change));
        by.max_by_key(|who| who.order()).cloned()
    };
    let decided = |key: &str, value: &FactValue| {
        let divergence = view.divergences.iter().find(|divergence| divergence.key == key)?;
        let holds = divergence.decisions.iter().find(|decided| decided.value.as_ref() == Some(value))?;
        holds.provenance.clone()
    };
    let who = |key: &str, value: &FactValue| written(key, value).or_else(|| decided(key, value));
    view.facts.iter().filter_map(|(key, shown)| Some((key.clone(), who(key, &shown.value)?))).collect()
}

/// What supervisors remarked.
fn comments_of(opened: &Opened) -> Vec<Remark> {
    let Some((handling, provenances)) = &opened.handling else { return Vec::new() };
    let changes = history::in_order(handling.changes(), provenances);
    let remarks = changes.iter().flat_map(|change| {
        let provenance = provenances.get(&change.hash);
        let comments = change.writes.iter().filter(|(key, _)| key.starts_with("comment/"));
        comments.filter_map(move |(_, value)| {
            let text = Comment::from_value(value)?.text;
            Some(Remark { text, provenance: provenance.cloned() })
        })
    });
    remarks.collect()
}

/// Merges the report's steps and the handling's by time, each kept in its own order.
fn interleave(steps: Vec<Step>, of_report: usize) -> Vec<Step> {
    let time = |step: &Step| step.provenance.as_ref().map_or(i64::MAX, |p| p.t.corrected_ms());
    let mut report = steps;
    let mut handling = report.split_off(of_report.min(report.len())).into_iter().peekable();
    let mut merged = Vec::with_capacity(report.len() + handling.len());
    for step in report {
        while let Some(act) = handling.next_if(|act| time(act) < time(&step)) {
            merged.push(act);
        }
        merged.push(step);
    }
    merged.extend(handling);
    merged
}

fn item(stored: ReportRow) -> ListItem {
    let ReportRow { row, number, acts, covered, set_aside } = stored;
    let status = if let Some(reason) = set_aside {
        Status::NeedsYou { reason }
    } else if !covered {
        Status::Stored
    } else {
        status::furthest(&acts)
    };
    ListItem { row, status, number }
}
