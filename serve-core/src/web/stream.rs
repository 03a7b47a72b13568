//! Streams over HTTP: as the body of a response, and as server-sent events.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Json, Response};
use bytes::Bytes;
use futures_core::Stream;
use futures_util::{StreamExt, stream};
use http::{HeaderValue, header};
use http_body::{Body as HttpBody, Frame as BodyFrame};
use pin_project_lite::pin_project;
use serde::Serialize;

use super::HttpOutcome;
use super::error::INTERNAL;
use super::events::{self, event};
use crate::call::{CallError, Items, ResponseStream, pulled};
use crate::log::{self, text_of};

/// What a stream's items may be where the stream is the answer to an HTTP request.
///
/// `String`, `&'static str`: chunks of `text/plain`. `Bytes`, `Vec<u8>`: of `application/octet-stream`.
/// [`Json<T>`](axum::Json): a line each of `application/x-ndjson`. [`Event`](axum::response::sse::Event):
/// server-sent events.
///
/// The response begins with the first item. An error before it is a response of its own; a later one
/// cuts the connection, for the status has been sent by then, and its cause is logged.
///
/// ```
/// use serve_core::prelude::*;
///
/// #[derive(Default)]
/// struct Counter;
///
/// #[deployment(route_prefix = "/count")]
/// impl Counter {
///     // `curl localhost:8000/count/to/3`  →  a line of JSON for each number
///     #[get("/to/{last}")]
///     fn to(&self, Path(last): Path<u64>) -> impl Stream<Item = Json<u64>> {
///         futures_util::stream::iter((1..=last).map(Json))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "a stream of `{Self}` is no HTTP response",
    label = "the items of this stream cannot be sent as a body",
    note = "stream `String`, `Bytes`, `Vec<u8>`, `Json<T>` (a line each) or `axum::response::sse::Event`"
)]
pub trait StreamItem: Sized + Send + 'static {
    /// Answers with these items.
    #[doc(hidden)]
    fn respond(items: impl Stream<Item = Result<Self, StreamCut>> + Send + 'static) -> Response;
}

/// Why a body ends before its end.
#[doc(hidden)]
#[derive(Debug, thiserror::Error)]
#[error("the stream failed: {0}")]
pub struct StreamCut(String);

impl StreamCut {
    fn new(cause: impl fmt::Display) -> Self {
        let cause = text_of(cause);
        log::error("a response was cut off").here().cause(&cause).emit();
        Self(cause)
    }
}

pub(super) fn chunks<T, E>(
    content_type: &'static str,
    items: impl Stream<Item = Result<T, E>> + Send + 'static,
) -> Response
where
    T: Into<Bytes> + 'static,
    E: Into<axum::BoxError> + 'static,
{
    let body = Body::new(Chunks { items });
    ([(header::CONTENT_TYPE, HeaderValue::from_static(content_type))], body).into_response()
}

pin_project! {
    /// A body of items. Not axum's own adapter, which costs a second box and a lock for each chunk.
    struct Chunks<S> {
        #[pin]
        items: S,
    }
}

impl<T: Into<Bytes>, E, S: Stream<Item = Result<T, E>>> HttpBody for Chunks<S> {
    type Data = Bytes;
    type Error = E;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<BodyFrame<Bytes>, E>>> {
        let item = self.project().items.poll_next(context);
        item.map_ok(|item| BodyFrame::data(item.into()))
    }
}

macro_rules! chunks {
    ($($item:ty => $content_type:literal;)*) => {$(
        impl StreamItem for $item {
            fn respond(items: impl Stream<Item = Result<Self, StreamCut>> + Send + 'static) -> Response {
                chunks($content_type, items)
            }
        }
    )*};
}

chunks! {
    String => "text/plain; charset=utf-8";
    &'static str => "text/plain; charset=utf-8";
    Bytes => "application/octet-stream";
    Vec<u8> => "application/octet-stream";
}

