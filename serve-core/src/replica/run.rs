//! Runs one call: its context set around every poll, panics caught, and an end to it when it is
//! cancelled, out of time, or its replica may wait no longer.
//!
//! A call that is ready at its first poll pays for none of this but the context: the cancellation, the
//! deadline and the replica's end are watched only from the first time the call has to wait.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use pin_project_lite::pin_project;
use tokio::time::Sleep;
use tokio_util::sync::WaitForCancellationFutureOwned;

use crate::call::{CallError, CallScope, ErasedCall, Executed, Failure, Pulled};
use crate::contained::discard_pinned;
use crate::log;
use crate::site::RunningHandler;

/// Why a call was ended before its method was done.
#[derive(Debug)]
pub(crate) enum Stop {
    Panicked { message: String },
    Cancelled,
    DeadlineExceeded,
    ReplicaStopped,
}

impl Stop {
    pub(crate) fn failure(&self) -> Failure {
        match self {
            Self::Panicked { message } => CallError::Panicked { message: message.clone() },
            Self::Cancelled => CallError::Cancelled,
            Self::DeadlineExceeded => CallError::DeadlineExceeded,
            Self::ReplicaStopped => CallError::ReplicaDied { executed: Executed::Maybe },
        }
    }
}

/// Runs `call` in the context of `frame`. `cell` is what cancels it; without one, dropping the future does.
///
/// A future written by hand, because an `async fn` would hold its arguments twice, and copying futures
/// is most of what a short call costs.
#[inline]
pub(crate) fn run<F: Future>(
    frame: CallScope,
    cell: Option<Arc<dyn ErasedCall>>,
    call: F,
) -> Run<F> {
    Run { running: Running::new(frame, cell), call: Some(call) }
}

/// Runs a call that streams, in the context of `frame`, while its reader polls it.
pub(crate) fn run_stream<T, E, Fut>(
    frame: CallScope,
    items: Pulled<T, E, Fut>,
) -> RunStream<Pulled<T, E, Fut>> {
    RunStream { running: Running::stream(frame), items: Some(items) }
}

pin_project! {
    /// See [`run_stream`].
    pub(crate) struct RunStream<S> {
        running: Running,
        // `None` at the end: a stream that is held has given back its permit all the same.
        #[pin]
        items: Option<S>,
    }

    impl<S> PinnedDrop for RunStream<S> {
        fn drop(this: Pin<&mut Self>) {
            discard_pinned(this.project().items);
        }
    }
}

impl<T, E, S: Stream<Item = Result<T, E>>> Stream for RunStream<S> {
    type Item = Result<T, CallError<E>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut this = self.project();
        let Some(items) = this.items.as_mut().as_pin_mut() else { return Poll::Ready(None) };
        let step = |context: &mut Context<'_>| items.poll_next(context);
        let item = match ready!(this.running.poll(context, step)) {
            Ok(Some(item)) => return Poll::Ready(Some(item.map_err(CallError::App))),
            Ok(None) => {
                this.running.finish();
                None
            }
            Err(stop) => Some(Err(stop.failure().widen())),
        };
        discard_pinned(this.items.as_mut());
        this.running.end();
        Poll::Ready(item)
    }
}

pin_project! {
    /// See [`run`].
    pub(crate) struct Run<F> {
        running: Running,
        // What a method holds that has not run to its end is the user's: it is dropped here, inside a catch,
        // and not by whoever drops the call. `None` after that.
        #[pin]
        call: Option<F>,
    }

    impl<F> PinnedDrop for Run<F> {
        #[inline]
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            if !this.running.has_finished() {
                discard_pinned(this.call);
            }
        }
    }
}

impl<F> Run<F> {
    /// The frame of a call that has run to its end, to be gone on with.
    pub(crate) fn take_frame(self: Pin<&mut Self>) -> Option<CallScope> {
        self.project().running.frame.take()
    }
}

