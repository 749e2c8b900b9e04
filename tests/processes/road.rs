//! A road over TCP between phones and a server: one address for the whole story, whoever is at its
//! other end. Counts bytes, keeps those that went up, and lets something happen after so many.
//! Knows nothing of what passes.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Which way bytes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Towards the server.
    Up,
    /// Towards the phone.
    Down,
}

/// What waits under the road.
struct Mine {
    way: Way,
    after: u64,
    act: Box<dyn FnOnce() + Send>,
}

#[derive(Default)]
struct State {
    end: Option<SocketAddr>,
    closed: bool,
    up: Vec<u8>,
    down: u64,
    mine: Option<Mine>,
}

/// The road.
pub struct Road {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl Road {
    /// A road that leads nowhere yet.
    pub fn new() -> Road {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        std::thread::spawn(move || {
            for phone in listener.incoming() {
                if lock(&shared).closed {
                    return;
                }
                if let Ok(phone) = phone {
                    carry(phone, &shared);
                }
            }
        });
        Road { address, state }
    }

    /// Where phones find it.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on it leads there.
    pub fn lead_to(&self, end: SocketAddr) {
        lock(&self.state).end = Some(end);
    }

    /// From now on who takes it is turned away at once.
    pub fn lead_nowhere(&self) {
        lock(&self.state).end = None;
    }

    /// Bytes both ways, counted from zero again.
    pub fn passed(&self) -> (Vec<u8>, u64) {
        let mut state = lock(&self.state);
        (std::mem::take(&mut state.up), std::mem::take(&mut state.down))
    }

    /// Once so many bytes have gone one way from now, and before the next, `act`.
    pub fn mine(&self, way: Way, after: u64, act: impl FnOnce() + Send + 'static) {
        self.passed();
        lock(&self.state).mine = Some(Mine { way, after, act: Box::new(act) });
    }

    /// Whether what waited has not happened; it will not any more.
    pub fn disarm(&self) -> bool {
        lock(&self.state).mine.take().is_some()
    }
}

impl Default for Road {
    fn default() -> Self {
        Road::new()
    }
}

impl Drop for Road {
    fn drop(&mut self) {
        lock(&self.state).closed = true;
        // Wakes the thread that waits for a phone, which then gives the address up.
        let _ = TcpStream::connect(self.address);
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Joins a phone with whoever is at the end now.
fn carry(phone: TcpStream, state: &Arc<Mutex<State>>) {
    let Some(end) = lock(state).end else { return };
    let Ok(server) = TcpStream::connect(end) else { return };
    let (Ok(phone_again), Ok(server_again)) = (phone.try_clone(), server.try_clone()) else { return };
    for (from, to, way) in [(phone, server, Way::Up), (server_again, phone_again, Way::Down)] {
        let state = state.clone();
        std::thread::spawn(move || one_way(from, to, way, &state));
    }
}

fn one_way(mut from: TcpStream, mut to: TcpStream, way: Way, state: &Mutex<State>) {
    let mut bytes = [0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut bytes) {
        let (passes, act) = count(&bytes[..length], way, state);
        let passed = to.write_all(&bytes[..passes]);
        if let Some(act) = act {
            act();
        }
        if passed.and_then(|()| to.write_all(&bytes[passes..length])).is_err() {
            break;
        }
    }
    // One side left: the other is told.
    let _ = to.shutdown(Shutdown::Write);
    let _ = from.shutdown(Shutdown::Read);
}

type Act = Box<dyn FnOnce() + Send>;

/// Counts bytes; how many pass before something happens, and what.
fn count(bytes: &[u8], way: Way, state: &Mutex<State>) -> (usize, Option<Act>) {
    let mut state = lock(state);
    let before = if way == Way::Up { state.up.len() as u64 } else { state.down };
    match way {
        Way::Up => state.up.extend_from_slice(bytes),
        Way::Down => state.down += bytes.len() as u64,
    }
    let here = |mine: &mut Mine| mine.way == way && before + bytes.len() as u64 >= mine.after;
    match state.mine.take_if(here) {
        None => (bytes.len(), None),
        Some(mine) => {
            let passes = usize::try_from(mine.after.saturating_sub(before)).unwrap_or(bytes.len());
            (passes.min(bytes.len()), Some(mine.act))
        }
    }
}
