//! Envelopes, their bodies, and leases. Bytes are kept as received.

use ronde_model::envelope::{Envelope, SealedEnvelope};
use ronde_model::history::{Provenance, Provenances};
use ronde_model::id::{AgentId, ChangeHash, DeviceId, DocId, Eid, LeaseId};
use ronde_model::lease::{Lease, SignedLease};
use rusqlite::{OptionalExtension, params};

use super::{Tx, damaged, sql};
use crate::error::Error;

/// What is noted beside an envelope when it is stored.
#[derive(Debug, Clone, Default)]
pub struct EnvelopeRow {
    /// Hash of its change, once read.
    pub change: Option<ChangeHash>,
    /// Written by this device.
    pub own: bool,
    /// Part of the document.
    pub applied: bool,
    /// Written after its lease was over.
    pub late: bool,
    /// Fed and not applied: why.
    pub waiting: Option<String>,
    /// Its ledger number, or for others' the feed's.
    pub seq: Option<u64>,
    /// When the server received it, ms UTC.
    pub received_ms: Option<i64>,
}

impl Tx<'_> {
    /// Stores an envelope unless it is there; whether it is new.
    pub fn add_envelope(&self, sealed: &SealedEnvelope, row: &EnvelopeRow) -> Result<bool, Error> {
        let Envelope { kind, doc, lease, chain, n, t, priority, .. } = &sealed.envelope;
        let clocks = minicbor::to_vec(t).map_err(|e| Error::bug("instant", e))?;
        let added = self
            .connection
            .prepare_cached(
                "INSERT INTO envelope (eid, doc, kind, lease, chain, n, t, wall_ms, priority, change, own, applied, late,
                                       waiting, seq, received_ms)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
                 ON CONFLICT (eid) DO NOTHING",
            )
            .and_then(|mut s| {
                s.execute(params![
                    sealed.eid.0,
                    doc.0,
                    kind.code(),
                    lease.0,
                    chain.0,
                    n,
                    clocks,
                    t.wall_ms,
                    priority,
                    row.change.map(|c| c.0),
                    row.own,
                    row.applied,
                    row.late,
                    row.waiting,
                    row.seq,
                    row.received_ms,
                ])
            })
            .map_err(sql)?;
        if added == 0 {
            return Ok(false);
        }
        self.connection
            .prepare_cached("INSERT INTO body (id, bytes) VALUES (?1, ?2)")
            .and_then(|mut s| s.execute(params![self.connection.last_insert_rowid(), sealed.bytes]))
            .map_err(sql)?;
        Ok(true)
    }

    /// The document an envelope belongs to.
    pub fn doc_of(&self, eid: &Eid) -> Result<Option<DocId>, Error> {
        self.connection
            .prepare_cached("SELECT doc FROM envelope WHERE eid = ?1")
            .and_then(|mut s| s.query_row([eid.0], |r| r.get(0).map(DocId)).optional())
            .map_err(sql)
    }

    /// Whether an envelope is held.
    pub fn holds_envelope(&self, eid: &Eid) -> Result<bool, Error> {
        self.connection
            .prepare_cached("SELECT 1 FROM envelope WHERE eid = ?1")
            .and_then(|mut s| s.exists([eid.0]))
            .map_err(sql)
    }

    /// The envelope is part of the document now.
    pub fn mark_applied(&self, eid: &Eid, change: ChangeHash, late: bool) -> Result<(), Error> {
        self.connection
            .prepare_cached(
                "UPDATE envelope SET applied = 1, waiting = NULL, change = ?2, late = ?3 WHERE eid = ?1",
            )
            .and_then(|mut s| s.execute(params![eid.0, change.0, late]))
            .map_err(sql)?;
        Ok(())
    }

    /// Why a fed envelope is not applied.
    pub fn mark_waiting(&self, eid: &Eid, why: &str) -> Result<(), Error> {
        self.connection
            .prepare_cached("UPDATE envelope SET waiting = ?2 WHERE eid = ?1 AND applied = 0")
            .and_then(|mut s| s.execute(params![eid.0, why]))
            .map_err(sql)?;
        Ok(())
    }

    /// When the server received an envelope that is held already.
    pub fn mark_received(&self, eid: &Eid, received_ms: i64) -> Result<(), Error> {
        self.connection
            .prepare_cached("UPDATE envelope SET received_ms = ?2 WHERE eid = ?1 AND received_ms IS NULL")
            .and_then(|mut s| s.execute(params![eid.0, received_ms]))
            .map_err(sql)?;
        Ok(())
    }

    /// The feed's number of an envelope of somebody else that is held already: the server has it.
    pub fn note_fed(&self, eid: &Eid, seq: Option<u64>) -> Result<(), Error> {
        let Some(seq) = seq else { return Ok(()) };
        self.connection
            .prepare_cached(
                "UPDATE envelope SET seq = min(coalesce(seq, ?2), ?2), offer = 0 WHERE eid = ?1 AND own = 0",
            )
            .and_then(|mut s| s.execute(params![eid.0, seq]))
            .map_err(sql)?;
        Ok(())
    }

    /// The feed's number of a lease.
    pub fn note_fed_lease(&self, lease: &LeaseId, seq: u64) -> Result<(), Error> {
        self.connection
            .prepare_cached("UPDATE lease SET seq = min(coalesce(seq, ?2), ?2) WHERE lease = ?1")
            .and_then(|mut s| s.execute(params![lease.0, seq]))
            .map_err(sql)?;
        Ok(())
    }

    /// The envelopes of a document that wait, in the order of their chains, but for those that the
    /// server set aside.
    pub fn waiting_of(&self, doc: DocId) -> Result<Vec<(SealedEnvelope, bool)>, Error> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT body.bytes, own FROM envelope JOIN body USING (id)
                 WHERE doc = ?1 AND waiting IS NOT NULL AND applied = 0
                   AND NOT EXISTS (SELECT 1 FROM verdict WHERE verdict.eid = envelope.eid)
                 ORDER BY chain, n",
            )
            .map_err(sql)?;
        let rows = statement.query_map([doc.0], |r| Ok((r.get::<_, Vec<u8>>(0)?, r.get(1)?))).map_err(sql)?;
        rows.map(|row| {
            let (bytes, own) = row.map_err(sql)?;
            Ok((SealedEnvelope::parse(bytes).map_err(|_| damaged("envelope"))?, own))
        })
        .collect()
    }

    /// Takes every envelope of a document out of it, to be judged again.
    pub fn unapply(&self, doc: DocId) -> Result<(), Error> {
        self.connection
            .prepare_cached(
                "UPDATE envelope SET applied = 0, waiting = coalesce(
                     CASE applied WHEN 0 THEN waiting END,
                     (SELECT reason FROM verdict WHERE verdict.eid = envelope.eid), 'unread')
                 WHERE doc = ?1",
            )
            .and_then(|mut s| s.execute([doc.0]))
            .map_err(sql)?;
        Ok(())
    }

    /// The documents in which envelopes wait, by id: the first after one of them.
    pub fn documents_waiting(&self, after: DocId, most: usize) -> Result<Vec<DocId>, Error> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT DISTINCT doc FROM envelope INDEXED BY envelope_waiting
                 WHERE waiting IS NOT NULL AND doc > ?1 ORDER BY doc LIMIT ?2",
            )
            .map_err(sql)?;
        let rows =
            statement.query_map(params![after.0, most as i64], |r| r.get(0).map(DocId)).map_err(sql)?;
        rows.collect::<Result<_, _>>().map_err(sql)
    }

    /// The documents whose envelopes wait for a lease.
    pub fn waiting_for_lease(&self, lease: &LeaseId) -> Result<Vec<DocId>, Error> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT DISTINCT doc FROM envelope WHERE waiting = 'missing-lease' AND lease = ?1",
            )
            .map_err(sql)?;
        let rows = statement.query_map([lease.0], |r| r.get(0).map(DocId)).map_err(sql)?;
        rows.collect::<Result<_, _>>().map_err(sql)
    }

    /// Where the changes of a document came from.
    pub fn provenances(&self, doc: DocId) -> Result<Provenances, Error> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT change, eid, agent, name, unit, role, device, t, received_ms, late
                 FROM envelope JOIN lease USING (lease) WHERE doc = ?1 AND applied = 1",
            )
            .map_err(sql)?;
        let rows = statement
            .query_map([doc.0], |r| {
                let t: Vec<u8> = r.get(7)?;
                Ok((
                    ChangeHash(r.get(0)?),
                    Provenance {
                        eid: Eid(r.get(1)?),
                        agent: AgentId(r.get(2)?),
                        name: r.get(3)?,
                        unit: r.get(4)?,
                        role: r.get(5)?,
                        device: DeviceId(r.get(6)?),
                        t: minicbor::decode(&t).unwrap_or_default(),
                        received_ms: r.get(8)?,
                        late: r.get(9)?,
                    },
                ))
            })
            .map_err(sql)?;
        rows.collect::<Result<_, _>>().map_err(sql)
    }

    /// Keeps a verified lease; whether it is new.
    pub fn add_lease(&self, signed: &SignedLease) -> Result<bool, Error> {
        let Lease { agent, name, unit, role, device, .. } = &signed.lease;
        let added = self
            .connection
            .prepare_cached(
                "INSERT INTO lease (lease, cwt, agent, name, unit, role, device) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT (lease) DO NOTHING",
            )
            .and_then(|mut s| s.execute(params![signed.id.0, signed.cwt, agent.0, name, unit, role, device.0]))
            .map_err(sql)?;
        Ok(added > 0)
    }

    /// A lease's CWT.
    pub fn lease(&self, id: &LeaseId) -> Result<Option<Vec<u8>>, Error> {
        self.connection
            .prepare_cached("SELECT cwt FROM lease WHERE lease = ?1")
            .and_then(|mut s| s.query_row([id.0], |r| r.get(0)).optional())
            .map_err(sql)
    }
}
