//! For how long something may be waited for that a client has to do. What is there at once costs no timer.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// Counts from the first poll in vain until whoever waits says that it [ends](Self::end).
#[derive(Debug)]
pub(super) struct WaitLimit {
    limit: Duration,
    timer: Option<Pin<Box<Sleep>>>,
    is_waiting: bool,
}

impl WaitLimit {
    pub(super) fn new(limit: Duration) -> Self {
        Self { limit, timer: None, is_waiting: false }
    }

    pub(super) fn limit(&self) -> Duration {
        self.limit
    }

    /// What was waited for has come.
    pub(super) fn end(&mut self) {
        self.is_waiting = false;
    }

    /// Ready when the limit is over.
    pub(super) fn poll_over(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if !self.is_waiting {
            let Some(until) = Instant::now().checked_add(self.limit) else { return Poll::Pending };
            self.is_waiting = true;
            match &mut self.timer {
                Some(timer) => timer.as_mut().reset(until),
                None => self.timer = Some(Box::pin(sleep_until(until))),
            }
        }
        match &mut self.timer {
            Some(timer) => timer.as_mut().poll(context),
            None => Poll::Pending,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_limit_begins_anew_with_each_wait() {
        let mut patience = WaitLimit::new(Duration::from_secs(10));
        let begun = Instant::now();
        for _ in 0..2 {
            let half = tokio::time::sleep(Duration::from_secs(5));
            tokio::select! {
                () = poll_fn(|context| patience.poll_over(context)) => panic!("it is over"),
                () = half => {}
            }
            patience.end();
        }
        poll_fn(|context| patience.poll_over(context)).await;
        assert_eq!(begun.elapsed().as_secs(), 20);
    }
}
