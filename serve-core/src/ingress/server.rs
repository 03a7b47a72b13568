//! The listener: accepts connections, speaks HTTP/1.1 and HTTP/2 on one port, and drains.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::ConnectInfo;
use futures_util::FutureExt;
use http::{HeaderValue, StatusCode, Version, header};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
#[cfg(feature = "http2")]
use hyper_util::rt::TokioTimer;
use hyper_util::server::conn::auto::Builder;
use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::SentResponse;
use super::connection::{
    Activity, AnsweringBody, BusyExecutor, Closed, ConnectionLimits, ReceivedBody, Watched,
    WatchedIo,
};
use super::host::{addresses, is_name};
use super::ports::{IfTaken, Listener, Refused};
use super::proxy::Proxy;
use crate::config::HttpOptions;
use crate::error::{Error, Result};
use crate::log;
use crate::tasks::{OwnedTask, Tasks};
use crate::web::HttpRequest;

/// What answers the requests that come to a server.
pub(crate) trait RequestService: Clone + Send + Sync + 'static {
    type Answer: Future<Output = SentResponse> + Send + 'static;

    fn serve(&self, request: HttpRequest) -> Self::Answer;
}

/// A response that is no deployment's, as a server sends it.
#[cfg(feature = "admin")]
pub(crate) fn sent(response: crate::web::HttpResponse) -> SentResponse {
    response.map(super::body::SentBody::plain)
}

/// An HTTP server, which listens once it has been [opened](Self::open).
pub(crate) struct Server<S = Proxy> {
    options: HttpOptions,
    if_taken: IfTaken,
    service: S,
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
/// A client that has been silent for so long is probed, and is given up after a few probes.
const PROBE_AFTER: Duration = Duration::from_secs(60);
const PROBE_EACH: Duration = Duration::from_secs(10);

impl<S: RequestService> Server<S> {
    /// One that does not listen yet.
    pub(crate) fn new(options: &HttpOptions, if_taken: IfTaken, service: S, tasks: &Tasks) -> Self {
        Self {
            options: options.clone(),
            if_taken,
            service,
            tasks: tasks.clone(),
            address: OnceLock::new(),
            opening: tokio::sync::Mutex::default(),
            stop_accepting: CancellationToken::new(),
            drained: CancellationToken::new(),
        }
    }