impl<T: Serialize + Send + 'static> StreamItem for Json<T> {
    fn respond(items: impl Stream<Item = Result<Self, StreamCut>> + Send + 'static) -> Response {
        let lines = items.map(|item| {
            let mut line = serde_json::to_vec(&item?.0).map_err(StreamCut::new)?;
            line.push(b'\n');
            Ok::<_, StreamCut>(line)
        });
        chunks("application/x-ndjson", lines)
    }
}

impl StreamItem for Event {
    fn respond(items: impl Stream<Item = Result<Self, StreamCut>> + Send + 'static) -> Response {
        Sse::new(items).keep_alive(KeepAlive::default()).into_response()
    }
}

/// Answers with what a stream method produces. Its first item decides whether it is an error.
pub async fn respond_stream<T, E, Fut>(
    produce: impl FnOnce(Items<T, E>) -> Fut,
    on_error: impl FnOnce(E) -> Response,
) -> HttpOutcome
where
    T: StreamItem,
    E: fmt::Debug + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let mut items = Box::pin(pulled(produce));
    match items.next().await {
        Some(Err(error)) => Err(on_error(error)),
        None => Ok(T::respond(stream::empty())),
        Some(Ok(first)) => {
            let rest =
                items.map(|item| item.map_err(|error| StreamCut::new(format_args!("{error:?}"))));
            Ok(T::respond(stream::iter([Ok(first)]).chain(rest)))
        }
    }
}

/// As a body, at once: see [`ResponseStream::started`].
impl<T: StreamItem, E: fmt::Debug + Send + 'static> IntoResponse for ResponseStream<T, E> {
    fn into_response(self) -> Response {
        T::respond(self.map(|item| item.map_err(|error| StreamCut::new(Shown(error)))))
    }
}

/// A call's error as text for the log.
struct Shown<E>(CallError<E>);

impl<E: fmt::Debug> fmt::Display for Shown<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // In one line, however it is to be shown.
        write!(f, "{:?}", self.0)
    }
}

impl<T: Serialize + Send + 'static, E: fmt::Debug + Send + 'static> ResponseStream<T, E> {
    /// Answers an HTTP request with the items as server-sent events: texts as they are, anything else as
    /// JSON. A line break in a text is a further line of its event. A failure becomes an event named `error`, whose cause is in the log alone, and is the last.
    ///
    /// The response begins at once. With [`started`](Self::started) before, it begins with the first item, and a call that was
    /// refused or failed before that is a response with its own status.
    ///
    /// ```
    /// use serve_core::prelude::*;
    ///
    /// struct Chat { model: ModelHandle }
    ///
    /// #[derive(Default)]
    /// struct Model;
    ///
    /// #[deployment]
    /// impl Model {
    ///     fn tokens(&self, prompt: String) -> impl Stream<Item = String> {
    ///         futures_util::stream::iter(prompt.split(' ').map(str::to_owned).collect::<Vec<_>>())
    ///     }
    /// }
    ///
    /// #[deployment(route_prefix = "/chat")]
    /// impl Chat {
    ///     fn new(model: ModelHandle) -> Self { Self { model } }
    ///
    ///     async fn __call__(&self, request: Request) -> Result<Response, CallError> {
    ///         let prompt = request.query_param("prompt").unwrap_or_default();
    ///         Ok(self.model.tokens.remote(prompt).started().await?.sse())
    ///     }
    /// }
    /// ```
    pub fn sse(self) -> Response {
        let events = stream::unfold(Some(self), |items| async {
            let mut items = items?;
            let item = items.next().await?.map_err(|error| StreamCut::new(Shown(error)));
            Some(match item.and_then(|item| data(&item)) {
                Ok(data) => (event(None, &data), Some(items)),
                Err(_) => (event(Some("error"), INTERNAL), None),
            })
        });
        events::respond(events)
    }
}

fn data<T: Serialize>(item: &T) -> Result<String, StreamCut> {
    let json = serde_json::to_string(item).map_err(StreamCut::new)?;
    if json.starts_with('"') {
        serde_json::from_str(&json).map_err(StreamCut::new)
    } else {
        Ok(json)
    }
}
