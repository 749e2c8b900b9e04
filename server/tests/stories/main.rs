//! The server told as stories, with real signed requests and a clock that the story sets.

mod depositing;
mod enrolling;
mod feeding;
mod ledger;
mod phone;
mod refusing;
mod supervising;
mod throughput;
mod town;
mod upkeep;