impl<F: Future> Future for Run<F> {
    type Output = Result<F::Output, Stop>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let call = this.call.as_mut().as_pin_mut();
        let call = call.expect("a call is polled only until it has run to its end");
        let polled = this.running.poll(context, |context| call.poll(context));
        match &polled {
            Poll::Pending => {}
            Poll::Ready(Ok(_)) => this.running.finish(),
            Poll::Ready(Err(stop)) => {
                // Told before the method's future is dropped: the reply inside it knows no reason.
                if let Some(cell) = &this.running.cell {
                    cell.stop(stop.failure());
                }
                discard_pinned(this.call.as_mut());
            }
        }
        polled
    }
}

/// A call under way, or the part of it that is still to come.
pub(crate) struct Running {
    /// `None` once the call has ended.
    frame: Option<CallScope>,
    cell: Option<Arc<dyn ErasedCall>>,
    watch: Option<Box<RunWatch>>,
    /// Steps since it last had to wait.
    at_once: u8,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Call,
    /// May take as long as it likes.
    Stream,
    /// The rest of a call that goes on with its body.
    Body,
}

impl Kind {
    /// How long it may go on after its deadline.
    fn grace(self) -> Duration {
        match self {
            Self::Call | Self::Stream => Duration::ZERO,
            Self::Body => BODY_GRACE,
        }
    }
}

/// A body may go on for so long after its deadline: the calls that it has made fail at the deadline, and it
/// may still say so.
pub(crate) const BODY_GRACE: Duration = Duration::from_secs(1);

/// After how many steps without a wait the end of the replica is looked at all the same.
const AT_ONCE_MAX: u8 = 128;

/// The ends that a waiting call looks out for.
struct RunWatch {
    killed: Pin<Box<WaitForCancellationFutureOwned>>,
    deadline: Option<Pin<Box<Sleep>>>,
    _handler: Option<RunningHandler>,
}

impl Running {
    #[inline]
    pub(crate) fn new(frame: CallScope, cell: Option<Arc<dyn ErasedCall>>) -> Self {
        Self { frame: Some(frame), cell, watch: None, at_once: 0, kind: Kind::Call }
    }

    fn stream(frame: CallScope) -> Self {
        Self { kind: Kind::Stream, ..Self::new(frame, None) }
    }

    /// The rest of a call that goes on with its body.
    pub(crate) fn body(frame: CallScope) -> Self {
        Self { kind: Kind::Body, ..Self::new(frame.go_on(), None) }
    }

    /// Lets go of the context, and with it of the calls that a call has made which did not run to its end.
    fn end(&mut self) {
        self.watch = None;
        self.frame = None;
    }

    #[inline]
    fn has_finished(&self) -> bool {
        self.frame.as_ref().is_none_or(CallScope::has_finished)
    }

    /// The call has run to its end.
    #[inline]
    pub(crate) fn finish(&mut self) {
        if let Some(frame) = &self.frame {
            frame.finish();
            if frame.station.site().standing.is_failing() {
                frame.station.recovered();
            }
        }
    }

