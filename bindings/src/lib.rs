//! The border: what Kotlin, Swift and Python see of the phone. Mirrors of core's records, one
//! object, the few errors an app acts on, and the ports a host gives. No logic: every rule is in
//! core. It changes when a screen needs something more of the notebook.
#![warn(missing_docs)]

#[macro_use]
mod mirror;
mod draft;
mod error;
mod form;
mod host;
mod notebook;
mod place;
mod report;
mod status;
mod value;

uniffi::setup_scaffolding!("ronde");
