//! What every generated handle holds: the way to a deployment's replicas, or to a mock of them.

use std::fmt;
use std::sync::Arc;

use tokio::time::Instant;

use super::chosen::Chosen;
use super::mock::Mock;
use super::options::{CallOptions, join_parent};
use crate::batching::BatchChange;
use crate::call::{Failure, RequestInfo, Stoppable, Ticket, Watched};
use crate::deployment::{Deployment, MethodInfo};
use crate::exchange::FarDeployment;
use crate::id::{DeploymentId, RequestId};
use crate::replica::Instance;
use crate::router::{Router, refuse};
use crate::striped::{Lane, Striped};
use crate::tasks::Tasks;
use crate::wire::loop_back;

/// The untyped part of a handle; a clone is one reference.
#[doc(hidden)]
pub struct HandleCore<D: Deployment> {
    pub(super) target: Target<D>,
    pub(super) options: Option<Arc<CallOptions>>,
}

pub(super) enum Target<D: Deployment> {
    Router(Striped<Router<D>>),
    /// Its router is in another process.
    Far(Arc<FarDeployment>),
    Chosen(Arc<Chosen<D>>),
    Mock(Arc<Mock<D>>),
}

/// The same, borrowed by one call.
pub(super) enum TargetRef<'a, D: Deployment> {
    Router(&'a Arc<Lane<Router<D>>>),
    Far(&'a Arc<FarDeployment>),
    Chosen(&'a Arc<Chosen<D>>),
    Mock(&'a Arc<Mock<D>>),
}

/// The same, held by one call: the reference is counted on the thread's own lane.
pub(super) enum OwnTarget<D: Deployment> {
    Router(Arc<Lane<Router<D>>>),
    Far(Arc<FarDeployment>),
    Chosen(Arc<Chosen<D>>),
    Mock(Arc<Mock<D>>),
}

impl<D: Deployment> OwnTarget<D> {
    pub(super) fn as_ref(&self) -> TargetRef<'_, D> {
        match self {
            Self::Router(router) => TargetRef::Router(router),
            Self::Far(far) => TargetRef::Far(far),
            Self::Chosen(chosen) => TargetRef::Chosen(chosen),
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

    /// A handle to a deployment beyond a link.
    pub(crate) fn far(far: Arc<FarDeployment>) -> Self {
        Self { target: Target::Far(far), options: None }
    }

    /// The same way with other options.
    #[must_use]
    pub fn with_options(&self, change: impl FnOnce(&mut CallOptions)) -> Self {
        let mut options = self.options.clone().unwrap_or_default();
        change(Arc::make_mut(&mut options));
        Self { target: self.target.clone(), options: Some(options) }
    }

    /// The same way, with calls of this request.
    pub(super) fn with_request_id(&self, id: &RequestId) -> Self {
        self.with_options(|options| options.request_id(id.to_string()))
    }

    /// The options, with a deadline on top.
    pub(super) fn options_until(&self, deadline: Option<Instant>) -> Option<Arc<CallOptions>> {
        let mut options = self.options.clone();
        if deadline.is_some() {
            Arc::make_mut(options.get_or_insert_default()).deadline(deadline);
        }
        options
    }

    /// Changes the options of a batched method, for all its callers.
    pub fn configure_batch(&self, method: &str, change: BatchChange) {
        match &self.target {
            Target::Far(far) => far.configure_batch(method, change),
            _ => {
                if let Some(router) = self.target.as_ref().router() {
                    router.configure_batch(method, change);
                }
            }
        }
    }

    /// The deployment that a handle which leaves the process shall still point to.
    pub(crate) fn id(&self) -> Result<&DeploymentId, &'static str> {
        match &self.target {
            Target::Router(router) => Ok(router.here().id()),
            Target::Far(far) => Ok(far.id()),
            Target::Chosen(_) => Err("a chosen replica cannot leave the process; its handle can"),
            Target::Mock(_) => Err("a mock cannot leave the process"),
        }
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
            Self::Far(far) => TargetRef::Far(far),
            Self::Chosen(chosen) => TargetRef::Chosen(chosen),
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
            Self::Far(far) => OwnTarget::Far(Arc::clone(far)),
            Self::Chosen(chosen) => OwnTarget::Chosen(Arc::clone(chosen)),
            Self::Mock(mock) => OwnTarget::Mock(Arc::clone(mock)),
        }
    }

    /// The router, where it is in this process.
    #[inline]
    pub(super) fn router(&self) -> Option<&Router<D>> {
        match self {
            Self::Router(router) => Some(router),
            Self::Chosen(chosen) => Some(chosen.replica().router()),
            Self::Far(_) | Self::Mock(_) => None,
        }
    }

    /// Where tasks that look after a call run, unless this is a mock.
    pub(super) fn tasks(&self) -> Option<&Tasks> {
        match self {
            Self::Far(far) => Some(far.tasks()),
            _ => self.router().map(Router::tasks),
        }
    }

    /// A permit for `request` on a replica whose calls may run in the calling task, if there is one at
    /// once.
    #[inline]
    pub(super) fn instance_here(&self, request: &RequestInfo) -> Option<Instance<D>> {
        match self {
            Self::Router(router) if router.is_here() => {
                router.try_acquire(request).filter(|instance| router.shares_runtime(instance))
            }
            // A chosen replica is called as a value, which knows how to fail.
            Self::Router(_) | Self::Far(_) | Self::Chosen(_) | Self::Mock(_) => None,
        }
    }

    /// Whether a call that failed may be sent again: takes one out of the retry budget.
    pub(super) fn may_retry(&self) -> bool {
        match self {
            Self::Far(far) => far.may_retry(),
            _ => self.router().is_some_and(Router::may_retry),
        }
    }

    #[inline]
    pub(super) fn request(&self, options: Option<&CallOptions>) -> RequestInfo {
        let mut request = RequestInfo::root();
        self.fill(&mut request, options);
        request
    }

    #[inline]
    pub(super) fn fill(&self, request: &mut RequestInfo, options: Option<&CallOptions>) {
        let timeout = self.router().and_then(Router::request_timeout);
        super::options::fill(request, options, timeout);
    }

    /// Gives a request that was made elsewhere the deployment's own time limit.
    pub(super) fn limit(&self, request: &mut RequestInfo) {
        if let Some(timeout) = self.router().and_then(Router::request_timeout) {
            super::options::limit(request, timeout);
        }
    }

    /// Sends a call on its way. Whatever happens to it, `cell` gets exactly one outcome.
    #[inline]
    pub(super) fn send(
        &self,
        call: D::Call,
        cell: &Arc<dyn Stoppable>,
        request: RequestInfo,
    ) -> Sent {
        match self.router() {
            Some(router) if router.forces_wire() => self.send_as_bytes(router, call, cell, request),
            _ => self.send_as_value(call, cell, request),
        }
    }

    /// Lets the call become bytes and a call again before anything else, if it can.
    #[cold]
    fn send_as_bytes(
        &self,
        router: &Router<D>,
        call: D::Call,
        cell: &Arc<dyn Stoppable>,
        request: RequestInfo,
    ) -> Sent {
        let name = D::method(&call);
        let is_capable = |method: &MethodInfo| method.name == name && method.is_capable();
        if !D::METHODS.iter().any(is_capable) {
            return self.send_as_value(call, cell, request);
        }
        let Some((call, arrived)) = loop_back::<D>(call, cell, router.tasks()) else {
            return Sent::Queued;
        };
        let sent = self.send_as_value(call, &arrived, request);
        if let Sent::Assigned(_) = sent {
            arrived.assign();
        }
        sent
    }

    pub(super) fn send_as_value(
        &self,
        call: D::Call,
        cell: &Arc<dyn Stoppable>,
        request: RequestInfo,
    ) -> Sent {
        match self {
            Self::Router(router) => match D::batch(&call) {
                Some(method) => {
                    router.enqueue_batched(method, call, cell, request);
                    Sent::Queued
                }
                None => match router.try_acquire(&request) {
                    Some(instance) => {
                        Sent::Assigned(instance.start_claimable(call, Arc::clone(cell), request))
                    }
                    None => {
                        router.enqueue(call, cell, request);
                        Sent::Queued
                    }
                },
            },
            Self::Far(far) => {
                far.send::<D>(call, cell, &request);
                Sent::Queued
            }
            Self::Chosen(chosen) => match chosen.instance() {
                Ok(instance) => {
                    Sent::Assigned(instance.start_pinned(call, Arc::clone(cell), request))
                }
                Err(why) => {
                    refuse(cell, why, call);
                    Sent::Queued
                }
            },
            Self::Mock(mock) => {
                mock.answer(call, cell, request);
                Sent::Assigned(None)
            }
        }
    }
}

/// Sends a call that already is a value; its reply goes to whoever made it.
pub fn dispatch<D: Deployment>(core: &HandleCore<D>, call: D::Call) {
    let Watched(cell) = D::watched(&call);
    if !join_parent(|| Arc::downgrade(&cell)) {
        return refuse(&cell, Failure::Cancelled, call);
    }
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
            Self::Far(far) => Self::Far(Arc::clone(far)),
            Self::Chosen(chosen) => Self::Chosen(Arc::clone(chosen)),
            Self::Mock(mock) => Self::Mock(Arc::clone(mock)),
        }
    }
}

impl<D: Deployment> fmt::Debug for HandleCore<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.target {
            Target::Router(router) => write!(f, "{}", router.here().id()),
            Target::Far(far) => fmt::Debug::fmt(far, f),
            Target::Chosen(chosen) => fmt::Debug::fmt(chosen.replica(), f),
            Target::Mock(_) => f.write_str("mock"),
        }
    }
}
