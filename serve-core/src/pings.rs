//! Whether a process answers its pings: plain counting, without a clock or a socket.
//!
//! The figures are those of a call between machines: a new call should not go to a process that has been
//! silent for half a second, and after a second its calls are given up.

use std::time::Duration;

/// Between two pings.
pub(crate) const PING_INTERVAL: Duration = Duration::from_millis(250);
/// This many pings without an answer make a process suspect (0.5 s) ..
const MISSED_SUSPECT: u32 = 2;
/// .. and this many make it hung (1 s).
const MISSED_HUNG: u32 = 4;
/// How long that is.
pub(crate) const HUNG_AFTER: Duration = PING_INTERVAL.saturating_mul(MISSED_HUNG);

/// What the pings say of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Health {
    /// It answers.
    Ok,
    /// It should get no new calls for now.
    Suspect,
    /// It is stopped, or starved beyond use.
    Hung,
}

/// The pings that have been sent and the one answer that matters: the latest.
#[derive(Debug, Default)]
pub(crate) struct Pings {
    is_waiting: bool,
    missed: u32,
}

// === impl Pings ===

impl Pings {
    /// It is time for the next ping: the one before has been answered by now, or is missed.
    pub(crate) fn tick(&mut self) -> Health {
        if self.is_waiting {
            self.missed = self.missed.saturating_add(1);
        }
        self.is_waiting = true;
        self.health()
    }

    /// Something was heard of the process. Whichever ping it answers, the process is alive.
    pub(crate) fn pong(&mut self) -> Health {
        *self = Self::default();
        self.health()
    }

    fn health(&self) -> Health {
        match self.missed {
            0..MISSED_SUSPECT => Health::Ok,
            MISSED_SUSPECT..MISSED_HUNG => Health::Suspect,
            MISSED_HUNG.. => Health::Hung,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Health::{self, Hung, Ok, Suspect};
    use super::Pings;

    /// `.` is a tick, `o` an answer.
    fn play(events: &str) -> Vec<Health> {
        let mut pings = Pings::default();
        let step = |event| if event == '.' { pings.tick() } else { pings.pong() };
        events.chars().map(step).collect()
    }

    #[test]
    fn silence_makes_a_process_suspect_and_then_hung() {
        for (events, healths) in [
            (".o.o.", vec![Ok, Ok, Ok, Ok, Ok]),
            ("..o", vec![Ok, Ok, Ok]),
            ("...", vec![Ok, Ok, Suspect]),
            (".....", vec![Ok, Ok, Suspect, Suspect, Hung]),
            ("......", vec![Ok, Ok, Suspect, Suspect, Hung, Hung]),
            (".....o.", vec![Ok, Ok, Suspect, Suspect, Hung, Ok, Ok]),
            ("...oo...", vec![Ok, Ok, Suspect, Ok, Ok, Ok, Ok, Suspect]),
        ] {
            assert_eq!(play(events), healths, "{events}");
        }
    }
}
