//! What every generated handle holds: the way to a deployment's replicas, or to a mock of them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::chosen::Chosen;
use super::loopback::loop_back;
use super::mock::Mock;
use super::options::{CallOptions, changed, fill, join_parent, limit};
use crate::call::{CallToken, ErasedCall, Failure, InlineClaim, RequestInfo, refuse};
use crate::deployment::{Deployment, encode};
use crate::exchange::{FarDeployment, NEVER_RAN};
use crate::id::DeploymentId;
use crate::info::BatchChange;
use crate::info::TypeInfo;
use crate::replica::Instance;
use crate::router::Router;
use crate::striped::{Lane, Striped};
use crate::tasks::Tasks;

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

/// The way of one call: where it goes, and with which options.
#[doc(hidden)]
pub struct CallPath<'a, D: Deployment> {
    pub(super) target: TargetRef<'a, D>,
    pub(super) options: Option<&'a Arc<CallOptions>>,
}

/// The same, held by one call.
pub(super) struct OwnPath<D: Deployment> {
    target: OwnTarget<D>,
    options: Option<Arc<CallOptions>>,
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
pub(super) enum Dispatched {
    /// To a replica; with a claim to begin it, where its caller may.
    Assigned(Option<InlineClaim>),
    /// Into the queue, or nowhere: then it has its outcome already.
    Queued,
}

impl Dispatched {
    pub(super) fn ticket(self) -> Option<InlineClaim> {
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
    fn with_options(&self, mut change: impl FnMut(&mut CallOptions)) -> Self {
        let options = changed(self.options.as_ref(), &mut change);
        Self { target: self.target.clone(), options: Some(options) }
    }

    /// A clone, for generated code, which cannot count on `Clone` being in scope.
    #[must_use]
    pub fn share(&self) -> Self {
        self.clone()
    }

    /// With a deadline for each call, counted from its start.
    #[must_use]
    pub fn timeout(&self, timeout: Duration) -> Self {
        self.with_options(|options| options.timeout(timeout))
    }

    /// With calls for this model.
    #[must_use]
    pub fn multiplexed_model_id(&self, id: impl Into<String>) -> Self {
        let id: Arc<str> = id.into().into();
        self.with_options(|options| options.multiplexed_model_id(&id))
    }

    /// With calls of this session.
    #[must_use]
    pub fn session_id(&self, id: impl Into<String>) -> Self {
        let id: Arc<str> = id.into().into();
        self.with_options(|options| options.session_id(&id))
    }

    /// With calls of this request.
    #[must_use]
    pub fn request_id(&self, id: impl Into<String>) -> Self {
        let id: Arc<str> = id.into().into();
        self.with_options(|options| options.request_id(&id))
    }

    /// The way of a call that is made now.
    #[inline]
    pub(crate) fn path(&self) -> CallPath<'_, D> {
        CallPath { target: self.target.as_ref(), options: self.options.as_ref() }
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

    /// The router of a handle to a deployment of this process, to all of its replicas.
    pub(crate) fn own_router(&self) -> Option<&Arc<Router<D>>> {
        match &self.target {
            Target::Router(router) => Some(router.here().whole()),
            Target::Far(_) | Target::Chosen(_) | Target::Mock(_) => None,
        }
    }

    /// The deployment that a handle which leaves the process shall still point to.
    pub(crate) fn id(&self) -> Result<&DeploymentId, &'static str> {
        match &self.target {
            Target::Router(router) => Ok(router.here().id()),
            Target::Far(far) if far.replica_id().is_none() => Ok(far.id()),
            Target::Far(_) | Target::Chosen(_) => {
                Err("a chosen replica cannot leave the process; its handle can")
            }
            Target::Mock(_) => Err("a mock cannot leave the process"),
        }
    }

    pub(super) fn request(&self) -> RequestInfo {
        self.path().request()
    }
}

// === impl CallPath ===

impl<D: Deployment> Clone for CallPath<'_, D> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<D: Deployment> Copy for CallPath<'_, D> {}

impl<D: Deployment> CallPath<'_, D> {
    pub(super) fn request(self) -> RequestInfo {
        let mut request = RequestInfo::root();
        self.fill(&mut request);
        request
    }

    /// In place, which spares a short call the moving of it.
    #[inline]
    pub(super) fn fill(self, request: &mut RequestInfo) {
        let router = self.target.router();
        let timeout = router.and_then(Router::request_timeout);
        let tracer = router.and_then(Router::tracer);
        fill(request, self.options.map(|options| &**options), timeout, tracer);
    }

