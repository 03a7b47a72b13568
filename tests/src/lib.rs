//! What the tests share: guards against hanging, scripted deployments, and clients for raw protocols.
//!
//! Nothing here sleeps to synchronise: a test waits for what a [`Probe`] has counted or a [`Journal`]
//! has noted, and `within` only turns a hang into a failure.

pub mod certificates;
pub mod ends;
pub mod folder;
pub mod front;
pub mod load;
pub mod own_process;
pub mod processes;
pub mod spans;

use std::fmt::Debug;
use std::future::Future;
use std::net::SocketAddr;
use std::panic::Location;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serve_core::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

/// Far longer than anything here takes: a guard against hanging, never a measurement.
pub const SOON: Duration = Duration::from_secs(20);

/// Awaits `future`, and panics at the caller's line when it takes longer than `patience`.
#[track_caller]
pub fn within<F: Future>(patience: Duration, future: F) -> impl Future<Output = F::Output> {
    let caller = Location::caller();
    async move {
        match tokio::time::timeout(patience, future).await {
            Ok(output) => output,
            Err(_) => panic!("{caller}: still waiting after {patience:?}"),
        }
    }
}

/// Waits until something is so that nothing tells of: asks again and again. Says what it was in vain for.
#[track_caller]
pub fn until_so(what: &str, mut is_so: impl FnMut() -> bool) -> impl Future<Output = ()> {
    let caller = Location::caller();
    async move {
        let asking = async {
            while !is_so() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        if tokio::time::timeout(SOON, asking).await.is_err() {
            panic!("{caller}: still waiting until {what}");
        }
    }
}

/// Runs `work` on a plain thread, and panics when it takes longer than `patience`. The guard is real
/// time, so it also holds where a test's own clock stands still.
#[track_caller]
pub fn within_thread<T: Send + 'static>(
    patience: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> T {
    let (sender, receiver) = mpsc::channel();
    let thread = std::thread::spawn(move || drop(sender.send(work())));
    match receiver.recv_timeout(patience) {
        Ok(output) => output,
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("still waiting after {patience:?}"),
        Err(mpsc::RecvTimeoutError::Disconnected) => match thread.join() {
            Err(panic) => std::panic::resume_unwind(panic),
            Ok(()) => unreachable!("the thread sends before it ends"),
        },
    }
}

/// A task of the test's own.
#[expect(clippy::disallowed_methods, reason = "the tasks of a test end with its runtime")]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    tokio::spawn(future)
}

// === servers ===

/// A server of the test's own, on a port that the system chooses.
pub async fn start() -> Serve {
    start_with(HttpOptions::default()).await
}

/// The same with options; the port is chosen all the same.
pub async fn start_with(options: HttpOptions) -> Serve {
    let starting = Serve::builder().http(options.port(0)).start();
    within(SOON, starting).await.expect("a server starts on a free port")
}

/// A server without HTTP.
pub async fn start_without_http() -> Serve {
    let starting = Serve::builder().http(HttpOptions::disabled()).start();
    within(SOON, starting).await.expect("a server starts")
}

/// Shuts a server down.
pub async fn stop(serve: Serve) {
    within(SOON * 2, serve.shutdown()).await.expect("a server shuts down");
}

/// Where a server listens.
#[must_use]
pub fn address(serve: &Serve) -> SocketAddr {
    serve.http_addr().expect("the server has HTTP")
}

/// The URL of a path on a server.
#[must_use]
pub fn url(serve: &Serve, path: &str) -> String {
    format!("http://{}{path}", address(serve))
}

/// An HTTP/1.1 client that asks no proxy.
#[must_use]
pub fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().expect("a client without TLS needs nothing")
}

/// Fetches a path with GET.
pub async fn fetch(serve: &Serve, path: &str) -> reqwest::Response {
    let answer = client().get(url(serve, path)).send();
    within(SOON, answer).await.expect("the server answers")
}

/// The status and the text of an answer.
pub async fn read(response: reqwest::Response) -> (u16, String) {
    let status = response.status().as_u16();
    (status, within(SOON, response.text()).await.expect("the body is whole"))
}

/// Fetches a path with GET and reads the answer.
pub async fn fetch_text(serve: &Serve, path: &str) -> (u16, String) {
    read(fetch(serve, path).await).await
}

/// Sends bytes as they are and reads until the server closes the connection.
pub async fn send_raw(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = within(SOON, TcpStream::connect(address)).await.expect("the server accepts");
    // The server may answer and close before it has read everything.
    drop(stream.write_all(bytes).await);
    let mut answer = Vec::new();
    drop(within(SOON, stream.read_to_end(&mut answer)).await);
    String::from_utf8_lossy(&answer).into_owned()
}

