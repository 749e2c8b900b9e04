//! The server's ledger of this device and its receipt, taken over once both ends agree: when they do
//! not, a walk through the whole ledger may begin. Changes when receipts or the ledger do.

use ronde_model::receipt::Receipt;
use ronde_model::wire::LedgerLine;
use ronde_model::wire::limits::MAX_LEDGER_LINES;

use super::Signer;
use crate::error::Error;
use crate::store::{Position, Tx};

/// What becomes of the ledgers in one answer.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ledgers {
    may_walk: bool,
    begun: bool,
    page: bool,
    walked: bool,
    receipted: bool,
}

impl Ledgers {
    /// Before anything of an answer. `may_walk`: a walk may begin when they differ.
    pub fn new(may_walk: bool) -> Self {
        Ledgers { may_walk, ..Ledgers::default() }
    }

    /// Whether a walk begins.
    pub fn walk_begun(&self) -> bool {
        self.begun
    }

    /// Whether anything came of it.
    pub fn moved(&self) -> bool {
        self.page || self.begun || self.receipted
    }

    /// Takes over lines of the server's ledger. `asked`: they are the page after this number, and what
    /// is not among them is not there; else they are only news.
    ///
    /// # Errors
    /// `ServerAstray`, or the store's own.
    pub fn take_lines(
        &mut self,
        tx: &Tx<'_>,
        position: &mut Position,
        asked: Option<u64>,
        lines: &[LedgerLine],
    ) -> Result<(), Error> {
        let mut last = asked.unwrap_or(0);
        for line in lines {
            if line.seq <= last && last > 0 {
                return Err(Error::ServerAstray { rule: "ledger numbers rise".into() });
            }
            last = line.seq;
        }
        if let Some(after) = asked {
            let full = lines.len() >= MAX_LEDGER_LINES;
            let until = if full { last } else { u64::MAX };
            tx.clear_absent(after, until, lines)?;
            position.repair_after = full.then_some(until);
            (self.page, self.walked) = (true, !full);
        }
        tx.adopt_lines(lines)?;
        if asked.is_some() {
            position.own = tx.covered_own()?;
        }
        Ok(())
    }

    /// Takes a receipt over when it covers exactly what this device knows to be covered.
    ///
    /// # Errors
    /// The store's own.
    pub fn take_receipt(
        &mut self,
        tx: &Tx<'_>,
        signer: &Signer,
        position: &mut Position,
        bytes: Vec<u8>,
    ) -> Result<(), Error> {
        let receipt = match Receipt::open(&bytes, &signer.organisation, &signer.server_key) {
            Ok(receipt)
                if receipt.device == signer.enrolment.device
                    && receipt.history == position.history
                    && receipt.seq >= position.receipt_seq
                    && i64::try_from(receipt.seq).is_ok() =>
            {
                receipt
            }
            _ => return tx.set_aside(None, None, "receipt-unverified", &bytes),
        };
        for (doc, number) in &receipt.numbers {
            tx.set_number(*doc, number)?;
        }
        let mut own = position.own;
        tx.newly_covered(receipt.seq)?.iter().for_each(|eid| own.add(eid));
        if own != receipt.own {
            // Nothing counts as delivered on this receipt until both agree.
            self.begun = position.repair_after.is_none() && !self.walked && self.may_walk;
            if self.begun {
                position.repair_after = Some(0);
            }
            position.disputed = position.repair_after.is_none();
            return Ok(());
        }
        tx.cover(receipt.seq, receipt.now_ms)?;
        position.own = own;
        position.receipt_seq = receipt.seq;
        position.receipt_ms = Some(receipt.now_ms);
        position.receipt = Some(bytes);
        position.repair_after = None;
        position.disputed = false;
        self.receipted = true;
        Ok(())
    }
}
