//! What a process does that was started to be one replica: it makes the value, answers the calls that come
//! over the link, and ends with it.
//!
//! Everything that decides stays in the parent. Here is one replica with its permits, so that a full one
//! refuses whatever the parent believes.

mod batch;
mod calls;
mod events;
mod hosted;
mod http;
mod init;
mod leave;
mod obstacles;
#[cfg(feature = "metrics")]
mod own;
#[cfg(not(feature = "metrics"))]
#[path = "own_missing.rs"]
mod own;
mod registry;
mod system;
#[cfg(test)]
mod tests;

use std::marker::PhantomData;
use std::sync::{Arc, Mutex, OnceLock, Weak};

use tokio::net::UnixStream;
use tokio::runtime::{Builder, Handle};
use tokio::signal::unix::{SignalKind, signal};

use crate::contained::discard;
use crate::deployment::Deployment;
use crate::error::Failure;
#[cfg(test)]
use crate::exchange::Callee;
use crate::exchange::{FarDeployments, Numbers, Peer};
use crate::info::{MethodInfo, ShutdownHook, TypeInfo};
use crate::ingress::HttpHost;
use crate::link::{Connection, Hello, Limits, Link, MethodEntry, join};
use crate::log::{self, Record, Severity};
use crate::process::Start;
use crate::replica::{Job, Pool};
use crate::site::SlowClock;
use crate::tasks::Tasks;
use crate::wire::build_id;

use events::{Events, LAST_PATIENCE};
use hosted::{HostedReplica, TypeOf};

pub(crate) use hosted::HostedType;

pub use init::init;
pub(crate) use obstacles::obstacles;
pub use registry::ReplicaType;
pub(crate) use registry::TypeName;

/// The replica of this process.
struct Hosted {
    this: Weak<Self>,
    hosted_type: &'static dyn HostedType,
    tasks: Tasks,
    pool: Arc<Pool>,
    clock: SlowClock,
    /// Once it has been constructed.
    replica: OnceLock<Arc<dyn HostedReplica>>,
    /// Calls that begin when what has come has been read. Only the link's reader comes here.
    gathered: Mutex<Vec<Job>>,
    http: HttpHost,
    /// Where the whole process is the replica's.
    events: Option<Events>,
}

/// The type `D`, as a process has a replica of it.
pub(crate) const fn hosted_type<D: Deployment>() -> &'static dyn HostedType {
    const { &TypeOf::<D>(PhantomData) }
}

/// Runs the replica until the parent exits or dismisses it. What there is to say of its end goes the way of
/// all its events.
pub(crate) fn host(hosted_type: &'static dyn HostedType, start: Start) {
    let events = Events::new(&start.replica, start.level);
    events.listen_here();
    if let Err(failure) = host_until_the_end(hosted_type, start, &events) {
        events.note(Record::new(Severity::Error, format!("the replica cannot answer: {failure}")));
    }
    events.print_rest();
    Events::listen_no_more();
}

fn host_until_the_end(
    hosted_type: &'static dyn HostedType,
    start: Start,
    events: &Events,
) -> Result<(), Failure> {
    let of_thread = events.clone();
    let runtime = Builder::new_multi_thread()
        .enable_all()
        .on_thread_start(move || of_thread.listen_here())
        .on_thread_stop(Events::listen_no_more)
        .build()
        .map_err(Failure::new)?;
    let hosted = runtime.block_on(answer_until_the_end(hosted_type, start, events));
    let outcome = {
        // The user's `Drop` runs here: it may block, and may want a runtime.
        let _context = runtime.enter();
        hosted.map(|hosted| match hosted_type.info().on_shutdown {
            ShutdownHook::None => discard(hosted),
            ShutdownHook::Borrowed | ShutdownHook::Owned => {
                runtime.block_on(Hosted::last_words(hosted));
            }
        })
    };
    runtime.block_on(log::flush(LAST_PATIENCE));
    runtime.shutdown_background();
    outcome
}

async fn answer_until_the_end(
    hosted_type: &'static dyn HostedType,
    start: Start,
    events: &Events,
) -> Result<Arc<Hosted>, Failure> {
    let Start { data, quit, is_alone, .. } = start;
    let terminate = signal(SignalKind::terminate()).map_err(Failure::new)?;
    let (read, write) = UnixStream::from_std(data).map_err(Failure::new)?.into_split();
    let tasks = Tasks::new(Handle::current());
    let line = Connection::new(read, write);
    let connection = join(line, &tasks).await.map_err(Failure::new)?;
    let hosted = Hosted::new(hosted_type, &tasks, is_alone.then(|| events.clone()));
    let callee = Arc::<Hosted>::clone(&hosted);
    let peer = Peer::new(Numbers::Even, callee, FarDeployments::resolver, &tasks);
    let (limits, receiver) = (Limits::default(), peer.receiver());
    let opening = Link::over(connection, &tasks, limits, hello(hosted_type.info()), receiver);
    opening.await.map_err(Failure::new)?;
    tasks.spawn_until_stopped(events.clone().tell(Arc::downgrade(&peer)));
    tokio::select! {
        _ = peer.closed().said() => {}
        // The server needs this process no longer.
        _ = peer.leaving().said() => {}
        () = quit.cancelled() => {}
        () = hosted.leave_on(&peer, terminate) => {}
    }
    events.flush(&peer).await;
    hosted.release().await;
    Ok(hosted)
}

/// What runs the calls of the parent.
#[cfg(test)]
pub(crate) fn callee<D: Deployment>(tasks: &Tasks) -> Arc<dyn Callee> {
    Hosted::new(hosted_type::<D>(), tasks, None)
}

/// What either end says of itself. The two may be different builds of one program.
pub(crate) fn hello(info: &TypeInfo) -> Hello {
    let entry = |method: &MethodInfo| MethodEntry {
        name: method.name.to_owned(),
        signature: method.signature,
    };
    Hello::new(build_id(), info.methods.iter().map(entry).collect())
}

impl Hosted {
    fn new(
        hosted_type: &'static dyn HostedType,
        tasks: &Tasks,
        events: Option<Events>,
    ) -> Arc<Self> {
        Arc::new_cyclic(|this| Self {
            this: Weak::clone(this),
            hosted_type,
            tasks: tasks.clone(),
            pool: Pool::new(tasks.clone()),
            clock: SlowClock::start(tasks),
            replica: OnceLock::new(),
            gathered: Mutex::default(),
            http: HttpHost::default(),
            events,
        })
    }
}
