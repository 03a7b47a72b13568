//! What a process does that was started to be one replica: it makes the value, answers the calls that come
//! over the link, and ends with it.
//!
//! Everything that decides stays in the parent. Here is one replica with its permits, so that a full one
//! refuses whatever the parent believes.

mod batch;
mod calls;
mod init;
mod obstacles;
mod system;

use std::sync::{Arc, OnceLock, Weak};

use tokio::net::UnixStream;
use tokio::runtime::{Builder, Handle};

use crate::deployment::{Deployment, Failure};
use crate::exchange::{Callee, FarDeployments, Numbers, Peer};
use crate::process::Start;
use crate::replica::{Pool, Replica, SlowClock};
use crate::tasks::Tasks;
use crate::wire::{Hello, Limits, Link};

pub use init::init;
pub(crate) use obstacles::obstacles;
pub(crate) use system::Construction;

/// The replica of this process.
struct Hosted<D: Deployment> {
    this: Weak<Self>,
    tasks: Tasks,
    pool: Arc<Pool>,
    clock: SlowClock,
    /// Once it has been constructed.
    replica: OnceLock<Arc<Replica<D>>>,
}

/// Is the replica until the parent goes or says so.
///
/// # Errors
///
/// There is no runtime to be had, or the other end is not of this kind.
pub(crate) fn host<D: Deployment>(start: Start) -> Result<(), Failure> {
    let runtime = Builder::new_multi_thread().enable_all().build().map_err(Failure::new)?;
    let outcome = runtime.block_on(answer_until_the_end::<D>(start));
    runtime.shutdown_background();
    outcome
}

async fn answer_until_the_end<D: Deployment>(start: Start) -> Result<(), Failure> {
    let Start { data, quit, .. } = start;
    let data = UnixStream::from_std(data).map_err(Failure::new)?;
    let tasks = Tasks::new(Handle::current());
    let peer = Peer::new(Numbers::Even, callee::<D>(&tasks), FarDeployments::resolver, &tasks);
    let halves = data.into_split();
    let limits = Limits::default();
    let opening = Link::open_halves(halves, &tasks, limits, hello::<D>(), peer.receiver());
    opening.await.map_err(Failure::new)?;
    tokio::select! {
        () = peer.closed().cancelled() => {}
        () = quit.cancelled() => {}
    }
    Ok(())
}

/// What runs the calls of the parent.
pub(crate) fn callee<D: Deployment>(tasks: &Tasks) -> Arc<dyn Callee> {
    Hosted::<D>::new(tasks)
}

/// What either end says of itself: the same program, so the same methods.
pub(crate) fn hello<D: Deployment>() -> Hello {
    let entry = |name: &str| crate::wire::MethodEntry { name: name.to_owned(), signature: 0 };
    let methods = D::METHODS.iter().map(|method| entry(method.name)).collect();
    Hello::new(env!("CARGO_PKG_VERSION").to_owned(), methods)
}

impl<D: Deployment> Hosted<D> {
    fn new(tasks: &Tasks) -> Arc<Self> {
        Arc::new_cyclic(|this| Self {
            this: Weak::clone(this),
            tasks: tasks.clone(),
            pool: Pool::new(tasks.clone()),
            clock: SlowClock::start(),
            replica: OnceLock::new(),
        })
    }
}
