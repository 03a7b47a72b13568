//! Methods that stream: items in order, held back by slow readers, ended by cancellation, deadlines and
//! the end of their replica.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::fmt::Debug;
use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use futures::StreamExt;
use futures::stream::{self, BoxStream};
use serve_core::Isolation;
use serve_core::prelude::*;
use tests::{
    Journal, Probe, SOON, Worker, WorkerHandle, replica_id, running_replicas, spawn,
    start_without_http, stop, until_status, within, within_thread,
};
use tokio::time::Instant;

/// The two ways to make a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Remote,
    Call,
}

const WAYS: [Way; 2] = [Way::Remote, Way::Call];
const EVERYWHERE: [(Way, Isolation); 4] = [
    (Way::Remote, Isolation::Task),
    (Way::Call, Isolation::Task),
    (Way::Remote, Isolation::Thread),
    (Way::Call, Isolation::Thread),
];

/// Makes a call in the given way.
macro_rules! open {
    ($way:expr, $method:expr $(, $argument:expr)*) => {
        match $way {
            Way::Remote => $method.remote($($argument),*).boxed(),
            Way::Call => $method.call($($argument),*).boxed(),
        }
    };
}

type Opened<T, E = std::convert::Infallible> = BoxStream<'static, Result<T, CallError<E>>>;

#[track_caller]
fn next<S: Stream + Unpin>(items: &mut S) -> impl Future<Output = Option<S::Item>> {
    within(SOON, items.next())
}

/// The values of the items that are left, none of which may be an error.
#[track_caller]
fn rest<T, E: Debug>(
    items: impl Stream<Item = Result<T, CallError<E>>>,
) -> impl Future<Output = Vec<T>> {
    within(SOON, items.map(Result::unwrap).collect())
}

/// The deployment that most tests script: its items wait at the gate of the test's probe, one for each
/// pass, and are noted in the journal.
struct Fountain {
    probe: Probe,
    made: Journal<u64>,
}

impl Fountain {
    fn gated(&self, to: u64) -> impl Stream<Item = u64> + Send + use<> {
        let (probe, made) = (self.probe.clone(), self.made.clone());
        let visit = probe.enter();
        stream::unfold((0, visit), move |(n, visit)| {
            let (probe, made) = (probe.clone(), made.clone());
            async move {
                if n == to {
                    visit.finish();
                    return None;
                }
                probe.wait().await;
                made.note(n);
                Some((n, (n + 1, visit)))
            }
        })
    }
}

#[deployment]
impl Fountain {
    fn new(probe: Probe, made: Journal<u64>) -> Self {
        Self { probe, made }
    }

    /// So many items, each after a pass.
    fn flow(&self, to: u64) -> impl Stream<Item = u64> {
        self.gated(to)
    }

    /// The same, from a method that has to wait before it has a stream.
    async fn late(&self, to: u64) -> impl Stream<Item = u64> {
        self.probe.wait().await;
        self.gated(to)
    }

    /// Items that are there at once.
    fn count(&self, to: u64) -> impl Stream<Item = u64> {
        stream::iter(0..to)
    }

    /// Every second item is an error.
    fn halves(&self, to: u64) -> impl Stream<Item = Result<u64, String>> {
        stream::iter((0..to).map(|n| if n % 2 == 0 { Ok(n) } else { Err(n.to_string()) }))
    }

    /// The words of a text, borrowed to the end.
    fn words(&self, text: &str, skip: &[u64]) -> impl Stream<Item = String> {
        let words = text.split(' ').enumerate();
        stream::iter(words).filter_map(move |(n, word)| async move {
            tokio::task::yield_now().await;
            (!skip.contains(&(n as u64))).then(|| word.to_owned())
        })
    }

    /// Panics after so many items.
    fn fragile(&self, after: u64) -> impl Stream<Item = u64> {
        stream::iter(0..).map(move |n| if n < after { n } else { panic!("no more than {after}") })
    }

    /// Panics before there is a stream.
    fn hopeless(&self) -> impl Stream<Item = u64> {
        if self.probe.counts().entered < usize::MAX {
            panic!("no stream");
        }
        stream::empty()
    }

    /// Answers at once.
    fn whoami(&self) -> String {
        replica_id()
    }
}

struct Source {
    serve: Serve,
    handle: FountainHandle,
    probe: Probe,
    made: Journal<u64>,
}

async fn source_of(
    configure: impl FnOnce(Application<Fountain>) -> Application<Fountain>,
) -> Source {
    let (probe, made) = (Probe::new(), Journal::default());
    let serve = start_without_http().await;
    let app = configure(Fountain::bind(probe.clone(), made.clone()));
    let handle = within(SOON, serve.run(app)).await.unwrap();
    Source { serve, handle, probe, made }
}

/// A fountain with one replica that runs one call at a time.
async fn source(isolation: Isolation) -> Source {
    source_of(|app| app.max_ongoing_requests(1).isolation(isolation)).await
}

impl Source {
    fn replica(&self) -> String {
        running_replicas(&self.serve, "default", "Fountain").remove(0)
    }

    /// Passes only once the permit is free.
    async fn is_free(&self) {
        within(SOON, self.handle.whoami.remote()).await.unwrap();
    }
}

// === items ===

// C23
#[tokio::test]
async fn items_arrive_in_order() {
    for (way, isolation) in EVERYWHERE {
        let source = source(isolation).await;
        let items = rest(open!(way, source.handle.count, 1000)).await;
        assert_eq!(items, Vec::from_iter(0..1000), "{way:?} {isolation:?}");
        source.probe.open();
        let items = rest(open!(way, source.handle.flow, 100)).await;
        assert_eq!(items, Vec::from_iter(0..100), "{way:?} {isolation:?}");
        let items = rest(open!(way, source.handle.late, 3)).await;
        assert_eq!(items, [0, 1, 2], "{way:?} {isolation:?}");
        stop(source.serve).await;
    }
}

#[tokio::test]
async fn an_item_arrives_before_the_next_is_made() {
    for (way, isolation) in EVERYWHERE {
        let source = source(isolation).await;
        let mut items = open!(way, source.handle.flow, 3);
        for n in 0..3 {
            source.probe.release(1);
            assert_eq!(next(&mut items).await.unwrap().unwrap(), n, "{way:?} {isolation:?}");
            assert_eq!(source.made.entries().len() as u64, n + 1);
        }
        assert!(next(&mut items).await.is_none());
        assert_eq!(source.probe.left(1).await.finished, 1);
        stop(source.serve).await;
    }
}

// C26
#[tokio::test]
async fn a_stream_that_has_started_begins_with_its_first_item() {
    for isolation in [Isolation::Task, Isolation::Thread] {
        let source = source(isolation).await;
        source.probe.release(3);
        let items = source.handle.flow.remote(3).started().await.unwrap();
        assert_eq!(rest(items).await, [0, 1, 2], "{isolation:?}");
        let none = source.handle.flow.remote(0).started().await.unwrap();
        assert!(rest(none).await.is_empty());
        stop(source.serve).await;
    }
    let mock = FountainHandle::mock(|call| match call {
        FountainCall::Count { to, reply } => reply.ok(0..to),
        other => panic!("{other:?}"),
    });
    let items = mock.count.remote(3).started().await.unwrap();
    assert_eq!(rest(items).await, [0, 1, 2]);
}

#[tokio::test]
async fn a_stream_that_fails_before_its_first_item_has_not_started() {
    let source = source(Isolation::Task).await;
    let outcome = source.handle.flow.timeout(Duration::ZERO).remote(1).started().await;
    assert!(matches!(outcome, Err(CallError::DeadlineExceeded)), "{outcome:?}");
    stop(source.serve).await;
}

#[tokio::test]
async fn a_stream_without_items_ends_at_once() {
    for (way, isolation) in EVERYWHERE {
        let source = source(isolation).await;
        let mut items = open!(way, source.handle.count, 0);
        assert!(next(&mut items).await.is_none(), "{way:?} {isolation:?}");
        assert!(next(&mut items).await.is_none(), "it stays at its end");
        stop(source.serve).await;
    }
}

#[tokio::test]
async fn errors_arrive_where_they_stood() {
    for (way, isolation) in EVERYWHERE {
        let source = source(isolation).await;
        let items: Vec<_> = within(SOON, open!(way, source.handle.halves, 3).collect()).await;
        assert!(
            matches!(&items[..], [Ok(0), Err(CallError::App(one)), Ok(2)] if one == "1"),
            "{way:?} {isolation:?}: {items:?}"
        );
        stop(source.serve).await;
    }
}

// C28
#[tokio::test]
async fn two_streams_end_each_by_itself() {
    for way in WAYS {
        let source = source_of(|app| app).await;
        source.probe.open();
        let (mut one, mut two) =
            (open!(way, source.handle.flow, 1), open!(way, source.handle.flow, 2));
        assert_eq!(next(&mut two).await.unwrap().unwrap(), 0);
        assert_eq!(next(&mut one).await.unwrap().unwrap(), 0);
        assert!(next(&mut one).await.is_none());
        assert_eq!(next(&mut two).await.unwrap().unwrap(), 1);
        assert!(next(&mut two).await.is_none());
        stop(source.serve).await;
    }
}

#[tokio::test]
async fn a_stream_may_borrow_its_arguments() {
    for (way, isolation) in EVERYWHERE {
        let source = source(isolation).await;
        let items = open!(way, source.handle.words, "one two three", [1]);
        assert_eq!(rest(items).await, ["one", "three"], "{way:?} {isolation:?}");
        stop(source.serve).await;
    }
}

