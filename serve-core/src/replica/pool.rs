//! Where calls begin: a few long-lived tasks that take them from queues.
//!
//! A task for each call would cost more than many a call: an allocation, a place in the runtime's
//! list, two changes of task. Here a call is a boxed future on the queue of the current thread's
//! stripe, and a worker task makes its first step. The caller that awaits the result may get there
//! first and make that step itself ([`InlineRun`]); for a method that does not wait this is the whole call,
//! without any change of task. A call that does have to wait becomes a task of its own, so it makes
//! progress however its caller uses the reference, and workers never hold a waiting call.
//!
//! No more workers of a stripe are awake than the runtime has threads to run them.
//!
//! A call catches what its method panics with. What is left to panic is the user's all the same: a destructor
//! of the call's future, say. That ends the call; neither the worker nor the caller that has begun it.

use std::cell::Cell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use tokio::runtime::{Handle, Id, RuntimeFlavor};

use super::spare::{Job, Spare};
use super::waiting::{WaitingCall, end_in_panic};
use crate::call::{Executed, Failure, InlineClaim, InlineRun, drop_because, turn};
use crate::panic::catch;
use crate::striped::thread_number;
use crate::tasks::{Tasks, is_current};

/// Runs the calls of all replicas that share a runtime.
pub(crate) struct Pool {
    stripes: Box<[Arc<Stripe>]>,
    runtime_id: Id,
    tasks: Tasks,
}

/// Where the current thread puts its calls.
pub(crate) struct JobQueue {
    stripe: Arc<Stripe>,
}

impl JobQueue {
    /// Whether nothing is begun here any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.stripe.lock().closed
    }

    /// Queues `job` and sees to it that a worker will look.
    pub(crate) fn spawn(self, job: Job) -> InlineClaim {
        InlineClaim { sequence: Stripe::push(&self.stripe, job), pool: self.stripe }
    }

    /// Queues all of `jobs`, which is left empty.
    pub(crate) fn spawn_all(self, jobs: &mut Vec<Job>) {
        Stripe::push_all(&self.stripe, jobs);
    }
}

/// One queue with its workers. Threads push to different stripes, so they seldom meet at a lock.
struct Stripe {
    queue: Mutex<Queue>,
    awake_max: usize,
    runtime_id: Id,
    tasks: Tasks,
}

#[derive(Default)]
struct Queue {
    /// In the order of their sequence numbers.
    jobs: VecDeque<(u64, Job)>,
    spare: Spare,
    next_sequence: u64,
    /// Workers that wait to be woken.
    idle: Vec<Waker>,
    /// Workers that are not idle, and those of them that are in the middle of a job.
    awake: usize,
    busy: usize,
    closed: bool,
}

impl Pool {
    pub(crate) fn new(tasks: Tasks) -> Arc<Self> {
        let runtime = tasks.runtime();
        let runtime_id = runtime.id();
        let threads = match runtime.runtime_flavor() {
            RuntimeFlavor::CurrentThread => 1,
            _ => runtime.metrics().num_workers().max(1),
        };
        let stripes = (threads * 2).next_power_of_two().min(STRIPES_MAX);
        let stripe = |_| {
            Arc::new(Stripe {
                queue: Mutex::default(),
                awake_max: threads,
                runtime_id,
                tasks: tasks.clone(),
            })
        };
        Arc::new(Self { stripes: (0..stripes).map(stripe).collect(), runtime_id, tasks })
    }

    pub(crate) fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    pub(crate) fn runtime(&self) -> &Handle {
        self.tasks.runtime()
    }

    pub(crate) fn runtime_id(&self) -> Id {
        self.runtime_id
    }

    /// The queue of the current thread.
    pub(crate) fn queue(&self) -> JobQueue {
        let stripe = &self.stripes[thread_number() & (self.stripes.len() - 1)];
        JobQueue { stripe: Arc::clone(stripe) }
    }

    /// Drops what is queued and lets the workers end. Calls that are dropped answer by themselves.
    pub(crate) fn close(&self) {
        for stripe in &self.stripes {
            let (jobs, idle) = {
                let mut queue = stripe.lock();
                queue.closed = true;
                queue.awake += queue.idle.len();
                (std::mem::take(&mut queue.jobs), std::mem::take(&mut queue.idle))
            };
            // One by one: a panic of one must not take along what the others have to answer.
            jobs.into_iter().for_each(|(_, job)| drop_because(NEVER_BEGUN, job));
            idle.into_iter().for_each(Waker::wake);
        }
    }
}

