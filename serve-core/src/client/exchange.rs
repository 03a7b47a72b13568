//! One question and its answer, over a connection of their own.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use futures_util::future::{Either, select};
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body::Body;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use super::config::AdminClient;
use super::error::ClientError;
use super::tls::Trust;
use crate::admin::{ApiProblem, NO_SUCH_ROUTE, VERSION, VERSION_HEADER};

/// A server that is there takes a connection at once.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Far more than a snapshot of a large server has; whoever sends more is not a server of ours.
const ANSWER_BYTES_MAX: usize = 256 << 20;

/// What is asked.
pub(super) struct Question {
    pub(super) method: Method,
    /// With its query.
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Vec<u8>>,
    pub(super) timeout: Option<Duration>,
}

/// An answer that is there as a whole.
pub(super) struct Whole {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// A connection, in the clear or not.
pub(super) type AnyIo = Box<dyn Io>;

/// What a connection can do.
pub(super) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// What moves the bytes of a connection; it does nothing unless it is polled.
type Moving = Pin<Box<dyn Future<Output = ()> + Send>>;

impl AdminClient {
    /// Asks, and reads the whole answer.
    ///
    /// # Errors
    ///
    /// There is none in time, or it is a problem.
    pub(super) async fn ask(&self, question: Question) -> Result<Whole, ClientError> {
        let timeout = question.timeout;
        self.in_time(timeout, async {
            let (status, headers, reading) = self.begin(question).await?;
            let body = Limited::new(reading, ANSWER_BYTES_MAX).collect().await;
            let body = body.map_err(|error| match error.is::<LengthLimitError>() {
                true => self.not_understood(&headers, "it has no end"),
                false => self.unreachable(&error),
            })?;
            self.judge(Whole { status, headers, body: body.to_bytes() })
        })
        .await
    }

    /// Asks for a stream, whose parts come as they are sent.
    pub(super) async fn ask_for_stream(&self, question: Question) -> Result<Reading, ClientError> {
        let timeout = question.timeout;
        self.in_time(timeout, async {
            let (status, headers, reading) = self.begin(question).await?;
            if status == StatusCode::OK {
                return Ok(reading);
            }
            let body = Limited::new(reading, ANSWER_BYTES_MAX).collect().await;
            let body = body.map_err(|error| self.unreachable(&error))?.to_bytes();
            self.judge(Whole { status, headers, body })?;
            Err(self.not_understood(&HeaderMap::new(), "it is no stream"))
        })
        .await
    }

    async fn in_time<T>(
        &self,
        timeout: Option<Duration>,
        work: impl Future<Output = Result<T, ClientError>>,
    ) -> Result<T, ClientError> {
        let Some(after) = timeout else { return work.await };
        let late = |_| ClientError::TimedOut { address: self.address.to_string(), after };
        tokio::time::timeout(after, work).await.map_err(late)?
    }

    async fn begin(&self, ask: Question) -> Result<(StatusCode, HeaderMap, Reading), ClientError> {
        let request = self.request(ask)?;
        let stream = self.connect().await?;
        let handshake = http1::handshake(TokioIo::new(stream)).await;
        let (mut sender, connection) = handshake.map_err(|error| self.unreachable(&error))?;
        let moving: Moving = Box::pin(async move { drop(connection.await) });
        let sending = Box::pin(sender.send_request(request));
        let (response, moving) = match select(sending, moving).await {
            Either::Left((response, moving)) => (response, Some(moving)),
            // The connection has ended; whatever came before is there.
            Either::Right(((), sending)) => (sending.await, None),
        };
        let response = response.map_err(|error| self.unreachable(&error))?;
        let (head, body) = response.into_parts();
        // A connection ends as soon as nobody can ask on it.
        let reading = Reading { body, moving, _sender: sender };
        Ok((head.status, head.headers, reading))
    }

