//! A wire between one phone and the server that counts its bytes and can be cut at any of them:
//! before the server has the whole request, it has nothing; after, it has answered for good.

use std::sync::{Arc, Mutex, MutexGuard};

use ronde_core::{Call, Link, LinkFault};
use ronde_model::organisation::NONCE_BYTES;
use ronde_server::Server;
use ronde_server::error::RetryClass;

/// What went over a wire.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Calls begun.
    pub requests: u64,
    /// Bytes of bodies towards the server.
    pub up: u64,
    /// Bytes of bodies towards the phone.
    pub down: u64,
}

/// Where the server is reached: always the one that stands there now.
#[derive(Clone)]
pub struct Address(Arc<Mutex<Server>>);

impl Address {
    /// The address of a server.
    pub fn of(server: Server) -> Self {
        Address(Arc::new(Mutex::new(server)))
    }

    /// The server that stands there.
    pub fn server(&self) -> Server {
        self.0.lock().expect("one thread").clone()
    }

    /// Another one stands there from now on.
    pub fn hand_over_to(&self, server: Server) {
        *self.0.lock().expect("one thread") = server;
    }
}

/// One phone's wire.
#[derive(Clone)]
pub struct Wire {
    address: Address,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    traffic: Traffic,
    /// Bytes that still pass; `None`: all of them.
    budget: Option<u64>,
    /// What a cut leaves is taken for the whole.
    half_closed: bool,
    /// Calls that are still answered; `None`: all of them.
    calls: Option<u64>,
    unplugged: bool,
    kept: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Wire {
    /// A good wire.
    pub fn new(server: Server) -> Self {
        Wire::to(&Address::of(server))
    }

    /// A good wire to whatever server stands at an address.
    pub fn to(address: &Address) -> Self {
        Wire { address: address.clone(), state: Arc::default() }
    }

    /// Another wire to the same address.
    pub fn beside(&self) -> Self {
        Wire::to(&self.address)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("one thread")
    }

    /// No coverage.
    pub fn unplug(&self) {
        self.state().unplugged = true;
    }

    /// Coverage again, and no cut.
    pub fn plug(&self) {
        let mut state = self.state();
        state.unplugged = false;
        state.half_closed = false;
        state.budget = None;
        state.calls = None;
    }

    /// No coverage after this many more calls.
    pub fn cut_after_calls(&self, calls: u64) {
        self.state().calls = Some(calls);
    }

    /// The wire breaks after this many more bytes, both ways counted.
    pub fn cut_after(&self, bytes: u64) {
        self.state().budget = Some(bytes);
    }

    /// The same, and who listens takes the half that came for the whole: a connection closed
    /// politely, under a transport that does not count.
    pub fn half_close_after(&self, bytes: u64) {
        let mut state = self.state();
        state.budget = Some(bytes);
        state.half_closed = true;
    }

    /// What went over it.
    pub fn traffic(&self) -> Traffic {
        self.state().traffic
    }

    /// Every exchange that went through whole: (request body, answer body).
    pub fn exchanges(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        self.state().kept.clone()
    }

    /// Counts from zero again.
    pub fn forget(&mut self) {
        let mut state = self.state();
        state.traffic = Traffic::default();
        state.kept.clear();
    }

    /// What comes out at the other end; what passed before a cut is counted.
    fn pass(&self, mut bytes: Vec<u8>, up: bool) -> Result<Vec<u8>, LinkFault> {
        let mut state = self.state();
        let whole = bytes.len() as u64;
        let passed = state.budget.map_or(whole, |budget| budget.min(whole));
        if let Some(budget) = &mut state.budget {
            *budget -= passed;
        }
        if up {
            state.traffic.up += passed;
        } else {
            state.traffic.down += passed;
        }
        if passed < whole && !state.half_closed {
            return Err(LinkFault::Cut(format!("cut after {passed} of {whole} bytes")));
        }
        bytes.truncate(usize::try_from(passed).unwrap_or(usize::MAX));
        Ok(bytes)
    }

    /// Whether nothing gets through; one call of those allowed is used up otherwise.
    fn is_deaf(&self) -> bool {
        let mut state = self.state();
        let none_left = state.calls == Some(0);
        state.calls = state.calls.map(|calls| calls.saturating_sub(1));
        state.unplugged || none_left
    }

    fn call(&self, call: Call) -> Result<Vec<u8>, LinkFault> {
        if self.is_deaf() {
            return Err(LinkFault::Cut("no coverage".into()));
        }
        self.state().traffic.requests += 1;
        let sent = match &call {
            Call::Introduction { nonce } => nonce.to_vec(),
            Call::Enrol(body) | Call::Sync(body) => body.clone(),
        };
        let came = self.pass(sent.clone(), true)?;
        let answer = self.serve(match call {
            // Half a nonce is no request at all.
            Call::Introduction { .. } if came != sent => {
                return Err(LinkFault::Cut("half a line of a request".into()));
            }
            Call::Introduction { nonce } => Call::Introduction { nonce },
            Call::Enrol(_) => Call::Enrol(came),
            Call::Sync(_) => Call::Sync(came),
        })?;
        let came = self.pass(answer.clone(), false)?;
        if came == answer {
            self.state().kept.push((sent, answer));
        }
        Ok(came)
    }

    fn serve(&self, call: Call) -> Result<Vec<u8>, LinkFault> {
        let refused = |status, code: &str, class: String, detail: String| LinkFault::Refused {
            status,
            code: code.to_owned(),
            class,
            detail,
        };
        let server = self.address.server();
        match call {
            Call::Introduction { nonce } => {
                let nonce: [u8; NONCE_BYTES] = nonce;
                server
                    .introduction(nonce)
                    .map_err(|e| refused(500, "try-later", "retry".into(), e.to_string()))
            }
            Call::Enrol(body) => {
                server.enrol(&body).map_err(|e| refused(403, e.code(), word(e.class()), e.to_string()))
            }
            Call::Sync(body) => {
                server.synchronise(&body).map_err(|e| refused(400, e.code(), word(e.class()), e.to_string()))
            }
        }
    }
}

/// The class as a problem document spells it.
fn word(class: RetryClass) -> String {
    serde_json::to_value(class).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

impl Link for Wire {
    fn exchange(&self, call: Call) -> ronde_core::Answering<'_> {
        let answer = self.call(call);
        Box::pin(std::future::ready(answer))
    }
}