/// What the callers of calls learn that are dropped from a queue.
const NEVER_BEGUN: Failure = Failure::ReplicaDied { executed: Executed::No };

/// Enough to keep the threads of a large machine apart.
const STRIPES_MAX: usize = 64;

impl Stripe {
    fn push(stripe: &Arc<Self>, job: Job) -> u64 {
        let mut queue = stripe.lock();
        if queue.closed {
            drop(queue);
            drop_because(NEVER_BEGUN, job);
            return u64::MAX;
        }
        let sequence = queue.push(job);
        let worker = queue.wake_one(stripe.awake_max);
        drop(queue);
        worker.into_iter().for_each(|worker| Self::wake(stripe, worker));
        sequence
    }

    fn push_all(stripe: &Arc<Self>, jobs: &mut Vec<Job>) {
        let mut queue = stripe.lock();
        if queue.closed {
            drop(queue);
            return jobs.drain(..).for_each(|job| drop_because(NEVER_BEGUN, job));
        }
        for job in jobs.drain(..) {
            queue.push(job);
        }
        queue.spare.hand_out();
        let workers: Vec<_> = std::iter::from_fn(|| queue.wake_one(stripe.awake_max)).collect();
        drop(queue);
        workers.into_iter().for_each(|worker| Self::wake(stripe, worker));
    }

    /// Wakes an idle worker, or starts another.
    fn wake(stripe: &Arc<Self>, worker: Option<Waker>) {
        match worker {
            Some(idle) => idle.wake(),
            None => drop(stripe.tasks.spawn_unboxed(Worker::awake(stripe).work())),
        }
    }

    /// Makes the first step of a job; if it has to wait, it becomes a task of its own. If not, its box is
    /// left.
    fn begin(&self, mut job: Job) -> Option<Job> {
        // Nothing can be missed with this waker: the task polls again, with its own.
        let mut context = Context::from_waker(Waker::noop());
        match catch(|| job.poll(&mut context)) {
            Ok(Poll::Ready(())) => Some(job),
            Ok(Poll::Pending) => {
                drop(self.tasks.spawn_unboxed(WaitingCall::new(job)));
                None
            }
            Err(message) => {
                end_in_panic(Some(job), message);
                None
            }
        }
    }

    /// Whether this idle worker was woken for a job. If its waker is still in the list, something else
    /// woke the task, and it goes back to sleep.
    fn is_woken(&self, context: &Context<'_>) -> bool {
        !self.lock().idle.iter().any(|waker| waker.will_wake(context.waker()))
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        // Jobs are neither run nor dropped under this lock, so a poisoned one is still whole.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    /// Gives its sequence number.
    fn push(&mut self, job: Job) -> u64 {
        let sequence = self.next_sequence;
        self.next_sequence += 1;
        self.jobs.push_back((sequence, job));
        sequence
    }

    /// Decides whether another worker is needed: `Some(Some(..))` wakes an idle one, `Some(None)`
    /// starts a new one. The worker counts as awake from here on.
    fn wake_one(&mut self, awake_max: usize) -> Option<Option<Waker>> {
        let coming = self.awake - self.busy;
        if self.jobs.len() <= coming || self.awake >= awake_max {
            return None;
        }
        self.awake += 1;
        Some(self.idle.pop())
    }
}

impl InlineRun for Stripe {
    fn help(&self, sequence: u64) {
        if !is_current(self.runtime_id) {
            return;
        }
        // Beyond that the job stays for a worker, whose stack is empty.
        let Some(_helping) = Helping::deeper() else { return };
        let job = {
            let mut queue = self.lock();
            match queue.jobs.binary_search_by_key(&sequence, |(sequence, _)| *sequence) {
                Ok(index) => queue.jobs.remove(index),
                Err(_) => None,
            }
        };
        if let Some((_, job)) = job {
            drop(self.begin(job));
        }
    }
}

/// So many callers may begin each other's calls on one stack: a method that calls itself would run out
/// of it.
const DEPTH_MAX: u8 = 32;

thread_local! {
    static DEPTH: Cell<u8> = const { Cell::new(0) };
}

/// A caller that begins its own call.
struct Helping;

impl Helping {
    fn deeper() -> Option<Self> {
        let depth = DEPTH.get();
        (depth < DEPTH_MAX).then(|| {
            DEPTH.set(depth + 1);
            Self
        })
    }
}

impl Drop for Helping {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
    }
}

