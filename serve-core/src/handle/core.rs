//! What every generated handle holds: the way to a deployment's replicas, or to a mock of them.

use std::fmt;
use std::sync::{Arc, Weak};

use tokio::time::Instant;

use super::options::{CallOptions, join_parent};
use crate::call::{RequestInfo, Stoppable, Ticket, Watched, answer_from_mock, stop_at, stop_late};
use crate::deployment::Deployment;
use crate::replica::Instance;
use crate::router::Router;
use crate::striped::{Lane, Striped};

/// The untyped part of a handle; a clone is one reference.
#[doc(hidden)]
pub struct HandleCore<D: Deployment> {
    pub(super) target: Target<D>,
    pub(super) options: Option<Arc<CallOptions>>,
}

pub(super) enum Target<D: Deployment> {
    Router(Striped<Router<D>>),
    Mock(Arc<dyn Fn(D::Call) + Send + Sync>),
}

/// The same, borrowed by one call.
pub(super) enum TargetRef<'a, D: Deployment> {
    Router(&'a Arc<Lane<Router<D>>>),
    Mock(&'a Arc<dyn Fn(D::Call) + Send + Sync>),
}

/// The same, held by one call: the reference is counted on the thread's own lane.
pub(super) enum OwnTarget<D: Deployment> {
    Router(Arc<Lane<Router<D>>>),
    Mock(Arc<dyn Fn(D::Call) + Send + Sync>),
}

impl<D: Deployment> OwnTarget<D> {
    pub(super) fn as_ref(&self) -> TargetRef<'_, D> {
        match self {
            Self::Router(router) => TargetRef::Router(router),
            Self::Mock(mock) => TargetRef::Mock(mock),
        }
    }
}

/// Where a call went.
pub(super) enum Sent {
    /// To a replica; with a claim to begin it, where its caller may.
    Assigned(Option<Ticket>),
    /// Into the line, or nowhere: then it has its outcome already.
    Queued,
}

impl Sent {
    pub(super) fn ticket(self) -> Option<Ticket> {
        match self {
            Self::Assigned(ticket) => ticket,
            Self::Queued => None,
        }
    }
}

impl<D: Deployment> HandleCore<D> {
    pub(crate) fn new(router: &Arc<Router<D>>) -> Self {
        Self { target: Target::Router(Striped::new(router)), options: None }
    }

    /// The same way with other options.
    #[must_use]
    pub fn with_options(&self, change: impl FnOnce(&mut CallOptions)) -> Self {
        let mut options = self.options.clone().unwrap_or_default();
        change(Arc::make_mut(&mut options));
        Self { target: self.target.clone(), options: Some(options) }
    }

    pub(super) fn request(&self) -> RequestInfo {
        self.target.as_ref().request(self.options.as_deref())
    }
}

impl<D: Deployment> Target<D> {
    #[inline]
    pub(super) fn as_ref(&self) -> TargetRef<'_, D> {
        match self {
            Self::Router(router) => TargetRef::Router(router.here()),
            Self::Mock(mock) => TargetRef::Mock(mock),
        }
    }
}

impl<D: Deployment> Clone for TargetRef<'_, D> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<D: Deployment> Copy for TargetRef<'_, D> {}

impl<D: Deployment> TargetRef<'_, D> {
    #[inline]
    pub(super) fn to_owned(self) -> OwnTarget<D> {
        match self {
            Self::Router(router) => OwnTarget::Router(Arc::clone(router)),
            Self::Mock(mock) => OwnTarget::Mock(Arc::clone(mock)),
        }
    }

    /// A permit on a replica whose calls may run in the calling task, if there is one at once.
    #[inline]
    pub(super) fn instance_here(&self) -> Option<Instance<D>> {
        match self {
            Self::Router(router) if router.is_here() => {
                router.try_acquire().filter(|instance| router.shares_runtime(instance))
            }
            Self::Router(_) | Self::Mock(_) => None,
        }
    }

    #[inline]
    pub(super) fn request(&self, options: Option<&CallOptions>) -> RequestInfo {
        let timeout = match self {
            Self::Router(router) => router.request_timeout(),
            Self::Mock(_) => None,
        };
        super::options::request(options, timeout)
    }

    /// Sends a call on its way. Whatever happens to it, `cell` gets exactly one outcome.
    pub(super) fn send(
        &self,
        call: D::Call,
        cell: &Arc<dyn Stoppable>,
        request: RequestInfo,
    ) -> Sent {
        match self {
            Self::Router(router) => match router.try_acquire() {
                Some(instance) => {
                    Sent::Assigned(Some(instance.start_claimable(call, Arc::clone(cell), request)))
                }
                None => {
                    router.enqueue(call, cell, request);
                    Sent::Queued
                }
            },
            Self::Mock(mock) => {
                if let Some(deadline) = request.deadline {
                    stop_mock_at(deadline, Arc::downgrade(cell));
                }
                answer_from_mock(cell, || mock(call));
                Sent::Assigned(None)
            }
        }
    }
}

/// A handle over a closure that answers its calls.
pub fn mock<D: Deployment>(mock: impl Fn(D::Call) + Send + Sync + 'static) -> D::Handle {
    D::handle(HandleCore { target: Target::Mock(Arc::new(mock)), options: None })
}

/// Ends a mock's call at its deadline. A mock has no runtime of its own: the test's, or a thread.
fn stop_mock_at(deadline: Instant, call: Weak<dyn Stoppable>) {
    match tokio::runtime::Handle::try_current() {
        Ok(runtime) => drop(runtime.spawn(stop_at(deadline, call))),
        Err(_) => drop(std::thread::spawn(move || {
            std::thread::sleep(deadline.saturating_duration_since(Instant::now()));
            stop_late(&call);
        })),
    }
}

/// Sends a call that already is a value; its reply goes to whoever made it.
pub fn dispatch<D: Deployment>(core: &HandleCore<D>, call: D::Call) {
    let Watched(cell) = D::watched(&call);
    join_parent(|| Arc::downgrade(&cell));
    core.target.as_ref().send(call, &cell, core.request());
}

impl<D: Deployment> Clone for HandleCore<D> {
    fn clone(&self) -> Self {
        Self { target: self.target.clone(), options: self.options.clone() }
    }
}

impl<D: Deployment> Clone for Target<D> {
    fn clone(&self) -> Self {
        match self {
            Self::Router(router) => Self::Router(router.clone()),
            Self::Mock(mock) => Self::Mock(Arc::clone(mock)),
        }
    }
}

impl<D: Deployment> fmt::Debug for HandleCore<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.target {
            Target::Router(router) => write!(f, "{}", router.here().id()),
            Target::Mock(_) => f.write_str("mock"),
        }
    }
}
