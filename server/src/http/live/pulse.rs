//! The head, looked at while somebody listens: changes of other programs move it too.
//! Knows numbers only. Changes when changes are noticed otherwise.

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::{MissedTickBehavior, interval};

use super::super::blocking::Blocking;
use super::places::Places;
use crate::archive::Head;
use crate::server::Server;

/// How often the head is looked at.
const EVERY: Duration = Duration::from_millis(500);

/// The pulse that listeners share, and their places.
#[derive(Clone, Default)]
pub struct Pulses {
    beating: Arc<Mutex<Weak<Pulse>>>,
    /// How many there may be.
    pub places: Places,
}

/// The head as it moves; it is looked at until the last listener drops this.
pub struct Pulse {
    /// The last head seen.
    pub head: watch::Receiver<Head>,
    looking: AbortHandle,
}

impl Pulses {
    /// The pulse, begun if nobody listens yet. `head`: as it stands now.
    pub fn join(&self, server: &Server, blocking: &Blocking, head: Head) -> Arc<Pulse> {
        let mut beating = self.beating.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pulse) = beating.upgrade() {
            return pulse;
        }
        let (tell, told) = watch::channel(head);
        let looking = tokio::spawn(look(server.clone(), blocking.clone(), tell));
        let pulse = Arc::new(Pulse { head: told, looking: looking.abort_handle() });
        *beating = Arc::downgrade(&pulse);
        pulse
    }
}

async fn look(server: Server, blocking: Blocking, tell: watch::Sender<Head>) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let looked = {
            let server = server.clone();
            blocking.run(move || server.head()).await
        };
        match looked {
            Ok(Ok(head)) => {
                tell.send_if_modified(|known| {
                    let moved = *known != head;
                    *known = head;
                    moved
                });
            }
            // The next look may succeed; listeners go on hearing beats.
            Ok(Err(error)) => tracing::warn!(%error, "the head could not be looked at"),
            Err(_busy) => tracing::warn!("the head could not be looked at: the server is busy"),
        }
    }
}

impl Drop for Pulse {
    fn drop(&mut self) {
        self.looking.abort();
    }
}
