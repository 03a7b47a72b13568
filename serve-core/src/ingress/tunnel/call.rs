//! The near end: sends a request to a replica in another process, and gives its response back.

use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::{HeaderMap, Method, Response, StatusCode, header};
use hyper::body::Incoming;
use hyper::client::conn::http1::Builder;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncWriteExt, copy};
use tokio::time::{Instant, sleep_until};

use super::download::Download;
use super::driver::Driver;
use super::hold::HeldTunnel;
use super::opening::{Outbound, prepare};
use super::{HELD, MADE, RAN};
use crate::call::{CallError, Executed, Failure, RequestInfo};
use crate::edge::{FrameworkErrorKind, Made};
use crate::ingress::SentResponse;
use crate::ingress::body::SentBody;
use crate::ingress::target::{Asked, Granted, Grants, fail, refuse};
use crate::ingress::timing::{RanFar, Spent, time_far};
use crate::link::{CallHead, Form};
use crate::log;
use crate::observe::{CallEnd, Took};
use crate::replica::BODY_GRACE;
use crate::tasks::{OwnedTask, Tasks};
use crate::web::HttpRequest;
use crate::wire::Tunnel;

/// A connection to one replica, for one request.
pub(super) type Connection = BoxFuture<'static, hyper::Result<()>>;

/// A request on its way.
struct Exchange {
    tunnel: Arc<Tunnel>,
    /// `None` once it has ended.
    connection: Option<Connection>,
    response: BoxFuture<'static, hyper::Result<Response<Incoming>>>,
    deadline: Option<Deadline>,
    upgrade: OnUpgrade,
    method: Method,
    has_body: bool,
    driver: Driver,
}

/// Ends a call in time, whatever becomes of it.
struct Deadline {
    at: Instant,
    _stop: OwnedTask<()>,
}

enum Step {
    Answered(Response<Incoming>),
    /// By a replica that has not executed it.
    Rejected,
    Failed(Failure),
}

/// Why there is no response.
enum Unanswered {
    /// No replica took the request.
    Refused(Failure),
    Failed(Failure),
}

/// Sends a request to the replica that was granted, or to another as long as none has executed it. One of an idempotent
/// method is sent again if the replica dies under it.
pub(in crate::ingress) async fn answer_far(
    router: Arc<dyn Grants>,
    mut granted: Box<dyn Granted>,
    method: &'static str,
    request: HttpRequest,
    info: RequestInfo,
) -> SentResponse {
    let asked = Asked { request: &info, deployment: router.id(), method };
    let mut outbound = prepare(request);
    let is_idempotent = router.info().is_idempotent(method);
    let repeat = if is_idempotent { outbound.repeat() } else { None };
    loop {
        let failure = match attempt(&router, granted, asked, outbound).await {
            Ok(response) => return response,
            Err(Unanswered::Refused(failure)) => return refuse(&*router, asked, failure),
            Err(Unanswered::Failed(failure)) => failure,
        };
        let has_died = matches!(failure, Failure::ReplicaDied { .. });
        outbound = match &repeat {
            Some(repeat) if has_died && router.may_retry() => repeat.outbound(),
            _ => return fail(asked, failure),
        };
        granted = match Arc::clone(&router).grant(info.clone()).await {
            Ok(granted) => granted,
            Err(failure) => return refuse(&*router, asked, failure),
        };
    }
}

/// How long the method ran, as the far end says.
fn take_ran(headers: &mut HeaderMap) -> Option<Spent> {
    let ran = headers.remove(&RAN)?;
    let (ran, arguments) = ran.to_str().ok()?.split_once(' ')?;
    let nanos = |text: &str| text.parse().ok().map(Duration::from_nanos);
    Some(Spent { ran: nanos(ran)?, arguments: nanos(arguments)? })
}

/// Whether the framework has made the response at the far end, and why.
fn take_made(headers: &mut HeaderMap) -> Option<Made> {
    let kind = headers.remove(&MADE)?;
    FrameworkErrorKind::from_name(kind.to_str().ok()?).map(Made)
}

async fn attempt(
    router: &Arc<dyn Grants>,
    mut granted: Box<dyn Granted>,
    Asked { request: info, method, .. }: Asked<'_>,
    outbound: Outbound,
) -> Result<SentResponse, Unanswered> {
    let never_ran = || Unanswered::Failed(Failure::ReplicaDied { executed: Executed::No });
    let opening = outbound.opening.encode();
    let mut exchange = Exchange::begin(outbound, info.deadline, router.tasks())
        .await
        .map_err(|error| Unanswered::Failed(Failure::NotSent(error.to_string())))?;
    loop {
        let replica = granted.replica();
        // An update may have brought replicas of another kind.
        let far = replica.as_far().ok_or_else(never_ran)?;
        let head = CallHead::of(method, Form::Http, info);
        let begun = Instant::now();
        let count = |outcome| replica.site().count(method, outcome, Took::Exactly(begun.elapsed()));
        let hold = HeldTunnel::new(Arc::clone(&replica), granted);
        far.open_tunnel(&exchange.tunnel, hold, &head, opening.clone());
        match poll_fn(|context| exchange.poll(context)).await {
            Step::Answered(mut response) => {
                count(CallEnd::of(response.status().is_server_error()));
                let (spent, journal) =
                    (take_ran(response.headers_mut()), exchange.tunnel.journal());
                let made = take_made(response.headers_mut());
                let mut response = exchange.finish(response, router.tasks());
                if let Some(made) = made {
                    response.extensions_mut().insert(made);
                }
                let ran = RanFar { begun, spent, journal };
                time_far(&mut response, info, replica.site(), method, ran);
                return Ok(response);
            }
            Step::Failed(why) => {
                count(why.outcome());
                return Err(Unanswered::Failed(why));
            }
            // One that goes cannot refuse it again.
            Step::Rejected if replica.slot().is_closed() || router.may_retry() => {}
            Step::Rejected => return Err(never_ran()),
        }
        let next = Arc::clone(router).grant(info.clone()).await;
        granted = next.map_err(Unanswered::Refused)?;
    }
}

