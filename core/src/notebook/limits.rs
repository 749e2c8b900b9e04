//! An answer before anything of it is believed: how many entries it may have, how large its numbers
//! may be. Knows no rule of what it says. Changes with the protocol's limits.

use ronde_model::wire::Response;
use ronde_model::wire::limits::{MAX_FEED_ITEMS, MAX_FORKS, MAX_LEDGER_LINES};

use crate::courier::Composed;
use crate::error::Error;

/// Lost bodies asked for in one request, at most.
pub const MOST_BODIES: usize = 256;

/// Refuses an answer that no honest server gives.
///
/// # Errors
/// `ServerAstray`.
pub fn check(response: &Response, composed: &Composed) -> Result<(), Error> {
    let astray = |rule: &str| Err(Error::ServerAstray { rule: rule.into() });
    if response.answers.len() > composed.eids.len() + composed.offers.len() {
        return astray("one answer for each envelope pushed");
    }
    if response.feed.len() > MAX_FEED_ITEMS as usize + MOST_BODIES {
        return astray("no more entries than asked for");
    }
    if response.ledger.as_ref().is_some_and(|lines| lines.len() > MAX_LEDGER_LINES) {
        return astray("a page of the ledger has an end");
    }
    let forks = response.forks.as_deref().unwrap_or_default();
    if forks.len() > MAX_FORKS {
        return astray("few restores lie between two histories");
    }
    // Numbers that a database column does not hold: no honest server comes near.
    let answered = response.answers.iter().filter_map(|answer| answer.seq);
    let ledger = response.ledger.iter().flatten().flat_map(|line| [line.n, line.seq]);
    let forked = forks.iter().map(|fork| fork.seq);
    let mut numbers = answered.chain(ledger).chain(forked).chain([response.cursor.1]);
    if numbers.any(|number| i64::try_from(number).is_err()) {
        return astray("numbers have 63 bits");
    }
    Ok(())
}
