//! Calls to a replica that has been chosen before, and to all of them.

use std::fmt;
use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::core::{CallPath, HandleCore, Target, TargetRef};
use super::remote::start_unary;
use crate::call::{CallError, Executed, Failure, ObjectRef, Resolved};
use crate::deployment::{Deployment, MethodSpec, Unary};
use crate::replica::{Instance, Replica};
use crate::striped::Lane;

/// A method of a deployment, on one replica that has a place for it.
///
/// Made by `handle.method.choose_replica()`. Calls made on it run on that replica: the first has the
/// place that was taken, a later one gets a place there if there is one, and fails with
/// [`CallError::BackPressure`] if there is none, or with [`CallError::ReplicaDied`] (not executed) if the
/// replica takes no more calls. Dropped unused, it gives the place back.
///
/// ```
/// # use serve_core::prelude::*;
/// # #[derive(Default)] struct Greeter;
/// # #[deployment] impl Greeter { fn say_hello(&self, name: &str) -> String { format!("Hello {name}!") } }
/// # async fn example(handle: GreeterHandle) -> Result<(), CallError> {
/// let chosen = handle.say_hello.choose_replica().await?;
/// println!("{} will answer", chosen.replica_id());
/// let greeting = chosen.remote("Alice").await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct ChosenReplica<M> {
    method: M,
    replica_id: Arc<str>,
}

impl<M> ChosenReplica<M> {
    /// The replica.
    #[must_use]
    pub fn replica_id(&self) -> &str {
        &self.replica_id
    }
}

impl<M> Deref for ChosenReplica<M> {
    type Target = M;

    fn deref(&self) -> &M {
        &self.method
    }
}

impl<M> fmt::Debug for ChosenReplica<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ChosenReplica").field(&self.replica_id).finish()
    }
}

/// The choice of a replica under way. Dropping it leaves the queue.
#[doc(hidden)]
#[must_use = "a choice does nothing until it is awaited"]
pub struct ChooseReplica<M>(BoxFuture<'static, Result<ChosenReplica<M>, CallError>>);

impl<M> Future for ChooseReplica<M> {
    type Output = Result<ChosenReplica<M>, CallError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context)
    }
}

impl<M> fmt::Debug for ChooseReplica<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChooseReplica")
    }
}

/// One replica as the target of calls, and the place that is kept there for the first of them.
pub(super) struct Chosen<D: Deployment> {
    replica: Arc<Lane<Replica<D>>>,
    place: Mutex<Option<Instance<D>>>,
}

impl<D: Deployment> Chosen<D> {
    pub(super) fn new(instance: Instance<D>) -> Arc<Self> {
        let replica = Arc::clone(instance.replica());
        Arc::new(Self { replica, place: Mutex::new(Some(instance)) })
    }

    pub(super) fn replica(&self) -> &Replica<D> {
        &self.replica
    }

    /// The place that is kept, or another one on the same replica.
    pub(super) fn instance(&self) -> Result<Instance<D>, Failure> {
        let kept = self.place.lock().unwrap_or_else(PoisonError::into_inner).take();
        match kept {
            // Killed meanwhile; one that only drains keeps what it has promised.
            Some(instance) if instance.replica().site().kill.is_cancelled() => {
                Err(Failure::ReplicaDied { executed: Executed::No })
            }
            Some(instance) => Ok(instance),
            None => self.replica.router().acquire_on(&self.replica),
        }
    }
}

impl<D: Deployment> HandleCore<D> {
    /// Takes a permit, and makes a method of a handle that uses it.
    pub fn choose_replica<M: Send + 'static>(
        &self,
        method: impl FnOnce(Self) -> M + Send + 'static,
    ) -> ChooseReplica<M> {
        let request = self.request();
        let (target, options) = (self.target.clone(), self.options.clone());
        let choosing = async move {
            let (target, replica_id) = match target {
                Target::Router(router) => {
                    let instance = router.here().acquire(&request).await?;
                    let replica_id = Arc::clone(&instance.replica().site().name.replica);
                    (Target::Chosen(Chosen::new(instance)), replica_id)
                }
                Target::Chosen(chosen) => {
                    let replica_id = Arc::clone(&chosen.replica().site().name.replica);
                    (Target::Chosen(chosen), replica_id)
                }
                Target::Far(far) => {
                    let far = far.choose(&request).await?;
                    let replica_id = far.replica_id().map_or_else(Arc::default, Arc::clone);
                    (Target::Far(far), replica_id)
                }
                Target::Mock(mock) => (Target::Mock(mock), "mock".into()),
            };
            Ok(ChosenReplica { method: method(Self { target, options }), replica_id })
        };
        ChooseReplica(choosing.boxed())
    }
}

/// Starts a call on every replica that takes calls, whatever its load.
pub(super) fn broadcast<M: MethodSpec<Shape = Unary>>(
    core: &HandleCore<M::On>,
    arguments: impl Fn() -> Resolved<M::Args>,
) -> Vec<ObjectRef<M::Value, M::Error>> {
    let path = core.path();
    let start_on = |target| start_unary(CallPath { target, ..path }, arguments(), M::wrap);
    let one = match path.target {
        TargetRef::Router(router) => {
            let all: Vec<_> = router.acquire_all().into_iter().map(Chosen::new).collect();
            if all.is_empty() {
                return vec![ObjectRef::failed(Failure::DeploymentUnavailable)];
            }
            return all.iter().map(|chosen| start_on(TargetRef::Chosen(chosen))).collect();
        }
        TargetRef::Far(far) => match far.choose_all(&path.request()) {
            Ok(all) => return all.iter().map(|far| start_on(TargetRef::Far(far))).collect(),
            Err(why) => return vec![ObjectRef::failed(why)],
        },
        one @ (TargetRef::Chosen(_) | TargetRef::Mock(_)) => one,
    };
    vec![start_on(one)]
}
