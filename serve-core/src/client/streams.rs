//! What goes on on a server, as it comes.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use http::{HeaderMap, HeaderValue, Method, header};
use serde::de::DeserializeOwned;

use super::calls::LOOK_TIMEOUT;
use super::config::AdminClient;
use super::error::ClientError;
use super::exchange::{Question, Reading};
use super::sse::{SseMessage, SseReader};
use crate::observe::{Event, TapMissed, TappedCall};

/// Events of a server as they happen, see [`AdminClient::events`]. It ends with the server.
///
/// ```no_run
/// # async fn example(client: serve_core::AdminClient) -> Result<(), serve_core::ClientError> {
/// use futures_util::StreamExt;
///
/// let mut events = client.events(None).await?;
/// while let Some(event) = events.next().await {
///     println!("{}", event?.message);
/// }
/// # Ok(()) }
/// ```
pub struct ClientEvents(Messages<Event>);

/// Values that come as messages of a stream.
pub(super) struct Messages<T> {
    client: AdminClient,
    reading: Reading,
    reader: SseReader,
    ready: VecDeque<SseMessage>,
    /// Its end, or a failure, has been told.
    has_ended: bool,
    read: fn(&SseMessage) -> serde_json::Result<T>,
}

impl AdminClient {
    /// What happens on the server from now on; or, with the number of an event, after that one, as far as that is still
    /// kept.
    ///
    /// # Errors
    ///
    /// As [`ClientError`] says. The stream fails when its connection breaks: ask again then, with the last number.
    pub async fn events(&self, since: Option<u64>) -> Result<ClientEvents, ClientError> {
        let query = since.map(|since| format!("?since={since}")).unwrap_or_default();
        let messages = self.messages(format!("/api/v1/events{query}"), from_json).await?;
        Ok(ClientEvents(messages))
    }

    pub(super) async fn messages<T>(
        &self,
        path: String,
        read: fn(&SseMessage) -> serde_json::Result<T>,
    ) -> Result<Messages<T>, ClientError> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static("text/event-stream"));
        let timeout = self.timeout.or(Some(LOOK_TIMEOUT));
        let question = Question { method: Method::GET, path, headers, body: None, timeout };
        Ok(Messages {
            client: self.clone(),
            reading: self.ask_for_stream(question).await?,
            reader: SseReader::default(),
            ready: VecDeque::new(),
            has_ended: false,
            read,
        })
    }
}

pub(super) fn from_json<T: DeserializeOwned>(message: &SseMessage) -> serde_json::Result<T> {
    serde_json::from_str(&message.data)
}

impl<T> Messages<T> {
    fn read_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T, ClientError>>> {
        loop {
            if let Some(message) = self.ready.pop_front() {
                let not_understood = |error: serde_json::Error| {
                    self.client.not_understood(&HeaderMap::new(), &error.to_string())
                };
                return Poll::Ready(Some((self.read)(&message).map_err(not_understood)));
            }
            if self.has_ended {
                return Poll::Ready(None);
            }
            let failure = match ready!(Pin::new(&mut self.reading).poll_next(context)) {
                None => None,
                Some(Err(error)) => Some(self.client.unreachable(&error)),
                Some(Ok(part)) => match self.reader.take(&part) {
                    Ok(messages) => {
                        self.ready.extend(messages);
                        continue;
                    }
                    Err(why) => Some(self.client.not_understood(&HeaderMap::new(), why)),
                },
            };
            self.has_ended = true;
            return Poll::Ready(failure.map(Err));
        }
    }
}

impl Stream for ClientEvents {
    type Item = Result<Event, ClientError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.read_next(context)
    }
}

impl fmt::Debug for ClientEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientEvents")
    }
}

/// What a tap shows.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Tapped {
    /// A request or a call has ended.
    Call(TappedCall),
    /// So many are not shown.
    Missed(TapMissed),
}

/// Calls of a server as they end, see [`AdminClient::tap`]. It ends with the server.
///
/// ```no_run
/// # async fn example(client: serve_core::AdminClient) -> Result<(), serve_core::ClientError> {
/// use futures_util::StreamExt;
/// use serve_core::Tapped;
///
/// let mut calls = client.tap(&[("deployment", "Model"), ("status", "error")]).await?;
/// while let Some(Ok(Tapped::Call(call))) = calls.next().await {
///     println!("{} took {:?}", call.method, call.took);
/// }
/// # Ok(()) }
/// ```
pub struct ClientTap(Messages<Tapped>);

impl AdminClient {
    /// Requests and calls of the server as they end, from now on. The filter has the parameters of `GET /api/v1/tap`:
    /// `kind`, `application`, `deployment`, `method`, `status`, `min_latency_ms`, `sample`, `max_per_second`.
    ///
    /// # Errors
    ///
    /// [`ClientError::Refused`] if the filter makes no sense. The stream fails when its connection breaks.
    pub async fn tap(&self, filter: &[(&str, &str)]) -> Result<ClientTap, ClientError> {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(filter).finish();
        let read = |message: &SseMessage| match &*message.event {
            "missed" => from_json(message).map(Tapped::Missed),
            _ => from_json(message).map(Tapped::Call),
        };
        self.messages(format!("/api/v1/tap?{query}"), read).await.map(ClientTap)
    }
}

impl Stream for ClientTap {
    type Item = Result<Tapped, ClientError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.read_next(context)
    }
}

impl fmt::Debug for ClientTap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientTap")
    }
}