#[tokio::test]
async fn a_stream_that_is_not_read_to_its_end_keeps_its_place() {
    let source = source(Isolation::Task).await;
    source.probe.open();
    let mut items = source.handle.flow.remote(1000);
    assert_eq!(next(&mut items).await.unwrap().unwrap(), 0);
    let mut other = Box::pin(source.handle.whoami.remote());
    tokio::task::yield_now().await;
    assert!(futures::poll!(&mut other).is_pending(), "the stream has the only place");
    assert_eq!(rest(items).await.len(), 999);
    within(SOON, other).await.unwrap();
    stop(source.serve).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_may_be_read_by_one_task_after_the_other() {
    for (way, isolation) in EVERYWHERE {
        let source = source(isolation).await;
        let mut items = open!(way, source.handle.flow, 20);
        for n in 0..20 {
            // This reader has left its waker, then another one takes over.
            assert!(futures::poll!(items.next()).is_pending());
            let reading = spawn(async move { (items.next().await, items) });
            source.probe.release(1);
            let (item, back) = within(SOON, reading).await.unwrap();
            assert_eq!(item.unwrap().unwrap(), n, "{way:?} {isolation:?}");
            items = back;
        }
        drop(items);
        stop(source.serve).await;
    }
}

#[tokio::test]
async fn waiting_for_an_item_may_be_given_up_without_losing_one() {
    for (way, isolation) in EVERYWHERE {
        let source = source(isolation).await;
        let mut items = open!(way, source.handle.flow, 5);
        for n in 0..5 {
            assert!(futures::poll!(items.next()).is_pending(), "{way:?} {isolation:?}");
            source.probe.release(1);
            assert_eq!(next(&mut items).await.unwrap().unwrap(), n, "{way:?} {isolation:?}");
        }
        drop(items);
        stop(source.serve).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_is_read_on_an_executor_that_is_not_tokio() {
    for (way, isolation) in EVERYWHERE {
        let source = source(isolation).await;
        source.probe.open();
        let handle = source.handle.clone();
        let reading = tokio::task::spawn_blocking(move || {
            within_thread(SOON, move || {
                let items = open!(way, handle.flow, 200);
                futures::executor::block_on_stream(items).map(Result::unwrap).collect::<Vec<_>>()
            })
        });
        let items = within(SOON, reading).await.unwrap();
        assert_eq!(items, Vec::from_iter(0..200), "{way:?} {isolation:?}");
        stop(source.serve).await;
    }
}

#[tokio::test]
async fn a_chosen_replica_streams() {
    for way in WAYS {
        let source = source(Isolation::Task).await;
        let chosen = within(SOON, source.handle.count.choose_replica()).await.unwrap();
        let items = rest(open!(way, chosen, 3)).await;
        assert_eq!(items, [0, 1, 2]);
        drop(chosen);
        source.is_free().await;
        stop(source.serve).await;
    }
}

// === exclusive methods ===

#[derive(Default)]
struct Ledger {
    entries: u64,
}

#[deployment]
impl Ledger {
    /// An entry for each pass.
    fn book(&mut self, probe: Probe, to: u64) -> impl Stream<Item = u64> {
        stream::unfold((self, probe, 0), move |(this, probe, n)| async move {
            if n == to {
                return None;
            }
            probe.wait().await;
            this.entries += 1;
            Some((this.entries, (this, probe, n + 1)))
        })
    }

    /// The entries there are, at each pass.
    fn watch(&self, probe: Probe, to: u64) -> impl Stream<Item = u64> {
        stream::iter(0..to).then(move |_| {
            let probe = probe.clone();
            async move {
                probe.wait().await;
                self.entries
            }
        })
    }

    fn entries(&self) -> u64 {
        self.entries
    }
}

#[tokio::test]
async fn a_stream_of_an_exclusive_method_holds_off_other_calls_until_it_ends() {
    for (way, isolation) in EVERYWHERE {
        let probe = Probe::new();
        let serve = start_without_http().await;
        let handle = within(SOON, serve.run(Ledger::bind().isolation(isolation))).await.unwrap();
        let mut items = open!(way, handle.book, probe.clone(), 2);
        probe.release(1);
        assert_eq!(next(&mut items).await.unwrap().unwrap(), 1);
        let mut other = within(SOON, handle.entries.remote().assigned()).await.unwrap();
        let brief = tokio::time::timeout(Duration::from_millis(5), &mut other).await;
        assert!(brief.is_err(), "{way:?} {isolation:?}: {brief:?}");
        probe.release(1);
        assert_eq!(rest(items).await, [2], "{way:?} {isolation:?}");
        assert_eq!(within(SOON, other).await.unwrap(), 2);
        stop(serve).await;
    }
}

#[tokio::test]
async fn an_exclusive_stream_that_is_dropped_lets_the_next_call_in() {
    for (way, isolation) in EVERYWHERE {
        let probe = Probe::new();
        let serve = start_without_http().await;
        let handle = within(SOON, serve.run(Ledger::bind().isolation(isolation))).await.unwrap();
        let mut items = open!(way, handle.book, probe.clone(), 2);
        probe.release(1);
        assert_eq!(next(&mut items).await.unwrap().unwrap(), 1);
        let other = handle.entries.remote();
        drop(items);
        assert_eq!(within(SOON, other).await.unwrap(), 1, "{way:?} {isolation:?}");
        stop(serve).await;
    }
}

#[tokio::test]
async fn streams_of_shared_methods_run_side_by_side_and_hold_off_exclusive_ones() {
    for way in WAYS {
        let gates = [Probe::new(), Probe::new()];
        let serve = start_without_http().await;
        let handle = within(SOON, serve.run(Ledger::bind())).await.unwrap();
        let mut one = open!(way, handle.watch, gates[0].clone(), 2);
        let mut two = open!(way, handle.watch, gates[1].clone(), 2);
        gates.iter().for_each(|gate| gate.release(1));
        assert_eq!(next(&mut one).await.unwrap().unwrap(), 0);
        assert_eq!(next(&mut two).await.unwrap().unwrap(), 0);
        let mut booking = handle.book.remote(Probe::opened(), 1);
        assert!(futures::poll!(StreamExt::next(&mut booking)).is_pending());
        gates.iter().for_each(Probe::open);
        assert_eq!((rest(one).await, rest(two).await), (vec![0], vec![0]));
        assert_eq!(rest(booking).await, [1]);
        stop(serve).await;
    }
}

// === arguments ===

#[tokio::test]
async fn an_unfinished_result_is_awaited_before_the_stream_begins() {
    for (way, isolation) in EVERYWHERE {
        let source = source(isolation).await;
        let gate = Probe::new();
        let app = Worker::bind(gate.clone());
        let worker = within(SOON, source.serve.run_named("other", app)).await.unwrap();
        let argument = worker.work.remote(3);
        let mut items = open!(way, source.handle.count, argument);
        gate.entered(1).await;
        assert!(futures::poll!(items.next()).is_pending(), "{way:?} {isolation:?}");
        source.is_free().await;
        gate.open();
        assert_eq!(rest(items).await, [0, 1, 2], "{way:?} {isolation:?}");
        stop(source.serve).await;
    }
}

#[tokio::test]
async fn a_failed_argument_is_the_only_item() {
    for (way, isolation) in EVERYWHERE {
        let source = source(isolation).await;
        let app = Worker::bind(Probe::new());
        let worker = within(SOON, source.serve.run_named("other", app)).await.unwrap();
        let mut items = open!(way, source.handle.count, worker.fail.remote("no number"));
        let item = next(&mut items).await.unwrap();
        let Err(CallError::Upstream(upstream)) = &item else { panic!("{way:?}: {item:?}") };
        assert!(upstream.to_string().contains("no number"), "{upstream}");
        assert!(next(&mut items).await.is_none());
        stop(source.serve).await;
    }
}

#[tokio::test]
async fn a_stream_that_waits_for_its_argument_may_be_dropped() {
    for way in WAYS {
        let source = source(Isolation::Task).await;
        let gate = Probe::new();
        let app = Worker::bind(gate.clone());
        let worker = within(SOON, source.serve.run_named("other", app)).await.unwrap();
        let mut items = open!(way, source.handle.flow, worker.work.remote(3));
        assert!(futures::poll!(items.next()).is_pending());
        gate.entered(1).await;
        drop(items);
        gate.open();
        assert_eq!(gate.left(1).await.finished, 1, "the argument's own call goes on");
        source.is_free().await;
        assert_eq!(source.probe.counts().entered, 0);
        stop(source.serve).await;
    }
}

// === panics ===

#[tokio::test]
async fn a_panic_ends_the_stream_after_the_items_before_it() {
    for (way, isolation) in EVERYWHERE {
        let source = source(isolation).await;
        let replica = source.replica();
        let mut items = open!(way, source.handle.fragile, 2);
        assert_eq!(next(&mut items).await.unwrap().unwrap(), 0);
        assert_eq!(next(&mut items).await.unwrap().unwrap(), 1);
        let item = next(&mut items).await.unwrap();
        let Err(CallError::Panicked { message }) = &item else { panic!("{way:?}: {item:?}") };
        assert_eq!(message, "no more than 2");
        assert!(next(&mut items).await.is_none());
        // The stream is still held, but its place is free, and the replica lives.
        let who = within(SOON, source.handle.whoami.remote()).await.unwrap();
        assert_eq!(who, replica, "{way:?} {isolation:?}");
        stop(source.serve).await;
    }
}

#[tokio::test]
async fn a_method_that_panics_before_it_has_a_stream_fails_it() {
    for (way, isolation) in EVERYWHERE {
        let source = source(isolation).await;
        let mut items = open!(way, source.handle.hopeless);
        let item = next(&mut items).await.unwrap();
        assert!(
            matches!(&item, Err(CallError::Panicked { message }) if message == "no stream"),
            "{way:?} {isolation:?}: {item:?}"
        );
        assert!(next(&mut items).await.is_none());
        source.is_free().await;
        stop(source.serve).await;
    }
}

// === cancelling ===

// C35
#[tokio::test]
async fn a_stream_that_is_cancelled_stops_and_frees_its_place() {
    for isolation in [Isolation::Task, Isolation::Thread] {
        let source = source(isolation).await;
        let mut items = source.handle.flow.remote(1000);
        source.probe.release(5);
        source.made.until(5).await;
        assert_eq!(next(&mut items).await.unwrap().unwrap(), 0);
        items.cancel();
        items.cancel();
        let item = next(&mut items).await;
        assert!(matches!(item, Some(Err(CallError::Cancelled))), "{item:?}");
        assert!(next(&mut items).await.is_none(), "it was the last");
        assert_eq!(source.probe.left(1).await.abandoned(), 1);
        source.is_free().await;
        assert_eq!(source.made.entries().len(), 5);
        stop(source.serve).await;
    }
}

#[tokio::test]
async fn cancelling_wakes_a_reader_that_waits() {
    let source = source(Isolation::Task).await;
    let items = Arc::new(tokio::sync::Mutex::new(source.handle.flow.remote(10)));
    let (sender, receiver) = tokio::sync::oneshot::channel::<()>();
    let reading = spawn(async move {
        let mut items = items.lock().await;
        tokio::select! {
            biased;
            item = items.next() => return item,
            outcome = receiver => outcome.unwrap(),
        }
        items.cancel();
        items.next().await
    });
    source.probe.entered(1).await;
    sender.send(()).unwrap();
    let item = within(SOON, reading).await.unwrap();
    assert!(matches!(item, Some(Err(CallError::Cancelled))), "{item:?}");
    stop(source.serve).await;
}

#[tokio::test]
async fn a_stream_that_has_ended_cannot_be_cancelled() {
    let source = source(Isolation::Task).await;
    let mut items = source.handle.count.remote(1);
    assert_eq!(next(&mut items).await.unwrap().unwrap(), 0);
    assert!(next(&mut items).await.is_none());
    items.cancel();
    assert!(next(&mut items).await.is_none());
    stop(source.serve).await;
}

#[tokio::test]
async fn a_stream_that_is_dropped_stops_and_frees_its_place() {
    for (way, isolation) in EVERYWHERE {
        let source = source(isolation).await;
        let mut items = open!(way, source.handle.flow, 1000);
        source.probe.release(1);
        assert_eq!(next(&mut items).await.unwrap().unwrap(), 0);
        drop(items);
        assert_eq!(source.probe.left(1).await.abandoned(), 1, "{way:?} {isolation:?}");
        source.is_free().await;
        stop(source.serve).await;
    }
}

#[tokio::test]
async fn a_stream_that_is_dropped_while_its_buffer_is_full_stops() {
    for isolation in [Isolation::Task, Isolation::Thread] {
        let source = source(isolation).await;
        source.probe.open();
        let items = source.handle.flow.remote(1000);
        source.made.until(32).await;
        drop(items);
        assert_eq!(source.probe.left(1).await.abandoned(), 1);
        source.is_free().await;
        stop(source.serve).await;
    }
}

#[tokio::test]
async fn a_call_that_is_never_read_never_begins() {
    for isolation in [Isolation::Task, Isolation::Thread] {
        let source = source(isolation).await;
        drop(source.handle.flow.call(3));
        let unread = source.handle.flow.call(3);
        source.is_free().await;
        assert_eq!(source.probe.counts().entered, 0);
        drop(unread);
        stop(source.serve).await;
    }
}

#[tokio::test]
async fn a_stream_at_its_end_has_given_its_place_back() {
    for (way, isolation) in EVERYWHERE {
        let source = source(isolation).await;
        source.probe.open();
        let mut items = open!(way, source.handle.flow, 1);
        assert_eq!(next(&mut items).await.unwrap().unwrap(), 0);
        assert!(next(&mut items).await.is_none());
        source.is_free().await;
        drop(items);
        stop(source.serve).await;
    }
}

/// Calls a fountain and a worker from inside streams and calls.
struct Relay {
    fountain: FountainHandle,
    worker: WorkerHandle,
    given: Given,
}

/// Where a relay puts streams for others to read.
type Given = Arc<Mutex<Vec<Opened<u64>>>>;

#[deployment(max_ongoing_requests = 1)]
impl Relay {
    fn new(fountain: FountainHandle, worker: WorkerHandle, given: Given) -> Self {
        Self { fountain, worker, given }
    }

    fn passes_on_remote(&self, to: u64) -> impl Stream<Item = Result<u64, CallError>> {
        self.fountain.flow.remote(to)
    }

    fn passes_on_call(&self, to: u64) -> impl Stream<Item = Result<u64, CallError>> {
        self.fountain.flow.call(to)
    }

    fn waits_for_remote(&self) -> impl Stream<Item = Result<u64, CallError>> {
        stream::once(async { self.worker.work.remote(1).await })
    }

    fn waits_for_call(&self) -> impl Stream<Item = Result<u64, CallError>> {
        stream::once(async { self.worker.work.call(1).await })
    }

    fn leaves_it_running(&self) -> impl Stream<Item = u64> {
        drop(self.worker.work.remote(1));
        stream::once(std::future::pending())
    }

    /// One item, then nothing more for ever; a child call is under way.
    fn stalls(&self) -> impl Stream<Item = u64> {
        drop(self.worker.work.remote(1));
        stream::iter([0]).chain(stream::pending())
    }

    /// More items than anybody reads; a child call is under way.
    fn overflows(&self, made: Journal<u64>) -> impl Stream<Item = u64> {
        drop(self.worker.work.remote(1));
        stream::iter(0..).inspect(move |n| made.note(*n))
    }

    fn gives_away(&self) -> impl Stream<Item = u64> {
        self.given.lock().unwrap().push(self.fountain.flow.remote(1000).boxed());
        stream::pending()
    }

    async fn reads(&self, to: u64) -> Result<u64, CallError> {
        let mut items = self.fountain.flow.remote(to);
        let mut sum = 0;
        while let Some(item) = items.next().await {
            sum += item?;
        }
        Ok(sum)
    }

    async fn gives_away_and_waits(&self) {
        self.given.lock().unwrap().push(self.fountain.flow.remote(1000).boxed());
        std::future::pending::<()>().await;
    }

    fn opens(&self, to: u64) -> ResponseStream<u64> {
        self.fountain.flow.remote(to)
    }

    async fn takes(&self, mut items: ResponseStream<u64>, gate: Probe) -> Result<u64, CallError> {
        let mut sum = 0;
        loop {
            gate.wait().await;
            match items.next().await {
                Some(item) => sum += item?,
                None => return Ok(sum),
            }
        }
    }

    fn doubles(
        &self,
        items: ResponseStream<u64, CallError>,
    ) -> impl Stream<Item = Result<u64, String>> {
        items.map(|item| item.map(|n| n * 2).map_err(|error| error.to_string()))
    }

    fn free(&self) {}
}

struct Family {
    serve: Serve,
    relay: RelayHandle,
    fountain: FountainHandle,
    flow: Probe,
    made: Journal<u64>,
    work: Probe,
    given: Given,
}

async fn family_in(isolation: Isolation) -> Family {
    let (flow, made, work, given) =
        (Probe::new(), Journal::default(), Probe::new(), Given::default());
    let serve = start_without_http().await;
    let fountain = Fountain::bind(flow.clone(), made.clone()).max_ongoing_requests(1);
    let worker = Worker::bind(work.clone()).max_ongoing_requests(1);
    let app =
        Relay::bind(fountain.isolation(isolation), worker.isolation(isolation), Arc::clone(&given));
    let relay = within(SOON, serve.run(app.isolation(isolation))).await.unwrap();
    let fountain = serve.deployment_handle::<Fountain>("Fountain", "default").unwrap();
    Family { serve, relay, fountain, flow, made, work, given }
}

async fn family() -> Family {
    family_in(Isolation::Task).await
}

impl Family {
    /// Passes only once every permit is free.
    async fn is_free(&self) {
        within(SOON, self.relay.free.remote()).await.unwrap();
        within(SOON, self.fountain.whoami.remote()).await.unwrap();
    }

    fn take_given(&self) -> Option<Opened<u64>> {
        self.given.lock().unwrap().pop()
    }
}

#[tokio::test]
async fn dropping_a_stream_cancels_the_streams_it_reads() {
    for (way, isolation) in EVERYWHERE {
        let family = family_in(isolation).await;
        for inner in WAYS {
            let before = family.flow.counts().left;
            let mut items = match inner {
                Way::Remote => open!(way, family.relay.passes_on_remote, 1000),
                Way::Call => open!(way, family.relay.passes_on_call, 1000),
            };
            family.flow.release(1);
            assert_eq!(next(&mut items).await.unwrap().unwrap(), 0);
            drop(items);
            let counts = family.flow.left(before + 1).await;
            assert_eq!(counts.abandoned(), before + 1, "{way:?} {inner:?} {isolation:?}");
            family.is_free().await;
        }
        stop(family.serve).await;
    }
}

#[tokio::test]
async fn dropping_a_stream_cancels_the_calls_made_inside() {
    for (way, isolation) in EVERYWHERE {
        let family = family_in(isolation).await;
        for (number, inner) in ["remote", "call", "left"].into_iter().enumerate() {
            let mut items = match inner {
                "remote" => open!(way, family.relay.waits_for_remote).map(drop).boxed(),
                "call" => open!(way, family.relay.waits_for_call).map(drop).boxed(),
                _ => open!(way, family.relay.leaves_it_running).map(drop).boxed(),
            };
            assert!(futures::poll!(items.next()).is_pending());
            family.work.entered(number + 1).await;
            drop(items);
            let counts = family.work.left(number + 1).await;
            assert_eq!(counts.abandoned(), number + 1, "{way:?} {inner} {isolation:?}");
            family.is_free().await;
        }
        stop(family.serve).await;
    }
}

#[tokio::test]
async fn cancelling_a_stream_ends_the_stream_it_has_given_away() {
    for (way, isolation) in EVERYWHERE {
        let family = family_in(isolation).await;
        let mut items = open!(way, family.relay.gives_away);
        assert!(futures::poll!(items.next()).is_pending());
        family.flow.release(1);
        family.made.until(1).await;
        let mut given = family.take_given().unwrap();
        assert_eq!(next(&mut given).await.unwrap().unwrap(), 0);
        drop(items);
        let item = next(&mut given).await;
        assert!(matches!(item, Some(Err(CallError::Cancelled))), "{way:?} {isolation:?}: {item:?}");
        assert_eq!(family.flow.left(1).await.abandoned(), 1);
        stop(family.serve).await;
    }
}

#[tokio::test]
async fn cancelling_a_call_cancels_the_streams_it_reads() {
    for isolation in [Isolation::Task, Isolation::Thread] {
        let family = family_in(isolation).await;
        let call = family.relay.reads.remote(1000);
        family.flow.release(1);
        family.made.until(1).await;
        call.cancel();
        assert_eq!(family.flow.left(1).await.abandoned(), 1);
        let call = family.relay.gives_away_and_waits.remote();
        family.flow.entered(2).await;
        call.cancel();
        let mut given = family.take_given().unwrap();
        let item = next(&mut given).await;
        assert!(matches!(item, Some(Err(CallError::Cancelled))), "{isolation:?}: {item:?}");
        stop(family.serve).await;
    }
}

#[tokio::test]
async fn dropping_a_stream_whose_buffer_is_full_cancels_the_calls_made_inside() {
    for isolation in [Isolation::Task, Isolation::Thread] {
        let family = family_in(isolation).await;
        let made = Journal::default();
        let items = family.relay.overflows.remote(made.clone());
        family.work.entered(1).await;
        made.until(32).await;
        // The producer has come to rest.
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        drop(items);
        assert_eq!(family.work.left(1).await.abandoned(), 1, "{isolation:?}");
        family.is_free().await;
        stop(family.serve).await;
    }
}

#[tokio::test]
async fn cancelling_a_stream_that_has_been_made_but_not_read_says_so() {
    for isolation in [Isolation::Task, Isolation::Thread] {
        let source = source(isolation).await;
        source.probe.open();
        let mut items = source.handle.flow.remote(5);
        source.probe.left(1).await;
        source.is_free().await;
        assert_eq!(next(&mut items).await.unwrap().unwrap(), 0);
        items.cancel();
        let item = next(&mut items).await;
        assert!(matches!(item, Some(Err(CallError::Cancelled))), "{isolation:?}: {item:?}");
        assert!(next(&mut items).await.is_none());
        stop(source.serve).await;
    }
}

/// A stream that has failed is at its end, even if somebody still holds it.
#[tokio::test]
async fn a_stream_past_its_deadline_has_stopped_although_it_is_held() {
    for (way, isolation) in EVERYWHERE {
        let family = family_in(isolation).await;
        let mut items = open!(way, family.relay.stalls.timeout(Duration::from_millis(20)));
        assert_eq!(next(&mut items).await.unwrap().unwrap(), 0);
        let item = next(&mut items).await;
        assert!(matches!(item, Some(Err(CallError::DeadlineExceeded))), "{item:?}");
        family.is_free().await;
        assert_eq!(family.work.left(1).await.abandoned(), 1, "{way:?} {isolation:?}");
        drop(items);
        stop(family.serve).await;
    }
}

#[tokio::test]
async fn a_method_may_return_a_stream_as_its_result() {
    for isolation in [Isolation::Task, Isolation::Thread] {
        let family = family_in(isolation).await;
        let items = within(SOON, family.relay.opens.remote(3)).await.unwrap();
        // The call that opened it has ended; the stream is the reader's now.
        within(SOON, family.relay.free.remote()).await.unwrap();
        family.flow.open();
        assert_eq!(rest(items).await, [0, 1, 2], "{isolation:?}");
        let items = within(SOON, family.relay.opens.call(3)).await.unwrap();
        assert_eq!(rest(items).await, [0, 1, 2], "{isolation:?}");
        stop(family.serve).await;
    }
}

#[tokio::test]
async fn a_stream_may_be_the_argument_of_another_call() {
    for isolation in [Isolation::Task, Isolation::Thread] {
        let family = family_in(isolation).await;
        family.flow.open();
        let items = family.fountain.flow.remote(4);
        let sum = within(SOON, family.relay.takes.remote(items, Probe::opened())).await.unwrap();
        assert_eq!(sum, 6);
        let items = family.relay.passes_on_remote.remote(3);
        let other =
            Relay::bind(family.fountain.clone(), WorkerHandle::mock(drop), Given::default());
        let other = within(SOON, family.serve.run_named("other", other)).await.unwrap();
        assert_eq!(rest(other.doubles.remote(items)).await, [0, 2, 4], "{isolation:?}");
        stop(family.serve).await;
    }
}

#[tokio::test]
async fn a_stream_whose_taker_is_cancelled_stops() {
    let family = family().await;
    let gate = Probe::new();
    let items = family.fountain.flow.remote(1000);
    let call = family.relay.takes.remote(items, gate.clone());
    family.flow.entered(1).await;
    call.cancel();
    assert_eq!(family.flow.left(1).await.abandoned(), 1);
    stop(family.serve).await;
}

// === deadlines ===

const BRIEF: Duration = Duration::from_millis(100);

#[tokio::test(start_paused = true)]
async fn a_deadline_ends_a_stream_where_it_is() {
    for way in WAYS {
        let source = source(Isolation::Task).await;
        source.probe.release(2);
        let begin = Instant::now();
        let mut items = open!(way, source.handle.flow.timeout(BRIEF), 5);
        assert_eq!(next(&mut items).await.unwrap().unwrap(), 0);
        assert_eq!(next(&mut items).await.unwrap().unwrap(), 1);
        let item = next(&mut items).await;
        assert!(matches!(item, Some(Err(CallError::DeadlineExceeded))), "{way:?}: {item:?}");
        assert_eq!(begin.elapsed(), BRIEF);
        assert!(next(&mut items).await.is_none());
        assert_eq!(source.probe.left(1).await.abandoned(), 1);
        source.is_free().await;
        stop(source.serve).await;
    }
}

#[tokio::test]
async fn a_deadline_ends_a_stream_of_a_replica_on_a_thread() {
    for way in WAYS {
        let source = source(Isolation::Thread).await;
        source.probe.release(1);
        let mut items = open!(way, source.handle.flow.timeout(BRIEF), 5);
        assert_eq!(next(&mut items).await.unwrap().unwrap(), 0);
        let item = next(&mut items).await;
        assert!(matches!(item, Some(Err(CallError::DeadlineExceeded))), "{way:?}: {item:?}");
        assert_eq!(source.probe.left(1).await.abandoned(), 1);
        stop(source.serve).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_deadline_ends_the_producer_behind_a_reader_that_does_not_read() {
    let source = source(Isolation::Task).await;
    source.probe.open();
    let mut items = source.handle.flow.timeout(BRIEF).remote(1000);
    source.made.until(32).await;
    assert_eq!(source.probe.left(1).await.abandoned(), 1);
    let arrived: Vec<_> = within(SOON, (&mut items).collect()).await;
    assert_eq!(arrived.len(), 33, "what had been made, and why there is no more");
    assert!(matches!(arrived.last(), Some(Err(CallError::DeadlineExceeded))), "{arrived:?}");
    stop(source.serve).await;
}

#[tokio::test(start_paused = true)]
async fn a_deadline_ends_a_stream_that_waits_in_line() {
    for way in WAYS {
        let source = source(Isolation::Task).await;
        let mut first = source.handle.flow.remote(5);
        source.probe.entered(1).await;
        let mut queued = open!(way, source.handle.flow.timeout(BRIEF), 5);
        let item = next(&mut queued).await;
        assert!(matches!(item, Some(Err(CallError::DeadlineExceeded))), "{way:?}: {item:?}");
        assert!(next(&mut queued).await.is_none());
        source.probe.open();
        assert_eq!(rest(&mut first).await.len(), 5);
        source.is_free().await;
        assert_eq!(source.probe.counts().entered, 1);
        stop(source.serve).await;
    }
}

#[tokio::test]
async fn a_call_whose_deadline_has_passed_never_begins() {
    for (way, isolation) in EVERYWHERE {
        let source = source(isolation).await;
        let mut late = open!(way, source.handle.flow.timeout(Duration::ZERO), 5);
        let item = next(&mut late).await;
        assert!(
            matches!(item, Some(Err(CallError::DeadlineExceeded))),
            "{way:?} {isolation:?}: {item:?}"
        );
        let mut running = open!(way, source.handle.flow, 1);
        assert!(futures::poll!(running.next()).is_pending());
        source.probe.entered(1).await;
        let mut late = open!(way, source.handle.flow.timeout(Duration::ZERO), 5);
        let item = next(&mut late).await;
        assert!(matches!(item, Some(Err(CallError::DeadlineExceeded))), "in line: {item:?}");
        source.probe.open();
        assert_eq!(rest(running).await, [0]);
        source.is_free().await;
        assert_eq!(source.probe.counts().entered, 1, "{way:?} {isolation:?}");
        stop(source.serve).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_deadline_ends_a_stream_that_is_always_ready() {
    for way in WAYS {
        let source = source(Isolation::Task).await;
        let mut items = open!(way, source.handle.count.timeout(BRIEF), u64::MAX);
        let end = loop {
            match next(&mut items).await.unwrap() {
                Ok(1000) => tokio::time::advance(BRIEF).await,
                Ok(_) => {}
                Err(error) => break error,
            }
        };
        assert!(matches!(end, CallError::DeadlineExceeded), "{way:?}: {end:?}");
        assert!(next(&mut items).await.is_none());
        stop(source.serve).await;
    }
}

/// One of a chain: each notes when its call ended, and whether it was seen through.
struct Link {
    next: Option<LinkHandle>,
    name: &'static str,
    ended: Journal<(&'static str, Instant)>,
    begun: Probe,
}

struct NoteEnd<'a>(&'a Link);

impl Drop for NoteEnd<'_> {
    fn drop(&mut self) {
        self.0.ended.note((self.0.name, Instant::now()));
    }
}

#[deployment]
impl Link {
    fn new(
        next: Option<LinkHandle>,
        name: &'static str,
        ended: Journal<(&'static str, Instant)>,
        begun: Probe,
    ) -> Self {
        Self { next, name, ended, begun }
    }

    async fn by_remote(&self) -> Result<(), CallError> {
        let (_note, _visit) = (NoteEnd(self), self.begun.enter());
        match &self.next {
            Some(next) => next.by_remote.remote().await.map_err(inner),
            None => std::future::pending().await,
        }
    }

    async fn by_call(&self) -> Result<(), CallError> {
        let (_note, _visit) = (NoteEnd(self), self.begun.enter());
        match &self.next {
            Some(next) => {
                let next: std::pin::Pin<Box<dyn Future<Output = _> + Send>> =
                    Box::pin(next.by_call.call());
                next.await.map_err(inner)
            }
            None => std::future::pending().await,
        }
    }

    /// Calls the next after the request's time is over: it cannot be interrupted.
    #[blocking]
    fn too_late(&self, gate: &Probe) -> Result<(), CallError> {
        let _visit = self.begun.enter();
        gate.pass_blocking();
        match &self.next {
            Some(next) => {
                drop(next.stream.remote().blocking_next());
                next.by_remote.remote().get().map_err(inner)
            }
            None => Ok(()),
        }
    }

    /// Makes one call in time, and others when it has been cancelled.
    #[blocking]
    fn goes_on(&self, gate: &Probe) {
        let visit = self.begun.enter();
        let next = self.next.as_ref().expect("it has one");
        drop(next.by_remote.remote());
        gate.pass_blocking();
        assert!(matches!(next.by_remote.remote().get(), Err(CallError::Cancelled)));
        let item = next.stream.remote().blocking_next();
        assert!(matches!(item, Some(Err(CallError::Cancelled))));
        visit.finish();
    }

    fn stream(&self) -> impl Stream<Item = u64> {
        let visit = self.begun.enter();
        stream::once(async move {
            let _visit = visit;
            std::future::pending().await
        })
    }
}

fn inner(error: CallError<CallError>) -> CallError {
    match error {
        CallError::App(error) => error,
        CallError::DeadlineExceeded => CallError::DeadlineExceeded,
        _ => CallError::Cancelled,
    }
}

async fn chain() -> (Serve, LinkHandle, Journal<(&'static str, Instant)>, [Probe; 3]) {
    let ended = Journal::default();
    let begun = [Probe::new(), Probe::new(), Probe::new()];
    let serve = start_without_http().await;
    let mut next: Option<LinkHandle> = None;
    for (name, begun) in ["C", "B", "A"].into_iter().zip(&begun) {
        let app = Link::bind(&next, name, ended.clone(), begun.clone());
        next = Some(within(SOON, serve.run_named(name, app)).await.unwrap());
    }
    (serve, next.unwrap(), ended, begun)
}

#[tokio::test(start_paused = true)]
async fn a_chain_of_calls_ends_at_one_deadline() {
    for way in WAYS {
        let (serve, handle, ended, _) = chain().await;
        let begin = Instant::now();
        let outcome = match way {
            Way::Remote => within(SOON, handle.by_remote.timeout(BRIEF).remote()).await,
            Way::Call => within(SOON, handle.by_call.timeout(BRIEF).call()).await,
        };
        assert!(matches!(outcome, Err(CallError::DeadlineExceeded)), "{way:?}: {outcome:?}");
        assert_eq!(begin.elapsed(), BRIEF);
        let mut ended = ended.until(3).await;
        ended.sort();
        let at = begin + BRIEF;
        assert_eq!(ended, [("A", at), ("B", at), ("C", at)], "{way:?}");
        stop(serve).await;
    }
}

#[tokio::test]
async fn a_request_past_its_deadline_makes_no_child_call() {
    let (serve, handle, _, [_, child, parent]) = chain().await;
    let gate = Probe::new();
    let outcome =
        within(SOON, handle.too_late.timeout(Duration::from_millis(20)).remote(gate.clone())).await;
    assert!(matches!(outcome, Err(CallError::DeadlineExceeded)), "{outcome:?}");
    gate.open();
    parent.left(1).await;
    assert_eq!(child.counts().entered, 0);
    stop(serve).await;
}

#[tokio::test]
async fn a_cancelled_request_makes_no_more_child_calls() {
    let (serve, handle, _, [_, child, parent]) = chain().await;
    let gate = Probe::new();
    let request = handle.goes_on.remote(gate.clone());
    child.entered(1).await;
    request.cancel();
    // The cancellation has reached the calls that were made before.
    child.left(1).await;
    gate.open();
    assert_eq!(parent.left(1).await.finished, 1);
    assert_eq!(child.counts().entered, 1);
    stop(serve).await;
}

// === the end of a replica ===

#[tokio::test]
async fn a_killed_replica_ends_its_streams_after_the_items_that_were_sent() {
    for (way, isolation) in EVERYWHERE {
        let source = source(isolation).await;
        let mut items = open!(way, source.handle.flow, 1000);
        assert!(futures::poll!(items.next()).is_pending());
        source.probe.release(3);
        let mut seen = vec![next(&mut items).await.unwrap().unwrap()];
        if way == Way::Remote {
            source.made.until(3).await;
        }
        assert!(within(SOON, source.serve.kill_replica(&source.replica())).await);
        let end = loop {
            match next(&mut items).await.unwrap() {
                Ok(item) => seen.push(item),
                Err(error) => break error,
            }
        };
        assert!(
            matches!(end, CallError::ReplicaDied { executed: Executed::Maybe }),
            "{way:?} {isolation:?}: {end:?}"
        );
        assert!(next(&mut items).await.is_none());
        assert_eq!(seen, [0, 1, 2], "{way:?} {isolation:?}");
        assert_eq!(source.probe.left(1).await.abandoned(), 1);
        stop(source.serve).await;
    }
}

#[tokio::test]
async fn a_killed_replica_ends_streams_that_are_always_ready() {
    for (way, isolation) in EVERYWHERE {
        let source = source(isolation).await;
        let mut items = open!(way, source.handle.count, u64::MAX);
        assert_eq!(next(&mut items).await.unwrap().unwrap(), 0);
        assert!(within(SOON, source.serve.kill_replica(&source.replica())).await);
        let ending = async {
            loop {
                if let Err(error) = items.next().await.unwrap() {
                    return error;
                }
            }
        };
        let end = within(SOON, ending).await;
        assert!(matches!(end, CallError::ReplicaDied { .. }), "{way:?} {isolation:?}: {end:?}");
        stop(source.serve).await;
    }
}

#[tokio::test]
async fn deleting_waits_for_streams_and_refuses_new_ones() {
    for (way, isolation) in EVERYWHERE {
        let source = source(isolation).await;
        let mut items = open!(way, source.handle.flow, 3);
        source.probe.release(1);
        assert_eq!(next(&mut items).await.unwrap().unwrap(), 0);
        let mut queued = open!(way, source.handle.flow, 3);
        assert!(futures::poll!(queued.next()).is_pending());
        let deleting = spawn({
            let serve = source.serve.clone();
            async move { serve.delete("default").await }
        });
        let item = next(&mut queued).await;
        assert!(matches!(item, Some(Err(CallError::DeploymentUnavailable))), "{item:?}");
        let item = next(&mut open!(way, source.handle.flow, 3)).await;
        assert!(matches!(item, Some(Err(CallError::DeploymentUnavailable))), "{item:?}");
        assert!(!deleting.is_finished());
        source.probe.open();
        assert_eq!(rest(&mut items).await, [1, 2], "{way:?} {isolation:?}");
        within(SOON, deleting).await.unwrap().unwrap();
        stop(source.serve).await;
    }
}

#[tokio::test]
async fn shutting_down_cuts_streams_that_outlast_the_patience() {
    for (way, isolation) in EVERYWHERE {
        let patience = Duration::from_millis(20);
        let source =
            source_of(|app| app.graceful_shutdown_timeout(patience).isolation(isolation)).await;
        let mut items = open!(way, source.handle.flow, 3);
        source.probe.release(1);
        assert_eq!(next(&mut items).await.unwrap().unwrap(), 0);
        // A reader that waits, as one does.
        let reading = spawn(async move { (items.next().await, items.next().await) });
        within(SOON, source.serve.shutdown()).await.unwrap();
        let (item, end) = within(SOON, reading).await.unwrap();
        assert!(
            matches!(item, Some(Err(CallError::ReplicaDied { executed: Executed::Maybe }))),
            "{way:?} {isolation:?}: {item:?}"
        );
        assert!(end.is_none());
        source.probe.left(1).await;
    }
}

#[tokio::test]
async fn a_call_that_nobody_reads_does_not_hold_up_a_shutdown() {
    let patience = Duration::from_millis(20);
    let source = source_of(|app| app.graceful_shutdown_timeout(patience)).await;
    let mut items = source.handle.flow.call(3).boxed();
    source.probe.release(1);
    assert_eq!(next(&mut items).await.unwrap().unwrap(), 0);
    within(SOON, source.serve.shutdown()).await.unwrap();
    let item = next(&mut items).await;
    assert!(matches!(item, Some(Err(CallError::ReplicaDied { .. }))), "{item:?}");
}

/// What readers on plain threads are told when the server's runtime ends under them.
#[test]
fn the_end_of_the_servers_runtime_leaves_no_reader_waiting() {
    for isolation in [Isolation::Task, Isolation::Thread] {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let source = runtime.block_on(source(isolation));
        let running = source.handle.flow.remote(10);
        futures::executor::block_on(source.probe.wait_entered(1));
        let queued = source.handle.flow.remote(10);
        let (sender, receiver) = mpsc::channel();
        for items in [running, queued] {
            let sender = sender.clone();
            drop(std::thread::spawn(move || {
                let told: Vec<_> = items.blocking_iter().collect();
                sender.send(told)
            }));
        }
        runtime.shutdown_background();
        for _ in 0..2 {
            let told = receiver.recv_timeout(SOON).unwrap();
            assert!(matches!(&told[..], [Err(_)]), "{isolation:?}: {told:?}");
        }
        source.probe.open();
    }
}

// === flow control ===

/// How many items there are at once.
#[derive(Clone, Debug, Default)]
struct Gauge {
    made: Arc<AtomicUsize>,
    alive: Arc<AtomicUsize>,
    alive_max: Arc<AtomicUsize>,
}

#[derive(Debug)]
struct Drip(Gauge);

impl Gauge {
    fn drip(&self) -> Drip {
        self.made.fetch_add(1, SeqCst);
        self.alive_max.fetch_max(self.alive.fetch_add(1, SeqCst) + 1, SeqCst);
        Drip(self.clone())
    }

    fn made(&self) -> usize {
        self.made.load(SeqCst)
    }

    fn alive_max(&self) -> usize {
        self.alive_max.load(SeqCst)
    }
}

impl Drop for Drip {
    fn drop(&mut self) {
        self.0.alive.fetch_sub(1, SeqCst);
    }
}

/// Makes items as fast as anybody takes them.
struct Torrent {
    gauge: Gauge,
    upstream: Option<TorrentHandle>,
}

#[deployment]
impl Torrent {
    fn new(gauge: Gauge, upstream: Option<TorrentHandle>) -> Self {
        Self { gauge, upstream }
    }

    fn run(&self, to: usize) -> impl Stream<Item = Drip> {
        stream::iter(0..to).map(|_| self.gauge.drip())
    }

    fn relay(&self, to: usize) -> impl Stream<Item = Result<Drip, CallError>> {
        self.upstream.as_ref().expect("it has one").run.remote(to)
    }

    async fn sip(&self, mut items: ResponseStream<Drip>, gate: Probe) -> usize {
        let mut count = 0;
        loop {
            gate.wait().await;
            if items.next().await.is_none() {
                return count;
            }
            count += 1;
            gate.enter().finish();
        }
    }
}

async fn torrent(isolation: Isolation) -> (Serve, TorrentHandle, Gauge) {
    let gauge = Gauge::default();
    let serve = start_without_http().await;
    let app = Torrent::bind(gauge.clone(), None).isolation(isolation);
    let handle = within(SOON, serve.run(app)).await.unwrap();
    (serve, handle, gauge)
}

/// The most a producer may be ahead of its reader.
const AHEAD_MAX: usize = 64;

async fn million(way: Way, isolation: Isolation) {
    let (serve, handle, gauge) = torrent(isolation).await;
    let mut items = open!(way, handle.run, 1_000_000);
    let reading = async {
        let mut read = 0;
        while let Some(item) = items.next().await {
            drop(item.unwrap());
            read += 1;
            let ahead = gauge.made() - read;
            assert!(ahead <= AHEAD_MAX, "{way:?} {isolation:?}: {ahead} ahead");
        }
        read
    };
    assert_eq!(within(SOON * 5, reading).await, 1_000_000);
    assert!(gauge.alive_max() <= AHEAD_MAX, "{way:?} {isolation:?}: {gauge:?}");
    assert_eq!(gauge.alive.load(SeqCst), 0);
    // Where calls are made to cross, none is made in place.
    let in_place = std::env::var_os("SERVE_FORCE_WIRE").is_none();
    if way == Way::Call && isolation == Isolation::Task && in_place {
        assert_eq!(gauge.alive_max(), 1, "it is never ahead");
    }
    stop(serve).await;
}

#[tokio::test]
async fn a_million_items_are_never_more_than_a_few_at_once() {
    for way in WAYS {
        million(way, Isolation::Task).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_million_items_between_threads_are_never_more_than_a_few_at_once() {
    million(Way::Remote, Isolation::Task).await;
    million(Way::Remote, Isolation::Thread).await;
}

#[tokio::test]
async fn a_reader_that_stops_holds_the_producer_back() {
    for (way, isolation) in EVERYWHERE {
        let source = source(isolation).await;
        source.probe.open();
        let mut items = open!(way, source.handle.flow, 1000);
        for n in 0..100 {
            assert_eq!(next(&mut items).await.unwrap().unwrap(), n);
        }
        // Other work gets its turn, and the producer as well.
        for _ in 0..1000 {
            tokio::task::yield_now().await;
        }
        assert!(source.made.entries().len() <= 100 + AHEAD_MAX, "{way:?} {isolation:?}");
        assert_eq!(rest(items).await.len(), 900);
        stop(source.serve).await;
    }
}

#[tokio::test]
async fn a_reader_holds_the_producer_back_through_another_deployment() {
    for (way, isolation) in EVERYWHERE {
        let (serve, handle, gauge) = torrent(isolation).await;
        let app = Torrent::bind(Gauge::default(), handle).isolation(isolation);
        let relay = within(SOON, serve.run_named("relay", app)).await.unwrap();
        let mut items = open!(way, relay.relay, 10_000);
        for _ in 0..500 {
            drop(next(&mut items).await.unwrap().unwrap());
        }
        for _ in 0..1000 {
            tokio::task::yield_now().await;
        }
        assert!(gauge.made() <= 500 + 2 * AHEAD_MAX + 1, "{way:?} {isolation:?}: {gauge:?}");
        let left = within(SOON, items.map(|item| drop(item.unwrap())).count()).await;
        assert_eq!(left, 9500);
        assert!(gauge.alive_max() <= 2 * AHEAD_MAX + 1, "{way:?} {isolation:?}: {gauge:?}");
        stop(serve).await;
    }
}

#[tokio::test]
async fn a_method_that_takes_a_stream_holds_its_producer_back() {
    for isolation in [Isolation::Task, Isolation::Thread] {
        let (serve, handle, gauge) = torrent(isolation).await;
        let gate = Probe::new();
        let counting = handle.sip.remote(handle.run.remote(1000), gate.clone());
        gate.release(200);
        gate.left(200).await;
        for _ in 0..1000 {
            tokio::task::yield_now().await;
        }
        assert!(gauge.made() <= 200 + AHEAD_MAX, "{isolation:?}: {gauge:?}");
        gate.open();
        assert_eq!(within(SOON, counting).await.unwrap(), 1000);
        assert!(gauge.alive_max() <= AHEAD_MAX, "{isolation:?}: {gauge:?}");
        stop(serve).await;
    }
}

#[tokio::test]
async fn items_that_nobody_has_read_are_dropped_with_their_stream() {
    for (way, isolation) in EVERYWHERE {
        let (serve, handle, gauge) = torrent(isolation).await;
        let mut items = open!(way, handle.run, 1000);
        let held = next(&mut items).await.unwrap().unwrap();
        drop(items);
        // The producer may be in the middle of one more.
        let gone = async {
            while gauge.alive.load(SeqCst) > 1 {
                tokio::task::yield_now().await;
            }
        };
        within(SOON, gone).await;
        drop(held);
        assert_eq!(gauge.alive.load(SeqCst), 0, "{way:?} {isolation:?}");
        stop(serve).await;
    }
}

#[tokio::test]
async fn a_stream_that_is_always_ready_lets_other_tasks_run() {
    for way in WAYS {
        let (serve, handle, gauge) = torrent(Isolation::Task).await;
        let mut items = open!(way, handle.run, usize::MAX);
        let reading = spawn(async move {
            while let Some(item) = items.next().await {
                drop(item.unwrap());
            }
        });
        // On a single thread this gets its turn only if the others give it up.
        let watching = async {
            while gauge.made() < 1000 {
                tokio::task::yield_now().await;
            }
        };
        within(SOON, watching).await;
        reading.abort();
        assert!(within(SOON, reading).await.unwrap_err().is_cancelled());
        stop(serve).await;
    }
}

// === in line ===

#[tokio::test]
async fn streams_wait_in_line_and_begin_in_the_order_in_which_they_came() {
    for (way, isolation) in EVERYWHERE {
        let source = source(isolation).await;
        let mut streams: Vec<_> = (0..4).map(|_| open!(way, source.handle.flow, 2)).collect();
        for items in &mut streams {
            assert!(futures::poll!(items.next()).is_pending());
        }
        for (number, items) in streams.iter_mut().enumerate() {
            let counts = source.probe.entered(number + 1).await;
            assert_eq!(counts.entered, number + 1, "{way:?} {isolation:?}");
            source.probe.release(2);
            assert_eq!(rest(items).await, [0, 1], "{way:?} {isolation:?}");
        }
        assert_eq!(source.probe.counts().running_max, 1);
        stop(source.serve).await;
    }
}

#[tokio::test]
async fn a_queued_stream_that_is_given_up_never_runs() {
    for (way, isolation) in EVERYWHERE {
        let source = source(isolation).await;
        let mut running = open!(way, source.handle.flow, 1);
        assert!(futures::poll!(running.next()).is_pending());
        source.probe.entered(1).await;
        let mut queued = open!(way, source.handle.flow, 1);
        assert!(futures::poll!(queued.next()).is_pending());
        drop(queued);
        let mut cancelled = source.handle.flow.remote(1);
        cancelled.cancel();
        let item = next(&mut cancelled).await;
        assert!(matches!(item, Some(Err(CallError::Cancelled))), "{item:?}");
        source.probe.open();
        assert_eq!(rest(running).await, [0]);
        source.is_free().await;
        assert_eq!(source.probe.counts().entered, 1, "{way:?} {isolation:?}");
        stop(source.serve).await;
    }
}

#[tokio::test]
async fn a_full_line_refuses_a_stream_with_its_numbers() {
    for (way, isolation) in EVERYWHERE {
        let source = source_of(|app| {
            app.max_ongoing_requests(1).max_queued_requests(1).isolation(isolation)
        })
        .await;
        let mut running = open!(way, source.handle.flow, 1);
        assert!(futures::poll!(running.next()).is_pending());
        source.probe.entered(1).await;
        let mut queued = open!(way, source.handle.flow, 1);
        assert!(futures::poll!(queued.next()).is_pending());
        let mut refused = open!(way, source.handle.flow, 1);
        let item = next(&mut refused).await;
        assert!(
            matches!(item, Some(Err(CallError::BackPressure { num_queued: 1, max_queued: 1, .. }))),
            "{way:?} {isolation:?}: {item:?}"
        );
        assert!(next(&mut refused).await.is_none());
        // The place in line comes free with whoever leaves it.
        drop(queued);
        let queued = source.handle.flow.remote(1);
        source.probe.open();
        assert_eq!(rest(running).await, [0]);
        assert_eq!(rest(queued).await, [0]);
        stop(source.serve).await;
    }
}

// === plain threads ===

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plain_thread_reads_a_stream_item_by_item() {
    let source = source(Isolation::Task).await;
    let mut items = source.handle.flow.remote(3);
    let seen = Journal::default();
    let thread = std::thread::spawn({
        let seen = seen.clone();
        move || {
            while let Some(item) = items.blocking_next() {
                seen.note(item.unwrap());
            }
            assert!(items.blocking_next().is_none());
        }
    });
    for n in 1..=3 {
        source.probe.release(1);
        seen.until(n).await;
    }
    let joined = tokio::task::spawn_blocking(move || thread.join());
    within(SOON, joined).await.unwrap().unwrap();
    assert_eq!(seen.entries(), [0, 1, 2]);
    stop(source.serve).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plain_thread_iterates_over_a_stream() {
    let source = source(Isolation::Task).await;
    let (items, errors) = (source.handle.count.remote(1000), source.handle.fragile.remote(1));
    let reading = tokio::task::spawn_blocking(move || {
        let items: Result<Vec<_>, _> = items.blocking_iter().collect();
        (items.unwrap(), errors.blocking_iter().collect::<Vec<_>>())
    });
    let (items, errors) = within(SOON, reading).await.unwrap();
    assert_eq!(items, Vec::from_iter(0..1000));
    assert!(matches!(&errors[..], [Ok(0), Err(CallError::Panicked { .. })]), "{errors:?}");
    stop(source.serve).await;
}

#[tokio::test]
async fn blocking_on_a_stream_inside_a_task_is_an_error_not_a_deadlock() {
    let source = source(Isolation::Task).await;
    let mut items = source.handle.count.remote(2);
    let item = items.blocking_next();
    assert!(matches!(item, Some(Err(CallError::Blocking))), "{item:?}");
    assert_eq!(next(&mut items).await.unwrap().unwrap(), 0, "nothing is lost by it");
    let all: Vec<_> = items.blocking_iter().collect();
    assert!(matches!(&all[..], [Err(CallError::Blocking)]), "{all:?}");
    source.is_free().await;
    stop(source.serve).await;
}

#[tokio::test]
async fn a_blocking_method_reads_a_stream() {
    struct Adder {
        fountain: FountainHandle,
    }
    #[deployment]
    impl Adder {
        fn new(fountain: FountainHandle) -> Self {
            Self { fountain }
        }

        #[blocking]
        fn add(&self, to: u64) -> u64 {
            self.fountain.flow.remote(to).blocking_iter().map(Result::unwrap).sum()
        }
    }
    let source = source(Isolation::Task).await;
    let app = Adder::bind(source.handle.clone());
    let adder = within(SOON, source.serve.run_named("adder", app)).await.unwrap();
    let sum = adder.add.remote(100);
    source.probe.entered(1).await;
    source.probe.open();
    assert_eq!(within(SOON, sum).await.unwrap(), 4950);
    stop(source.serve).await;
}

// === context ===

#[derive(Clone, Debug, PartialEq)]
struct Seen {
    request_id: String,
    model: Option<String>,
    deadline: Option<Instant>,
    replica: String,
}

fn see() -> Seen {
    let context = serve_core::context().expect("inside a request");
    Seen {
        request_id: context.request_id().to_owned(),
        model: context.multiplexed_model_id().map(str::to_owned),
        deadline: context.deadline(),
        replica: context.replica_id().to_owned(),
    }
}

struct Seer {
    child: Option<SeerHandle>,
}

#[deployment]
impl Seer {
    fn new(child: Option<SeerHandle>) -> Self {
        Self { child }
    }

    fn see(&self) -> impl Stream<Item = [Seen; 2]> {
        let begin = see();
        stream::iter(0..100).then(move |n| {
            let begin = begin.clone();
            async move {
                if n % 3 == 0 {
                    tokio::task::yield_now().await;
                }
                [begin, see()]
            }
        })
    }

    fn both(&self) -> impl Stream<Item = Result<[Seen; 2], CallError>> {
        let child = self.child.as_ref().expect("it has one");
        child.see.remote().chain(child.see.call()).map(|item| Ok([see(), item?[1].clone()]))
    }
}

#[tokio::test]
async fn the_context_is_there_at_every_item() {
    for (way, isolation) in EVERYWHERE {
        let serve = start_without_http().await;
        let app = Seer::bind(None).isolation(isolation);
        let handle = within(SOON, serve.run(app)).await.unwrap();
        let method = handle.see.request_id("mine").multiplexed_model_id("m").timeout(SOON);
        let seen = rest(open!(way, method)).await;
        assert_eq!(seen.len(), 100);
        let first = seen[0][0].clone();
        assert_eq!((&*first.request_id, first.model.as_deref()), ("mine", Some("m")));
        assert_eq!(first.replica, running_replicas(&serve, "default", "Seer")[0]);
        assert!(first.deadline.is_some());
        assert!(
            seen.iter().flatten().all(|seen| *seen == first),
            "{way:?} {isolation:?}: {seen:?}"
        );
        assert!(serve_core::context().is_none());
        stop(serve).await;
    }
}

#[tokio::test]
async fn the_streams_inside_a_stream_belong_to_its_request() {
    for (way, isolation) in EVERYWHERE {
        let serve = start_without_http().await;
        let child = Seer::bind(None).isolation(isolation);
        let child = within(SOON, serve.run_named("child", child)).await.unwrap();
        let app = Seer::bind(child).isolation(isolation);
        let handle = within(SOON, serve.run(app)).await.unwrap();
        let seen = rest(open!(way, handle.both.multiplexed_model_id("m").timeout(SOON))).await;
        assert_eq!(seen.len(), 200);
        for [parent, child] in &seen {
            assert_eq!(parent, &seen[0][0], "{way:?} {isolation:?}");
            assert_ne!(parent.replica, child.replica);
            let child = Seen { replica: parent.replica.clone(), ..child.clone() };
            assert_eq!(*parent, child, "{way:?} {isolation:?}");
        }
        stop(serve).await;
    }
}

#[tokio::test]
async fn the_request_id_of_a_stream_is_known_at_once() {
    let serve = start_without_http().await;
    let handle = within(SOON, serve.run(Seer::bind(None))).await.unwrap();
    let items = handle.see.remote();
    let id = items.request_id().to_owned();
    let seen = rest(items).await;
    assert!(seen.iter().flatten().all(|seen| seen.request_id == id), "{id}: {seen:?}");
    assert_eq!(handle.see.request_id("mine").remote().request_id(), "mine");
    assert_ne!(handle.see.remote().request_id(), id);
    stop(serve).await;
}

// === mocks ===

fn mocked(answer: impl Fn(u64, StreamReply<u64>) + Send + Sync + 'static) -> FountainHandle {
    FountainHandle::mock(move |call| match call {
        FountainCall::Flow { to, reply } => answer(to, reply),
        other => panic!("unexpected {other:?}"),
    })
}

#[tokio::test]
async fn a_mock_answers_with_items() {
    let handle = mocked(|to, reply| reply.ok(100..100 + to));
    for way in WAYS {
        assert_eq!(rest(open!(way, handle.flow, 3)).await, [100, 101, 102], "{way:?}");
        assert_eq!(rest(open!(way, handle.flow, 0)).await, [0; 0], "{way:?}");
    }
}

#[test]
fn a_mock_streams_without_any_runtime() {
    let items = within_thread(SOON, || {
        let handle = mocked(|to, reply| reply.ok(0..to));
        let chained = handle.flow.remote(
            WorkerHandle::mock(|call| match call {
                tests::WorkerCall::Echo { x, reply } => reply.ok(x),
                other => panic!("unexpected {other:?}"),
            })
            .echo
            .remote(2),
        );
        chained.blocking_iter().map(Result::unwrap).collect::<Vec<_>>()
    });
    assert_eq!(items, [0, 1]);
}

#[tokio::test]
async fn a_mock_answers_with_the_methods_own_error() {
    let handle = FountainHandle::mock(|call| match call {
        FountainCall::Halves { reply, .. } => reply.err("odd".to_owned()),
        other => panic!("unexpected {other:?}"),
    });
    for way in WAYS {
        let items: Vec<_> = within(SOON, open!(way, handle.halves, 3).collect()).await;
        assert!(
            matches!(&items[..], [Err(CallError::App(odd))] if odd == "odd"),
            "{way:?}: {items:?}"
        );
    }
}

#[tokio::test]
async fn a_mock_answers_with_a_stream_and_any_failure() {
    let handle = mocked(|to, reply| {
        let died = || CallError::ReplicaDied { executed: Executed::Maybe };
        reply.send(stream::iter(0..to).map(Ok).chain(stream::iter([Err(died())])));
    });
    for way in WAYS {
        let items: Vec<_> = within(SOON, open!(way, handle.flow, 2).collect()).await;
        assert!(
            matches!(&items[..], [Ok(0), Ok(1), Err(CallError::ReplicaDied { .. })]),
            "{way:?}: {items:?}"
        );
    }
}

#[tokio::test]
async fn a_mock_may_answer_a_stream_later() {
    let (replies, calls) = mpsc::channel();
    let handle = mocked(move |_, reply| drop(replies.send(reply)));
    for way in WAYS {
        let mut items = open!(way, handle.flow, 1);
        assert!(futures::poll!(items.next()).is_pending());
        let reading = spawn(rest(items));
        tokio::task::yield_now().await;
        calls.recv().unwrap().ok([7]);
        assert_eq!(within(SOON, reading).await.unwrap(), [7], "{way:?}");
    }
}

#[tokio::test]
async fn a_mock_that_drops_its_reply_fails_the_stream() {
    let handle = mocked(|_, reply| drop(reply));
    for way in WAYS {
        let items: Vec<_> = within(SOON, open!(way, handle.flow, 1).collect()).await;
        assert!(matches!(&items[..], [Err(CallError::ReplicaDied { .. })]), "{way:?}: {items:?}");
    }
}

#[tokio::test]
async fn a_mock_that_panics_fails_the_stream() {
    let handle = mocked(|_, _| panic!("not me"));
    for way in WAYS {
        let items: Vec<_> = within(SOON, open!(way, handle.flow, 1).collect()).await;
        assert!(
            matches!(&items[..], [Err(CallError::Panicked { message })] if message == "not me"),
            "{way:?}: {items:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_deadline_holds_for_a_mock() {
    let kept = Arc::new(Mutex::new(Vec::new()));
    let silent = mocked({
        let kept = Arc::clone(&kept);
        move |_, reply| kept.lock().unwrap().push(reply)
    });
    let stalling = mocked(|_, reply| reply.send(stream::iter([Ok(0)]).chain(stream::pending())));
    for way in WAYS {
        let begin = Instant::now();
        let items: Vec<_> = within(SOON, open!(way, silent.flow.timeout(BRIEF), 1).collect()).await;
        assert!(matches!(&items[..], [Err(CallError::DeadlineExceeded)]), "{way:?}: {items:?}");
        assert_eq!(begin.elapsed(), BRIEF);
        let items: Vec<_> =
            within(SOON, open!(way, stalling.flow.timeout(BRIEF), 1).collect()).await;
        assert!(
            matches!(&items[..], [Ok(0), Err(CallError::DeadlineExceeded)]),
            "{way:?}: {items:?}"
        );
        assert_eq!(begin.elapsed(), 2 * BRIEF);
    }
}

#[tokio::test]
async fn a_mocked_stream_that_is_cancelled_ends_and_drops_what_was_to_come() {
    let probe = Probe::new();
    let handle = mocked({
        let probe = probe.clone();
        move |_, reply| {
            let visit = probe.enter();
            reply.send(stream::iter(0..10).map(move |n| {
                let _visit = &visit;
                Ok(n)
            }));
        }
    });
    let mut items = handle.flow.remote(1);
    assert_eq!(next(&mut items).await.unwrap().unwrap(), 0);
    items.cancel();
    let item = next(&mut items).await;
    assert!(matches!(item, Some(Err(CallError::Cancelled))), "{item:?}");
    assert!(next(&mut items).await.is_none());
    probe.left(1).await;
    drop(items);
    // Cancelled before it was read.
    let items = handle.flow.remote(1);
    drop(items);
    probe.left(2).await;
}

#[tokio::test]
async fn a_mock_forwards_streams_to_a_real_deployment() {
    for isolation in [Isolation::Task, Isolation::Thread] {
        let source = source(isolation).await;
        let real = source.handle.clone();
        let handle = FountainHandle::mock(move |call| real.dispatch(call));
        for way in WAYS {
            assert_eq!(rest(open!(way, handle.count, 100)).await.len(), 100, "{way:?}");
            let items: Vec<_> = within(SOON, open!(way, handle.fragile, 1).collect()).await;
            assert!(
                matches!(&items[..], [Ok(0), Err(CallError::Panicked { .. })]),
                "{way:?}: {items:?}"
            );
            let before = source.probe.counts().left;
            let mut items = open!(way, handle.flow, 100);
            assert!(futures::poll!(items.next()).is_pending());
            source.probe.entered(before + 1).await;
            drop(items);
            source.probe.left(before + 1).await;
        }
        stop(source.serve).await;
    }
}

#[tokio::test]
async fn a_deployment_that_streams_is_tested_with_a_mock_in_place_of_another() {
    let serve = start_without_http().await;
    let app = Relay::bind(
        mocked(|to, reply| reply.ok(0..to)),
        WorkerHandle::mock(drop),
        Given::default(),
    );
    let relay = within(SOON, serve.run(app)).await.unwrap();
    for way in WAYS {
        assert_eq!(rest(open!(way, relay.passes_on_remote, 3)).await, [0, 1, 2]);
        assert_eq!(rest(open!(way, relay.passes_on_call, 3)).await, [0, 1, 2]);
    }
    assert_eq!(within(SOON, relay.reads.remote(4)).await.unwrap(), 6);
    stop(serve).await;
}

// === storms ===

/// Streams that yield now and then, so that they are given up in the middle of everything.
struct Rapids {
    probe: Probe,
}

#[deployment]
impl Rapids {
    fn new(probe: Probe) -> Self {
        Self { probe }
    }

    fn run(&self, to: u64) -> impl Stream<Item = u64> {
        stream::iter(0..to).then(|n| async move {
            if n % 7 == 3 {
                tokio::task::yield_now().await;
            }
            n
        })
    }

    fn nested(&self, to: u64) -> impl Stream<Item = Result<u64, CallError>> {
        let own = Self::current_handle().expect("inside a replica");
        own.run.timeout(SOON).remote(to)
    }

    async fn hold(&self) {
        self.probe.pass().await;
    }
}

const BOUND: u32 = 7;

async fn ride(handle: &RapidsHandle, random: &mut fastrand::Rng) {
    let (to, patience) = (random.u64(0..100), random.u64(0..100));
    let mut items: Opened<u64, CallError> = match random.u32(0..5) {
        0 => handle.run.call(to).map(|item| item.map_err(widen)).boxed(),
        1 => handle.nested.remote(to).boxed(),
        2 => {
            let brief = handle.run.timeout(Duration::from_micros(patience * 20));
            brief.remote(to).map(|item| item.map_err(widen)).boxed()
        }
        3 => {
            let mut items = handle.run.remote(to);
            for n in 0..patience.min(to) {
                assert_eq!(items.next().await.unwrap().unwrap(), n);
            }
            items.cancel();
            match items.next().await {
                None => assert!(patience >= to),
                Some(item) => assert!(matches!(item, Err(CallError::Cancelled)), "{item:?}"),
            }
            assert!(items.next().await.is_none());
            return;
        }
        _ => handle.run.remote(to).map(|item| item.map_err(widen)).boxed(),
    };
    // Given up after some items, in the middle of one, or seen through.
    let mut expected = 0;
    for step in 0..patience {
        let item = if random.u32(0..4) == 0 {
            let polled = futures::poll!(items.next());
            let std::task::Poll::Ready(item) = polled else {
                if step % 2 == 0 {
                    return;
                }
                tokio::task::yield_now().await;
                continue;
            };
            item
        } else {
            items.next().await
        };
        match item {
            None => return assert_eq!(expected, to),
            Some(Ok(n)) => assert_eq!(n, expected),
            Some(Err(
                CallError::DeadlineExceeded | CallError::App(CallError::BackPressure { .. }),
            )) => {
                return;
            }
            Some(Err(error)) => panic!("{error:?}"),
        }
        expected += 1;
    }
}

fn widen(error: CallError) -> CallError<CallError> {
    error.widen()
}

/// Thousands of streams from several tasks, each given up at a random point or seen through.
async fn storm(seed: u64, streams: usize, isolation: Isolation) {
    let probe = Probe::new();
    let serve = start_without_http().await;
    // More places than callers, so that the child of a stream that waits for one always finds one.
    let app = Rapids::bind(probe.clone()).max_ongoing_requests(BOUND).isolation(isolation);
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let callers: Vec<_> = (0..6)
        .map(|caller| {
            let handle = handle.clone();
            let mut random = fastrand::Rng::with_seed(seed * 100 + caller);
            spawn(async move {
                for _ in 0..streams / 6 {
                    ride(&handle, &mut random).await;
                }
            })
        })
        .collect();
    for caller in callers {
        within(SOON * 5, caller).await.unwrap();
    }
    // Every permit is back: so many calls can run at once again, and no more.
    let held: Vec<_> = (0..=BOUND).map(|_| handle.hold.remote()).collect();
    let counts = probe.entered(BOUND as usize).await;
    assert_eq!(counts.entered, BOUND as usize, "seed {seed}");
    probe.open();
    within(SOON, serve_core::get_async(held)).await.unwrap();
    assert_eq!(probe.counts().running_max, BOUND as usize, "seed {seed}");
    stop(serve).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn ten_thousand_streams_given_up_at_random_lose_no_place() {
    for seed in [1, 7, 42, 1234] {
        storm(seed, 2004, Isolation::Task).await;
    }
    storm(3, 2004, Isolation::Thread).await;
}

#[tokio::test]
async fn streams_given_up_at_random_on_a_single_thread_lose_no_place() {
    storm(5, 1800, Isolation::Task).await;
}

/// Replicas come and go under streams: every reader is told the end, once.
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn readers_of_streams_whose_replicas_die_are_all_told() {
    let serve = start_without_http().await;
    let app = Rapids::bind(Probe::new()).num_replicas(2).max_ongoing_requests(4);
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let readers: Vec<_> = (0..8)
        .map(|_| {
            let handle = handle.clone();
            spawn(async move {
                let mut died = 0;
                for round in 0..100_u64 {
                    let way = if round % 2 == 0 { Way::Remote } else { Way::Call };
                    let mut items = open!(way, handle.run, 500);
                    let mut expected = 0;
                    while let Some(item) = items.next().await {
                        match item {
                            Ok(n) => assert_eq!(n, expected),
                            Err(CallError::ReplicaDied { .. }) => died += 1,
                            Err(error) => panic!("{error:?}"),
                        }
                        expected += 1;
                    }
                    assert!(items.next().await.is_none());
                }
                died
            })
        })
        .collect();
    while !readers.iter().all(tokio::task::JoinHandle::is_finished) {
        if let Some(replica) = running_replicas(&serve, "default", "Rapids").first() {
            within(SOON, serve.kill_replica(replica)).await;
        }
        until_status(&serve, |status| {
            !status.applications["default"].deployments["Rapids"].running_replicas.is_empty()
        })
        .await;
    }
    for reader in readers {
        within(SOON, reader).await.unwrap();
    }
    stop(serve).await;
}
