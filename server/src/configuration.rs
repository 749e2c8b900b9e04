//! What every phone receives beside documents: the territory. Signed by the server key, one in force
//! under each name. Changes when a new name is published.

use std::sync::{Arc, Mutex, PoisonError};

use ronde_model::config::Config;
use ronde_model::scope::Scope;
use ronde_model::territory::Territory;
use ronde_model::wire::frame;

use crate::archive::{FeedKind, StoredConfig};
use crate::error::ServerError;
use crate::feed::Numbering;
use crate::ground::Ground;

const TERRITORY: &str = "territory";

/// The territory in force, kept while its feed number is the same.
#[derive(Default)]
pub struct TerritoryInForce(Mutex<Option<(u64, Arc<Territory>)>>);

/// Publishes a territory. The one in force already writes nothing (`false`).
///
/// # Errors
/// `Invalid` when it could not travel in one answer, or the archive's.
pub(crate) fn put_territory(ground: &Ground, territory: &Territory) -> Result<bool, ServerError> {
    let body = territory.to_bytes().map_err(|error| ServerError::Invalid(error.to_string()))?;
    let organisation = &ground.organisation;
    ground.write(|archive| {
        let in_force = archive.config(TERRITORY)?;
        if in_force.as_ref().is_some_and(|config| config.body == body) {
            return Ok(false);
        }
        // The newest wins on phones: never older than the one it follows, whatever the clock says.
        let after = in_force.as_ref().map_or(i64::MIN, |config| config.made_ms.saturating_add(1));
        let made_ms = ground.now_ms().max(after);
        let config = Config { name: TERRITORY.to_owned(), made_ms, body: body.clone() };
        let signed = config.sign(&organisation.fingerprint, &organisation.server_key)?;
        if frame::pack(&signed).is_err() {
            return Err(ServerError::Invalid(
                "the territory is too large to travel: simplify its polygons".to_owned(),
            ));
        }
        let mut numbering = Numbering::begin(archive)?;
        let seq = numbering.row(FeedKind::Config, None, Some(TERRITORY.as_bytes()), false, &[Scope::All])?;
        if let Some(config) = in_force {
            archive.hide_feed(config.seq, &Scope::All)?;
        }
        archive.put_config(&StoredConfig { name: TERRITORY.to_owned(), seq, made_ms, body, signed })?;
        numbering.end()?;
        Ok(true)
    })
}

impl TerritoryInForce {
    /// The territory in force.
    ///
    /// # Errors
    /// The archive's, or `Defect` when the stored one is unreadable.
    pub(crate) fn get(&self, ground: &Ground) -> Result<Option<Arc<Territory>>, ServerError> {
        let stored = ground.read(|archive| Ok::<_, ServerError>(archive.config(TERRITORY)?))?;
        let Some(stored) = stored else { return Ok(None) };
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((seq, territory)) = kept.as_ref()
            && *seq == stored.seq
        {
            return Ok(Some(territory.clone()));
        }
        let territory =
            Territory::from_bytes(&stored.body).map_err(|error| ServerError::Defect(error.to_string()))?;
        let territory = Arc::new(territory);
        *kept = Some((stored.seq, territory.clone()));
        Ok(Some(territory))
    }
}
