//! A wire that lies: it stands around the real server and alters what passes, bytes or messages.
//! Decides no lie itself. Changes when something else can be altered on the way.

use std::sync::Mutex;

use ronde_core::{Answering, Call, Link, LinkFault};
use ronde_model::wire::{Response, frame};

use super::{Wire, read_response};

type Spoil = Box<dyn FnMut(Vec<u8>) -> Vec<u8> + Send>;

/// A wire around the real server that alters what passes.
pub struct EvilWire {
    wire: Wire,
    request: Mutex<Option<Spoil>>,
    answer: Mutex<Option<Spoil>>,
}

impl EvilWire {
    /// Alters the bytes of every request.
    pub fn asking(wire: &Wire, alter: impl FnMut(Vec<u8>) -> Vec<u8> + Send + 'static) -> Self {
        let request: Spoil = Box::new(alter);
        EvilWire { wire: wire.clone(), request: Mutex::new(Some(request)), answer: Mutex::default() }
    }

    /// Alters the bytes of every answer.
    pub fn answering_bytes(wire: &Wire, alter: impl FnMut(Vec<u8>) -> Vec<u8> + Send + 'static) -> Self {
        let answer: Spoil = Box::new(alter);
        EvilWire { wire: wire.clone(), request: Mutex::default(), answer: Mutex::new(Some(answer)) }
    }

    /// Alters every answer.
    pub fn answering(wire: &Wire, mut alter: impl FnMut(&mut Response) + Send + 'static) -> Self {
        EvilWire::answering_bytes(wire, move |answer| {
            let mut response = read_response(&answer);
            alter(&mut response);
            frame::pack(&minicbor::to_vec(&response).expect("encodes")).expect("fits")
        })
    }

    /// Alters the bytes of every request too.
    pub fn and_asking(self, alter: impl FnMut(Vec<u8>) -> Vec<u8> + Send + 'static) -> Self {
        EvilWire { request: Mutex::new(Some(Box::new(alter))), ..self }
    }

    /// Alters the first answer and is honest from then on.
    pub fn answering_once(wire: &Wire, alter: impl FnOnce(&mut Response) + Send + 'static) -> Self {
        let mut alter = Some(alter);
        EvilWire::answering(wire, move |response| {
            if let Some(alter) = alter.take() {
                alter(response);
            }
        })
    }
}

fn spoilt(by: &Mutex<Option<Spoil>>, bytes: Vec<u8>) -> Vec<u8> {
    match by.lock().expect("one thread").as_mut() {
        Some(spoil) => spoil(bytes),
        None => bytes,
    }
}

impl Link for EvilWire {
    fn exchange(&self, call: Call) -> Answering<'_> {
        let call = match call {
            Call::Sync(body) => Call::Sync(spoilt(&self.request, body)),
            other => other,
        };
        Box::pin(async move {
            let answer: Result<Vec<u8>, LinkFault> = self.wire.exchange(call).await;
            answer.map(|bytes| spoilt(&self.answer, bytes))
        })
    }
}
