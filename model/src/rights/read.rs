//! Who may see a document: the union of its scopes against the scopes of a lease. Deny by default.
//! The feed and every HTTP handler turn this into a query; nothing else decides.

use std::collections::BTreeSet;

use crate::id::AgentId;
use crate::lease::Lease;
use crate::rights::Right;
use crate::scope::Scope;

/// What a person or a device may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// Everything of the agglomeration.
    Everything,
    /// Documents that stand in one of these scopes.
    Within(BTreeSet<Scope>),
}

impl Reading {
    /// What a lease lets its holder read: its scopes, its device's own entries, and `all`.
    pub fn of(lease: &Lease) -> Self {
        if lease.allows(Right::ReadAll) {
            return Reading::Everything;
        }
        let implicit = [Scope::All, Scope::Device(lease.device)];
        Reading::Within(lease.scopes.iter().cloned().chain(implicit).collect())
    }

    /// Whether a document standing in `scopes` may be read.
    pub fn covers(&self, scopes: &BTreeSet<Scope>) -> bool {
        match self {
            Reading::Everything => true,
            Reading::Within(mine) => mine.intersection(scopes).next().is_some(),
        }
    }
}

/// The scopes of a report: its home, and everybody who wrote a part of it. A handling has its report's.
pub fn scopes_of_report(home: &Scope, authors: impl IntoIterator<Item = AgentId>) -> BTreeSet<Scope> {
    std::iter::once(home.clone()).chain(authors.into_iter().map(Scope::Author)).collect()
}
