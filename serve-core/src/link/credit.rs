//! Byte credits: how far a producer of items may run ahead of the consumer at the other end.
//!
//! The producer has a [`Window`], the consumer a [`Meter`]. Each item costs its bytes and a little more,
//! so that empty items run out too. What the consumer has taken goes back half a window at a time.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::SeqCst};
use std::task::{Context, Poll};

use futures_util::task::AtomicWaker;

/// How much may be under way for one stream.
pub(crate) const WINDOW_BYTES: u32 = 256 << 10;
/// What an item costs besides its bytes: about what it occupies in the queue.
const ITEM_BYTES: u32 = 32;

/// The producing end.
#[derive(Debug)]
pub(crate) struct Window {
    size: i64,
    balance: AtomicI64,
    is_closed: AtomicBool,
    producer: AtomicWaker,
}

/// Nobody takes items any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the consumer of the stream has gone")]
pub(crate) struct WindowClosed;

impl Window {
    pub(crate) fn new(bytes: u32) -> Self {
        Self {
            size: bytes.into(),
            balance: AtomicI64::new(bytes.into()),
            is_closed: AtomicBool::new(false),
            producer: AtomicWaker::new(),
        }
    }

    /// Ready while the balance is positive, so that one item of any size may overdraw it.
    pub(crate) fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), WindowClosed>> {
        if let Some(ready) = self.ready() {
            return Poll::Ready(ready);
        }
        // Whoever refunds changes the balance first and wakes then: look again after saying who waits.
        self.producer.register(cx.waker());
        self.ready().map_or(Poll::Pending, Poll::Ready)
    }

    fn ready(&self) -> Option<Result<(), WindowClosed>> {
        if self.is_closed.load(SeqCst) {
            return Some(Err(WindowClosed));
        }
        (self.balance.load(SeqCst) > 0).then_some(Ok(()))
    }

    /// An item of this many bytes has been sent.
    pub(crate) fn spend(&self, bytes: usize) {
        self.balance.fetch_sub(cost(bytes).into(), SeqCst);
    }

    /// The consumer has sent CREDIT. No CREDIT makes the window larger than it was.
    pub(crate) fn refund(&self, bytes: u32) {
        let refunded = |balance: i64| Some(balance.saturating_add(bytes.into()).min(self.size));
        let _ = self.balance.fetch_update(SeqCst, SeqCst, refunded);
        self.producer.wake();
    }

    /// No more items are wanted; a waiting producer learns it at once.
    pub(crate) fn close(&self) {
        self.is_closed.store(true, SeqCst);
        self.producer.wake();
    }
}

/// The consuming end: counts what was taken and says when to tell the producer.
#[derive(Debug)]
pub(crate) struct Meter {
    half: u32,
    taken: u32,
}

impl Meter {
    pub(crate) fn new(window_bytes: u32) -> Self {
        Self { half: (window_bytes / 2).max(1), taken: 0 }
    }

    /// An item of this many bytes has been taken; gives the CREDIT to send, if it is time.
    #[must_use]
    pub(crate) fn consumed(&mut self, bytes: usize) -> Option<u32> {
        self.taken = self.taken.saturating_add(cost(bytes));
        (self.taken >= self.half).then(|| std::mem::take(&mut self.taken))
    }
}

/// Both ends must agree on it, so neither says it by itself.
fn cost(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX).saturating_add(ITEM_BYTES)
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::sync::Arc;

    use super::*;

    fn is_ready(window: &Window) -> bool {
        let mut cx = Context::from_waker(std::task::Waker::noop());
        window.poll_ready(&mut cx).is_ready()
    }

    #[test]
    fn one_item_may_overdraw_and_holds_the_next_back() {
        let window = Window::new(100);
        assert!(is_ready(&window));
        window.spend(1_000);
        assert!(!is_ready(&window));
        window.refund(932);
        assert!(!is_ready(&window), "the balance is zero, not positive");
        window.refund(1);
        assert!(is_ready(&window));
    }

    #[test]
    fn empty_items_run_out_of_credit_too() {
        let window = Window::new(WINDOW_BYTES);
        let items = (0..).take_while(|_| is_ready(&window).then(|| window.spend(0)).is_some());
        assert_eq!(items.count(), (WINDOW_BYTES / ITEM_BYTES) as usize);
    }

    #[test]
    fn credit_never_makes_the_window_larger() {
        let window = Window::new(64);
        window.refund(u32::MAX);
        window.spend(32);
        assert!(!is_ready(&window));
    }

    #[test]
    fn what_was_taken_goes_back_half_a_window_at_a_time() {
        let mut meter = Meter::new(256);
        assert_eq!(meter.consumed(64), None);
        assert_eq!(meter.consumed(0), Some(96 + 32));
        assert_eq!(meter.consumed(64), None);
    }

    #[tokio::test]
    async fn a_waiting_producer_is_woken_by_credit_and_by_the_end() {
        let window = Arc::new(Window::new(1));
        window.spend(1);
        let wait = || {
            let window = Arc::clone(&window);
            async move { poll_fn(|cx| window.poll_ready(cx)).await }
        };
        let (ready, ()) = tokio::join!(wait(), async { window.refund(1_000) });
        assert_eq!(ready, Ok(()));
        window.spend(1);
        let (ready, ()) = tokio::join!(wait(), async { window.close() });
        assert_eq!(ready, Err(WindowClosed));
    }
}
