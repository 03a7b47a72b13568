//! The user's layers around something that answers requests. They may panic or never end, and that costs the one request.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::response::IntoResponse;
use axum::routing::MethodRouter;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::StatusCode;
use tokio::time::{Instant, timeout_at};
use tower_service::Service;

use super::SentResponse;
use super::body::{CaughtBody, SentBody};
use crate::contained::{Contained, ContainedFuture};
use crate::edge::Layers;
use crate::id::RequestId;
use crate::log::{self, Line};
use crate::panic::catch;
use crate::replica::BODY_GRACE;
use crate::web::{HttpRequest, HttpResponse, internal, timed_out};

/// Layers, and inside them what sends each request on its own way.
pub(super) struct Layered(Contained<MethodRouter>);

/// Where a request goes on inside the layers. One of its extensions on the way there, because a layer hands on a request
/// and nothing else.
#[derive(Clone)]
pub(super) struct Onward(pub(super) Arc<Go>);

type Go = dyn Fn(HttpRequest) -> BoxFuture<'static, SentResponse> + Send + Sync;

/// Why layers have no answer.
pub(super) enum LayersFailed {
    Panicked(String),
    /// The request's deadline has passed, and then some.
    Late,
}

/// What stands inside all layers.
#[derive(Clone)]
struct Inside;

// === impl Layered ===

impl Layered {
    /// `None` where there are no layers.
    ///
    /// # Errors
    ///
    /// A layer panicked.
    pub(super) fn new(layers: &Layers) -> Result<Option<Self>, String> {
        let made = catch(|| layers.around(Inside));
        let made = made.map_err(|message| format!("a layer panicked: {message}"))?;
        Ok(made.map(|service| Self(Contained::new(service))))
    }

    /// Lets a request through. With a deadline it ends a second after that at the latest: what is inside has answered by
    /// then.
    pub(super) async fn answer(
        self: Arc<Self>,
        mut request: HttpRequest,
        onward: Onward,
        deadline: Option<Instant>,
    ) -> Result<SentResponse, LayersFailed> {
        request.extensions_mut().insert(onward);
        // All of it is the user's: how a service is cloned, called, polled and dropped.
        let answer = ContainedFuture::new(async move {
            let mut service = MethodRouter::clone(&self.0);
            let Ok(response) = service.call(request).await;
            response
        });
        let answered = match deadline.and_then(|deadline| deadline.checked_add(BODY_GRACE)) {
            None => answer.await,
            Some(end) => timeout_at(end, answer).await.map_err(|_| LayersFailed::Late)?,
        };
        let response: HttpResponse = answered.map_err(LayersFailed::Panicked)?;
        Ok(response.map(|body| SentBody::plain(CaughtBody::around(body))))
    }
}

// === impl LayersFailed ===

impl LayersFailed {
    /// What the client is told. `about` says in the log whose request it was.
    pub(super) fn answer(self, id: &RequestId, about: impl FnOnce(Line) -> Line) -> SentResponse {
        let error = match self {
            Self::Late => timed_out(format!("Request {id} timed out.")),
            Self::Panicked(message) => {
                let line = about(log::error(format!("a layer panicked: {message}")));
                line.status(StatusCode::INTERNAL_SERVER_ERROR.as_u16()).emit();
                internal()
            }
        };
        error.into_response().map(SentBody::plain)
    }
}

// === impl Inside ===

impl Service<HttpRequest> for Inside {
    type Response = HttpResponse;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<HttpResponse, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: HttpRequest) -> Self::Future {
        let Some(Onward(go)) = request.extensions_mut().remove() else {
            return std::future::ready(Ok(lost())).boxed();
        };
        go(request).map(|response| Ok(response.map(SentBody::into_axum))).boxed()
    }
}

/// A layer that makes a new request takes everything away that is known of the old one: its deadline, its key.
fn lost() -> HttpResponse {
    let message = "a layer has dropped the extensions of a request, so nobody knows where it was going; \
                   hand the request on, or make one with its extensions";
    log::error(message).status(StatusCode::INTERNAL_SERVER_ERROR.as_u16()).emit();
    internal().into_response()
}
