//! The agglomeration server: takes in signed documents and projects them for supervisors.
//! Knows which parts there are. Changes when a part joins or leaves.

mod access;
mod acts;
mod archive;
pub mod backup;
pub mod clock;
pub mod config;
mod configuration;
mod copies;
pub mod devices;
mod disk;
pub mod doctor;
pub mod enrolment;
pub mod entropy;
pub mod error;
pub mod events;
mod feed;
mod ground;
pub mod histories;
pub mod http;
mod intake;
mod keys;
mod organisation;
pub mod people;
mod readiness;
mod reading;
mod server;
mod session;
pub mod shapes;
pub mod sign_in;
pub mod supervision;
pub mod territory;

pub use acts::{Did, Meanwhile};
pub use server::{Deciding, Ports, Server};
