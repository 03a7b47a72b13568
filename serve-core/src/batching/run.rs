//! One batch, from the gathering of its items to its end, on the replica that has a slot for it.

use std::any::Any;
use std::sync::{Arc, Weak};

use tokio::time::Instant;

use super::cut::{Decision, decide, first_arrival};
use super::queue::{BatchQueue, Item};
use crate::call::{CallScope, ErasedCall, Failure, OnCancel, QueueWatch, RequestInfo, Sender};
use crate::deployment::Deployment;
use crate::observe::{CallEnd, OpenSpan};
use crate::replica::{Instance, run_batch as run};
use crate::router::Router;

/// The claim to gather the next batch of a method. Whoever drops it lets the next one try.
pub(crate) struct Gathering<D: Deployment> {
    router: Arc<Router<D>>,
    index: usize,
    claimed: bool,
    /// A claim that is dropped before it has been used (its replica has gone) is tried again by
    /// whatever happens next, not at once, which could go on for ever.
    used: bool,
}

impl<D: Deployment> Gathering<D> {
    /// Takes over a claim that has been made on the queue of this index.
    pub(crate) fn claimed(router: Arc<Router<D>>, index: usize) -> Self {
        Self { router, index, claimed: true, used: false }
    }

    /// For a replica that may be held up: it claims when it begins, and till then others may.
    pub(crate) fn unclaimed(router: Arc<Router<D>>, index: usize) -> Self {
        Self { router, index, claimed: false, used: false }
    }

    /// `false` if somebody else is gathering.
    fn begin(&mut self) -> bool {
        self.claimed = self.claimed || self.line().claim();
        self.used = self.claimed;
        self.used
    }

    fn line(&self) -> &BatchQueue<D> {
        self.router.batch_queue(self.index)
    }
}

impl<D: Deployment> Drop for Gathering<D> {
    fn drop(&mut self) {
        if self.claimed {
            self.line().unclaim();
        }
        if self.used {
            self.router.pull(self.index);
        }
    }
}

/// How often the runtime is asked to let others run before a batch is cut anyway. Only where time
/// stands still is this reached before the time is over.
const SETTLES_MAX: usize = 1000;

/// Gathers a batch and runs it on `instance`, which holds a slot for it.
pub(crate) async fn run_batch<D: Deployment>(mut gathering: Gathering<D>, instance: Instance<D>) {
    if !gathering.begin() {
        return;
    }
    let Some(items) = gather(gathering.line(), &instance).await else { return };
    let (method, index) = (gathering.line().method(), gathering.index);
    let router = Arc::clone(&gathering.router);
    instance.begin_batch(items.len());
    let waited = items.iter().map(Item::waited).max().unwrap_or_default();
    router.note_batch(index, items.len(), waited);
    // What is left is for other replicas, now.
    drop(gathering);
    let mut request = common_request(&items);
    request.set_waited(waited);
    let replica = Arc::clone(instance.replica());
    if let Some(far) = replica.as_far() {
        return instance.send_batch(far, index, &request, items);
    }
    let noted: Vec<_> = items.iter().filter_map(Item::noted).collect();
    let (calls, cells) = items.into_iter().map(|item| (item.call, item.cell)).unzip();
    let end = run_cut(instance, method, calls, Arc::new(Cells::new(cells)), request).await;
    for (request, key) in noted {
        request.end_item(&replica.site().name, method, key, end);
    }
    router.batch_queue(index).note_told();
}

/// Runs a batch that has been cut, `cells` being its calls. How it has ended as a whole: its items may have errors of
/// their own.
pub(crate) async fn run_cut<D: Deployment>(
    instance: Instance<D>,
    method: &'static str,
    calls: Vec<D::Call>,
    cells: Arc<dyn ErasedCall>,
    request: RequestInfo,
) -> CallEnd {
    let frame = CallScope::new(request, instance.station(), method);
    let items = u32::try_from(calls.len()).unwrap_or(u32::MAX);
    // Whatever stops it has told the cells.
    let ended = run(frame, cells, items, D::dispatch_batch(instance, method, calls)).await;
    ended.map_or_else(|stop| stop.outcome(), |()| CallEnd::Ok)
}

