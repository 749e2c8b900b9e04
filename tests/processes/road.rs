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
    act: Act,
}

/// Something that happens once.
type Act = Box<dyn FnOnce() + Send>;

/// What becomes of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Both ends are told that it broke (RST).
    Reset,
    /// The one who listens is told, politely, that this was all (FIN).
    HalfClose,
    /// Nothing passes any more, and nobody is told, until the phone gives up.
    Hang,
    /// From here on one byte at a time.
    Drip,
}

#[derive(Default)]
struct State {
    end: Option<SocketAddr>,
    closed: bool,
    up: Vec<u8>,
    down: u64,
    mine: Option<Mine>,
    ambush: Option<Ambush>,
}

/// A fate that waits on the road.
#[derive(Clone, Copy)]
struct Ambush {
    way: Way,
    after: u64,
    fate: Fate,
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
        let mut state = lock(&self.state);
        let ambush = state.ambush.take().is_some();
        state.mine.take().is_some() || ambush
    }

    /// Once so many bytes have gone one way from now, and before the next, the connection that
    /// carries them meets its fate.
    pub fn ambush(&self, way: Way, after: u64, fate: Fate) {
        self.passed();
        lock(&self.state).ambush = Some(Ambush { way, after, fate });
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
        let bytes = &bytes[..length];
        let (passes, met) = count(bytes, way, state);
        let passed = to.write_all(&bytes[..passes]);
        match met {
            None => {}
            Some(Met::Mine(act)) => act(),
            Some(Met::Fate(fate)) => return meet(fate, from, to, &bytes[passes..]),
        }
        if passed.and_then(|()| to.write_all(&bytes[passes..])).is_err() {
            break;
        }
    }
    // One side left: the other is told.
    let _ = to.shutdown(Shutdown::Write);
    let _ = from.shutdown(Shutdown::Read);
}

/// What becomes of the rest of a connection.
fn meet(fate: Fate, mut from: TcpStream, mut to: TcpStream, rest: &[u8]) {
    match fate {
        Fate::Reset => {
            for end in [&from, &to] {
                // What is dropped with a linger of zero is reset.
                let _ = socket2::SockRef::from(end).set_linger(Some(std::time::Duration::ZERO));
                let _ = end.shutdown(Shutdown::Both);
            }
        }
        Fate::HalfClose => {
            let _ = to.shutdown(Shutdown::Write);
            // Whatever else comes this way is swallowed.
            let _ = std::io::copy(&mut from, &mut std::io::sink());
        }
        Fate::Hang => {
            let _ = std::io::copy(&mut from, &mut std::io::sink());
            let _ = to.shutdown(Shutdown::Both);
        }
        Fate::Drip => {
            let _ = to.set_nodelay(true);
            let mut byte = [0];
            let dripped = rest.iter().try_for_each(|byte| to.write_all(&[*byte]));
            while dripped.is_ok() && matches!(from.read(&mut byte), Ok(1)) {
                if to.write_all(&byte).is_err() {
                    break;
                }
            }
            let _ = to.shutdown(Shutdown::Write);
        }
    }
}

/// What bytes met on their way.
enum Met {
    Mine(Act),
    Fate(Fate),
}

/// Counts bytes; how many pass before something happens, and what.
fn count(bytes: &[u8], way: Way, state: &Mutex<State>) -> (usize, Option<Met>) {
    let mut state = lock(state);
    let before = if way == Way::Up { state.up.len() as u64 } else { state.down };
    match way {
        Way::Up => state.up.extend_from_slice(bytes),
        Way::Down => state.down += bytes.len() as u64,
    }
    let reached = |on: Way, after: u64| on == way && before + bytes.len() as u64 >= after;
    let passes =
        |after: u64| usize::try_from(after.saturating_sub(before)).unwrap_or(bytes.len()).min(bytes.len());
    if let Some(mine) = state.mine.take_if(|mine| reached(mine.way, mine.after)) {
        return (passes(mine.after), Some(Met::Mine(mine.act)));
    }
    match state.ambush.take_if(|ambush| reached(ambush.way, ambush.after)) {
        Some(ambush) => (passes(ambush.after), Some(Met::Fate(ambush.fate))),
        None => (bytes.len(), None),
    }
}
