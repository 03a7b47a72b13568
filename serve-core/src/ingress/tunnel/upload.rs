//! The body of a request on its way to a replica.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::task::{Context, Poll, ready};

use axum::body::Body;
use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::task::AtomicWaker;
use http::{HeaderMap, HeaderValue};
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;

use super::CUT;
use crate::contained::Contained;
use crate::log::text_of;
use crate::panic::catch;
use crate::web::{BodyTooSlow, is_too_large, is_too_slow};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// It is larger than the server allows.
const TOO_LARGE: HeaderValue = HeaderValue::from_static("too-large");
/// Nothing of it came in time.
const TOO_SLOW: HeaderValue = HeaderValue::from_static("too-slow");
/// It cannot be read any more, for a reason that cannot be said here.
const LOST: HeaderValue = HeaderValue::from_static("the client's body broke off");

/// The body at the near end.
pub(super) struct Upload {
    /// `None` once it has ended.
    body: Option<Contained<Body>>,
    gate: Option<Arc<Gate>>,
}

/// Keeps a body back until the far end asks for it, as `Expect: 100-continue` wants.
pub(super) struct Gate {
    is_open: AtomicBool,
    waiting: AtomicWaker,
}

/// The body at the far end.
pub(super) struct Received {
    body: Incoming,
    /// What is still to come, if the client has said how much there is.
    left: Option<u64>,
}

// === impl Upload ===

impl Upload {
    pub(super) fn new(body: Body, gate: Option<Arc<Gate>>) -> Self {
        Self { body: Some(Contained::new(body)), gate }
    }

    /// The end of a body that cannot be read. It crosses, and the method decides what to make of it.
    fn cut(&mut self, why: HeaderValue) -> Result<Frame<Bytes>, Infallible> {
        self.body = None;
        Ok(Frame::trailers(HeaderMap::from_iter([(CUT.clone(), why)])))
    }
}

fn why_of(error: axum::Error) -> HeaderValue {
    let is_too_large = catch(|| is_too_large(&error)).unwrap_or(false);
    let is_too_slow = catch(|| is_too_slow(&error)).unwrap_or(false);
    let text = text_of(error);
    match (is_too_large, is_too_slow) {
        (true, _) => TOO_LARGE,
        (false, true) => TOO_SLOW,
        (false, false) => said(&text),
    }
}

fn said(why: &str) -> HeaderValue {
    HeaderValue::from_str(why).unwrap_or(LOST)
}

impl HttpBody for Upload {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(gate) = &self.gate {
            ready!(gate.poll_open(context));
        }
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        // In an application of the user's it may be one of theirs.
        Poll::Ready(match catch(|| Pin::new(&mut **body).poll_frame(context)) {
            Ok(polled) => match ready!(polled) {
                Some(Err(error)) => Some(self.cut(why_of(error))),
                Some(Ok(frame)) => Some(Ok(frame)),
                None => None,
            },
            Err(panic) => Some(self.cut(said(&format!("it panicked: {panic}")))),
        })
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(|body| body.is_end_stream())
    }
}

// === impl Gate ===

impl Gate {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self { is_open: AtomicBool::new(false), waiting: AtomicWaker::new() })
    }

    pub(super) fn open(&self) {
        self.is_open.store(true, SeqCst);
        self.waiting.wake();
    }

    fn poll_open(&self, context: &mut Context<'_>) -> Poll<()> {
        self.waiting.register(context.waker());
        if self.is_open.load(SeqCst) { Poll::Ready(()) } else { Poll::Pending }
    }
}

// === impl Received ===

impl Received {
    pub(super) fn new(body: Incoming, length: Option<u64>) -> Self {
        Self { body, left: length }
    }
}

impl HttpBody for Received {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        Poll::Ready(frame.map(|frame| {
            let frame = frame?;
            if let (Some(left), Some(data)) = (&mut self.left, frame.data_ref()) {
                *left = left.saturating_sub(data.len() as u64);
            }
            match frame.trailers_ref().and_then(|trailers| trailers.get(&CUT)) {
                Some(why) if why == TOO_LARGE => Err(too_large()),
                // For how long, only its server knows.
                Some(why) if why == TOO_SLOW => Err(BodyTooSlow(None).into()),
                Some(why) => Err(why.to_str().unwrap_or_default().into()),
                None => Ok(frame),
            }
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.left == Some(0) || self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.left.map_or_else(|| self.body.size_hint(), SizeHint::with_exact)
    }
}

/// The error by which extractors know it. Nobody else can make one.
fn too_large() -> BoxError {
    let larger = Full::<Bytes>::from("1").map_err(|never: Infallible| match never {});
    let failed = Limited::new(larger, 0).frame().now_or_never().flatten();
    match failed {
        Some(Err(error)) => error,
        Some(Ok(_)) | None => "the body is too large".into(),
    }
}
