//! Whether the story held: counts, and what must be zero. Changes with the keys of `--json`.

use serde_json::{Value, json};

pub struct Verdict {
    pub filed: usize,
    pub written: usize,
    pub delivered: usize,
    pub lost: Vec<String>,
    pub divergences: usize,
    pub decided: usize,
    pub decisions_on_both_phones: usize,
    pub noop_requests: u64,
    pub noop_bytes: u64,
}

impl Verdict {
    pub fn is_good(&self) -> bool {
        self.filed > 0
            && self.lost.is_empty()
            && self.delivered == self.filed
            && self.divergences > 0
            && self.decided == self.divergences
            && self.decisions_on_both_phones == self.decided
            && self.noop_requests == 3
    }

    pub fn print(&self) {
        println!(
            "\n{} reports filed in {} signed envelopes, {} delivered",
            self.filed, self.written, self.delivered
        );
        println!("{} envelopes of the phones' ledgers are not in the archive", self.lost.len());
        for eid in &self.lost {
            println!("  LOST {eid}");
        }
        println!(
            "{} divergences, {} decided, {} seen on both phones",
            self.divergences, self.decided, self.decisions_on_both_phones
        );
        println!(
            "nothing new: {} requests of 3 phones, {} bytes in all",
            self.noop_requests, self.noop_bytes
        );
        println!(
            "{}",
            if self.is_good() {
                "Nothing was lost, nothing was overwritten."
            } else {
                "SOMETHING IS MISSING."
            }
        );
    }

    pub fn json(&self, address: Option<&str>) -> Value {
        json!({
            "filed": self.filed,
            "written": self.written,
            "delivered": self.delivered,
            "lost": self.lost.len(),
            "divergences": self.divergences,
            "decided": self.decided,
            "decisions_on_both_phones": self.decisions_on_both_phones,
            "noop_requests": self.noop_requests,
            "noop_bytes": self.noop_bytes,
            "api_url": address,
        })
    }
}
