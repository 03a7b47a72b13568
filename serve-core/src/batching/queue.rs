//! The items of one batched method that wait for a replica to pull them.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::cut::{Filling, Pace, Patience, Rule, View};
use super::settings::BatchSettings;
use crate::call::{ErasedCall, Failure, QueueWatch, RequestInfo, address, drop_because};
use crate::contained::discard;
use crate::deployment::Deployment;
use crate::info::{BatchChange, BatchInfo};
use crate::router::{NotedWait, Pick, WaitEntry, WaitQueue};

/// One item that waits.
pub(crate) struct Item<D: Deployment> {
    pub(crate) call: D::Call,
    pub(crate) cell: Arc<dyn ErasedCall>,
    pub(crate) request: RequestInfo,
    cost: usize,
    came: Instant,
    /// If anybody wants to know of its end.
    noted: Option<Arc<NotedWait>>,
}

pub(crate) struct BatchQueue<D: Deployment> {
    info: &'static BatchInfo,
    settings: BatchSettings,
    line: Arc<WaitQueue<Item<D>>>,
    pace: Mutex<(Option<Pace>, Patience)>,
    /// Somebody is gathering the next batch. One at a time, so that what could run together does.
    gathering: AtomicBool,
    /// The gatherer is to be woken when this many wait.
    wake_at: AtomicUsize,
    pub(super) arrival: Notify,
}

impl<D: Deployment> Item<D> {
    /// The request, if anybody is to be told of the end of the call, and what its journal knows the call by.
    pub(super) fn noted(&self) -> Option<(RequestInfo, usize)> {
        self.request.is_noted().then(|| (self.request.clone(), address(&self.cell)))
    }

    /// How long it has waited.
    pub(super) fn waited(&self) -> Duration {
        self.came.elapsed()
    }

    fn model(&self) -> Option<&Arc<str>> {
        self.request.extras.as_ref()?.multiplexed_model_id.as_ref()
    }
}

impl<D: Deployment> BatchQueue<D> {
    pub(crate) fn new(info: &'static BatchInfo) -> Self {
        Self {
            info,
            settings: BatchSettings::new(info),
            line: WaitQueue::new(),
            pace: Mutex::default(),
            gathering: AtomicBool::new(false),
            wake_at: AtomicUsize::new(usize::MAX),
            arrival: Notify::new(),
        }
    }