    #[inline]
    pub(super) fn to_owned(self) -> OwnPath<D> {
        OwnPath { target: self.target.to_owned(), options: self.options.cloned() }
    }

    /// For attempts at this request.
    pub(super) fn for_request(self, request: &RequestInfo) -> OwnPath<D> {
        let options = changed(self.options, &mut |options| options.of_request(request));
        OwnPath { target: self.target.to_owned(), options: Some(options) }
    }
}

impl<D: Deployment> OwnPath<D> {
    #[inline]
    pub(super) fn path(&self) -> CallPath<'_, D> {
        CallPath { target: self.target.as_ref(), options: self.options.as_ref() }
    }
}

impl<D: Deployment> fmt::Debug for CallPath<'_, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CallPath")
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

    /// Gives a request that was made elsewhere the deployment's own time limit.
    pub(super) fn limit(&self, request: &mut RequestInfo) {
        if let Some(timeout) = self.router().and_then(Router::request_timeout) {
            limit(request, timeout);
        }
    }

    /// Sends a call on its way. Whatever happens to it, `cell` gets exactly one outcome.
    #[inline]
    pub(super) fn send(
        &self,
        call: D::Call,
        cell: &Arc<dyn ErasedCall>,
        request: RequestInfo,
    ) -> Dispatched {
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
        cell: &Arc<dyn ErasedCall>,
        request: RequestInfo,
    ) -> Dispatched {
        if !D::parts(&call).method.is_capable() {
            return self.send_as_value(call, cell, request);
        }
        let Some((call, arrived)) = loop_back::<D>(call, cell, router.tasks()) else {
            return Dispatched::Queued;
        };
        let sent = self.send_as_value(call, &arrived, request);
        if let Dispatched::Assigned(_) = sent {
            arrived.assign();
        }
        sent
    }

    pub(super) fn send_as_value(
        &self,
        call: D::Call,
        cell: &Arc<dyn ErasedCall>,
        request: RequestInfo,
    ) -> Dispatched {
        match self {
            Self::Router(router) => {
                if D::parts(&call).method.batched {
                    router.enqueue_any(call, cell, request);
                    return Dispatched::Queued;
                }
                match router.try_acquire(&request) {
                    Some(instance) => Dispatched::Assigned(instance.start_claimable(
                        call,
                        Arc::clone(cell),
                        request,
                    )),
                    None => {
                        router.enqueue(call, cell, request);
                        Dispatched::Queued
                    }
                }
            }
            Self::Far(far) => {
                match far.handles() {
                    Some(handles) => {
                        if let Some(call) = encode::<D>(call, cell, &handles) {
                            far.send(TypeInfo::of::<D>(), call, cell, &request);
                        }
                    }
                    None => refuse(cell, NEVER_RAN, call),
                }
                Dispatched::Queued
            }
            Self::Chosen(chosen) => match chosen.instance() {
                Ok(instance) => {
                    Dispatched::Assigned(instance.start_pinned(call, Arc::clone(cell), request))
                }
                Err(why) => {
                    refuse(cell, why, call);
                    Dispatched::Queued
                }
            },
            Self::Mock(mock) => {
                mock.answer(call, cell, request);
                Dispatched::Assigned(None)
            }
        }
    }
}

/// Sends a call that already is a value; its reply goes to whoever made it.
pub(super) fn dispatch<D: Deployment>(core: &HandleCore<D>, call: D::Call) {
    let CallToken(cell) = D::parts(&call).watched();
    if !join_parent(&cell) {
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

impl<D: Deployment> PartialEq for HandleCore<D> {
    /// A deployment that is run again under its name keeps its router. One that has been deleted meanwhile has another,
    /// and an old handle does not lead there.
    fn eq(&self, other: &Self) -> bool {
        match (&self.target, &other.target) {
            (Target::Router(one), Target::Router(other)) => {
                Arc::ptr_eq(one.here().whole(), other.here().whole())
            }
            (Target::Far(one), Target::Far(other)) => Arc::ptr_eq(one, other),
            (Target::Chosen(one), Target::Chosen(other)) => Arc::ptr_eq(one, other),
            (Target::Mock(one), Target::Mock(other)) => Arc::ptr_eq(one, other),
            (Target::Router(_) | Target::Far(_) | Target::Chosen(_) | Target::Mock(_), _) => false,
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
