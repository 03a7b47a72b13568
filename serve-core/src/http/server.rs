//! The listener: accepts connections, speaks HTTP/1.1 and HTTP/2 on one port, and drains.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::body::Body;
use futures_util::FutureExt;
use hyper::service::service_fn;
#[cfg(feature = "http2")]
use hyper_util::rt::TokioTimer;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpStream, lookup_host};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::ports::{IfTaken, Listener};
use super::proxy::Proxy;
use crate::config::HttpOptions;
use crate::error::{Error, Result};
use crate::tasks::Tasks;

/// An HTTP server, which listens once it has been [opened](Self::open).
pub(crate) struct Server {
    options: HttpOptions,
    if_taken: IfTaken,
    proxy: Proxy,
    tasks: Tasks,
    /// Set when it listens.
    address: OnceLock<SocketAddr>,
    /// Opened once, and not after it has begun to drain.
    opening: tokio::sync::Mutex<()>,
    stop_accepting: CancellationToken,
    drained: CancellationToken,
}

/// After an accept that failed for lack of resources: trying again at once would only spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

impl Server {
    /// One that does not listen yet.
    pub(crate) fn new(
        options: &HttpOptions,
        if_taken: IfTaken,
        proxy: Proxy,
        tasks: &Tasks,
    ) -> Self {
        Self {
            options: options.clone(),
            if_taken,
            proxy,
            tasks: tasks.clone(),
            address: OnceLock::new(),
            opening: tokio::sync::Mutex::default(),
            stop_accepting: CancellationToken::new(),
            drained: CancellationToken::new(),
        }
    }

    /// Binds the address, so that a taken port is an error here, and starts to accept. A server that
    /// listens goes on.
    pub(crate) async fn open(&self) -> Result<()> {
        if self.address.get().is_some() {
            return Ok(());
        }
        let _one_at_a_time = self.opening.lock().await;
        if self.address.get().is_some() {
            return Ok(());
        }
        let address = self.resolve().await?;
        if self.stop_accepting.is_cancelled() {
            return Err(Error::Stopped);
        }
        // The socket belongs to the server's runtime, whoever opens it.
        let _runtime = self.tasks.runtime().enter();
        let listener = Listener::bind(address, self.if_taken)
            .map_err(|source| Error::Listen { address, source })?;
        let acceptor = Acceptor {
            proxy: self.proxy.clone(),
            tasks: self.tasks.clone(),
            graceful: GracefulShutdown::new(),
            connections: JoinSet::new(),
            builder: builder(),
            keep_alive_timeout: self.options.keep_alive_timeout,
        };
        self.address.get_or_init(|| listener.address());
        let stop = self.stop_accepting.clone();
        // However the task ends, also with its runtime, nobody waits for it any longer.
        let drained = self.drained.clone().drop_guard();
        drop(self.tasks.spawn(async move {
            acceptor.run(listener, stop).await;
            drop(drained);
        }));
        Ok(())
    }

    /// The address to listen on. On the server's runtime, because resolving a name needs one.
    async fn resolve(&self) -> Result<SocketAddr> {
        let (host, port) = (self.options.host.clone(), self.options.port);
        let found = self.tasks.spawn(async move {
            lookup_host((host.as_str(), port)).await.map(|mut addresses| addresses.next())
        });
        let host = || self.options.host.clone();
        found
            .await
            .map_err(|_| Error::Stopped)?
            .map_err(|source| Error::Host { host: host(), source })?
            .ok_or_else(|| Error::Host { host: host(), source: io::ErrorKind::NotFound.into() })
    }

    /// Where it listens, if it does.
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        self.address.get().copied()
    }

    /// Accepts no more connections, lets those there finish their requests, and resolves then.
    pub(crate) async fn drain(&self) {
        self.stop_accepting.cancel();
        let opening = self.opening.lock().await;
        let is_open = self.address.get().is_some();
        drop(opening);
        if is_open {
            self.drained.cancelled().await;
        }
    }
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    configure_http2(&mut builder);
    builder
}

#[cfg(feature = "http2")]
fn configure_http2(builder: &mut Builder<TokioExecutor>) {
    builder.http2().timer(TokioTimer::new()).enable_connect_protocol();
}

#[cfg(not(feature = "http2"))]
fn configure_http2(_: &mut Builder<TokioExecutor>) {}

struct Acceptor {
    proxy: Proxy,
    tasks: Tasks,
    graceful: GracefulShutdown,
    /// Aborted when dropped. Not under a token of their own: asking one would take a lock that all
    /// connections share, whenever one of them moves.
    connections: JoinSet<()>,
    builder: Builder<TokioExecutor>,
    keep_alive_timeout: Duration,
}

impl Acceptor {
    async fn run(mut self, listener: Listener, stop: CancellationToken) {
        let abandoned = self.tasks.stop_token().clone();
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                () = abandoned.cancelled() => return,
                Some(_) = self.connections.join_next() => {}
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => self.serve(stream),
                    Err(error) if is_of_one_connection(&error) => {}
                    Err(error) => {
                        tracing::error!("cannot accept connections: {error}");
                        tokio::time::sleep(ACCEPT_PAUSE).await;
                    }
                },
            }
        }
        drop(listener);
        tokio::select! {
            () = self.graceful.shutdown() => {}
            () = abandoned.cancelled() => {}
        }
    }

    fn serve(&mut self, stream: TcpStream) {
        // Small answers go out at once; a failure here only costs that.
        let _ = stream.set_nodelay(true);
        let activity = Arc::new(Activity::default());
        let (proxy, seen) = (self.proxy.clone(), Arc::clone(&activity));
        let service = service_fn(move |request: http::Request<hyper::body::Incoming>| {
            let busy = Activity::begin(&seen);
            proxy.serve(request.map(Body::new)).map(move |response| {
                drop(busy);
                Ok::<_, std::convert::Infallible>(response)
            })
        });
        let io = TokioIo::new(stream);
        let connection = self.builder.serve_connection_with_upgrades(io, service).into_owned();
        let connection = self.graceful.watch(connection);
        let keep_alive_timeout = self.keep_alive_timeout;
        let task = async move {
            tokio::select! {
                biased;
                // Malformed requests are answered by hyper; broken connections concern nobody else.
                outcome = connection => if let Err(error) = outcome {
                    tracing::debug!("connection ended: {error}");
                },
                () = activity.idle_for(keep_alive_timeout) => tracing::debug!("idle connection closed"),
            }
        };
        self.connections.spawn_on(task, self.tasks.runtime());
    }
}

/// What happens on a connection, to tell when nothing does.
///
/// hyper's own timer would be armed anew for each request, which costs more than routing it. This one
/// looks once in a while: an idle connection is closed after one to two times the timeout.
#[derive(Default)]
struct Activity {
    requests: AtomicU64,
    running: AtomicU32,
}

/// A request is being answered.
struct Busy(Arc<Activity>);

impl Activity {
    fn begin(activity: &Arc<Self>) -> Busy {
        activity.requests.fetch_add(1, Relaxed);
        activity.running.fetch_add(1, Relaxed);
        Busy(Arc::clone(activity))
    }

    /// Resolves when no request has begun or run for the whole of `timeout`.
    async fn idle_for(&self, timeout: Duration) {
        let mut seen = u64::MAX;
        loop {
            tokio::time::sleep(timeout).await;
            let requests = self.requests.load(Relaxed);
            if requests == seen && self.running.load(Relaxed) == 0 {
                return;
            }
            seen = requests;
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Relaxed);
        // The end of a request counts as activity too.
        self.0.requests.fetch_add(1, Relaxed);
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}
