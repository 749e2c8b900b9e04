//! Reports that healing could not mend: told to their person and to the log, each for as long as it
//! lasts, while everything else goes on. Knows which errors are one report's own.
//! Changes with what such an error may be.

use std::collections::{BTreeMap, BTreeSet};

use ronde_model::id::DocId;

use crate::error::Error;

/// Reports told of at a time, at most.
const MOST_TOLD: usize = 256;

/// What one healing met.
pub struct Unhealed {
    told: BTreeMap<DocId, String>,
    looked_at: BTreeSet<DocId>,
    now: BTreeMap<DocId, String>,
}

impl Unhealed {
    /// Begins. `told`: what was met before, and why, by report.
    pub fn new(told: BTreeMap<DocId, String>) -> Self {
        Unhealed { told, looked_at: BTreeSet::new(), now: BTreeMap::new() }
    }

    /// What became of one report; `None` when it could not be healed.
    ///
    /// # Errors
    /// What is not of this report alone.
    pub fn take<T>(&mut self, doc: DocId, healed: Result<T, Error>) -> Result<Option<T>, Error> {
        self.looked_at.insert(doc);
        let (why, error) = match healed {
            Ok(value) => return Ok(Some(value)),
            // It stays "à revoir" by itself: the server refused it, or would.
            Err(Error::FixForm(_) | Error::NotAllowed { .. }) => return Ok(None),
            Err(error @ Error::Corrupt { .. }) => ("damaged", error),
            Err(error @ Error::Bug { .. }) => ("unhealed", error),
            Err(other) => return Err(other),
        };
        tracing::error!(report = %doc, %error, "this report was not healed, the others were");
        self.now.insert(doc, why.to_owned());
        Ok(None)
    }

    /// What is to be told from now on, when that is something else. `whole`: every report that may be
    /// ailing was looked at.
    pub fn close(self, whole: bool) -> Option<BTreeMap<DocId, String>> {
        let Unhealed { told, looked_at, now } = self;
        let mut tell = told.clone();
        tell.retain(|doc, _| !whole && !looked_at.contains(doc));
        tell.extend(now);
        let tell: BTreeMap<DocId, String> = tell.into_iter().take(MOST_TOLD).collect();
        (tell != told).then_some(tell)
    }
}