    pub(crate) fn method(&self) -> &'static str {
        self.info.method
    }

    /// Changes the options, also for whoever is gathering by the old ones.
    pub(crate) fn configure(&self, change: BatchChange) {
        self.settings.change(change);
        self.look_again();
    }

    /// Wakes whoever is gathering: something has changed.
    pub(crate) fn look_again(&self) {
        self.arrival.notify_one();
    }

    pub(crate) fn waiting(&self) -> usize {
        self.line.waiting()
    }

    /// Adds an item at the end, and says who had to make room for it.
    ///
    /// # Errors
    ///
    /// The line is full; says how many are in it, and gives the call back.
    pub(crate) fn push(
        &self,
        call: D::Call,
        cell: &Arc<dyn ErasedCall>,
        request: RequestInfo,
        cost: usize,
        noted: Option<Arc<NotedWait>>,
        waiting_max: usize,
    ) -> Result<Vec<Item<D>>, (usize, D::Call)> {
        let is_urgent = request.deadline.is_some();
        let item =
            Item { call, cell: Arc::clone(cell), request, cost, came: Instant::now(), noted };
        let pushed = self.line.push(item, waiting_max);
        let made_room = pushed.map_err(|(waiting, item)| (waiting, item.call))?;
        let wake_at = self.wake_at.load(SeqCst);
        if self.waiting() >= wake_at || (is_urgent && wake_at != usize::MAX) {
            self.arrival.notify_one();
        }
        Ok(made_room)
    }

    /// Ends every wait with `why`.
    pub(crate) fn fail_all(&self, why: &Failure) {
        while let Some(item) = self.line.pop_any() {
            self.fail(item, why);
        }
    }

    /// Ends the wait of an item that has been taken out with `why`.
    pub(crate) fn fail(&self, item: Item<D>, why: &Failure) {
        NotedWait::failed(item.noted.as_ref(), why);
        item.cell.stop(why.clone());
        self.line.forget_void();
        drop_because(why.clone(), item.call);
    }

    /// Claims the gathering of the next batch; `false` if somebody is at it.
    pub(crate) fn claim(&self) -> bool {
        !self.gathering.swap(true, SeqCst)
    }

    pub(crate) fn unclaim(&self) {
        self.wake_at.store(usize::MAX, SeqCst);
        self.gathering.store(false, SeqCst);
    }

    /// Asks to be woken through `arrival` by what may end a wait early: enough for a batch, or an item
    /// with a deadline. Asked before the look at the queue, so that nobody slips in between.
    pub(super) fn wake_when_full(&self) {
        let wake_at = if self.settings.wait().is_zero() {
            usize::MAX
        } else if self.settings.max_cost() == usize::MAX {
            self.settings.max_size()
        } else {
            // A cost is known only by looking, so every arrival is looked at.
            1
        };
        self.wake_at.store(wake_at, SeqCst);
    }

    pub(super) fn rule(&self) -> Rule {
        Rule { max_size: self.settings.max_size(), wait: self.settings.wait() }
    }

    pub(super) fn view(&self) -> Option<View> {
        let mut view: Option<View> = None;
        let (rule, max_cost) = (self.rule(), self.settings.max_cost());
        let closely = !rule.wait.is_zero() || max_cost != usize::MAX;
        let mut cost = 0_usize;
        self.line.look(|item| {
            let view = view.get_or_insert(View {
                queued: 0,
                is_full: false,
                oldest: item.came,
                earliest_deadline: None,
            });
            view.queued += 1;
            // In their turn they do not come by age.
            view.oldest = view.oldest.min(item.came);
            cost = cost.saturating_add(item.cost);
            view.is_full = cost >= max_cost;
            let deadline = item.request.deadline;
            view.earliest_deadline = view.earliest_deadline.into_iter().chain(deadline).min();
            closely && view.queued < rule.max_size && !view.is_full
        });
        if let Some(view) = &mut view {
            view.queued = view.queued.max(self.waiting());
        }
        view
    }

    pub(super) fn pace(&self) -> Option<Pace> {
        self.lock_pace().0
    }

    /// A batch has just ended, and its callers are about to be answered.
    pub(crate) fn note_pace(&self, answered: usize, begun: Instant) {
        let ended = Instant::now();
        let mut pace = self.lock_pace();
        let expected = if pace.1.is_up() { answered + self.waiting() } else { 0 };
        pace.0 = Some(Pace { expected, took: ended - begun, ended, is_told: false });
    }

    /// Its callers have been answered.
    pub(crate) fn note_told(&self) {
        if let Some(pace) = &mut self.lock_pace().0 {
            (pace.ended, pace.is_told) = (Instant::now(), true);
        }
    }

    /// Callers have been waited for; says whether they came.
    pub(super) fn note_settled(&self, queued: usize) {
        let mut pace = self.lock_pace();
        let Some(expected) = pace.0.map(|pace| pace.expected) else { return };
        // Most is enough: where one is late, the others were still worth waiting for.
        pace.1.learn(queued * 2 >= expected.min(self.settings.max_size()));
    }

    fn lock_pace(&self) -> MutexGuard<'_, (Option<Pace>, Patience)> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the next batch out of the queue. Items whose deadline has passed end here; each is `told` of, with how long
    /// it has waited.
    pub(super) fn cut(&self, mut told: impl FnMut(Duration)) -> Vec<Item<D>> {
        let mut filling = Filling::new(self.settings.max_size(), self.settings.max_cost());
        let now = Instant::now();
        let is_expired =
            |item: &Item<D>| item.request.deadline.is_some_and(|deadline| deadline <= now);
        let mut items = self.line.take(|item| {
            // Taken too, for nobody waits for it any more, but it takes up no room.
            if is_expired(item) {
                Pick::Take
            } else {
                filling.pick(item.model().cloned(), item.cost)
            }
        });
        for expired in items.extract_if(.., |item| is_expired(item)) {
            told(expired.waited());
            NotedWait::failed(expired.noted.as_ref(), &Failure::DeadlineExceeded);
            expired.cell.stop(Failure::DeadlineExceeded);
            discard(expired);
        }
        items
    }
}

impl<D: Deployment> WaitEntry for Item<D> {
    fn enter(&self, line: Weak<dyn QueueWatch>) -> bool {
        NotedWait::enter(self.noted.as_ref(), &self.cell, line)
    }

    fn leave(&self) -> bool {
        self.cell.assign()
    }

    fn is_live(&self) -> bool {
        !self.cell.is_done()
    }

    fn key(&self) -> Option<&Arc<str>> {
        self.request.api_key()
    }
}