/// Waits until a batch is worth cutting, and cuts it. `None` if everybody has gone, or the replica is to.
async fn gather<D: Deployment>(
    line: &BatchQueue<D>,
    instance: &Instance<D>,
) -> Option<Vec<Item<D>>> {
    let (mut seen, mut settles, mut settled) = (line.waiting(), 0, false);
    let mut last_arrival = first_arrival(line.pace(), Instant::now());
    loop {
        // A replica that is to go leaves what waits to the others; its end wakes whoever gathers there.
        if instance.replica().slot().is_closed() {
            return None;
        }
        line.wake_when_full();
        let now = Instant::now();
        if line.waiting() > seen {
            (seen, last_arrival, settles) = (line.waiting(), now, 0);
        }
        match decide(line.view(), line.rule(), line.pace(), last_arrival, now) {
            Decision::Idle => return None,
            Decision::Settle if settles < SETTLES_MAX => {
                (settled, settles) = (true, settles + 1);
                // The thread that is answering the last batch may wait for this very processor.
                std::thread::yield_now();
                tokio::task::yield_now().await;
            }
            Decision::Cut | Decision::Settle => {
                if settled {
                    line.note_settled(line.waiting());
                }
                let router = instance.replica().router();
                let items = line.cut(|waited| router.note_expired(waited));
                if !items.is_empty() {
                    return Some(items);
                }
            }
            Decision::WaitUntil(due) => {
                tokio::select! {
                    () = line.arrival.notified() => {}
                    () = tokio::time::sleep_until(due) => {}
                }
            }
        }
    }
}

/// The request that a batch runs in: of all its items it has the model, and an end when the last of them
/// is given up. Its span is below that of the first item which is traced, and knows those of the others.
fn common_request<D: Deployment>(items: &[Item<D>]) -> RequestInfo {
    let mut request = RequestInfo::root();
    let first = items.first().and_then(|item| item.request.extras.as_ref());
    if let Some(model) = first.and_then(|extras| extras.multiplexed_model_id.as_ref()) {
        request.extras_mut().multiplexed_model_id = Some(Arc::clone(model));
    }
    let mut spans = items.iter().filter_map(|item| item.request.span());
    if let Some(first) = spans.next() {
        let span = first.child().linked(spans.map(OpenSpan::ids).collect());
        request.extras_mut().span = Some(Box::new(span));
    }
    let deadlines = items.iter().map(|item| item.request.deadline);
    request.deadline = deadlines.reduce(|one, other| Some(one?.max(other?))).flatten();
    request
}

/// All calls of a batch as one: it ends when the last of them has.
pub(crate) struct Cells(Vec<Arc<dyn ErasedCall>>);

impl Cells {
    pub(crate) fn new(cells: Vec<Arc<dyn ErasedCall>>) -> Self {
        Self(cells)
    }
}

impl ErasedCall for Cells {
    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync> {
        self
    }

    fn stop(&self, why: Failure) {
        self.0.iter().for_each(|cell| cell.stop(why.clone()));
    }

    fn refuse(&self, why: Failure) {
        self.0.iter().for_each(|cell| cell.refuse(why.clone()));
    }

    fn change_runner(&self, change: &mut dyn FnMut(&mut OnCancel)) -> bool {
        // Every one is told, also those after the first that still wants its result.
        self.0.iter().fold(false, |live, cell| cell.change_runner(change) | live)
    }

    fn note_sent(&self, sender: Arc<dyn Sender>, number: u64) -> bool {
        let sent = |cell: &Arc<dyn ErasedCall>| cell.note_sent(Arc::clone(&sender), number);
        self.0.iter().fold(false, |live, cell| sent(cell) | live)
    }

    fn enter_queue(&self, _: Weak<dyn QueueWatch>) -> bool {
        true
    }

    fn assign(&self) -> bool {
        true
    }
}
