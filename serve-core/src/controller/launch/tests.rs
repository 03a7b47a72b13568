//! A launcher of another kind: nothing above it notices. Its replicas are threads of this process, which
//! stand for those of another machine.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt};
use tokio_util::sync::CancellationToken;

use super::{Launched, Launcher, ReplicaProcess};
use crate::error::Failure;
use crate::hosting::{ReplicaType, TypeName, host};
use crate::link::Connection;
use crate::process::{Exit, Spec, Start};
use crate::{HttpOptions, Serve, deployment};

#[derive(Default)]
struct Threads {
    launched: AtomicUsize,
    latest: Mutex<Option<Thread>>,
}

#[derive(Clone, Default)]
struct Thread {
    quit: CancellationToken,
    ended: CancellationToken,
}

impl Launcher for Threads {
    fn launch(&self, spec: Spec) -> BoxFuture<'_, Result<Launched, Failure>> {
        let thread = Thread::default();
        let (near, far) = UnixStream::pair().unwrap();
        near.set_nonblocking(true).unwrap();
        far.set_nonblocking(true).unwrap();
        let ty = TypeName::from_text(&spec.description).unwrap();
        let quit = thread.quit.clone();
        let start = Start {
            replica: spec.replica,
            description: spec.description,
            data: far,
            level: None,
            is_alone: false,
            quit,
        };
        let ended = thread.ended.clone().drop_guard();
        std::thread::spawn(move || {
            let _ended = ended;
            host(ReplicaType::find(&ty).unwrap().hosted.unwrap(), start);
        });
        self.launched.fetch_add(1, Relaxed);
        *self.latest.lock().unwrap() = Some(thread.clone());
        async move {
            let (read, write) = tokio::net::UnixStream::from_std(near).unwrap().into_split();
            let transport = crate::ProcessTransport::unix_socket();
            let tasks = crate::tasks::Tasks::new(tokio::runtime::Handle::current());
            let transport = transport.make(&tasks).unwrap();
            let connecting = transport.connect(Connection::new(read, write), "");
            let connection = connecting.await.map_err(Failure::new)?;
            Ok(Launched { process: Box::new(thread), connection })
        }
        .boxed()
    }
}

impl ReplicaProcess for Thread {
    fn pid(&self) -> Option<u32> {
        None
    }

    fn exited(&self) -> BoxFuture<'_, Exit> {
        self.ended.cancelled().map(|()| Exit::Code(0)).boxed()
    }

    fn hung(&self) -> BoxFuture<'_, ()> {
        std::future::pending().boxed()
    }

    fn quit(&self) {
        self.quit.cancel();
    }

    fn kill(&self) {
        self.quit.cancel();
    }
}

struct Echo;

#[deployment(isolation = "process")]
impl Echo {
    fn new() -> Self {
        Self
    }

    fn echo(&self, text: String) -> String {
        text
    }

    fn count(&self, to: u32) -> impl futures_core::Stream<Item = u32> {
        futures_util::stream::iter(0..to)
    }
}

async fn start() -> (Serve, EchoHandle, Arc<Threads>) {
    let threads = Arc::new(Threads::default());
    let builder = Serve::builder().http(HttpOptions::disabled());
    let serve = builder.start_on(|_| Arc::<Threads>::clone(&threads)).await.unwrap();
    let handle = serve.run(Echo::bind()).await.unwrap();
    (serve, handle, threads)
}

#[tokio::test]
async fn replicas_that_are_started_elsewhere_are_called_like_any_other() {
    let (serve, handle, threads) = start().await;
    assert_eq!(handle.echo.remote("hello").await.unwrap(), "hello");
    let items: Vec<_> = handle.count.remote(3).map(Result::unwrap).collect().await;
    assert_eq!(items, [0, 1, 2]);
    assert_eq!(threads.launched.load(Relaxed), 1);
    serve.shutdown().await.unwrap();
    let latest = threads.latest.lock().unwrap().clone().unwrap();
    assert!(latest.ended.is_cancelled());
}

#[tokio::test]
async fn one_that_ends_elsewhere_is_replaced() {
    let (serve, handle, threads) = start().await;
    let first = threads.latest.lock().unwrap().clone().unwrap();
    first.quit.cancel();
    first.ended.cancelled().await;
    assert_eq!(handle.echo.remote("hello").await.unwrap(), "hello");
    assert_eq!(threads.launched.load(Relaxed), 2);
    serve.shutdown().await.unwrap();
}