/// A worker, and its place in the counts of its stripe.
struct Worker {
    stripe: Arc<Stripe>,
    /// Whether it has ever run.
    has_begun: bool,
    is_awake: bool,
    is_busy: bool,
}

impl Worker {
    /// One that counts as awake already.
    fn awake(stripe: &Arc<Stripe>) -> Self {
        Self { stripe: Arc::clone(stripe), has_begun: false, is_awake: true, is_busy: false }
    }

    async fn work(mut self) {
        self.has_begun = true;
        let mut last = None;
        loop {
            let job = poll_fn(|context| self.poll_next(&mut last, context));
            let Some(job) = job.await else { return };
            last = self.stripe.begin(job);
            // A worker that always finds a job must still let other tasks run.
            turn().await;
        }
    }

    /// The next job, for whoever may bring the box of the last; `None` once the stripe is closed.
    fn poll_next(&mut self, last: &mut Option<Job>, context: &Context<'_>) -> Poll<Option<Job>> {
        let stripe = &*self.stripe;
        if !self.is_awake && !stripe.is_woken(context) {
            return Poll::Pending;
        }
        self.is_awake = true;
        let mut queue = stripe.lock();
        queue.spare.put(last);
        if std::mem::take(&mut self.is_busy) {
            queue.busy -= 1;
        }
        match queue.jobs.pop_front() {
            Some((_, job)) => {
                self.is_busy = true;
                queue.busy += 1;
                // What is left may have to wait for this job: pass the wake-up on. Only idle workers
                // are woken here; a missing one is started by the next push.
                let next =
                    if queue.idle.is_empty() { None } else { queue.wake_one(stripe.awake_max) };
                drop(queue);
                if let Some(Some(idle)) = next {
                    idle.wake();
                }
                Poll::Ready(Some(job))
            }
            None if queue.closed => Poll::Ready(None),
            None => {
                self.is_awake = false;
                queue.awake -= 1;
                queue.idle.push(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let mut queue = self.stripe.lock();
        queue.busy -= usize::from(self.is_busy);
        queue.awake -= usize::from(self.is_awake);
        // A runtime that is ending drops a new worker inside the call that starts it. That one starts no
        // other.
        let another = self.has_begun.then(|| queue.wake_one(self.stripe.awake_max)).flatten();
        drop(queue);
        if let Some(worker) = another {
            Stripe::wake(&self.stripe, worker);
        }
    }
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool").field("stripes", &self.stripes.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::sync::Condvar;
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    /// Where so many have to be at once.
    struct Meeting(Mutex<usize>, Condvar);

    impl Meeting {
        /// Holds the thread until all are there, and says whether they have come.
        fn meet(&self, all: usize) -> bool {
            let mut here = self.0.lock().unwrap();
            *here += 1;
            self.1.notify_all();
            let patience = Duration::from_secs(30);
            let (_here, waited) =
                self.1.wait_timeout_while(here, patience, |here| *here < all).unwrap();
            !waited.timed_out()
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn jobs_that_are_queued_together_run_side_by_side() {
        let tasks = Tasks::new(Handle::current());
        let pool = Pool::new(tasks.clone());
        let meeting = Arc::new(Meeting(Mutex::new(0), Condvar::new()));
        let (done, outcomes) = mpsc::channel();
        let mut jobs = Vec::new();
        for _ in 0..4 {
            let (meeting, done) = (Arc::clone(&meeting), done.clone());
            jobs.push(Job::new(async move { done.send(meeting.meet(4)).unwrap() }));
        }
        drop(done);
        let queueing = tasks.spawn(async move {
            pool.queue().spawn_all(&mut jobs);
            assert!(jobs.is_empty());
            pool
        });
        let pool = queueing.await.unwrap();
        assert_eq!(outcomes.iter().collect::<Vec<_>>(), [true; 4]);
        pool.close();
    }

    /// Panics when it is polled, and when it is dropped; the first where it is held by the job.
    struct Bad {
        steps: u32,
    }

    impl Future for Bad {
        type Output = ();

        fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
            assert!(self.steps > 0, "polled once too often");
            self.steps -= 1;
            context.waker().wake_by_ref();
            Poll::Pending
        }
    }

    impl Drop for Bad {
        fn drop(&mut self) {
            std::panic::panic_any(Payload);
        }
    }

    struct Payload;

    impl Drop for Payload {
        fn drop(&mut self) {
            panic!("so is what is left of the panic");
        }
    }

    async fn jobs_that_panic_cost_no_worker() {
        let pool = Pool::new(Tasks::new(Handle::current()));
        for round in 0..100 {
            for stripe in &pool.stripes {
                let queue = JobQueue { stripe: Arc::clone(stripe) };
                let ticket = queue.spawn(Job::new(Bad { steps: round % 3 }));
                // Half of them are begun by their callers.
                if round % 2 == 0 {
                    ticket.pool.help(ticket.sequence);
                }
                let (done, told) = tokio::sync::oneshot::channel();
                JobQueue { stripe: Arc::clone(stripe) }
                    .spawn(Job::new(async move { done.send(()).unwrap() }));
                let told = tokio::time::timeout(Duration::from_secs(30), told).await;
                told.expect("a worker is left").unwrap();
            }
        }
        for stripe in &pool.stripes {
            let queue = stripe.lock();
            assert!(queue.awake <= stripe.awake_max && queue.busy <= queue.awake);
        }
        pool.close();
    }

    #[tokio::test]
    async fn jobs_that_panic_cost_no_worker_of_a_thread() {
        jobs_that_panic_cost_no_worker().await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn jobs_that_panic_cost_no_worker_of_many_threads() {
        jobs_that_panic_cost_no_worker().await;
    }

    #[tokio::test]
    async fn a_pool_that_closes_survives_jobs_that_panic_when_they_are_dropped() {
        let pool = Pool::new(Tasks::new(Handle::current()));
        let held = Arc::new(());
        for _ in 0..3 {
            pool.queue().spawn(Job::new(Bad { steps: 1 }));
            let holding = Arc::clone(&held);
            pool.queue().spawn(Job::new(async move { drop(holding) }));
        }
        pool.close();
        assert_eq!(Arc::strong_count(&held), 1);
    }

    #[tokio::test]
    async fn when_all_workers_have_ended_none_is_counted() {
        let tasks = Tasks::new(Handle::current());
        let pool = Pool::new(tasks.clone());
        let (done, told) = tokio::sync::oneshot::channel();
        pool.queue().spawn(Job::new(async move { done.send(()).unwrap() }));
        told.await.unwrap();
        tokio::task::yield_now().await;
        pool.close();
        tasks.shut_down(Duration::from_secs(30)).await;
        for stripe in &pool.stripes {
            // Nobody has panicked at the counting, either.
            let queue = stripe.queue.lock().unwrap();
            assert_eq!((queue.awake, queue.busy), (0, 0));
        }
    }

    #[tokio::test]
    async fn a_worker_that_is_gone_leaves_its_place() {
        let pool = Pool::new(Tasks::new(Handle::current()));
        let stripe = &pool.stripes[0];
        let mut worker = Worker::awake(stripe);
        {
            let mut queue = stripe.lock();
            queue.awake += 1;
            queue.busy += 1;
        }
        (worker.has_begun, worker.is_busy) = (true, true);
        let (done, told) = tokio::sync::oneshot::channel();
        JobQueue { stripe: Arc::clone(stripe) }
            .spawn(Job::new(async move { done.send(()).unwrap() }));
        drop(worker);
        told.await.unwrap();
        assert_eq!(stripe.lock().busy, 0);
        pool.close();
    }

    #[tokio::test]
    async fn jobs_that_come_after_the_end_are_dropped() {
        let pool = Pool::new(Tasks::new(Handle::current()));
        pool.close();
        let held = Arc::new(());
        let holding = Arc::clone(&held);
        let mut jobs = vec![Job::new(async move { drop(holding) })];
        pool.queue().spawn_all(&mut jobs);
        assert_eq!(Arc::strong_count(&held), 1);
    }
}
