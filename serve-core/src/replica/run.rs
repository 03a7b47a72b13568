//! Runs one call: its context set around every poll, panics caught, and an end to it when it is
//! cancelled, out of time, or its replica may wait no longer.
//!
//! A call that is ready at its first poll pays for none of this but the context: the cancellation, the
//! deadline and the replica's end are watched only from the first time the call has to wait. How it ended, and
//! after how long, is counted here.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use pin_project_lite::pin_project;
use tokio::time::{Instant, Sleep};
use tokio_util::sync::WaitForCancellationFutureOwned;

use crate::call::{CallError, CallScope, ErasedCall, Executed, Failure, Pulled};
use crate::contained::discard_pinned;
use crate::log;
use crate::observe::{CallEnd, ReplicaMeter, RequestParts, Timer, Took};
use crate::site::{ReplicaInfo, RunningHandler};
use crate::web::HttpOutcome;

/// Why a call was ended before its method was done.
#[derive(Debug)]
pub(crate) enum Stop {
    Panicked { message: String },
    Cancelled,
    DeadlineExceeded,
    ReplicaStopped,
}

impl Stop {
    /// As it is counted.
    pub(crate) fn outcome(&self) -> CallEnd {
        match self {
            Self::Panicked { .. } => CallEnd::Panicked,
            Self::Cancelled => CallEnd::Cancelled,
            Self::DeadlineExceeded => CallEnd::TimedOut,
            Self::ReplicaStopped => CallEnd::Lost,
        }
    }

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
pub(crate) fn run<J: Judge<F::Output>, F: Future>(
    frame: CallScope,
    cell: Option<Arc<dyn ErasedCall>>,
    call: F,
) -> Run<F, J> {
    Run { running: Running::new(frame, cell, Kind::Call), call: Some(call), _judge: PhantomData }
}

/// Runs a batch of so many calls as one.
pub(crate) fn run_batch<F: Future<Output = ()>>(
    frame: CallScope,
    cells: Arc<dyn ErasedCall>,
    items: u32,
    call: F,
) -> Run<F, ByReplies> {
    let running = Running::new(frame, Some(cells), Kind::Batch { items });
    Run { running, call: Some(call), _judge: PhantomData }
}

/// Runs a method that answers over HTTP. Whoever makes its steps knows more of its time, and counts its answer.
pub(crate) fn run_http<F: Future<Output = HttpOutcome>>(
    frame: CallScope,
    call: F,
) -> Run<F, Elsewhere> {
    Run { running: Running::new(frame, None, Kind::Http), call: Some(call), _judge: PhantomData }
}

/// Tells from what a method has given whether that is an error of its own, for the count of them.
pub(crate) trait Judge<Output> {
    fn is_error(output: &Output, frame: &CallScope) -> bool;
}

/// By what it returned.
pub(crate) struct ByResult;

/// By what it answered.
pub(crate) struct ByReplies;

/// That is judged, and counted, elsewhere.
pub(crate) struct Elsewhere;

impl<T, E> Judge<Result<T, E>> for ByResult {
    #[inline]
    fn is_error(output: &Result<T, E>, _: &CallScope) -> bool {
        output.is_err()
    }
}

impl Judge<()> for ByReplies {
    #[inline]
    fn is_error((): &(), frame: &CallScope) -> bool {
        frame.errors() > 0
    }
}

/// Runs a call that streams, in the context of `frame`, while its reader polls it.
pub(crate) fn run_stream<T, E, Fut>(
    frame: CallScope,
    items: Pulled<T, E, Fut>,
) -> RunStream<Pulled<T, E, Fut>> {
    let running = Running::new(frame, None, Kind::Stream);
    RunStream { running, begun: None, items: Some(items) }
}

pin_project! {
    /// See [`run_stream`].
    pub(crate) struct RunStream<S> {
        running: Running,
        // Since its first step; `None` again once it has been counted.
        begun: Option<Timer>,
        // `None` at the end: a stream that is held has given back its permit all the same.
        #[pin]
        items: Option<S>,
    }

    impl<S> PinnedDrop for RunStream<S> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            // Its reader has gone, which a stream without end ends by.
            if let Some(timer) = this.begun.take() {
                this.running.count(CallEnd::Cancelled, timer);
            }
            discard_pinned(this.items);
        }
    }
}

