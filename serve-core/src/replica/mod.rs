//! Replicas: the user's value, the permits on it, and where its calls run.

mod base;
mod blueprint;
mod cell;
mod cut;
mod far;
mod health;
mod hooks;
mod instance;
mod job;
mod models;
mod pool;
mod run;
mod slow;
mod spare;
mod standing;
mod stuck;
mod waiting;

use std::any::Any;
use std::fmt;
use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};

use futures_util::future::BoxFuture;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use crate::call::CallScope;
use crate::contained::discard;
use crate::deployment::{Deployment, Failure, ReplicaCell, ShutdownHook, TypeInfo};
use crate::exchange::FarDeployment;
use crate::handle::{Handle, HandleCore};
use crate::id::{DeploymentId, ReplicaName};
use crate::log;
use crate::router::{AnyRouter, Router};
use crate::striped::Lane;
use crate::tasks::Tasks;
use crate::wire::HandlePath;

pub use cell::{Exclusive, Shared};
pub use instance::Instance;
pub(crate) use instance::Permit;

use hooks::Hook;
use standing::Standing;
use stuck::StuckWatch;

pub(crate) use base::{AnyReplica, HookCall, Legacy, ReplicaBase, ReplicaParts};
pub(crate) use blueprint::Blueprint;
pub(crate) use cut::CutCalls;
pub(crate) use far::{FarReplica, method_of, other_signature};
pub(crate) use health::ReplicaHealth;
pub(crate) use hooks::{check_health, no_answer, on_own_thread, reconfigure, shut_down};
pub(crate) use models::Models;
pub(crate) use pool::Pool;
pub(crate) use run::{BODY_GRACE, Run, RunStream, Running, run, run_stream};
pub(crate) use slow::SlowClock;
pub(crate) use spare::Job;

/// One replica of a deployment.
///
/// In this order, so that the slot and the count of references, which a call changes together, mostly
/// share a cache line.
#[repr(C)]
pub(crate) struct Replica<D: Deployment> {
    base: ReplicaBase,
    /// None behind a link.
    value: Option<D::Cell>,
    router: Arc<Router<D>>,
    /// To its own deployment, made when it is first asked for.
    handle: OnceLock<Handle<D>>,
    /// Who gets the value when nobody has the replica any more.
    heir: OnceLock<oneshot::Sender<Box<dyn Legacy>>>,
}

/// What is known of a replica without its type: its names, its end, its counts.
pub(crate) struct ReplicaInfo {
    pub(crate) name: ReplicaName,
    /// Cancelled when the replica may wait for its requests no longer.
    pub(crate) kill: CancellationToken,
    /// What that has ended.
    pub(crate) cut: CutCalls,
    pub(crate) stuck: StuckWatch,
    pub(crate) panics: AtomicU64,
    pub(crate) standing: Standing,
    pub(crate) models: Arc<Models>,
    pub(crate) clock: SlowClock,
}

/// A replica without its type, as the context of a call holds it.
pub(crate) trait ReplicaContext: Send + Sync {
    fn site(&self) -> &ReplicaInfo;
    /// A call has failed for no fault of its own.
    fn failed(&self);
    /// A call has succeeded after one that failed.
    fn recovered(&self);
    /// The tasks of the runtime that its calls run on.
    fn tasks(&self) -> &Tasks;
    /// The tasks of the server it belongs to; `None` for a mock outside one.
    fn server(&self) -> Option<&Tasks>;
    /// A handle to the replica's own deployment, for `current_handle()`; typed again by whoever asks.
    fn handle(&self) -> &dyn Any;
    /// A deployment, where the replica is in a process that has none but itself. Without an application it
    /// is the one of that name in whatever application.
    fn elsewhere(&self, application: &str, deployment: &str) -> Option<Arc<FarDeployment>>;
}

impl<D: Deployment> Replica<D> {
    pub(crate) fn new(value: D, router: &Arc<Router<D>>, parts: ReplicaParts) -> Arc<Self> {
        Self::at(Some(D::Cell::new(value)), None, router, parts)
    }

    /// A replica whose value is behind a link.
    pub(crate) fn far(far: FarReplica, router: &Arc<Router<D>>, parts: ReplicaParts) -> Arc<Self> {
        Self::at(None, Some(far), router, parts)
    }

    fn at(
        value: Option<D::Cell>,
        far: Option<FarReplica>,
        router: &Arc<Router<D>>,
        parts: ReplicaParts,
    ) -> Arc<Self> {
        Arc::new(Self {
            base: ReplicaBase::new(TypeInfo::of::<D>(), far, parts),
            value,
            router: Arc::clone(router),
            handle: OnceLock::new(),
            heir: OnceLock::new(),
        })
    }

    /// The value, for a call that runs here.
    pub(crate) fn value(&self) -> &D::Cell {
        match &self.value {
            Some(value) => value,
            None => unreachable!("calls of a replica behind a link go over the link"),
        }
    }

