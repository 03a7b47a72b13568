//! A replica and its server over a pipe that breaks after every few bytes: every call has one outcome at
//! both ends, and every permit comes back.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::join_all;
use serve_macros::deployment;
use tokio::io::{AsyncReadExt, AsyncWrite, DuplexStream, ReadHalf};
use tokio::runtime::Handle;

use super::*;
use crate::call::{CallError, Executed};
use crate::codec::{Arguments, Codec};
use crate::deployment::Deployment;
use crate::exchange::{AnyHandle, FarDeployments, Numbers, Peer};
use crate::handle::{HandleCore, any_handle};
use crate::hosting::{callee, hello};
use crate::id::{DeploymentId, ReplicaName};
use crate::info::TypeInfo;
use crate::link::{Limits, Link, System};
use crate::packed::pack;
use crate::prelude::Stream;
use crate::replica::{Pool, Replica, ReplicaParts};
use crate::router::{Router, RouterParts};
use crate::site::{ReplicaInfo, SlowClock};
use crate::tasks::Tasks;

/// In the server.
#[derive(Default)]
struct Inner;

#[deployment(crate = "crate")]
impl Inner {
    fn double(&self, number: u64) -> u64 {
        number * 2
    }

    fn count(&self, to: u64) -> impl Stream<Item = u64> {
        futures_util::stream::iter(0..to)
    }

    async fn wait(&self) {
        std::future::pending::<()>().await;
    }
}

/// At the other end.
struct Outer {
    inner: InnerHandle,
}

#[deployment(crate = "crate")]
impl Outer {
    fn new(inner: InnerHandle) -> Self {
        Self { inner }
    }

    async fn double(&self, number: u64) -> Option<u64> {
        self.inner.double.remote(number).await.ok()
    }

    fn count(&self, to: u64) -> impl Stream<Item = Option<u64>> {
        self.inner.count.call(to).map(Result::ok)
    }

    async fn wait(&self) {
        drop(self.inner.wait.remote().await);
    }

    #[batch]
    fn triple(&self, numbers: Vec<u64>) -> Vec<u64> {
        numbers.into_iter().map(|number| number * 3).collect()
    }
}

/// There is nothing besides what has been handed out.
struct Nowhere;

impl Lookup for Nowhere {
    fn find(&self, _application: &str, _deployment: &str) -> Option<Arc<dyn AnyHandle>> {
        None
    }
}

fn router<D: Deployment>(tasks: &Tasks) -> Arc<Router<D>> {
    let id = DeploymentId { application: "app".into(), deployment: D::NAME.into() };
    Router::new(RouterParts::unobserved(id, tasks.clone()))
}

fn parts<D: Deployment>(router: &Arc<Router<D>>, pool: &Arc<Pool>) -> ReplicaParts {
    let DeploymentId { application, deployment } = router.id().clone();
    let name = ReplicaName { application, deployment, replica: "replica".into() };
    let site = ReplicaInfo::new(name, SlowClock::start(pool.tasks()));
    ReplicaParts { pool: Arc::clone(pool), site, ongoing_max: 10 }
}

/// Copies at most `count` bytes.
async fn copy(from: ReadHalf<DuplexStream>, mut to: impl AsyncWrite + Unpin, count: u64) {
    drop(tokio::io::copy(&mut from.take(count), &mut to).await);
}

/// A pipe that lets so many bytes through in each direction, then breaks in both.
fn pipe(there: u64, back: u64, tasks: &Tasks) -> (DuplexStream, DuplexStream) {
    let ((left, near), (far, right)) = (tokio::io::duplex(64), tokio::io::duplex(64));
    tasks.spawn_until_stopped(async move {
        let ((near_read, near_write), (far_read, far_write)) =
            (tokio::io::split(near), tokio::io::split(far));
        tokio::select! {
            () = copy(near_read, far_write, there) => {}
            () = copy(far_read, near_write, back) => {}
        }
    });
    (left, right)
}

/// Whether a call of the system fails as one does whose replica has gone, or never came to be.
fn has_gone<E>(error: &CallError<E>) -> bool {
    matches!(
        error,
        CallError::ReplicaDied { executed: Executed::Maybe } | CallError::DeploymentUnavailable
    )
}

async fn until(is_so: impl Fn() -> bool) {
    let waiting = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), waiting).await.expect("it becomes so");
}

/// Calls in both directions through such a pipe. Says whether all were answered.
async fn converse(there: u64, back: u64) -> bool {
    let tasks = Tasks::new(Handle::current());
    let answered = talk(there, back, &tasks).await;
    // Nobody is waited for: the workers of the replica's own pool stay as long as the runtime.
    tasks.stop_token().cancel();
    answered.is_some()
}