impl<T, E, S: Stream<Item = Result<T, E>>> Stream for RunStream<S> {
    type Item = Result<T, CallError<E>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut this = self.project();
        let Some(items) = this.items.as_mut().as_pin_mut() else { return Poll::Ready(None) };
        let running = &*this.running;
        let timer = *this.begun.get_or_insert_with(|| running.timer());
        let step = |context: &mut Context<'_>| items.poll_next(context);
        let item = match ready!(this.running.poll(context, timer, step)) {
            Ok(Some(item)) => return Poll::Ready(Some(item.map_err(CallError::App))),
            Ok(None) => {
                this.running.finish();
                this.running.count_answered(timer);
                None
            }
            Err(stop) => {
                this.running.count_stopped(&stop, timer);
                Some(Err(stop.failure().widen()))
            }
        };
        *this.begun = None;
        discard_pinned(this.items.as_mut());
        this.running.end();
        Poll::Ready(item)
    }
}

pin_project! {
    /// See [`run`].
    pub(crate) struct Run<F, J> {
        running: Running,
        // What a method holds that has not run to its end is the user's: it is dropped here, inside a catch,
        // and not by whoever drops the call. `None` after that.
        #[pin]
        call: Option<F>,
        _judge: PhantomData<J>,
    }

    impl<F, J> PinnedDrop for Run<F, J> {
        #[inline]
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            if !this.running.has_finished() {
                this.running.dropped(this.call.is_some());
                discard_pinned(this.call);
            }
        }
    }
}

impl<F: Future, J> Run<F, J> {
    /// Makes one step of a call that has run since `timer` says. One that is stopped is counted.
    #[inline]
    pub(crate) fn step(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        timer: Timer,
    ) -> Poll<Result<F::Output, Stop>> {
        let mut this = self.project();
        let call = this.call.as_mut().as_pin_mut();
        let call = call.expect("a call is polled only until it has run to its end");
        let polled = this.running.poll(context, timer, |context| call.poll(context));
        if let Poll::Ready(Err(stop)) = &polled {
            this.running.count_stopped(stop, timer);
            // Told before the method's future is dropped: the reply inside it knows no reason.
            if let Some(cell) = &this.running.cell {
                cell.stop(stop.failure());
            }
            discard_pinned(this.call.as_mut());
        }
        polled
    }

    /// The frame of a call that has run to its end, to be gone on with.
    pub(crate) fn finish(self: Pin<&mut Self>) -> Option<CallScope> {
        let this = self.project();
        this.running.finish();
        this.running.frame.take()
    }

    /// The frame of a call that has been stopped.
    pub(crate) fn stopped(self: Pin<&mut Self>) -> Option<CallScope> {
        self.project().running.frame.take()
    }
}

