//! What was acknowledged when: after each step, and before and after each exchange, what a person could
//! see and how far both disks were. Refuses to judge. Changes when something else is worth noting.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ronde_core::{Answering, Call, Link, LinkFault};
use ronde_tests::world::{Wire, now};

use crate::picture::Picture;
use crate::stage::Stage;
use crate::trouble::Trouble;

/// Whose disk is cut and whose picture is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Phone,
    Server,
}

/// What was acknowledged by then.
#[derive(Clone)]
pub struct Moment {
    /// Operations of the phone's disk by then.
    pub phone: usize,
    /// Operations of the server's disk by then.
    pub office: usize,
    /// The step it belongs to.
    pub step: usize,
    /// What ended.
    pub label: &'static str,
    /// What could be seen; `None`: nothing was promised yet, not even that it opens.
    pub picture: Option<Arc<Picture>>,
}

impl Moment {
    pub fn operations(&self, side: Side) -> usize {
        match side {
            Side::Phone => self.phone,
            Side::Server => self.office,
        }
    }
}

/// Notes moments while a stage plays.
#[derive(Clone)]
pub struct Watch {
    pub side: Side,
    step: Arc<AtomicUsize>,
    moments: Arc<Mutex<Vec<Moment>>>,
}

impl Watch {
    pub fn new(side: Side) -> Watch {
        Watch { side, step: Arc::default(), moments: Arc::default() }
    }

    /// What is noted from now on belongs to this step.
    pub fn begin(&self, step: usize) {
        self.step.store(step, Relaxed);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Moment>> {
        self.moments.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn moments(&self) -> Vec<Moment> {
        self.lock().clone()
    }

    /// Notes what stands now; the picture before is the picture still when none is given.
    pub fn note(&self, stage: &Stage, label: &'static str, picture: Option<Picture>) {
        let (phone, office) = (stage.phone.disk.operations(), stage.office.disk.operations());
        let mut moments = self.lock();
        let picture =
            picture.map(Arc::new).or_else(|| moments.last().and_then(|moment| moment.picture.clone()));
        moments.push(Moment { phone, office, step: self.step.load(Relaxed), label, picture });
    }
}

impl Stage {
    /// Everything up to here was acknowledged.
    pub fn noted(&self, label: &'static str) -> Result<(), Trouble> {
        if let Some(watch) = &self.watch {
            watch.note(self, label, self.look(watch.side)?);
        }
        Ok(())
    }

    /// What can be seen now on a side; `None` while its program does not run.
    pub fn look(&self, side: Side) -> Result<Option<Picture>, Trouble> {
        match side {
            Side::Phone => self.phone.notebook.as_ref().map(Picture::of_phone).transpose(),
            Side::Server => {
                let token = self.notes.token.as_deref();
                self.office.server.as_ref().map(|server| Picture::of_server(server, token)).transpose()
            }
        }
    }
}

/// A wire that notes a moment on each side of every exchange.
pub struct Watched<'a> {
    pub stage: &'a Stage,
    pub wire: Wire,
}

impl Watched<'_> {
    /// An exchange changes one side only, so the other side's picture stands.
    fn note(&self, side: Side, label: &'static str) -> Result<(), LinkFault> {
        let Some(watch) = &self.stage.watch else { return Ok(()) };
        let seen = if watch.side == side { self.stage.look(side) } else { Ok(None) };
        let seen = seen.map_err(|trouble| LinkFault::Cut(trouble.to_string()))?;
        watch.note(self.stage, label, seen);
        Ok(())
    }
}

impl Link for Watched<'_> {
    fn exchange(&self, call: Call) -> Answering<'_> {
        if let Err(fault) = self.note(Side::Phone, "asked") {
            return Box::pin(std::future::ready(Err(fault)));
        }
        let answer = now(self.wire.exchange(call));
        let noted = self.note(Side::Server, "answered");
        Box::pin(std::future::ready(answer.and_then(|answer| noted.map(|()| answer))))
    }
}
