//! What a process does that was started to be one replica: it makes the value, answers the calls that come
//! over the link, and ends with it.
//!
//! Everything that decides stays in the parent. Here is one replica with its permits, so that a full one
//! refuses whatever the parent believes.

mod calls;
mod init;
mod leave;
mod obstacles;
mod receive;
mod streaming;
mod system;
#[cfg(test)]
mod tests;

use std::sync::{Arc, OnceLock};

use tokio::net::UnixStream;
use tokio::runtime::{Builder, Handle};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::call::Failure as CallFailure;
use crate::deployment::{Deployment, Failure, MethodInfo};
use crate::process::Start;
use crate::replica::{Pool, Replica, SlowClock};
use crate::tasks::Tasks;
use crate::wire::{
    Answered, Connection, Hello, Limits, Link, Load, Message, MethodEntry, WireError, build_id,
    join,
};

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
    /// Cancelled when the link has closed.
    ended: CancellationToken,
    /// Cancelled when the parent needs this process no longer.
    dismissed: CancellationToken,
}

/// Is the replica until the parent goes or says so.
///
/// # Errors
///
/// There is no runtime to be had, or the other end is not of this kind.
pub(crate) fn host<D: Deployment>(start: Start) -> Result<(), Failure> {
    let runtime = Builder::new_multi_thread().enable_all().build().map_err(Failure::new)?;
    let hosted = runtime.block_on(answer_until_the_end::<D>(start));
    let outcome = {
        // The user's `Drop` runs here: it may block, and may want a runtime.
        let _context = runtime.enter();
        hosted.map(drop)
    };
    runtime.shutdown_background();
    outcome
}

async fn answer_until_the_end<D: Deployment>(start: Start) -> Result<Arc<Hosted<D>>, Failure> {
    let Start { data, quit, .. } = start;
    let terminate = signal(SignalKind::terminate()).map_err(Failure::new)?;
    let (read, write) = UnixStream::from_std(data).map_err(Failure::new)?.into_split();
    let tasks = Tasks::new(Handle::current());
    let line = Connection::new(read, write);
    let connection = join(line, &tasks).await.map_err(Failure::new)?;
    let hosted = Hosted::<D>::new(&tasks);
    let requests = Requests::new(Arc::clone(&hosted));
    let opening = Link::over(connection, &tasks, Limits::default(), hello::<D>(), requests);
    opening.await.map_err(Failure::new)?;
    tokio::select! {
        () = hosted.ended.cancelled() => {}
        () = hosted.dismissed.cancelled() => {}
        () = quit.cancelled() => {}
        () = hosted.leave_on(terminate) => {}
    }
    hosted.release().await;
    Ok(hosted)
}

/// What either end says of itself. The two may be different builds of one program.
pub(crate) fn hello<D: Deployment>() -> Hello {
    let entry = |method: &MethodInfo| MethodEntry {
        name: method.name.to_owned(),
        signature: method.signature,
    };
    Hello::new(build_id(), D::METHODS.iter().map(entry).collect())
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
            dismissed: CancellationToken::new(),
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
        self.send(Message::Error { stream, load: self.load(), error, body: bytes::Bytes::new() });
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