impl<F: Future, J: Judge<F::Output>> Future for Run<F, J> {
    type Output = Result<F::Output, Stop>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let timer = self.running.timer();
        let polled = self.as_mut().step(context, timer);
        if let Poll::Ready(Ok(output)) = &polled {
            let running = self.project().running;
            if let Some(frame) = &running.frame {
                let site = frame.finish_here();
                running.count_in(frame, site, CallEnd::of(J::is_error(output, frame)), timer);
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
    /// A call with one result, of whose end nobody is told but whoever counts. Of those that never wait few are timed.
    is_plain: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Call,
    /// It answers over HTTP.
    Http,
    /// So many calls that run as one.
    Batch {
        items: u32,
    },
    /// May take as long as it likes.
    Stream,
    /// The rest of a call that goes on with its body.
    Body,
}

impl Kind {
    /// How long it may go on after its deadline.
    fn grace(self) -> Duration {
        match self {
            Self::Call | Self::Http | Self::Batch { .. } | Self::Stream => Duration::ZERO,
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
    /// Since when the call has run.
    since: Instant,
    killed: Pin<Box<WaitForCancellationFutureOwned>>,
    deadline: Option<Pin<Box<Sleep>>>,
    _handler: Option<RunningHandler>,
}

impl Running {
    #[inline]
    fn new(mut frame: CallScope, cell: Option<Arc<dyn ErasedCall>>, kind: Kind) -> Self {
        let is_plain = matches!(kind, Kind::Call) && !frame.request.get_mut().is_noted();
        Self { frame: Some(frame), cell, watch: None, at_once: 0, kind, is_plain }
    }

    /// The rest of a call that goes on with its body.
    pub(crate) fn body(frame: CallScope) -> Self {
        Self::new(frame.go_on(), None, Kind::Body)
    }

    /// For the step that comes.
    #[inline]
    fn timer(&self) -> Timer {
        if self.is_plain && self.watch.is_none() { Timer::sometimes() } else { self.timer_of_few() }
    }

    #[inline(never)]
    fn timer_of_few(&self) -> Timer {
        let Some(frame) = self.frame.as_ref().filter(|_| self.watch.is_none()) else {
            return Timer::OFF;
        };
        begin_in_journal(frame);
        match self.kind {
            Kind::Call | Kind::Batch { .. } | Kind::Stream => Timer::running(),
            // Timed elsewhere, and not at all.
            Kind::Http | Kind::Body => Timer::OFF,
        }
    }

    /// Counts a call that has ended.
    fn count(&self, end: CallEnd, timer: Timer) {
        if let Some(frame) = &self.frame {
            self.count_in(frame, frame.station.site(), end, timer);
        }
    }

    #[inline]
    fn count_in(&self, frame: &CallScope, site: &ReplicaInfo, end: CallEnd, timer: Timer) {
        if self.is_plain && self.watch.is_none() {
            return site.count(frame.method, end, timer.took());
        }
        self.count_one_of_few(frame, site.meter(), end, timer);
    }

    #[inline(never)]
    fn count_one_of_few(
        &self,
        frame: &CallScope,
        meter: Option<&ReplicaMeter>,
        end: CallEnd,
        timer: Timer,
    ) {
        let begun = self.watch.as_ref().map_or_else(|| timer.begun(), |watch| watch.since);
        let took = note_ended(frame, self.kind, end, begun);
        if frame.station.site().taps.is_on() {
            tell_taps(frame, self.kind, end, took);
        }
        let took = Took::Exactly(took);
        match (self.kind, meter) {
            (Kind::Call | Kind::Http | Kind::Stream, Some(meter)) => {
                meter.count(frame.method, end, took);
            }
            (Kind::Batch { items }, Some(meter)) => {
                meter.count_batch(frame.method, end, frame.errors(), items, took);
            }
            // Its call has been counted.
            (Kind::Body, _) | (_, None) => {}
        }
    }

    /// The same for one that has been stopped. Whoever cancels a call because it is late is the other end's clock.
    #[cold]
    fn count_stopped(&self, stop: &Stop, timer: Timer) {
        let is_late = || {
            let frame = self.frame.as_ref();
            frame.is_some_and(|frame| frame.request.borrow().is_expired_for(Duration::ZERO))
        };
        match stop {
            Stop::Cancelled if is_late() => self.count(CallEnd::TimedOut, timer),
            stop => self.count(stop.outcome(), timer),
        }
    }

    /// The same for one that has answered whatever it had to.
    fn count_answered(&self, timer: Timer) {
        let is_error = self.frame.as_ref().is_some_and(|frame| frame.errors() > 0);
        self.count(CallEnd::of(is_error), timer);
    }

    /// A call is dropped before its end. `is_unanswered`: nothing has ended it before.
    #[cold]
    fn dropped(&self, is_unanswered: bool) {
        if is_unanswered && let Some(watch) = &self.watch {
            self.count(CallEnd::Cancelled, Timer::since(watch.since));
            if let (Kind::Http, Some(frame)) = (self.kind, &self.frame) {
                // Whoever would have answered has gone.
                let place = &frame.station.site().name;
                frame.request.borrow().end_span(place, frame.method, CallEnd::Cancelled);
            }
        }
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
    pub(crate) fn finish(&self) {
        if let Some(frame) = &self.frame {
            frame.finish_here();
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
        timer: Timer,
        step: impl FnOnce(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<Result<T, Stop>> {
        if !cfg!(debug_assertions) {
            return self.make_step(context, timer, step);
        }
        let (mut step, mut output) = (Some(step), None);
        let made = self.make_step_once(context, timer, &mut |context| {
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
        timer: Timer,
        step: &mut dyn FnMut(&mut Context<'_>) -> Poll<()>,
    ) -> Poll<Result<(), Stop>> {
        self.make_step(context, timer, step)
    }

    #[inline]
    fn make_step<T>(
        &mut self,
        context: &mut Context<'_>,
        timer: Timer,
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
            watch_handler(frame, &mut self.watch, self.kind, timer);
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
                let new = || RunWatch::new(frame, self.kind.grace(), timer, None);
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

/// The request that has made the call knows that it is under way.
fn begin_in_journal(frame: &CallScope) {
    if let Some(journal) = frame.request.borrow().journal() {
        journal.begin(frame.key(), &frame.station.site().name.deployment, frame.method);
    }
}

/// Notes a call that has ended for the request that has made it, and among the slowest of its deployment. Says how
/// long it took.
#[cold]
fn note_ended(frame: &CallScope, kind: Kind, outcome: CallEnd, begun: Instant) -> Duration {
    let now = Instant::now();
    let took = now.saturating_duration_since(begun);
    // Whoever answers over HTTP knows more of its time, and notes it.
    if let Kind::Http | Kind::Body = kind {
        return took;
    }
    let (site, request) = (frame.station.site(), frame.request.borrow());
    if let Some(journal) = request.journal() {
        journal.end(frame.key(), outcome);
    }
    match (request.span(), kind) {
        (Some(span), Kind::Batch { items }) => {
            span.end_batch((&site.name).into(), frame.method, items, outcome);
        }
        (Some(span), _) => span.end_call((&site.name).into(), frame.method, outcome),
        (None, _) => {}
    }
    let waited = request.waited();
    drop(request);
    if let Some(meter) = site.meter()
        && meter.deployment().slow.wants(waited + took, now)
    {
        let parts = RequestParts { method: took, ..RequestParts::default() };
        let parts = match kind {
            Kind::Batch { .. } => RequestParts { batch_wait: waited, ..parts },
            _ => RequestParts { queued: waited, ..parts },
        };
        let slow = frame.slow_request(outcome, parts, Vec::new());
        meter.deployment().slow.keep(slow, now);
    }
    took
}

/// Somebody watches calls as they end. Requests over HTTP are told of when their response has been sent.
#[cold]
fn tell_taps(frame: &CallScope, kind: Kind, end: CallEnd, took: Duration) {
    if let Kind::Call | Kind::Batch { .. } | Kind::Stream = kind {
        let (site, mut request) = (frame.station.site(), frame.request.borrow_mut());
        site.tell_taps(&request.id.text(), frame.method, end, took);
    }
}

/// Counts a handler from its first step on.
#[cold]
fn watch_handler(frame: &CallScope, watch: &mut Option<Box<RunWatch>>, kind: Kind, timer: Timer) {
    if watch.is_none() && matches!(kind, Kind::Call | Kind::Http | Kind::Batch { .. }) {
        let handler = frame.station.site().stuck.begin(frame.method);
        *watch = Some(RunWatch::new(frame, kind.grace(), timer, handler));
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
    fn new(
        frame: &CallScope,
        grace: Duration,
        timer: Timer,
        handler: Option<RunningHandler>,
    ) -> Box<Self> {
        let end = frame.request.borrow().ends_after(grace);
        Box::new(Self {
            since: timer.begun(),
            killed: Box::pin(frame.station.site().kill.clone().cancelled_owned()),
            deadline: end.map(|end| Box::pin(tokio::time::sleep_until(end))),
            _handler: handler,
        })
    }
}
