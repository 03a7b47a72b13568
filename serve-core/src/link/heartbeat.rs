//! Finds out that the other end of a link has gone silent, if nothing else would tell.
//!
//! A PING whenever it is time, and the end after a second without a byte: the figures are those by which
//! processes are watched (`pings.rs`). The reader of the link drives it, and looks for what has
//! arrived before it counts a PING as missed, in case it was itself that was late.

use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Interval, MissedTickBehavior};

use crate::pings::{HUNG_AFTER, Health, PING_INTERVAL, Pings};

/// The pings of one link.
#[derive(Debug)]
pub(crate) struct Heartbeat {
    ticks: Interval,
    pings: Pings,
    sent: u64,
}

impl Heartbeat {
    /// To be called in the context of a runtime.
    pub(crate) fn start() -> Self {
        let mut ticks = tokio::time::interval(PING_INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { ticks, pings: Pings::default(), sent: 0 }
    }

    /// Something has arrived.
    pub(crate) fn heard(&mut self) {
        self.pings.pong();
    }

    /// Gives each PING to `send`. Resolves when the other end has been silent for too long, to how long
    /// that is.
    pub(crate) fn poll(
        &mut self,
        context: &mut Context<'_>,
        mut send: impl FnMut(u64),
    ) -> Poll<Duration> {
        loop {
            ready!(self.ticks.poll_tick(context));
            if self.pings.tick() == Health::Hung {
                return Poll::Ready(HUNG_AFTER);
            }
            send(self.sent);
            self.sent += 1;
        }
    }
}
