//! What has happened and what happens: a list, or a stream of server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::response::IntoResponse;
use axum::response::sse::{Event as Message, KeepAlive, Sse};
use futures_util::StreamExt;
use http::{Method, StatusCode, header};
use serde::{Deserialize, Serialize};

use super::endpoint::{AdminAnswer, Endpoint, json};
use super::problem::ApiProblem;
use super::reading::AdminRequest;
use super::server::Admin;
use crate::observe::{Event, EventKind};

/// Events that have happened, as `GET /api/v1/events` tells them.
///
/// ```
/// # async fn example(client: serve_core::AdminClient) -> Result<(), serve_core::ClientError> {
/// let list = client.recent_events(0).await?;
/// for event in &list.events {
///     println!("{} {}", event.number, event.message);
/// }
/// let later = client.recent_events(list.last).await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[non_exhaustive]
pub struct EventList {
    /// Oldest first; of more than there is room for, the last 4096 are kept.
    pub events: Vec<Event>,
    /// The number of the last event there has been: what comes later is asked for with `since` and this.
    pub last: u64,
}

#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Since {
    /// The number of the last event that is known. Without it a list begins with all that are kept, and a stream with
    /// what happens next.
    since: Option<u64>,
    /// Only those of this application.
    application: Option<String>,
}

/// How often a stream on which nothing happens shows that it is alive.
pub(super) const ALIVE_EVERY: Duration = Duration::from_secs(15);

pub(super) fn endpoints() -> Vec<Endpoint> {
    let details = "A list. With `Accept: text/event-stream` a stream that goes on: the `id` of each message is the number \
                   of its event, `event` its kind, `data` the event as JSON. A client that comes back with `Last-Event-ID` \
                   misses nothing that is still kept; what is not is told as an event of the kind `missed`. The stream \
                   ends with the server.";
    vec![
        Endpoint::new(Method::GET, "/api/v1/events", "listEvents", "What has happened", events)
            .details(details)
            .query::<Since>()
            .answers::<EventList>(200, "Events"),
    ]
}

async fn events(admin: Admin, asked: AdminRequest) -> AdminAnswer {
    let Since { since, application } = asked.query()?;
    let wants = move |event: &Event| {
        let is_its = application.is_none() || event.application == application;
        // That some are missing concerns every reader.
        is_its || event.kind == EventKind::Missed
    };
    let serve = admin.serve()?;
    if !wants_stream(&asked) {
        let since = since.unwrap_or(0);
        // Before the events are read, so that one which comes meanwhile is not passed over.
        let newest = serve.event_log().newest();
        let mut events = serve.recent_events(since);
        let last = events.last().map_or(newest, |event| event.number);
        events.retain(|event| wants(event));
        return json(&EventList { events, last });
    }
    let seen = match last_event_id(&asked)? {
        Some(seen) => Some(seen),
        None => since,
    };
    let events = match seen {
        Some(seen) => serve.event_log().stream_after(seen),
        None => serve.events(),
    };
    let messages = events.filter_map(move |event| {
        let message = wants(&event).then(|| message(&event));
        async move { message.map(Ok::<_, Infallible>) }
    });
    Ok(Sse::new(messages).keep_alive(KeepAlive::new().interval(ALIVE_EVERY)).into_response())
}

fn message(event: &Event) -> Message {
    let data = serde_json::to_string(event).unwrap_or_default();
    Message::default().id(event.number.to_string()).event(event.kind.to_string()).data(data)
}

pub(super) fn wants_stream(asked: &AdminRequest) -> bool {
    let accepted = asked.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accepted.is_some_and(|accept| accept.contains("text/event-stream"))
}

fn last_event_id(asked: &AdminRequest) -> Result<Option<u64>, ApiProblem> {
    let Some(id) = asked.headers().get("last-event-id") else { return Ok(None) };
    let id = id.to_str().unwrap_or("").trim();
    if id.is_empty() {
        return Ok(None);
    }
    id.parse().map(Some).map_err(|_| {
        let why = format!("`Last-Event-ID` is `{id}`; it is the number of an event");
        ApiProblem::new(StatusCode::BAD_REQUEST, "invalid-header", why)
    })
}