    async fn connect(&self) -> Result<AnyIo, ClientError> {
        let place = (self.address.host.as_str(), self.address.port);
        let connecting = tokio::time::timeout(CONNECT_TIMEOUT, TcpStream::connect(place)).await;
        let stream = match connecting {
            Ok(stream) => stream.map_err(|error| self.unreachable(&error))?,
            Err(_) => {
                return Err(self.unreachable(&format!("no connection in {CONNECT_TIMEOUT:?}")));
            }
        };
        // Questions are short; a failure here only costs time.
        let _ = stream.set_nodelay(true);
        if !self.address.is_tls {
            return Ok(Box::new(stream));
        }
        let handshake = tokio::time::timeout(CONNECT_TIMEOUT, Trust::connect(self, stream)).await;
        handshake.unwrap_or_else(|_| {
            Err(self.unreachable(&format!("no handshake in {CONNECT_TIMEOUT:?}")))
        })
    }

    fn request(&self, ask: Question) -> Result<Request<Full<Bytes>>, ClientError> {
        let mut request =
            Request::builder().method(ask.method).uri(ask.path).header(header::HOST, self.host());
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if ask.body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        for (name, value) in &ask.headers {
            request = request.header(name, value);
        }
        let body = Full::new(Bytes::from(ask.body.unwrap_or_default()));
        request.body(body).map_err(|error| ClientError::Address {
            address: self.address.to_string(),
            why: format!("the token, or what is asked for, cannot be sent: {error}"),
        })
    }

    fn host(&self) -> String {
        self.address.to_string()
    }

    fn judge(&self, answer: Whole) -> Result<Whole, ClientError> {
        if answer.status.is_success() {
            return Ok(answer);
        }
        let kind = answer.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let problem = match kind {
            Some(kind) if kind.starts_with("application/problem+json") => {
                serde_json::from_slice::<ApiProblem>(&answer.body).ok()
            }
            _ => None,
        };
        match problem {
            // A route that there is in this version.
            Some(problem)
                if problem.kind.ends_with(NO_SUCH_ROUTE)
                    && version(&answer.headers).is_some_and(|theirs| theirs != VERSION) =>
            {
                Err(self.not_understood(&answer.headers, "it has no such route"))
            }
            Some(problem) => Err(ClientError::of(problem)),
            None => {
                let status = answer.status;
                Err(self
                    .not_understood(&answer.headers, &format!("status {status}, and no problem")))
            }
        }
    }

    pub(super) fn unreachable(&self, why: &impl ToString) -> ClientError {
        ClientError::Unreachable { address: self.address.to_string(), why: why.to_string() }
    }

    pub(super) fn not_understood(&self, headers: &HeaderMap, why: &str) -> ClientError {
        ClientError::Version {
            address: self.address.to_string(),
            theirs: version(headers).map(str::to_owned),
            why: why.to_owned(),
        }
    }
}

/// That of a server of ours.
fn version(headers: &HeaderMap) -> Option<&str> {
    headers.get(VERSION_HEADER).and_then(|version| version.to_str().ok())
}

/// The body of an answer. Whoever reads it moves the bytes of its connection.
pub(super) struct Reading {
    body: Incoming,
    moving: Option<Moving>,
    _sender: http1::SendRequest<Full<Bytes>>,
}

impl Reading {
    fn move_bytes(&mut self, context: &mut Context<'_>) {
        if let Some(moving) = &mut self.moving
            && moving.as_mut().poll(context).is_ready()
        {
            self.moving = None;
        }
    }
}

impl Body for Reading {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<hyper::Result<http_body::Frame<Bytes>>>> {
        self.move_bytes(context);
        Pin::new(&mut self.body).poll_frame(context)
    }
}

impl Stream for Reading {
    type Item = hyper::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let frame = std::task::ready!(self.poll_frame(context));
        let data = |frame: http_body::Frame<Bytes>| frame.into_data().unwrap_or_default();
        Poll::Ready(frame.map(|frame| frame.map(data)))
    }
}
