//! The port to the archive: a unit of work over the rows of one tenant, read-only or written in one
//! transaction. Synchronous. Knows no database. Changes when the server must keep something more.

mod board;
mod chains;
mod documents;
mod envelopes;
mod feed;
mod handled;
mod people;
mod reports;
mod sign_in;
pub mod sqlite;
mod waiting;

pub use board::{BoardReads, BoardRow};
pub use chains::{ChainReads, ChainRow, ChainWrites};
pub use documents::{DocumentReads, DocumentRow, DocumentWrites};
pub use envelopes::{AcceptedEnvelope, EnvelopeReads, EnvelopeWrites, NewEnvelope, Settlement, Stored};
pub use feed::{
    FeedEnvelope, FeedKind, FeedReads, FeedRow, FeedWrites, Head, HistoryRow, NewFeedRow, StoredConfig,
};
pub use handled::{Handled, Reader};
pub use people::{
    DeviceRow, InvitationRow, OrganisationRow, PeopleReads, PeopleWrites, SupervisorRow, UsedInvitation,
};
pub use reports::{HeldRow, InboxQuery, ReportReads, ReportRow, ReportWrites, StoredReport};
pub use sign_in::{LinkRow, SessionRow, SignInReads, SignInWrites};
pub use waiting::{HeldEnvelope, Knowledge, Portion, WaitingPlace, WaitingReads, WaitingWrites};

use crate::error::ArchiveError;

/// What can be read.
pub trait Reads:
    EnvelopeReads
    + DocumentReads
    + ReportReads
    + BoardReads
    + FeedReads
    + PeopleReads
    + SignInReads
    + ChainReads
    + WaitingReads
{
}

/// What can be written, together, in one transaction.
pub trait Writes:
    Reads
    + EnvelopeWrites
    + DocumentWrites
    + ReportWrites
    + FeedWrites
    + PeopleWrites
    + SignInWrites
    + ChainWrites
    + WaitingWrites
{
}

/// Whether a unit of work is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Everything becomes durable, or nothing.
    Commit,
    /// Nothing happened.
    RollBack,
}

/// One tenant's archive.
pub trait Archive: Send + Sync {
    /// Reads one consistent state. Writes nothing.
    ///
    /// # Errors
    /// The work's, or the archive's.
    fn look(&self, work: &mut dyn FnMut(&dyn Reads)) -> Result<(), ArchiveError>;

    /// Works in one transaction; one at a time.
    ///
    /// # Errors
    /// When it could not be begun or made durable: nothing happened then.
    fn change(&self, work: &mut dyn FnMut(&dyn Writes) -> Ending) -> Result<(), ArchiveError>;

    /// Makes one write durable that changes nothing: a change that is rolled back reaches no disk.
    ///
    /// # Errors
    /// `Full`, `ReadOnly`, or whatever the next change would meet.
    fn prove_writable(&self) -> Result<(), ArchiveError>;
}

/// [`Archive::look`] with a result.
///
/// # Errors
/// The work's, or the archive's.
pub fn read<T, E: From<ArchiveError>>(
    archive: &dyn Archive,
    work: impl FnOnce(&dyn Reads) -> Result<T, E>,
) -> Result<T, E> {
    let (mut work, mut outcome) = (Some(work), None);
    archive.look(&mut |unit| outcome = work.take().map(|work| work(unit)))?;
    outcome.unwrap_or_else(|| Err(not_done()))
}

/// [`Archive::change`] with a result: an error rolls back.
///
/// # Errors
/// The work's, or the archive's: nothing happened then.
pub fn write<T, E: From<ArchiveError>>(
    archive: &dyn Archive,
    work: impl FnOnce(&dyn Writes) -> Result<T, E>,
) -> Result<T, E> {
    let (mut work, mut outcome) = (Some(work), None);
    archive.change(&mut |unit| {
        outcome = work.take().map(|work| work(unit));
        if matches!(outcome, Some(Ok(_))) { Ending::Commit } else { Ending::RollBack }
    })?;
    outcome.unwrap_or_else(|| Err(not_done()))
}

fn not_done<E: From<ArchiveError>>() -> E {
    ArchiveError::Failed("the unit of work was not done".to_owned()).into()
}

#[cfg(test)]
mod contract;
