//! Events: reports linked as one, as a person who may read them sees them. Derived from the links
//! that stand in the handlings; nothing of it is kept but a copy in memory, made again at will.
//! Changes when an event shows more.

mod board;
mod detail;
mod difference;
mod event;
mod handled;
mod inbox;
mod line;
mod moving;
mod search;
mod suggestion;

pub use board::Kept;
pub use detail::EventDetail;
pub(crate) use detail::event;
pub use difference::{Difference, DifferentValue};
pub use handled::handled_of;
pub(crate) use inbox::Asked;
pub use inbox::{EventFilter, EventKey, EventPage, Order, Points, Summary};
pub(crate) use inbox::{page, points, summary};
pub use line::EventLine;
pub use moving::Moved;
pub(crate) use moving::moved;
pub use suggestion::{Suggestion, Why};
