//! The phone: an officer's entry becomes a **document**; the **store** keeps it; the **outbox** is
//! what the server has not acknowledged; **sync** decides what to say and **transport** says it.
//! Everything a screen needs is on [`Notebook`]; everything a host must give is in [`Ports`].
//!
//! `notebook → courier → sync, outbox, transport` · `notebook → capture, search` · all → `store`.

mod capture;
mod clock;
mod courier;
mod doctor;
mod enrolment;
mod entropy;
mod error;
mod involved;
mod keys;
mod link;
mod notebook;
mod outbox;
mod rescue;
mod search;
mod status;
mod store;
mod sync;
mod transport;

pub use capture::{About, Adding, Draft, Involved, InvolvedKind};
pub use clock::{Clock, SystemClock};
pub use courier::SyncReport;
pub use doctor::{Checkup, Finding, Health};
pub use entropy::{Entropy, SystemEntropy};
pub use error::{Advice, Error, Problem};
pub use keys::{FileVault, KeyVault, VaultError};
pub use link::{Answering, Call, Link, LinkFault};
pub use notebook::{
    Cause, Change, Detail, Entry, Filed, Identity, ListItem, Note, Notebook, Observer, Page, PageKey,
    PersonsAct, Ports, ReceiptView, Remark, RescueStep, Rescued, SetAside, Settings, SyncStatus,
};
pub use rescue::Loss;
pub use status::{Reader, Status};
pub use store::Upgrade;
pub use transport::HttpLink;

pub use ronde_model as model;