    /// Makes one step of a call.
    ///
    /// Inlined where code is optimised, which is a tenth of a short call. Elsewhere most of it is compiled once and not
    /// with every method, which is a tenth of a second of each build of a deployment.
    #[inline]
    pub(crate) fn poll<T>(
        &mut self,
        context: &mut Context<'_>,
        step: impl FnOnce(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<Result<T, Stop>> {
        if !cfg!(debug_assertions) {
            return self.make_step(context, step);
        }
        let (mut step, mut output) = (Some(step), None);
        let made = self.make_step_once(context, &mut |context| {
            match step.take().map(|step| step(context)) {
                Some(Poll::Ready(value)) => output = Some(value),
                Some(Poll::Pending) | None => return Poll::Pending,
            }
            Poll::Ready(())
        });
        match (made, output) {
            (Poll::Pending, _) => Poll::Pending,
            (Poll::Ready(Ok(())), Some(output)) => Poll::Ready(Ok(output)),
            (Poll::Ready(Ok(())), None) => unreachable!("a step that is ready has an output"),
            (Poll::Ready(Err(stop)), _) => Poll::Ready(Err(stop)),
        }
    }

    /// Without the type of the call.
    fn make_step_once(
        &mut self,
        context: &mut Context<'_>,
        step: &mut dyn FnMut(&mut Context<'_>) -> Poll<()>,
    ) -> Poll<Result<(), Stop>> {
        self.make_step(context, step)
    }

    #[inline]
    fn make_step<T>(
        &mut self,
        context: &mut Context<'_>,
        step: impl FnOnce(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<Result<T, Stop>> {
        let frame = self.frame.as_mut().expect("a call is polled only until it has run to its end");
        // Looked at before every step: a child call has the same deadline, and what it fails with then is
        // not the answer.
        if frame.request.get_mut().is_expired_for(self.kind.grace()) {
            return Poll::Ready(Err(Stop::DeadlineExceeded));
        }
        let frame = &*frame;
        let site = frame.station.site();
        if self.at_once == AT_ONCE_MAX {
            self.at_once = 0;
            if site.kill.is_cancelled() {
                note_cut(frame);
                return Poll::Ready(Err(Stop::ReplicaStopped));
            }
        }
        if site.stuck.is_on() {
            watch_handler(frame, &mut self.watch, self.kind);
        }
        let before = site.clock.ticks();
        let polled = frame.step(context, step);
        if site.clock.is_late(before) {
            name_slow(frame);
        }
        match polled {
            Ok(Poll::Ready(output)) => {
                self.at_once += 1;
                Poll::Ready(Ok(output))
            }
            Ok(Poll::Pending) => {
                self.at_once = 0;
                let new = || RunWatch::new(frame, self.kind.grace(), None);
                let watch = self.watch.get_or_insert_with(new);
                poll_ends(frame, self.cell.as_deref(), watch, context).map(Err)
            }
            Err(message) => {
                note_panic(frame, &message);
                frame.finish();
                Poll::Ready(Err(Stop::Panicked { message }))
            }
        }
    }
}

/// Counts a handler from its first step on.
#[cold]
fn watch_handler(frame: &CallScope, watch: &mut Option<Box<RunWatch>>, kind: Kind) {
    if watch.is_none() && kind == Kind::Call {
        let handler = frame.station.site().stuck.begin(frame.method);
        *watch = Some(RunWatch::new(frame, kind.grace(), handler));
    }
}

#[cold]
fn name_slow(frame: &CallScope) {
    let message = format!(
        "method `{}` of `{}` held an async worker for more than 100 ms; \
         annotate it with #[blocking], or await instead of blocking",
        frame.method,
        frame.station.site().name.deployment
    );
    log::warn(message).of(frame).emit();
}

#[cold]
fn note_panic(frame: &CallScope, message: &str) {
    frame.station.site().panics.fetch_add(1, Relaxed);
    log::error("method panicked").of(frame).cause(message).emit();
    frame.station.failed();
}

fn note_cut(frame: &CallScope) {
    let id = frame.request.borrow_mut().id.text();
    frame.station.site().cut.note(frame.method, &id);
}

/// Whether a call that has to wait must end instead.
fn poll_ends(
    frame: &CallScope,
    cell: Option<&dyn ErasedCall>,
    watch: &mut RunWatch,
    context: &mut Context<'_>,
) -> Poll<Stop> {
    if cell.is_some_and(|cell| !cell.park_runner(context.waker())) {
        return Poll::Ready(Stop::Cancelled);
    }
    if watch.killed.as_mut().poll(context).is_ready() {
        note_cut(frame);
        return Poll::Ready(Stop::ReplicaStopped);
    }
    match &mut watch.deadline {
        Some(deadline) => deadline.as_mut().poll(context).map(|()| Stop::DeadlineExceeded),
        None => Poll::Pending,
    }
}

impl RunWatch {
    fn new(frame: &CallScope, grace: Duration, handler: Option<RunningHandler>) -> Box<Self> {
        let end = frame.request.borrow().ends_after(grace);
        Box::new(Self {
            killed: Box::pin(frame.station.site().kill.clone().cancelled_owned()),
            deadline: end.map(|end| Box::pin(tokio::time::sleep_until(end))),
            _handler: handler,
        })
    }
}