async fn talk(there: u64, back: u64, tasks: &Tasks) -> Option<()> {
    let pool = Pool::new(tasks.clone());
    let (inner, outer) = (router::<Inner>(tasks), router::<Outer>(tasks));
    let inner_replica = Replica::new(Inner, &inner, parts(&inner, &pool));
    inner.publish(&[Arc::clone(&inner_replica)]);

    let outer_parts = parts(&outer, &pool);
    let known = vec![any_handle(&inner), any_handle(&outer)];
    let deployments = Deployments::new(known, Arc::new(Nowhere), &outer_parts.site);
    let handles = Arc::clone(&deployments);
    let server = Peer::new(Numbers::Odd, deployments, |_| handles, tasks);
    let process = callee::<Outer>(tasks);
    let process = Peer::new(Numbers::Even, process, FarDeployments::resolver, tasks);
    let (left, right) = pipe(there, back, tasks);
    let limits = Limits::default();
    let (near, far) = tokio::join!(
        Link::open(left, tasks, limits, hello(TypeInfo::of::<Outer>()), server.receiver()),
        Link::open(right, tasks, limits, hello(TypeInfo::of::<Outer>()), process.receiver()),
    );
    let far_link = far.ok()?;
    near.ok()?;

    let mut arguments = Arguments::new();
    let inner_handle = InnerHandle::new(HandleCore::new(&inner));
    server.with_handles(|| arguments.add("inner", &inner_handle, Some(Codec::SERDE)));
    let construction = Construction {
        application: "app".to_owned(),
        deployment: "Outer".to_owned(),
        replica: "replica".to_owned(),
        ongoing_max: 10,
        stuck_after: None,
        arguments: arguments.finish().unwrap(),
        own_series_max: None,
    };
    let body = pack(&construction).unwrap();
    let far = FarReplica::new(TypeInfo::of::<Outer>(), Arc::clone(&server));
    far.ask(System::Construct, body.into()).await.ok()?;
    let outer_replica = Replica::far(far, &outer, outer_parts);
    outer.publish(&[Arc::clone(&outer_replica)]);

    // As the controller does where a replica has gone and no other comes.
    let (gone, closing) = (Arc::clone(&server), Arc::clone(&outer));
    tasks.spawn_until_stopped(async move {
        gone.closed().said().await;
        closing.close();
    });
    let answered = ask(&OuterHandle::new(HandleCore::new(&outer))).await;
    let is_free = || {
        let (calls, batches) = (outer_replica.slot(), outer_replica.batch_slot(0));
        [inner_replica.slot(), calls, batches].iter().all(|slot| slot.ongoing() == 0)
    };
    until(is_free).await;
    server.close();
    far_link.close();
    answered
}

/// Some calls of each kind; `None` where one fails, as it may.
async fn ask(handle: &OuterHandle) -> Option<()> {
    let double = handle.double.remote(4);
    let mut count = pin!(handle.count.remote(3));
    let wait = handle.wait.remote();
    let triples: Vec<_> = (0..3).map(|number| handle.triple.remote(number)).collect();
    let mut all = true;
    let mut is_answer = |is_right: bool, has_failed: bool| {
        assert!(is_right || has_failed);
        all &= is_right;
    };
    let double = double.await;
    is_answer(matches!(double, Ok(Some(8))), double.as_ref().is_err_and(has_gone));
    let mut next = 0;
    while let Some(item) = count.next().await {
        is_answer(
            item.as_ref().is_ok_and(|item| *item == Some(next)),
            item.is_err_and(|e| has_gone(&e)),
        );
        next += 1;
    }
    for (number, triple) in (0..).zip(join_all(triples).await) {
        is_answer(
            matches!(triple, Ok(triple) if triple == number * 3),
            triple.is_err_and(|e| has_gone(&e)),
        );
    }
    wait.cancel();
    let waited = wait.await;
    let is_cancelled = matches!(waited, Err(CallError::Cancelled));
    is_answer(is_cancelled, waited.is_err_and(|e| has_gone(&e)));
    (all && next == 3).then_some(())
}

/// More than a whole conversation takes in one direction.
const BYTES_MAX: u64 = 2500;

#[tokio::test]
async fn an_unbroken_pipe_answers_everything() {
    assert!(converse(u64::MAX, u64::MAX).await);
    assert!(converse(BYTES_MAX, BYTES_MAX).await);
}

#[tokio::test]
async fn wherever_the_way_there_breaks_calls_have_one_outcome_and_permits_come_back() {
    for count in (0..BYTES_MAX).step_by(7) {
        converse(count, u64::MAX).await;
    }
}

#[tokio::test]
async fn wherever_the_way_back_breaks_calls_have_one_outcome_and_permits_come_back() {
    for count in (0..BYTES_MAX).step_by(7) {
        converse(u64::MAX, count).await;
    }
}
