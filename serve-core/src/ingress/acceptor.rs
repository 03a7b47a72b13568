//! Accepts connections and lets each speak HTTP/1.1 or HTTP/2 in a task of its own.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::ConnectInfo;
use futures_util::FutureExt;
use http::{HeaderValue, StatusCode, Version, header};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::connection::{
    Activity, AnsweringBody, BusyExecutor, Closed, ConnectionLimits, Place, Places, ReceivedBody,
    Watched, WatchedIo, Wire,
};
use super::ports::Listener;
use super::reception::Reception;
use super::server::RequestService;
use super::speech::Speech;
use crate::config::HttpOptions;
use crate::log;
use crate::tasks::Tasks;
use crate::web::HttpRequest;

/// After an accept that failed for lack of resources: trying again at once would only spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// How often it is told that there is no room for another connection.
const FULL_EVERY: Duration = Duration::from_secs(60);
/// A client that has been silent for so long is probed, and is given up after a few probes.
const PROBE_AFTER: Duration = Duration::from_secs(60);
const PROBE_EACH: Duration = Duration::from_secs(10);

pub(super) struct Acceptor<S> {
    tasks: Tasks,
    reception: Arc<Reception>,
    speaker: Arc<Speaker<S>>,
    /// Tells connections to end when they have answered what has come. Each holds a receiver until it has ended.
    leaving: watch::Sender<()>,
    /// Aborted when dropped. Not under a token of their own: asking one would take a lock that all
    /// connections share, whenever one of them moves.
    connections: JoinSet<()>,
    places: Places,
    /// Not before there is something to serve.
    waits_for_routes: bool,
    full_told: Option<Instant>,
}

/// What all connections have in common.
struct Speaker<S> {
    service: S,
    speech: Speech,
    limits: ConnectionLimits,
    /// Whether a connection is kept after its response at all.
    keeps_alive: bool,
}

/// How a connection ends by itself.
type Ended = Result<(), Box<dyn std::error::Error + Send + Sync>>;

// === impl Acceptor ===

impl<S: RequestService> Acceptor<S> {
    pub(super) fn new(
        options: &HttpOptions,
        reception: Reception,
        service: S,
        tasks: &Tasks,
    ) -> Self {
        let speaker = Speaker {
            service,
            speech: Speech::of(options),
            limits: ConnectionLimits::of(options),
            keeps_alive: !options.keep_alive_timeout.is_zero(),
        };
        Self {
            tasks: tasks.clone(),
            reception: Arc::new(reception),
            speaker: Arc::new(speaker),
            leaving: watch::Sender::new(()),
            connections: JoinSet::new(),
            places: Places::new(options.max_connections),
            waits_for_routes: options.accepts_when_serving,
            full_told: None,
        }
    }

