//! One listener: where it stands, what it is told next, and when it ends.
//! Changes when a listener is told in another order.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use axum::response::sse::Event;
use ronde_model::catalogue::Language;
use serde::Serialize;
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::places::Place;
use super::pulse::Pulse;
use super::told::{Changed, Gone, Hello};
use crate::archive::Head;
use crate::error::ServerError;
use crate::http::problem::{BUSY, NOT_SIGNED_IN, Problem};
use crate::http::{Api, Caller};

/// How often a listener hears that the server lives, and its session is looked at.
const BEAT: Duration = Duration::from_secs(2);

/// Nothing to say beside the event's name.
#[derive(Serialize)]
struct Nothing {}

/// One open page.
pub struct Listener {
    api: Api,
    who: Caller,
    language: Language,
    /// Everything up to here was told; caches made again since, and what was told may have been wrong.
    at: Head,
    pulse: Arc<Pulse>,
    head: watch::Receiver<Head>,
    beat: Interval,
    closing: watch::Receiver<bool>,
    waiting: VecDeque<Event>,
    over: bool,
    place: Place,
}

impl Listener {
    /// Begins at a place, or now.
    pub async fn begin(
        api: Api,
        who: Caller,
        language: Language,
        last: Option<Head>,
    ) -> Result<Self, Problem> {
        let (head, agent) = api
            .call_as(who.clone(), |server, who| Ok::<_, ServerError>((server.head()?, who.agent())))
            .await?;
        let place = api.pulses.places.take(agent).map_err(|none| Problem::new(&BUSY, none))?;
        let pulse = api.pulses.join(&api.server, &api.blocking, head);
        let mut beat = interval(BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut listener = Listener {
            head: pulse.head.clone(),
            closing: api.closing.clone(),
            api,
            who,
            language,
            at: last.unwrap_or(head),
            pulse,
            beat,
            waiting: VecDeque::new(),
            over: false,
            place,
        };
        let hello = Hello { seq: listener.at.seq };
        listener.say("hello", &hello);
        if listener.at != head {
            listener.go_on().await;
        }
        Ok(listener)
    }

    /// The next thing to tell; `None` when the stream is over.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
            }
            if self.over || *self.closing.borrow() {
                return None;
            }
            tokio::select! {
                moved = self.head.changed() => match moved {
                    Ok(()) => {
                        self.go_on().await;
                    }
                    // The pulse lives as long as we hold it.
                    Err(_) => self.over = true,
                },
                _ = self.beat.tick() => self.beat().await,
                closed = self.closing.changed() => self.over |= closed.is_err(),
                () = self.place.is_taken() => self.over = true,
            }
        }
    }

    /// The server lives, and so does the session; what could not be told before is tried again.
    async fn beat(&mut self) {
        let seen = *self.pulse.head.borrow();
        let mut is_heard = true;
        if self.at != seen {
            is_heard = self.go_on().await;
        } else if let Err(problem) = self.still_signed_in().await {
            self.fail(&problem);
        }
        // Silence tells the page that its news are late.
        if is_heard && !self.over {
            self.say("beat", &Nothing {});
        }
    }

    async fn still_signed_in(&self) -> Result<(), Problem> {
        self.api.call_as(self.who.clone(), |_, _| Ok::<_, ServerError>(())).await
    }

    /// Tells what moved since; whether it could be read.
    async fn go_on(&mut self) -> bool {
        let (at, language) = (self.at, self.language);
        let moved = self
            .api
            .call_as(self.who.clone(), move |server, who| {
                let (head, moved) = server.moved(who, (at.history, at.seq))?;
                let territory = server.territory()?;
                let told = moved
                    .map(|moved| (Changed::of(&moved, language, territory.as_deref()), Gone::of(&moved)));
                Ok::<_, ServerError>((head, told))
            })
            .await;
        let is_read = moved.is_ok();
        match moved {
            Ok((head, told)) => {
                let told = told.filter(|_| head.made == at.made);
                // The new number comes with the last event alone: whoever is cut off in between hears
                // both again.
                if let Some((Some(changed), Some(_))) = &told {
                    self.say("changed", changed);
                }
                self.at = head;
                match told {
                    None => self.say("reset", &Nothing {}),
                    Some((_, Some(gone))) => self.say("gone", &gone),
                    Some((Some(changed), None)) => self.say("changed", &changed),
                    Some((None, None)) => {}
                }
            }
            Err(problem) => self.fail(&problem),
        }
        is_read
    }

    fn fail(&mut self, problem: &Problem) {
        if problem.is(&NOT_SIGNED_IN) {
            self.say("signed_out", &Nothing {});
            self.over = true;
        } else {
            tracing::warn!(?problem, "news could not be read, and are tried again");
        }
    }

    fn say<T: Serialize>(&mut self, name: &str, what: &T) {
        let Head { history, seq, made } = self.at;
        let event = Event::default().event(name).id(format!("{history}:{seq}:{made}")).json_data(what);
        match event {
            Ok(event) => self.waiting.push_back(event),
            Err(error) => tracing::error!(%error, name, "an event could not be written"),
        }
    }
}
