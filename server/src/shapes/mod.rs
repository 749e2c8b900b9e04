//! What supervisors' programs read and write as JSON: the interface's own shapes, described by
//! OpenAPI, so that a rule of the model can move without breaking a console.
//! Refuses to know routes or rights. Changes with the interface.

mod act;
mod catalogue;
mod detail;
mod divergence;
mod entry;
mod event;
mod fact;
mod held;
mod history;
mod label;
mod line;
mod page;
mod person;
mod together;
mod who;

pub use act::{Assigning, Commenting, Deciding, Done, Giving, Linking, Reasoning, Settled};
pub use catalogue::{Catalogue, CommuneWords, TypeWords};
pub use detail::{Act, Comment, Lifecycle, Report, ShownFact, Statement};
pub use divergence::{Decision, Divergence, Divergences, Voice};
pub use entry::Entry;
pub use event::{EventKey, EventLine, EventPage, Opening, Point, Points, Summary};
pub use fact::{Fact, UnreadableFact};
pub use held::Held;
pub use history::{History, Step, Write};
pub use label::{label_of, title_of, words_of};
pub use line::ReportLine;
pub use page::{Page, PageKey};
pub use person::{Assignee, Assignees, Me, MyRights, SigningIn};
pub use together::{Difference, DifferentValue, Event, Suggestion, Why};
pub use who::Who;
