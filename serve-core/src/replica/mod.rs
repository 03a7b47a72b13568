//! Replicas: the user's value, the permits on it, and where its calls run.

mod base;
mod cell;
mod far;
mod far_batch;
mod hooks;
mod instance;
mod job;
mod pool;
mod run;
mod spare;
mod waiting;

use std::any::Any;
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use futures_util::future::BoxFuture;
use tokio::sync::oneshot;

use crate::contained::discard;
use crate::deployment::{Deployment, ReplicaCell};
use crate::error::Failure;
use crate::handle::{Handle, HandleCore};
use crate::id::DeploymentId;
use crate::info::{ShutdownHook, TypeInfo};
use crate::remote::FarReplica;
use crate::router::{AnyRouter, Router};
use crate::site::{ReplicaContext, ReplicaInfo};
use crate::striped::Lane;
use crate::tasks::Tasks;

pub use cell::{Alone, Exclusive, Lock, Shared};
pub use instance::Instance;
pub(crate) use instance::Permit;

use hooks::Hook;

pub(crate) use base::{AnyReplica, HookCall, Legacy, ReplicaBase, ReplicaParts, Upgraded};
pub(crate) use far::note;
pub(crate) use hooks::{check_health, on_own_thread, reconfigure, shut_down, warm_up};
pub(crate) use pool::Pool;
pub(crate) use run::{
    BODY_GRACE, ByReplies, ByResult, Elsewhere, Run, RunStream, Running, run, run_batch, run_http,
    run_stream,
};
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
            HookCall::WarmUp if D::HAS_WARM_UP => {
                Box::pin(instance.run_hook("warm_up", D::warm_up))
            }
            HookCall::OnShutdown if const { matches!(D::ON_SHUTDOWN, ShutdownHook::Borrowed) } => {
                Box::pin(instance.run_hook("on_shutdown", D::on_shutdown))
            }
            // There is no such hook, so nothing of it is compiled.
            HookCall::Reconfigure(config) => ready(D::check_user_config(&config)),
            HookCall::CheckHealth | HookCall::WarmUp | HookCall::OnShutdown => ready(Ok(())),
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
        self.handle.get_or_init(|| match self.far_deployment(application, deployment) {
            Some(far) => Handle::new(HandleCore::far(far)),
            None => Handle::new(HandleCore::new(&self.router)),
        })
    }

    fn elsewhere(&self, application: &str, deployment: &str) -> Option<Arc<dyn Any + Send + Sync>> {
        Some(self.far_deployment(application, deployment)?)
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
