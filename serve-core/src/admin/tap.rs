//! Calls as they end, as server-sent events.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::response::IntoResponse;
use axum::response::sse::{Event as Message, KeepAlive, Sse};
use futures_core::Stream;
use futures_util::StreamExt;
use http::Method;
use serde::Serialize;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::endpoint::{AdminAnswer, Endpoint};
use super::events::ALIVE_EVERY;
use super::reading::AdminRequest;
use super::server::Admin;
use crate::controller::ControllerHandle;
use crate::observe::{TapFilter, TapStream};

/// What tells a reader what it has missed.
pub(crate) const MISSED: &str = "missed";
const CALL: &str = "call";
/// How often replicas that have come since are told that somebody watches, and readers what they have missed.
const LOOK_EVERY: Duration = Duration::from_millis(250);

pub(super) fn endpoints() -> Vec<Endpoint> {
    let details = "Requests and calls when they have ended: `event: call`, with the call as JSON. No bodies, no queries, no \
                   headers. A reader delays no call; what it misses is told as `event: missed`. Costs nothing while nobody \
                   reads. Replicas that are made meanwhile follow within a quarter of a second.";
    vec![
        Endpoint::new(Method::GET, "/api/v1/tap", "tap", "Calls as they end", tap)
            .details(details)
            .query::<TapFilter>()
            .answers_as::<String>(200, "Server-sent events", "text/event-stream"),
    ]
}

async fn tap(admin: Admin, asked: AdminRequest) -> AdminAnswer {
    let filter: TapFilter = asked.query()?;
    let serve = admin.serve()?;
    let calls = serve.proxy().taps().open(filter);
    let mut looking = interval(LOOK_EVERY);
    looking.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let watched = Watched { controller: serve.controller().clone(), calls, looking };
    // Before its client knows that it may go on.
    watched.tell_replicas();
    // As all events do, before the server waits for its readers.
    let over = serve.events().for_each(|_| std::future::ready(()));
    let messages = watched.take_until(over);
    Ok(Sse::new(messages).keep_alive(KeepAlive::new().interval(ALIVE_EVERY)).into_response())
}

/// The calls that a reader sees. Replicas know as long as there is one.
struct Watched {
    controller: ControllerHandle,
    calls: TapStream,
    looking: Interval,
}

impl Watched {
    fn tell_replicas(&self) {
        self.controller.directory().watch_calls(true);
    }
}

impl Stream for Watched {
    type Item = Result<Message, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while self.looking.poll_tick(context).is_ready() {
            self.tell_replicas();
            if let Some(missed) = self.calls.missed() {
                return Poll::Ready(Some(Ok(message(MISSED, &missed))));
            }
        }
        let next = Pin::new(&mut self.calls).poll_next(context);
        next.map(|call| call.map(|call| Ok(message(CALL, &call))))
    }
}

fn message(event: &str, value: &impl Serialize) -> Message {
    Message::default().event(event).data(serde_json::to_string(value).unwrap_or_default())
}

impl Drop for Watched {
    fn drop(&mut self) {
        if self.calls.leave() {
            self.controller.directory().watch_calls(false);
        }
    }
}