    pub(crate) fn router(&self) -> &Arc<Router<D>> {
        &self.router
    }
}

impl<D: Deployment> Deref for Replica<D> {
    type Target = ReplicaBase;

    fn deref(&self) -> &ReplicaBase {
        &self.base
    }
}

impl<D: Deployment> AnyReplica for Replica<D> {
    fn info(&self) -> &'static TypeInfo {
        TypeInfo::of::<D>()
    }

    fn close(&self) {
        self.close_slots();
        self.router.wake_gatherers();
    }

    fn any_router(&self) -> Arc<dyn AnyRouter> {
        Arc::<Router<D>>::clone(&self.router)
    }

    fn enlist(self: Arc<Self>) {
        Arc::clone(&self.router).enlist(self);
    }

    fn call_hook(
        self: Arc<Self>,
        call: HookCall,
        hook: &Arc<Hook>,
    ) -> BoxFuture<'static, Result<(), Failure>> {
        let instance = Instance::for_hook(self, hook);
        match call {
            HookCall::CheckHealth if D::HAS_HEALTH_CHECK => {
                Box::pin(instance.run_hook("check_health", D::check_health))
            }
            HookCall::Reconfigure(config) if D::HAS_RECONFIGURE => {
                let reconfigure = |instance| D::reconfigure(instance, config);
                Box::pin(instance.run_hook("reconfigure", reconfigure))
            }
            HookCall::OnShutdown if const { matches!(D::ON_SHUTDOWN, ShutdownHook::Borrowed) } => {
                Box::pin(instance.run_hook("on_shutdown", D::on_shutdown))
            }
            // There is no such hook, so nothing of it is compiled.
            HookCall::Reconfigure(config) => ready(D::check_user_config(&config)),
            HookCall::CheckHealth | HookCall::OnShutdown => ready(Ok(())),
        }
    }

    fn inherit(self: Arc<Self>) -> oneshot::Receiver<Box<dyn Legacy>> {
        let (heir, value) = oneshot::channel();
        drop(self.heir.set(heir));
        value
    }
}

fn ready(outcome: Result<(), Failure>) -> BoxFuture<'static, Result<(), Failure>> {
    Box::pin(std::future::ready(outcome))
}

/// The value of a replica that has ended.
struct Left<D>(D);

impl<D: Deployment> Legacy for Left<D> {
    fn last_words(self: Box<Self>) -> BoxFuture<'static, Result<(), Failure>> {
        if const { matches!(D::ON_SHUTDOWN, ShutdownHook::Owned) } {
            return Box::pin(D::on_shutdown_owned(self.0));
        }
        ready(Ok(()))
    }
}

impl<D: Deployment> Drop for Replica<D> {
    fn drop(&mut self) {
        let Some(value) = self.value.take() else { return };
        // Whoever drops it last may be anybody.
        match self.heir.take() {
            Some(heir) => discard(heir.send(Box::new(Left(value.into_inner())))),
            None => discard(value),
        }
    }
}

impl<D: Deployment> ReplicaContext for Lane<Replica<D>> {
    fn site(&self) -> &ReplicaInfo {
        self.whole().base.site()
    }

    fn failed(&self) {
        if self.site().standing.fail() || self.slot().is_probed() {
            self.router.eject(self.whole());
        }
    }

    fn recovered(&self) {
        self.site().standing.recover();
        if self.is_left_out() {
            self.admit();
            self.router.serve_waiting();
        }
    }

    fn tasks(&self) -> &Tasks {
        self.pool().tasks()
    }

    fn server(&self) -> Option<&Tasks> {
        Some(self.router.tasks())
    }

    fn handle(&self) -> &dyn Any {
        let DeploymentId { application, deployment } = self.router.id();
        self.handle.get_or_init(|| match self.elsewhere(application, deployment) {
            Some(far) => Handle::new(HandleCore::far(far)),
            None => Handle::new(HandleCore::new(&self.router)),
        })
    }

    fn elsewhere(&self, application: &str, deployment: &str) -> Option<Arc<FarDeployment>> {
        match self.elsewhere.get()?.way(application, deployment)? {
            HandlePath::Far(far) => Some(far),
            HandlePath::Here(_) => None,
        }
    }
}

impl ReplicaInfo {
    pub(crate) fn new(name: ReplicaName, clock: SlowClock) -> Self {
        Self {
            name,
            kill: CancellationToken::new(),
            cut: CutCalls::default(),
            stuck: StuckWatch::default(),
            panics: AtomicU64::new(0),
            standing: Standing::default(),
            models: Arc::default(),
            clock,
        }
    }

    pub(crate) fn count_panic(&self, frame: &CallScope, message: &str) {
        self.panics.fetch_add(1, Relaxed);
        log::error("method panicked").of(frame).cause(message).emit();
    }
}

impl<D: Deployment> fmt::Debug for Replica<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replica")
            .field("name", &self.site().name)
            .field("slot", &self.slot())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ReplicaInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.name, f)
    }
}