// === impl Exchange ===

impl Exchange {
    async fn begin(
        outbound: Outbound,
        deadline: Option<Instant>,
        tasks: &Tasks,
    ) -> hyper::Result<Self> {
        let Outbound { request, upgrade, has_body, .. } = outbound;
        let method = request.method().clone();
        let (tunnel, io) = Tunnel::calling();
        let (mut sender, connection) = Builder::new().handshake(TokioIo::new(io)).await?;
        let response = sender.send_request(request).boxed();
        Ok(Self {
            deadline: deadline.map(|at| Deadline { at, _stop: stop_at(at, &tunnel, tasks) }),
            tunnel,
            connection: Some(connection.with_upgrades().boxed()),
            response,
            upgrade,
            method,
            has_body,
            driver: Driver::new(),
        })
    }

    fn poll(&mut self, context: &Context<'_>) -> Poll<Step> {
        let Self { tunnel, connection, response, driver, .. } = self;
        let polled = driver.poll(context, |context| {
            if tunnel.poll_over(context).is_ready() && tunnel.is_rejected() {
                return Poll::Ready(None);
            }
            if let Some(moving) = connection
                && moving.as_mut().poll(context).is_ready()
            {
                *connection = None;
            }
            response.as_mut().poll(context).map(Some)
        });
        polled.map(|response| match response {
            None => Step::Rejected,
            Some(Ok(response)) => Step::Answered(response),
            Some(Err(error)) => Step::Failed(tunnel.failure().unwrap_or_else(|| {
                log::error("a replica's response cannot be passed on").cause(&error).emit();
                CallError::Transport(error.to_string())
            })),
        })
    }

    /// The response as the client gets it.
    fn finish(self, mut response: Response<Incoming>, tasks: &Tasks) -> SentResponse {
        let is_held = response.headers_mut().remove(&HELD).is_some();
        let is_tunnelled = self.method == Method::CONNECT && response.status().is_success();
        if response.status() == StatusCode::SWITCHING_PROTOCOLS || is_tunnelled {
            return self.upgrade(response, tasks);
        }
        // How long the body is says the client's own connection in its own way.
        response.headers_mut().remove(header::TRANSFER_ENCODING);
        let deadline = self.deadline.map(|deadline| deadline.at);
        let mut end = deadline.and_then(|deadline| deadline.checked_add(BODY_GRACE));
        if !is_held {
            // As at the far end. What is left is to send a body that is there.
            self.tunnel.release();
            end = None;
        }
        if response.body().is_end_stream() {
            return response.map(|_| SentBody::plain(Body::empty()));
        }
        let stop = end.map(|end| stop_at(end, &self.tunnel, tasks));
        response.map(|body| {
            let body = Download::new(body, self.connection, self.driver, stop);
            let body = if self.has_body { body.driven_by(tasks) } else { body };
            SentBody::plain(Body::new(body))
        })
    }

    /// From here on only bytes are moved between the client and the replica.
    fn upgrade(self, mut response: Response<Incoming>, tasks: &Tasks) -> SentResponse {
        self.tunnel.upgrade();
        let replica = hyper::upgrade::on(&mut response);
        let Self { tunnel, connection, upgrade: client, .. } = self;
        tasks.spawn_until_stopped(async move {
            let connection = async {
                match connection {
                    Some(connection) => connection.await,
                    None => Ok(()),
                }
            };
            match tokio::try_join!(connection, client, replica) {
                // Either end may leave without a word.
                Ok(((), client, replica)) => drop(join(client, replica, &tunnel).await),
                Err(error) => log::debug("not upgraded").cause(error).emit(),
            }
        });
        response.map(|_| SentBody::plain(Body::empty()))
    }
}

/// Moves bytes both ways, until the replica has let go or either connection fails.
async fn join(client: Upgraded, replica: Upgraded, tunnel: &Tunnel) -> io::Result<()> {
    let (mut from_client, mut to_client) = tokio::io::split(TokioIo::new(client));
    let (mut from_replica, mut to_replica) = tokio::io::split(TokioIo::new(replica));
    let up = async {
        copy(&mut from_client, &mut to_replica).await?;
        to_replica.shutdown().await
    };
    let down = async {
        copy(&mut from_replica, &mut to_client).await?;
        to_client.shutdown().await?;
        poll_fn(|context| tunnel.poll_over(context)).await;
        Ok(())
    };
    tokio::select! {
        Err(error) = up => Err(error),
        ended = down => ended,
    }
}

/// Stops a call at `end`, if it is not over by then; dropped, it does not.
fn stop_at(end: Instant, tunnel: &Arc<Tunnel>, tasks: &Tasks) -> OwnedTask<()> {
    let tunnel = Arc::downgrade(tunnel);
    OwnedTask(tasks.spawn(async move {
        sleep_until(end).await;
        if let Some(tunnel) = tunnel.upgrade() {
            tunnel.stop(CallError::DeadlineExceeded);
        }
    }))
}
