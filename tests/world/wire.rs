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

/// One phone's wire.
#[derive(Clone)]
pub struct Wire {
    server: Server,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    traffic: Traffic,
    /// Bytes that still pass; `None`: all of them.
    budget: Option<u64>,
    unplugged: bool,
    kept: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Wire {
    /// A good wire.
    pub fn new(server: Server) -> Self {
        Wire { server, state: Arc::default() }
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
        state.budget = None;
    }

    /// The wire breaks after this many more bytes, both ways counted.
    pub fn cut_after(&self, bytes: u64) {
        self.state().budget = Some(bytes);
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

    /// Whether `bytes` pass; what passed before a cut is counted.
    fn pass(&self, bytes: usize, up: bool) -> Result<(), LinkFault> {
        let mut state = self.state();
        let whole = bytes as u64;
        let passed = state.budget.map_or(whole, |budget| budget.min(whole));
        if let Some(budget) = &mut state.budget {
            *budget -= passed;
        }
        if up {
            state.traffic.up += passed;
        } else {
            state.traffic.down += passed;
        }
        if passed < whole {
            Err(LinkFault::Cut(format!("cut after {passed} of {whole} bytes")))
        } else {
            Ok(())
        }
    }

    fn call(&self, call: Call) -> Result<Vec<u8>, LinkFault> {
        if self.state().unplugged {
            return Err(LinkFault::Cut("no coverage".into()));
        }
        self.state().traffic.requests += 1;
        let request = match &call {
            Call::Introduction { nonce } => nonce.to_vec(),
            Call::Enrol(body) | Call::Sync(body) => body.clone(),
        };
        self.pass(request.len(), true)?;
        let answer = self.serve(call)?;
        self.pass(answer.len(), false)?;
        self.state().kept.push((request, answer.clone()));
        Ok(answer)
    }

    fn serve(&self, call: Call) -> Result<Vec<u8>, LinkFault> {
        let refused = |status, code: &str, class: String, detail: String| LinkFault::Refused {
            status,
            code: code.to_owned(),
            class,
            detail,
        };
        match call {
            Call::Introduction { nonce } => {
                let nonce: [u8; NONCE_BYTES] = nonce;
                self.server
                    .introduction(nonce)
                    .map_err(|e| refused(500, "try-later", "retry".into(), e.to_string()))
            }
            Call::Enrol(body) => {
                self.server.enrol(&body).map_err(|e| refused(403, e.code(), word(e.class()), e.to_string()))
            }
            Call::Sync(body) => self
                .server
                .synchronise(&body)
                .map_err(|e| refused(400, e.code(), word(e.class()), e.to_string())),
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