/// Opens a connection and sends the head of a GET request on it.
pub async fn open_request(serve: &Serve, path: &str, headers: &str) -> TcpStream {
    let mut stream =
        within(SOON, TcpStream::connect(address(serve))).await.expect("the server accepts");
    let head = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n");
    stream.write_all(head.as_bytes()).await.expect("the server reads");
    stream
}

/// Reads from a connection until `text` has come.
pub async fn read_until(stream: &mut TcpStream, text: &str) -> String {
    let reading = async {
        let mut seen = String::new();
        let mut buffer = [0_u8; 4096];
        while !seen.contains(text) {
            let count = stream.read(&mut buffer).await.expect("the connection holds");
            assert!(count > 0, "the connection ended before {text:?}: {seen:?}");
            seen.push_str(&String::from_utf8_lossy(&buffer[..count]));
        }
        seen
    };
    within(SOON, reading).await
}

/// A client that speaks HTTP/2 from its first byte.
pub async fn http2(serve: &Serve) -> hyper::client::conn::http2::SendRequest<Full<Bytes>> {
    let stream =
        within(SOON, TcpStream::connect(address(serve))).await.expect("the server accepts");
    let handshake =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream));
    let (sender, connection) = within(SOON, handshake).await.expect("the server speaks HTTP/2");
    drop(spawn(async move { drop(connection.await) }));
    sender
}

/// The status and text of an HTTP/2 answer.
pub async fn read_http2(response: http::Response<hyper::body::Incoming>) -> (u16, String) {
    let status = response.status().as_u16();
    let body = within(SOON, response.into_body().collect()).await.expect("the body is whole");
    (status, String::from_utf8_lossy(&body.to_bytes()).into_owned())
}

// === scripts ===

/// What has happened at a [`Probe`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Visits that have begun.
    pub entered: usize,
    /// Visits that have ended, in whatever way.
    pub left: usize,
    /// Visits that ran to their end.
    pub finished: usize,
    /// The most visits there have been at once.
    pub running_max: usize,
}

impl Counts {
    /// Visits that are in progress.
    #[must_use]
    pub fn running(&self) -> usize {
        self.entered - self.left
    }

    /// Visits that ended before their end.
    #[must_use]
    pub fn abandoned(&self) -> usize {
        self.left - self.finished
    }
}

/// A gate inside a scripted method, which also counts who comes and goes.
#[derive(Clone, Debug)]
pub struct Probe {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    counts: watch::Sender<Counts>,
    gate: Semaphore,
}

impl Default for Probe {
    fn default() -> Self {
        Self::new()
    }
}

impl Probe {
    /// A closed gate.
    #[must_use]
    pub fn new() -> Self {
        let (counts, _) = watch::channel(Counts::default());
        Self { shared: Arc::new(Shared { counts, gate: Semaphore::new(0) }) }
    }

    /// A gate that lets everybody pass.
    #[must_use]
    pub fn opened() -> Self {
        let probe = Self::new();
        probe.open();
        probe
    }

    /// Lets so many more pass.
    pub fn release(&self, count: usize) {
        self.shared.gate.add_permits(count);
    }

    /// Lets everybody pass from now on.
    pub fn open(&self) {
        self.shared.gate.close();
    }

    /// Begins a visit, which ends when the guard is dropped.
    #[must_use]
    pub fn enter(&self) -> Visit {
        self.shared.counts.send_modify(|counts| {
            counts.entered += 1;
            counts.running_max = counts.running_max.max(counts.running());
        });
        Visit { probe: self.clone(), finished: false }
    }

    /// A visit that waits at the gate.
    pub async fn pass(&self) {
        let visit = self.enter();
        self.wait().await;
        visit.finish();
    }

    /// The same on a thread that may block.
    pub fn pass_blocking(&self) {
        futures::executor::block_on(self.pass());
    }

    /// Waits at the gate without being counted.
    pub async fn wait(&self) {
        if let Ok(permit) = self.shared.gate.acquire().await {
            permit.forget();
        }
    }

    /// What has happened so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        *self.shared.counts.borrow()
    }

    /// Waits until what has happened satisfies `condition`.
    #[track_caller]
    pub fn until(&self, condition: impl Fn(&Counts) -> bool) -> impl Future<Output = Counts> {
        let caller = Location::caller();
        let probe = self.clone();
        async move {
            let mut counts = probe.shared.counts.subscribe();
            match tokio::time::timeout(SOON, counts.wait_for(condition)).await {
                Ok(counts) => *counts.expect("the probe holds the sender"),
                Err(_) => panic!("{caller}: it stayed at {:?}", probe.counts()),
            }
        }
    }

    /// Waits until so many visits have begun.
    #[track_caller]
    pub fn entered(&self, count: usize) -> impl Future<Output = Counts> {
        self.until(move |counts| counts.entered >= count)
    }

    /// The same where there is no runtime to guard the time.
    pub async fn wait_entered(&self, count: usize) {
        let mut counts = self.shared.counts.subscribe();
        drop(counts.wait_for(|counts| counts.entered >= count).await);
    }

    /// Waits until so many visits have ended.
    #[track_caller]
    pub fn left(&self, count: usize) -> impl Future<Output = Counts> {
        self.until(move |counts| counts.left >= count)
    }
}

