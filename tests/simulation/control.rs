//! Wickedness done on purpose, that a law must notice: without it a run that finds nothing proves
//! nothing. Reaches into the databases behind the product's back. Changes when a law needs proof.

use crate::office::enter;
use crate::town::Town;

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    /// The archive loses an envelope that it acknowledged.
    Lose,
    /// The feed holds an envelope under two numbers.
    Double,
    /// The feed shows a unit the report of another.
    Leak,
    /// A phone shows an old version of a report.
    Diverge,
    /// Phones do not wait for their disks.
    Careless,
}

impl Control {
    /// Every one, with its name on the command line.
    pub const ALL: [(&'static str, Control); 5] = [
        ("lose", Control::Lose),
        ("double", Control::Double),
        ("leak", Control::Leak),
        ("diverge", Control::Diverge),
        ("careless", Control::Careless),
    ];

    /// What is done to the archive at the end.
    fn on_archive(self) -> &'static str {
        match self {
            Control::Lose => {
                "DELETE FROM envelope_body WHERE seq = (SELECT max(seq) FROM envelope WHERE kind = 0 AND state = 0);
                 DELETE FROM envelope WHERE seq = (SELECT max(seq) FROM envelope WHERE kind = 0 AND state = 0);"
            }
            Control::Double => {
                "INSERT INTO feed SELECT tenant, (SELECT seq FROM tenant_head) + 1, 0, seq, NULL, 0
                     FROM envelope WHERE kind = 0 AND state = 0 ORDER BY seq LIMIT 1;
                 INSERT INTO feed_scope SELECT s.tenant, s.scope, (SELECT seq FROM tenant_head) + 1
                     FROM feed_scope s JOIN envelope e ON e.tenant = s.tenant AND e.place = s.seq
                     WHERE e.seq = (SELECT min(seq) FROM envelope WHERE kind = 0 AND state = 0);
                 UPDATE tenant_head SET seq = seq + 1;"
            }
            Control::Leak => {
                "CREATE TEMP TABLE leak AS SELECT e.tenant, e.place, e.report,
                     CASE d.home WHEN 'unit:pm-luce' THEN 'unit:pm-chartres' ELSE 'unit:pm-luce' END AS scope
                     FROM envelope e JOIN document d ON d.tenant = e.tenant AND d.doc = e.report
                     WHERE e.kind = 0 AND e.state = 0 ORDER BY e.seq LIMIT 1;
                 INSERT OR IGNORE INTO document_scope SELECT tenant, report, scope FROM leak;
                 INSERT OR IGNORE INTO feed_scope SELECT tenant, scope, place FROM leak;"
            }
            Control::Diverge | Control::Careless => "",
        }
    }

    /// Does it, once everybody is at rest.
    pub fn spoil(self, town: &mut Town) {
        enter(&town.door).database().execute_batch(self.on_archive()).expect("spoils");
        if self == Control::Diverge {
            for phone in &town.phones {
                phone.database().execute_batch(OLD_VERSIONS).expect("spoils");
            }
        }
    }
}

/// Without its snapshot a document is its first envelope.
const OLD_VERSIONS: &str = "DELETE FROM snapshot";
