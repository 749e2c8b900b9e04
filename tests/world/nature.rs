//! Time, chance and keys of a world: shared, seeded, and given to phones and server alike.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use ronde_core::{Entropy, KeyVault, VaultError};
use ronde_model::id::BootId;
use ronde_model::instant::{Instant, TimeSource};
use ronde_server::error::ServerError;

/// One clock for everybody; a device may be wrong by an offset of its own.
#[derive(Debug, Clone)]
pub struct WorldClock {
    wall_ms: Arc<AtomicI64>,
    wrong_by_ms: Arc<AtomicI64>,
    boot: BootId,
}

impl WorldClock {
    /// A clock that stands at a moment, ms UTC.
    pub fn at(wall_ms: i64) -> Self {
        WorldClock {
            wall_ms: Arc::new(AtomicI64::new(wall_ms)),
            wrong_by_ms: Arc::new(AtomicI64::new(0)),
            boot: BootId::default(),
        }
    }

    /// The same time on a device just booted.
    pub fn booted(&self, boot: BootId) -> Self {
        WorldClock { wrong_by_ms: self.wrong_by_ms.clone(), wall_ms: self.wall_ms.clone(), boot }
    }

    /// Time passes for everybody.
    pub fn pass(&self, ms: i64) {
        self.wall_ms.fetch_add(ms, Ordering::SeqCst);
    }

    /// Every phone's clock is wrong by this much from now on (the server's never).
    pub fn mislead_phones(&self, ms: i64) {
        self.wrong_by_ms.store(ms, Ordering::SeqCst);
    }

    /// The true time, ms UTC.
    pub fn true_ms(&self) -> i64 {
        self.wall_ms.load(Ordering::SeqCst)
    }
}

impl ronde_core::Clock for WorldClock {
    fn now(&self) -> Instant {
        let true_ms = self.true_ms();
        Instant {
            wall_ms: true_ms + self.wrong_by_ms.load(Ordering::SeqCst),
            mono_ms: u64::try_from(true_ms - super::A_NIGHT).unwrap_or(0),
            boot: self.boot,
            source: TimeSource::System,
            zone_min: 60,
            skew_ms: None,
            err_ms: None,
        }
    }
}

impl ronde_server::clock::Clock for WorldClock {
    fn now_ms(&self) -> i64 {
        self.true_ms()
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): every throw follows from the seed.
#[derive(Debug, Clone)]
pub struct Dice(Arc<Mutex<u64>>);

impl Dice {
    /// A die for a seed.
    pub fn new(seed: u64) -> Self {
        Dice(Arc::new(Mutex::new(seed)))
    }

    /// Another die that throws what this one will throw.
    pub fn copy(&self) -> Self {
        Dice::new(*self.0.lock().expect("one thread"))
    }

    /// A number.
    pub fn number(&self) -> u64 {
        let mut state = self.0.lock().expect("one thread");
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = *state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`.
    pub fn below(&self, limit: u64) -> u64 {
        self.number() % limit.max(1)
    }

    /// Fills bytes.
    pub fn roll(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let eight = self.number().to_le_bytes();
            chunk.copy_from_slice(&eight[..chunk.len()]);
        }
    }
}

impl Entropy for Dice {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), String> {
        self.roll(buffer);
        Ok(())
    }
}

impl ronde_server::entropy::Entropy for Dice {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), ServerError> {
        self.roll(bytes);
        Ok(())
    }
}

/// Stands for a phone's hardware vault, which cannot exist here: keeps nothing secret. The real
/// file vault is told by the command line's stories.
#[derive(Debug)]
pub struct WorldVault;

impl KeyVault for WorldVault {
    fn wrap(&self, secret: &[u8]) -> Result<Vec<u8>, VaultError> {
        Ok(secret.iter().map(|byte| byte ^ 0x5a).collect())
    }

    fn unwrap(&self, wrapped: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.wrap(wrapped)
    }

    fn device_public_key(&self) -> Result<Vec<u8>, VaultError> {
        Ok(Vec::new())
    }

    fn sign_es256(&self, _message: &[u8]) -> Result<Vec<u8>, VaultError> {
        Err(VaultError::Unavailable("this world has no hardware".into()))
    }

    fn attestation(&self, _challenge: &[u8]) -> Result<Vec<u8>, VaultError> {
        Ok(Vec::new())
    }
}
