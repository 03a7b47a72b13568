//! The boxes of calls that have come over a link and have run, to be used again.
//!
//! The link's reader makes the boxes of many calls at once, and workers would give them back; there they
//! meet at a lock of the allocator, which is more than the rest of a short call costs. So a worker leaves
//! the empty box in the queue it took the call from, and whoever queues the next calls there finds it. A
//! call of this process is mostly begun by the thread that made its box, for which the allocator is faster.

use std::cell::RefCell;

use tokio_util::sync::ReusableBoxFuture;

/// A call that is queued, or the box of one that has run.
pub(crate) type Job = ReusableBoxFuture<'static, ()>;

/// So many a queue keeps.
const SPARE_MAX: usize = 128;
/// Larger boxes are given back.
const KEPT_BYTES_MAX: usize = 1 << 10;

thread_local! {
    static OF_THREAD: RefCell<Vec<Job>> = const { RefCell::new(Vec::new()) };
}

/// Boxes that nothing is in.
#[derive(Default)]
pub(super) struct Spare {
    boxes: Vec<Job>,
    /// Somebody has asked for some.
    wanted: bool,
}

/// An empty box of this thread, if it has one.
pub(super) fn spare() -> Option<Job> {
    OF_THREAD.try_with(|boxes| boxes.borrow_mut().pop()).ok().flatten()
}

impl Spare {
    /// The box of a job that has run; one that is not kept is left behind, to be dropped outside the lock.
    pub(super) fn put(&mut self, job: &mut Option<Job>) {
        let is_small = |job: &mut Job| size_of_val(&*job.get_pin()) <= KEPT_BYTES_MAX;
        let has_room = self.wanted && self.boxes.len() < SPARE_MAX;
        if has_room && job.as_mut().is_some_and(is_small) {
            self.boxes.extend(job.take());
        }
    }

    /// Gives the current thread what is here, if it has nothing.
    pub(super) fn hand_out(&mut self) {
        self.wanted = true;
        if self.boxes.is_empty() {
            return;
        }
        let _ = OF_THREAD.try_with(|boxes| {
            let mut boxes = boxes.borrow_mut();
            if boxes.is_empty() {
                std::mem::swap(&mut *boxes, &mut self.boxes);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(job: &mut Job) -> *const () {
        std::ptr::from_ref(&*job.get_pin()).cast()
    }

    fn boxed(future: impl Future<Output = ()> + Send + 'static) -> Job {
        match spare() {
            Some(mut job) => {
                job.set(future);
                job
            }
            None => Job::new(future),
        }
    }

    async fn holds<const N: usize>(bytes: [u8; N]) {
        tokio::task::yield_now().await;
        std::hint::black_box(bytes);
    }

    #[test]
    fn a_box_is_used_again_by_who_queues_next() {
        let mut first = boxed(holds([1; 100]));
        let at = place(&mut first);
        let mut spare = Spare::default();
        spare.hand_out();
        spare.put(&mut Some(first));
        spare.hand_out();
        assert_eq!(place(&mut boxed(holds([2; 100]))), at);
    }

    #[test]
    fn nothing_is_kept_that_nobody_asks_for() {
        let mut left = Some(boxed(holds([0; 8])));
        Spare::default().put(&mut left);
        assert!(left.is_some());
    }

    #[test]
    fn a_large_box_is_not_kept_and_neither_are_too_many() {
        let mut large = Some(boxed(holds([0; 2 * KEPT_BYTES_MAX])));
        let mut spare = Spare::default();
        spare.hand_out();
        spare.put(&mut large);
        assert!(large.is_some());
        for _ in 0..2 * SPARE_MAX {
            spare.put(&mut Some(Job::new(holds([0; 8]))));
        }
        assert_eq!(spare.boxes.len(), SPARE_MAX);
    }
}
