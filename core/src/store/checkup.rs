//! Whether the database is sound: SQLite's own check, and in depth every page's code and every
//! envelope's hash. Changes nothing. Changes with what is checked.

use ronde_model::envelope::SealedEnvelope;
use ronde_model::id::Eid;

use super::{Store, Tx, sql};
use crate::error::Error;

/// What was found wrong; all zero in a sound database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Soundness {
    /// Lines of complaint of SQLite and SQLCipher.
    pub complaints: u64,
    /// Envelopes whose bytes are not those that were signed.
    pub altered: u64,
    /// Envelopes without bytes.
    pub empty: u64,
}

/// Which programs read the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versions {
    /// SQLite's.
    pub sqlite: String,
    /// SQLCipher's.
    pub cipher: String,
}

impl Store {
    /// Checks the structure; `deep`: and every page, and every envelope.
    pub fn check(&self, deep: bool) -> Result<Soundness, Error> {
        self.read(|tx| {
            let mut found =
                Soundness { complaints: tx.complaints("quick_check", "ok")?, ..Soundness::default() };
            if deep {
                found.complaints += tx.complaints("cipher_integrity_check", "")?;
                found.complaints += tx.complaints("integrity_check", "ok")?;
                (found.altered, found.empty) = tx.rehash()?;
            }
            Ok(found)
        })
    }

    /// Which programs read the database.
    pub fn versions(&self) -> Result<Versions, Error> {
        self.read(|tx| {
            let text =
                |query: &str| tx.connection.query_row(query, [], |r| r.get::<_, String>(0)).map_err(sql);
            Ok(Versions { sqlite: text("SELECT sqlite_version()")?, cipher: text("PRAGMA cipher_version")? })
        })
    }
}

impl Tx<'_> {
    fn complaints(&self, check: &str, fine: &str) -> Result<u64, Error> {
        let mut statement = self.connection.prepare(&format!("PRAGMA {check}")).map_err(sql)?;
        let lines = statement.query_map([], |r| r.get::<_, String>(0)).map_err(sql)?;
        let lines: Vec<String> = lines.collect::<Result<_, _>>().map_err(sql)?;
        Ok(lines.iter().filter(|line| *line != fine).count() as u64)
    }

    fn rehash(&self) -> Result<(u64, u64), Error> {
        let mut statement = self
            .connection
            .prepare("SELECT eid, bytes FROM envelope LEFT JOIN body USING (id)")
            .map_err(sql)?;
        let (mut altered, mut empty) = (0, 0);
        let mut rows = statement.query([]).map_err(sql)?;
        while let Some(row) = rows.next().map_err(sql)? {
            let eid = Eid(row.get(0).map_err(sql)?);
            match row.get::<_, Option<Vec<u8>>>(1).map_err(sql)? {
                None => empty += 1,
                Some(bytes) => {
                    let same = SealedEnvelope::parse(bytes).is_ok_and(|sealed| sealed.eid == eid);
                    altered += u64::from(!same);
                }
            }
        }
        Ok((altered, empty))
    }
}