/// One visit to a [`Probe`].
#[derive(Debug)]
pub struct Visit {
    probe: Probe,
    finished: bool,
}

impl Visit {
    /// Ends the visit at its end.
    pub fn finish(mut self) {
        self.finished = true;
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.probe.shared.counts.send_modify(|counts| {
            counts.left += 1;
            counts.finished += usize::from(self.finished);
        });
    }
}

/// A list that methods write and tests read.
#[derive(Debug)]
pub struct Journal<T> {
    entries: Arc<Mutex<Vec<T>>>,
    changed: watch::Sender<usize>,
}

impl<T> Clone for Journal<T> {
    fn clone(&self) -> Self {
        Self { entries: Arc::clone(&self.entries), changed: self.changed.clone() }
    }
}

impl<T> Default for Journal<T> {
    fn default() -> Self {
        Self { entries: Arc::default(), changed: watch::channel(0).0 }
    }
}

impl<T: Clone + Debug> Journal<T> {
    /// Notes an entry.
    pub fn note(&self, entry: T) {
        let count = {
            let mut entries = self.lock();
            entries.push(entry);
            entries.len()
        };
        self.changed.send_replace(count);
    }

    /// What has been noted so far.
    #[must_use]
    pub fn entries(&self) -> Vec<T> {
        self.lock().clone()
    }

    /// Waits until there are so many entries.
    #[track_caller]
    pub fn until(&self, count: usize) -> impl Future<Output = Vec<T>> {
        let caller = Location::caller();
        let journal = self.clone();
        async move {
            let mut changed = journal.changed.subscribe();
            let waiting = changed.wait_for(|_| journal.lock().len() >= count);
            if tokio::time::timeout(SOON, waiting).await.is_err() {
                panic!("{caller}: it stayed at {:?}", journal.entries());
            }
            journal.entries()
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<T>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The deployment that most tests script: its methods wait at the gate of the test's probe.
#[derive(Debug)]
pub struct Worker {
    probe: Probe,
}

#[deployment]
impl Worker {
    /// A replica that waits at the gate of `probe`.
    pub fn new(probe: Probe) -> Self {
        Self { probe }
    }

    /// Waits at the gate.
    pub async fn work(&self, x: u64) -> u64 {
        self.probe.pass().await;
        x
    }

    /// Waits at the gate that [`new`](Self::new) was given, on a thread of its own.
    #[blocking]
    pub fn grind(&self, x: u64) -> u64 {
        self.probe.pass_blocking();
        x
    }

    /// Answers at once.
    pub fn echo(&self, x: u64) -> u64 {
        x
    }

    /// Waits at the gate, and says which replica it was.
    pub async fn replica(&self) -> String {
        let id = replica_id();
        self.probe.pass().await;
        id
    }

    /// Says at once which replica it is.
    pub fn whoami(&self) -> String {
        replica_id()
    }

    /// Panics.
    pub async fn fail(&self, message: &str) -> u64 {
        panic!("{message}")
    }
}

/// The replica that runs the calling method.
#[must_use]
pub fn replica_id() -> String {
    serve_core::context().expect("inside a request").replica_id().to_owned()
}

/// The ids of the replicas that take calls.
#[must_use]
pub fn running_replicas(serve: &Serve, application: &str, deployment: &str) -> Vec<String> {
    serve.status().applications[application].deployments[deployment].running_replicas.clone()
}

/// Waits until the server's status satisfies `condition`. A status has no event of its own to wait
/// for, so this looks again and again.
#[track_caller]
pub fn until_status(
    serve: &Serve,
    condition: impl Fn(&serve_core::ServeStatus) -> bool,
) -> impl Future<Output = serve_core::ServeStatus> {
    let caller = Location::caller();
    let serve = serve.clone();
    async move {
        let looking = async {
            loop {
                let status = serve.status();
                if condition(&status) {
                    return status;
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        match tokio::time::timeout(SOON, looking).await {
            Ok(status) => status,
            Err(_) => panic!("{caller}: it stayed at {:#?}", serve.status()),
        }
    }
}