    pub(super) async fn run(mut self, mut listener: Listener, stop: CancellationToken) {
        listener.sockets().for_each(look_for_vanished_clients);
        let abandoned = self.tasks.stop_token().clone();
        if self.waits_for_routes {
            tokio::select! {
                () = self.speaker.service.populated() => {}
                () = stop.cancelled() => {}
                () = abandoned.cancelled() => return,
            }
        }
        loop {
            self.tell_if_full();
            tokio::select! {
                () = stop.cancelled() => break,
                () = abandoned.cancelled() => return,
                Some(_) = self.connections.join_next() => {}
                (place, accepted) = accept(&self.places, &mut listener) => match accepted {
                    Ok((stream, peer)) => self.serve(stream, peer, place),
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

    fn tell_if_full(&mut self) {
        if !self.places.is_full() {
            return;
        }
        let now = Instant::now();
        if self.full_told.is_some_and(|told| now.duration_since(told) < FULL_EVERY) {
            return;
        }
        self.full_told = Some(now);
        log::warn(format!(
            "{} connections are open, as many as HttpOptions::max_connections allows; others wait until some end",
            self.places.size()
        ))
        .emit();
    }

    fn serve(&mut self, stream: TcpStream, peer: SocketAddr, place: Place) {
        // Small answers go out at once; a failure here only costs that.
        let _ = stream.set_nodelay(true);
        let begun = Instant::now();
        let mut leaving = self.leaving.subscribe();
        let runtime = self.tasks.runtime();
        if self.reception.is_nothing_for(peer) {
            let wire = self.reception.clear(stream, place);
            let task = self.speaker.speak(wire, peer, leaving, begun).map(report);
            self.connections.spawn_on(task, runtime);
            return;
        }
        let (reception, speaker) = (Arc::clone(&self.reception), Arc::clone(&self.speaker));
        let task = async move {
            let received = tokio::select! {
                biased;
                // Nothing has been asked yet.
                _ = leaving.changed() => return,
                received = tokio::time::timeout(
                    speaker.limits.head,
                    reception.receive(stream, peer, place),
                ) => received,
            };
            match received {
                Ok(Ok((wire, client))) => {
                    report(speaker.speak(wire, client, leaving, begun).await);
                }
                Ok(Err(error)) => {
                    log::debug("connection not taken").address(peer).cause(error).emit();
                }
                Err(_) => report(Err(Closed::HeadTooLate)),
            }
        };
        self.connections.spawn_on(task, runtime);
    }
}

/// The next connection, when there is room for it.
async fn accept(
    places: &Places,
    listener: &mut Listener,
) -> (Place, io::Result<(TcpStream, SocketAddr)>) {
    let place = places.place().await;
    (place, listener.accept().await)
}

// === impl Speaker ===

impl<S: RequestService> Speaker<S> {
    /// Serves a connection that was accepted at `begun`, until it ends or is closed.
    fn speak(
        &self,
        wire: Wire,
        client: SocketAddr,
        mut leaving: watch::Receiver<()>,
        begun: Instant,
    ) -> impl Future<Output = Result<Ended, Closed>> + Send + use<S> {
        let activity = Arc::new(Activity::default());
        let (answering, seen) = (self.service.clone(), Arc::clone(&activity));
        let (keeps_alive, patience) = (self.keeps_alive, self.limits.body);
        let service = service_fn(move |request: http::Request<Incoming>| {
            let is_http2 = request.version() == Version::HTTP_2;
            if !keeps_alive && is_http2 {
                seen.take_leave();
            }
            // A stream of HTTP/2 is a task, which is counted already.
            let busy = (!is_http2).then(|| seen.busy());
            let mut request = receive(request, &seen, patience);
            request.extensions_mut().insert(ConnectInfo(client));
            answering.serve(request).map(move |mut response| {
                if !keeps_alive && !is_http2 {
                    close_after(&mut response);
                }
                Ok::<_, Infallible>(response.map(|body| AnsweringBody::new(body, busy)))
            })
        });
        let io = TokioIo::new(WatchedIo::new(wire, &activity));
        let builder = self.speech.builder(BusyExecutor::new(&activity));
        let connection = builder.serve_connection_with_upgrades(io, service).into_owned();
        let leave = async move {
            // Without a sender the connection is about to be aborted.
            let _ = leaving.changed().await;
            leaving
        };
        Watched::new(connection, leave, activity, self.limits, begun)
    }
}

/// Lets a connection of HTTP/1 end with this response. hyper's own switch for it would take the `connection` header
/// of an upgrade away.
fn close_after<B>(response: &mut http::Response<B>) {
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
}

/// A request as a service takes it: the connection is busy as long as its body is read, which may pause for so long.
fn receive(
    request: http::Request<Incoming>,
    activity: &Activity,
    patience: Duration,
) -> HttpRequest {
    let body = request.body();
    let has_body = !body.is_end_stream();
    activity.begin_request(if has_body { body.size_hint().exact() } else { Some(0) });
    if !has_body {
        // A stream of HTTP/2 ends with its body.
        let is_http2 = request.version() == Version::HTTP_2;
        return request.map(|body| if is_http2 { Body::new(body) } else { Body::empty() });
    }
    request.map(|body| Body::new(ReceivedBody::new(body, activity.busy(), patience)))
}

fn report(ended: Result<Ended, Closed>) {
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
