//! What the supervisors' page calls: signing in, events, what moved. Holds no rule of its own.
//! Changes when the page can ask for one thing more.

use ronde_model::id::{DocId, Eid, HistoryId};

use super::Server;
use crate::acts::{self, NewEvent};
use crate::archive::Head;
use crate::error::{ActError, LinkRefused, NotSignedIn, ServerError};
use crate::events::{
    self, Asked, EventDetail, EventFilter, EventKey, EventPage, Moved, Order, Points, Summary,
};
use crate::people::{self, Assignees, Credential, Supervisor};
use crate::sign_in::{self, OneTimeLink, Opened};

impl Server {
    /// A link that signs a supervisor in, once; `whom`: an id, or the whole name.
    ///
    /// # Errors
    /// `Unknown`; `Invalid` when two people have that name.
    pub fn sign_in_link(&self, whom: &str) -> Result<OneTimeLink, ServerError> {
        sign_in::link(self.ground(), whom)
    }

    /// Uses the code of such a link: a session begins.
    ///
    /// # Errors
    /// [`LinkRefused`].
    pub fn open_session(&self, code: &str) -> Result<Opened, LinkRefused> {
        sign_in::open(self.ground(), code)
    }

    /// Ends the session of a cookie. One that there is not is no error.
    ///
    /// # Errors
    /// The archive's.
    pub fn end_session(&self, cookie: &str) -> Result<(), ServerError> {
        sign_in::end(self.ground(), cookie)
    }

    /// Signs in by a token or by the cookie of a session.
    ///
    /// # Errors
    /// `UnknownToken`, `SessionEnded`.
    pub fn sign_in_with(&self, credential: &Credential) -> Result<Supervisor, NotSignedIn> {
        self.parts.sessions.sign_in(self.ground(), credential)
    }

    /// Keeps where this server listens: the address of the links that other programs print.
    ///
    /// # Errors
    /// The archive's.
    pub fn serves_at(&self, url: &str) -> Result<(), ServerError> {
        self.ground().write(|archive| Ok::<_, ServerError>(archive.put_serving(url)?))
    }

    /// One page of events.
    ///
    /// # Errors
    /// The archive's.
    pub fn events(
        &self,
        who: &Supervisor,
        filter: &EventFilter,
        order: Order,
        after: Option<EventKey>,
        limit: usize,
    ) -> Result<EventPage, ServerError> {
        let territory = self.territory()?;
        let asked = Asked { filter, territory: territory.as_deref() };
        events::page(self.ground(), &self.parts.board, who, asked, order, after, limit)
    }

    /// The event of a report; `None` when there is none or it may not be read.
    ///
    /// # Errors
    /// The archive's.
    pub fn event(&self, who: &Supervisor, doc: DocId) -> Result<Option<EventDetail>, ServerError> {
        events::event(self.ground(), &self.parts.board, who, doc)
    }

    /// Where events are.
    ///
    /// # Errors
    /// The archive's.
    pub fn points(&self, who: &Supervisor, filter: &EventFilter) -> Result<Points, ServerError> {
        let territory = self.territory()?;
        let asked = Asked { filter, territory: territory.as_deref() };
        events::points(self.ground(), &self.parts.board, who, asked)
    }

    /// What there is to do.
    ///
    /// # Errors
    /// The archive's.
    pub fn summary(&self, who: &Supervisor) -> Result<Summary, ServerError> {
        events::summary(self.ground(), &self.parts.board, who)
    }

    /// Marks read what stood there at a number (`moved` of a line); `None` when this person had already
    /// read that. Without number: as it stands.
    ///
    /// # Errors
    /// [`ActError`].
    pub fn mark_read_as_seen(
        &self,
        who: &Supervisor,
        doc: DocId,
        seen: Option<u64>,
    ) -> Result<Option<Eid>, ActError> {
        acts::mark_read(self.ground(), who, doc, seen)
    }

    /// Puts somebody in charge, for a reason or none, unless somebody else assigned, closed or opened
    /// again after `seen`.
    ///
    /// # Errors
    /// `ChangedMeanwhile`, [`ActError`].
    pub fn assign_as_seen(
        &self,
        who: &Supervisor,
        doc: DocId,
        (to, reason): (&str, Option<&str>),
        seen: Option<u64>,
    ) -> Result<Eid, ActError> {
        let event = NewEvent { what: "assign", reason, assignee: Some(to), seen, ..NewEvent::default() };
        acts::event(self.ground(), who, doc, &event)
    }

    /// Closes, with a reason, unless somebody else acted or wrote after `seen`.
    ///
    /// # Errors
    /// `ChangedMeanwhile`, [`ActError`].
    pub fn close_as_seen(
        &self,
        who: &Supervisor,
        doc: DocId,
        reason: &str,
        seen: Option<u64>,
    ) -> Result<Eid, ActError> {
        let event = NewEvent { what: "close", reason: Some(reason), seen, ..NewEvent::default() };
        acts::event(self.ground(), who, doc, &event)
    }

    /// Opens again, unless somebody else closed or opened after `seen`.
    ///
    /// # Errors
    /// `ChangedMeanwhile`, [`ActError`].
    pub fn reopen_as_seen(
        &self,
        who: &Supervisor,
        doc: DocId,
        reason: &str,
        seen: Option<u64>,
    ) -> Result<Eid, ActError> {
        acts::reopen(self.ground(), who, doc, reason, seen)
    }

    /// Whom a report can be assigned to.
    ///
    /// # Errors
    /// The archive's.
    pub fn assignees(&self, who: &Supervisor) -> Result<Assignees, ServerError> {
        people::assignees(self.ground(), who)
    }

    /// The history and its last number: it moves with every change, whichever program made it.
    ///
    /// # Errors
    /// The archive's.
    pub fn head(&self) -> Result<Head, ServerError> {
        self.ground().read(|archive| Ok::<_, ServerError>(archive.head()?))
    }

    /// What moved since a number; `None` beside the head when everything is to be loaded again.
    ///
    /// # Errors
    /// The archive's.
    pub fn moved(
        &self,
        who: &Supervisor,
        since: (HistoryId, u64),
    ) -> Result<(Head, Option<Moved>), ServerError> {
        events::moved(self.ground(), &self.parts.board, who, since)
    }
}
