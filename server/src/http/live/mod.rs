//! What moves in the inbox, as it moves: server-sent events. Knows one listener's road; what moved and
//! who may see it is decided by the server. Changes when a listener is told more.

mod listener;
mod places;
mod pulse;
mod told;

use std::convert::Infallible;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, Sse};
use futures_util::Stream;

pub use pulse::Pulses;
pub use told::{Changed, ChangedEvent, Gone, Hello};

use super::asked::Asked;
use super::catalogue::Spoken;
use super::problem::Problem;
use super::tongue::{Tongue, or_preferred};
use super::{Api, Caller};
use crate::archive::Head;
use listener::Listener;

/// What moves, as it moves: `hello`, `changed`, `gone`, `reset`, `beat` every 2 s, `signed_out`.
#[utoipa::path(get, path = "/v1/live", tag = "events", params(Spoken), security(("token" = []), ("cookie" = [])),
    responses(
        (status = 200, description = "Server-sent events. `id` is a place, given back as `Last-Event-ID` to go on. \
            `hello` (`Hello`) comes first: load the inbox after it. `changed` (`Changed`), `gone` (`Gone`). `reset` {}: too far \
            behind, another history, or caches made again: load again. `beat` {} every 2 s. `signed_out` {}: the session is over, and so is the \
            stream. Of one person's streams the oldest ends when there are more than eight.", body = String, content_type = "text/event-stream"),
        Problem,
    ))]
pub async fn live(
    State(api): State<Api>,
    who: Caller,
    tongue: Tongue,
    headers: HeaderMap,
    Asked(spoken): Asked<Spoken>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let language = or_preferred(spoken.lang.as_deref(), tongue);
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok());
    let listener = Listener::begin(api, who, language, last.map(cursor)).await?;
    let told = futures_util::stream::unfold(listener, |mut listener| async {
        let event = listener.next().await?;
        Some((Ok(event), listener))
    });
    Ok(Sse::new(told))
}

/// A place as an `id` names it; one that cannot be read is in no history.
fn cursor(text: &str) -> Head {
    let read = || {
        let (history, rest) = text.split_once(':')?;
        let (seq, made) = rest.split_once(':')?;
        Some(Head { history: history.parse().ok()?, seq: seq.parse().ok()?, made: made.parse().ok()? })
    };
    read().unwrap_or(Head { history: Default::default(), seq: 0, made: 0 })
}
