//! What a process does that was started to be one replica: it makes the value, answers the calls that come
//! over the link, and ends with it.
//!
//! Everything that decides stays in the parent. Here is one replica with its permits, so that a full one
//! refuses whatever the parent believes.

mod calls;
mod init;
mod obstacles;
mod receive;
mod streaming;
mod system;

use std::sync::{Arc, OnceLock};

use tokio::net::UnixStream;
use tokio::runtime::{Builder, Handle};
use tokio_util::sync::CancellationToken;

use crate::call::Failure as CallFailure;
use crate::deployment::{Deployment, Failure};
use crate::process::Start;
use crate::replica::{Pool, Replica, SlowClock};
use crate::tasks::Tasks;
use crate::wire::{Answered, Body, Hello, Limits, Link, Load, Message, WireError};

use calls::Running;
use receive::Requests;

pub use init::init;
pub(crate) use obstacles::obstacles;
pub(crate) use system::Construction;

/// The replica of this process.
struct Hosted<D: Deployment> {
    tasks: Tasks,
    pool: Arc<Pool>,
    clock: SlowClock,
    link: OnceLock<Link>,
    /// Once it has been constructed.
    replica: OnceLock<Arc<Replica<D>>>,
    running: Running,
    ended: CancellationToken,
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
    let hosted = Hosted::<D>::new(&tasks);
    let requests = Requests::new(Arc::clone(&hosted));
    let halves = data.into_split();
    let opening = Link::open_halves(halves, &tasks, Limits::default(), hello::<D>(), requests);
    opening.await.map_err(Failure::new)?;
    tokio::select! {
        () = hosted.ended.cancelled() => {}
        () = quit.cancelled() => {}
    }
    Ok(())
}

/// What either end says of itself: the same program, so the same methods.
pub(crate) fn hello<D: Deployment>() -> Hello {
    let entry = |name: &str| crate::wire::MethodEntry { name: name.to_owned(), signature: 0 };
    let methods = D::METHODS.iter().map(|method| entry(method.name)).collect();
    Hello::new(env!("CARGO_PKG_VERSION").to_owned(), methods)
}

impl<D: Deployment> Hosted<D> {
    fn new(tasks: &Tasks) -> Arc<Self> {
        Arc::new(Self {
            tasks: tasks.clone(),
            pool: Pool::new(tasks.clone()),
            clock: SlowClock::start(),
            link: OnceLock::new(),
            replica: OnceLock::new(),
            running: Running::default(),
            ended: CancellationToken::new(),
        })
    }

    /// Sends what there is to say; a link that has closed has nobody left to tell.
    fn send(&self, message: Message) {
        if let Some(link) = self.link.get() {
            let _ = link.send(message);
        }
    }

    /// Answers a call, for good.
    fn answer(&self, stream: u64, answered: Answered) {
        self.running.remove(stream);
        let load = self.load();
        let answer = match answered {
            Answered::Value(body) => Message::Reply { stream, load, body },
            Answered::App(body) => Message::Error { stream, load, error: WireError::App, body },
            Answered::Failed(why) => return self.fail(stream, WireError::of(why)),
        };
        let Some(link) = self.link.get() else { return };
        if let Err(error @ crate::wire::SendError::Limit(_)) = link.send(answer) {
            self.fail(stream, WireError::of(CallFailure::Transport(error.to_string())));
        }
    }

    fn fail(&self, stream: u64, error: WireError) {
        self.running.remove(stream);
        self.send(Message::Error { stream, load: self.load(), error, body: Body::default() });
    }

    fn end(&self, stream: u64) {
        self.running.remove(stream);
        self.send(Message::End { stream, load: self.load() });
    }

    /// Nobody wants the items of a stream any more.
    fn cancelled(&self, stream: u64) {
        self.fail(stream, WireError::Cancelled);
    }

    fn reject(&self, stream: u64) {
        self.send(Message::Reject { stream, load: self.load() });
    }

    fn load(&self) -> Load {
        let ongoing = self.replica.get().map_or(0, |replica| replica.slot().load().ongoing);
        Load { ongoing, queued: 0 }
    }
}
