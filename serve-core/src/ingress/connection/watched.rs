//! A connection, closed when it waits for a head for too long, or does nothing for too long.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper_util::server::graceful::GracefulConnection;
use pin_project_lite::pin_project;
use tokio::time::{Instant, Sleep, sleep_until};

use super::activity::{Activity, AwaitedHead, Seen};
use crate::config::HttpOptions;

/// How long a connection may do so.
#[derive(Clone, Copy, Debug)]
pub(in crate::ingress) struct ConnectionLimits {
    /// From the beginning of the connection too, with whatever comes before the first head.
    pub(in crate::ingress) head: Duration,
    /// Between two pieces of a body.
    pub(in crate::ingress) body: Duration,
    /// An idle connection is closed after one to two times as long.
    idle: Duration,
}

/// Why a connection has been closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingress) enum Closed {
    HeadTooLate,
    Idle,
}

pin_project! {
    /// Runs a connection to its end, or until it is to be closed.
    ///
    /// There is one timer, which looks once in a while, and nothing is armed for a request. Only where a head
    /// has come in part it is told to look earlier.
    pub(in crate::ingress) struct Watched<C, L: Future> {
        #[pin]
        connection: C,
        // The server says when, and waits until what that comes with is dropped.
        #[pin]
        leave: L,
        told: Option<L::Output>,
        takes_leave: bool,
        #[pin]
        next_look: Sleep,
        activity: Arc<Activity>,
        limits: ConnectionLimits,
        awaited: Option<Awaited>,
        // What was seen at the last look for idleness, and when the next is due.
        seen: Option<Seen>,
        idle_look: Option<Instant>,
    }
}

#[derive(Clone, Copy, Debug)]
struct Awaited {
    head: AwaitedHead,
    /// `None` if it may take for ever.
    until: Option<Instant>,
}

/// A shorter time would keep the timer busy all the time. With zero it is how long clients may take to leave when
/// they have been told.
const IDLE_MIN: Duration = Duration::from_millis(10);
const IDLE_OF_ZERO: Duration = Duration::from_secs(1);
/// When to look if there is nothing to look for.
const FAR: Duration = Duration::from_secs(86_400);

// === impl Limits ===

impl ConnectionLimits {
    pub(in crate::ingress) fn of(options: &HttpOptions) -> Self {
        let idle = match options.keep_alive_timeout {
            Duration::ZERO => IDLE_OF_ZERO,
            idle => idle.max(IDLE_MIN),
        };
        Self { head: options.header_read_timeout, body: options.body_read_timeout, idle }
    }
}

// === impl Awaited ===

impl Awaited {
    fn new(head: AwaitedHead, now: Instant, limits: ConnectionLimits) -> Self {
        Self { head, until: now.checked_add(limits.head) }
    }
}

fn earliest(one: Option<Instant>, other: Option<Instant>, now: Instant) -> Instant {
    one.into_iter().chain(other).min().unwrap_or(now + FAR)
}

// === impl Watched ===

impl<C, L: Future> Watched<C, L> {
    /// Once `leave` is ready it ends as soon as what is under way has. It was accepted at `now`, or before, if
    /// something else came first.
    pub(in crate::ingress) fn new(
        connection: C,
        leave: L,
        activity: Arc<Activity>,
        limits: ConnectionLimits,
        now: Instant,
    ) -> Self {
        let idle_look = now.checked_add(limits.idle);
        let awaited = activity.awaited_head().map(|head| Awaited::new(head, now, limits));
        let late = awaited.and_then(|awaited| awaited.until);
        let next_look = sleep_until(earliest(late, idle_look, now));
        Self {
            connection,
            leave,
            told: None,
            takes_leave: false,
            next_look,
            activity,
            limits,
            awaited,
            seen: None,
            idle_look,
        }
    }
}

impl<C: GracefulConnection, L: Future> Future for Watched<C, L> {
    type Output = Result<C::Output, Closed>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if this.told.is_none()
            && let Poll::Ready(told) = this.leave.poll(context)
        {
            *this.told = Some(told);
            this.connection.as_mut().graceful_shutdown();
        }
        if let Poll::Ready(ended) = this.connection.as_mut().poll(context) {
            return Poll::Ready(Ok(ended));
        }
        if !*this.takes_leave && this.activity.takes_leave() {
            *this.takes_leave = true;
            this.connection.as_mut().graceful_shutdown();
            if let Poll::Ready(ended) = this.connection.poll(context) {
                return Poll::Ready(Ok(ended));
            }
        }
        let awaited = this.activity.awaited_head();
        if awaited != this.awaited.map(|awaited| awaited.head) {
            *this.awaited = awaited.map(|head| Awaited::new(head, Instant::now(), *this.limits));
            if let Some(until) = this.awaited.and_then(|awaited| awaited.until)
                && until < this.next_look.deadline()
            {
                this.next_look.as_mut().reset(until);
            }
        }
        loop {
            ready!(this.next_look.as_mut().poll(context));
            let now = Instant::now();
            let late = this.awaited.and_then(|awaited| awaited.until);
            if late.is_some_and(|late| late <= now) {
                return Poll::Ready(Err(Closed::HeadTooLate));
            }
            if this.idle_look.is_some_and(|due| due <= now) {
                let seen = this.activity.seen();
                let is_idle = this.seen.is_some_and(|earlier| seen.is_idle_since(earlier));
                if is_idle && this.awaited.is_none() {
                    return Poll::Ready(Err(Closed::Idle));
                }
                *this.seen = Some(seen);
                *this.idle_look = now.checked_add(this.limits.idle);
            }
            this.next_look.as_mut().reset(earliest(late, *this.idle_look, now));
        }
    }
}
