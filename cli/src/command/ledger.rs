//! `ronde ledger`: every envelope this device ever signed, and what the server numbered.

use clap::Args;
use ronde_core::model::id::Eid;
use serde::Serialize;

use crate::desk::Desk;
use crate::failure::Failure;

/// Every envelope this device ever signed, oldest first
#[derive(Debug, Args)]
#[command(after_help = "\
One line an envelope: its identity (the SHA-256 of its bytes) and its number in the server's
ledger once the server has answered. For support: what stands here must stand in the archive
(`ronde-server archive eids`).

JSON: [{\"eid\", \"seq\"}].")]
pub struct Ledger {}

#[derive(Serialize)]
struct Line {
    eid: Eid,
    seq: Option<u64>,
}

impl Ledger {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        let lines: Vec<Line> =
            desk.open()?.own_ledger()?.into_iter().map(|(eid, seq)| Line { eid, seq }).collect();
        desk.answer(&lines, || {
            let number = |line: &Line| line.seq.map_or_else(|| "—".to_owned(), |seq| seq.to_string());
            lines.iter().map(|line| format!("{}  {}\n", line.eid, number(line))).collect()
        })
    }
}
