//! Options of one call, and the request they make together with the context it is made in.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::call::{ErasedCall, RequestInfo, with_frame};
use crate::id::RequestId;
use crate::observe::{OpenSpan, Tracer};

/// Options of one call; set with the methods of a handle's fields, such as `handle.say_hello.timeout(..)`.
#[doc(hidden)]
#[derive(Clone, Debug, Default)]
pub struct CallOptions {
    timeout: Option<Duration>,
    /// Of a call that is being sent again.
    deadline: Option<Instant>,
    request_id: Option<Arc<str>>,
    multiplexed_model_id: Option<Arc<str>>,
    session_id: Option<Arc<str>>,
    /// That of a call that is being sent again.
    span: Option<Box<OpenSpan>>,
}

impl CallOptions {
    pub(super) fn timeout(&mut self, timeout: Duration) {
        self.timeout = Some(timeout);
    }

    /// For another attempt at this request.
    pub(super) fn of_request(&mut self, request: &RequestInfo) {
        self.timeout = None;
        self.deadline = request.deadline;
        self.span = request.span().cloned().map(Box::new);
        self.request_id(&request.id.to_string().into());
    }

    pub(super) fn request_id(&mut self, id: &Arc<str>) {
        self.request_id = Some(Arc::clone(id));
    }

    pub(super) fn multiplexed_model_id(&mut self, id: &Arc<str>) {
        self.multiplexed_model_id = Some(Arc::clone(id));
    }

    pub(super) fn session_id(&mut self, id: &Arc<str>) {
        self.session_id = Some(Arc::clone(id));
    }

    fn apply(&self, request: &mut RequestInfo) {
        if let Some(timeout) = self.timeout {
            limit(request, timeout);
        }
        if let Some(deadline) = self.deadline {
            request.limit(deadline);
        }
        if let Some(id) = &self.request_id {
            request.id = RequestId::Text(Arc::clone(id));
        }
        if let Some(span) = &self.span {
            request.extras_mut().span = Some(span.clone());
        }
        if self.multiplexed_model_id.is_some() || self.session_id.is_some() {
            let extras = request.extras_mut();
            if let Some(id) = &self.multiplexed_model_id {
                extras.multiplexed_model_id = Some(Arc::clone(id));
            }
            if let Some(id) = &self.session_id {
                extras.session_id = Some(Arc::clone(id));
            }
        }
    }
}

/// Makes a root request that of a call made here: inherited from the request that is running, if one is.
/// In place, which spares a short call the moving of it.
#[inline]
pub(super) fn fill(
    request: &mut RequestInfo,
    options: Option<&CallOptions>,
    timeout: Option<Duration>,
    tracer: Option<&Arc<Tracer>>,
) {
    let inherited = with_frame(|frame| {
        // Settled first, so that the children of a request share its id.
        let mut inherited = frame.request.borrow_mut();
        inherited.id.settle();
        inherited.begin_journal();
        *request = inherited.clone();
        request.set_waited(Duration::ZERO);
        request.begin_child_span();
    });
    if let (None, Some(tracer)) = (inherited, tracer) {
        request.begin_root_span(tracer);
    }
    if let Some(timeout) = timeout {
        limit(request, timeout);
    }
    if let Some(options) = options {
        options.apply(request);
    }
}

/// Lets the running request, if one is, cancel this call with itself; `false` when it has been cancelled
/// already.
pub(crate) fn join_parent(call: &Arc<dyn ErasedCall>) -> bool {
    with_frame(|frame| frame.adopt(Arc::downgrade(call))).unwrap_or(true)
}

/// These options, changed.
pub(super) fn changed(
    options: Option<&Arc<CallOptions>>,
    change: &mut dyn FnMut(&mut CallOptions),
) -> Arc<CallOptions> {
    let mut options = options.map(|options| (**options).clone()).unwrap_or_default();
    change(&mut options);
    Arc::new(options)
}

pub(super) fn limit(request: &mut RequestInfo, timeout: Duration) {
    // A timeout beyond the end of time is none.
    if let Some(deadline) = Instant::now().checked_add(timeout) {
        request.limit(deadline);
    }
}