    /// Binds the addresses, so that a taken port is an error here, and starts to accept. A server that
    /// listens goes on.
    pub(crate) async fn open(&self) -> Result<()> {
        if self.address.get().is_some() {
            return Ok(());
        }
        let _one_at_a_time = self.opening.lock().await;
        if self.address.get().is_some() {
            return Ok(());
        }
        // Whoever shuts down waits for the lock, and must not wait for a name server.
        let addresses = tokio::select! {
            biased;
            () = self.stop_accepting.cancelled() => return Err(Error::Stopped),
            addresses = self.resolve() => addresses?,
        };
        // The sockets belong to the server's runtime, whoever opens them.
        let _runtime = self.tasks.runtime().enter();
        let listener =
            Listener::bind(&addresses, self.if_taken).map_err(|why| self.refused(why))?;
        let acceptor = Acceptor {
            service: self.service.clone(),
            tasks: self.tasks.clone(),
            leaving: watch::Sender::new(()),
            connections: JoinSet::new(),
            limits: ConnectionLimits::of(&self.options),
            keeps_alive: !self.options.keep_alive_timeout.is_zero(),
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

    /// The addresses to listen on. On the server's runtime, because resolving a name needs one.
    async fn resolve(&self) -> Result<Vec<SocketAddr>> {
        let (host, port) = (self.options.host.clone(), self.options.port);
        let found = OwnedTask(self.tasks.spawn(async move { addresses(&host, port).await }));
        let found = found.await.map_err(|_| Error::Stopped)?;
        found.map_err(|source| Error::Host { host: self.options.host.clone(), source })
    }

    fn refused(&self, Refused { address, source }: Refused) -> Error {
        let host = &self.options.host;
        if source.kind() == io::ErrorKind::AddrNotAvailable && is_name(host) {
            return Error::Host { host: host.clone(), source };
        }
        Error::Listen { address, source }
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

fn builder(executor: BusyExecutor) -> Builder<BusyExecutor> {
    let mut builder = Builder::new(executor);
    configure_http2(&mut builder);
    builder
}

#[cfg(feature = "http2")]
fn configure_http2(builder: &mut Builder<BusyExecutor>) {
    builder.http2().timer(TokioTimer::new()).enable_connect_protocol();
}

#[cfg(not(feature = "http2"))]
fn configure_http2(_: &mut Builder<BusyExecutor>) {}

struct Acceptor<S> {
    service: S,
    tasks: Tasks,
    /// Tells connections to end when they have answered what has come. Each holds a receiver until it has ended.
    leaving: watch::Sender<()>,
    /// Aborted when dropped. Not under a token of their own: asking one would take a lock that all
    /// connections share, whenever one of them moves.
    connections: JoinSet<()>,
    limits: ConnectionLimits,
    /// Whether a connection is kept after its response at all.
    keeps_alive: bool,
}

/// How a connection ends by itself.
type Ended = std::result::Result<(), Box<dyn std::error::Error + Send + Sync>>;

impl<S: RequestService> Acceptor<S> {
    async fn run(mut self, mut listener: Listener, stop: CancellationToken) {
        listener.sockets().for_each(look_for_vanished_clients);
        let abandoned = self.tasks.stop_token().clone();
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                () = abandoned.cancelled() => return,
                Some(_) = self.connections.join_next() => {}
                accepted = listener.accept() => match accepted {
                    Ok((stream, client)) => self.serve(stream, client),
                    Err(error) if is_of_one_connection(&error) => {}
                    Err(error) => {
                        log::error("cannot accept connections").cause(error).emit();
                        tokio::time::sleep(ACCEPT_PAUSE).await;
                    }
                },
            }
        }
        drop(listener);
        self.leaving.send_replace(());
        tokio::select! {
            () = self.leaving.closed() => {}
            () = abandoned.cancelled() => {}
        }
    }

    fn serve(&mut self, stream: TcpStream, client: SocketAddr) {
        // Small answers go out at once; a failure here only costs that.
        let _ = stream.set_nodelay(true);
        let activity = Arc::new(Activity::default());
        let (answering, seen) = (self.service.clone(), Arc::clone(&activity));
        let keeps_alive = self.keeps_alive;
        let service = service_fn(move |request: http::Request<Incoming>| {
            let is_http2 = request.version() == Version::HTTP_2;
            if !keeps_alive && is_http2 {
                seen.take_leave();
            }
            // A stream of HTTP/2 is a task, which is counted already.
            let busy = (!is_http2).then(|| seen.busy());
            let mut request = receive(request, &seen);
            request.extensions_mut().insert(ConnectInfo(client));
            answering.serve(request).map(move |mut response| {
                if !keeps_alive && !is_http2 {
                    close_after(&mut response);
                }
                Ok::<_, Infallible>(response.map(|body| AnsweringBody::new(body, busy)))
            })
        });
        let io = TokioIo::new(WatchedIo::new(stream, &activity));
        let builder = builder(BusyExecutor::new(&activity));
        let connection = builder.serve_connection_with_upgrades(io, service).into_owned();
        let mut leaving = self.leaving.subscribe();
        let leave = async move {
            // Without a sender the connection is about to be aborted.
            let _ = leaving.changed().await;
            leaving
        };
        let task = Watched::new(connection, leave, activity, self.limits).map(report);
        self.connections.spawn_on(task, self.tasks.runtime());
    }
}

/// Lets a connection of HTTP/1 end with this response. hyper's own switch for it would take the `connection` header
/// of an upgrade away.
fn close_after<B>(response: &mut http::Response<B>) {
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
}

/// A request as a service takes it: the connection is busy as long as its body is read.
fn receive(request: http::Request<Incoming>, activity: &Activity) -> HttpRequest {
    let body = request.body();
    let has_body = !body.is_end_stream();
    activity.begin_request(if has_body { body.size_hint().exact() } else { Some(0) });
    if !has_body {
        // A stream of HTTP/2 ends with its body.
        let is_http2 = request.version() == Version::HTTP_2;
        return request.map(|body| if is_http2 { Body::new(body) } else { Body::empty() });
    }
    request.map(|body| Body::new(ReceivedBody::new(body, activity.busy())))
}

fn report(ended: std::result::Result<Ended, Closed>) {
    match ended {
        Ok(Ok(())) => {}
        // Malformed requests are answered by hyper; broken connections concern nobody else.
        Ok(Err(error)) => log::debug("connection ended").cause(error).emit(),
        Err(Closed::Idle) => log::debug("idle connection closed").emit(),
        Err(Closed::HeadTooLate) => {
            log::debug("connection closed: the head of a request did not come in time").emit();
        }
    }
}

/// Lets the system look for clients that have vanished without a word. A connection is kept as long as a
/// stream or a tunnel is open on it, however silent, so nothing else would ever find out. PINGs of HTTP/2
/// would do so for HTTP/2 alone, and make hyper take a lock for each of its frames.
///
/// Accepted connections take this over from their listener.
fn look_for_vanished_clients(listener: &TcpListener) {
    let probes = TcpKeepalive::new().with_time(PROBE_AFTER).with_interval(PROBE_EACH);
    if let Err(error) = SockRef::from(listener).set_tcp_keepalive(&probes) {
        log::debug("clients that vanish will not be noticed").cause(error).emit();
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
