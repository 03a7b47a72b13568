//! The three applications, one for each isolation, and who has been killed in them.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serve_core::Isolation;
use tokio::time::Instant;

/// An application, by where its replicas run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Task,
    Thread,
    Process,
}

impl Place {
    pub(crate) const ALL: [Self; 3] = [Self::Task, Self::Thread, Self::Process];

    /// Of the application; its route is the same with a slash before it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::Thread => "thread",
            Self::Process => "process",
        }
    }

    pub(crate) fn isolation(self) -> Isolation {
        match self {
            Self::Task => Isolation::Task,
            Self::Thread => Isolation::Thread,
            Self::Process => Isolation::Process,
        }
    }
}

/// How long a call may meet a replica that has been killed before it.
const AFTERMATH: Duration = Duration::from_millis(500);
const KILLS_KEPT: usize = 256;

/// The replicas of a place that have been killed.
#[derive(Debug, Default)]
pub(crate) struct Kills(Mutex<VecDeque<(String, Instant)>>);

impl Kills {
    /// To be said before it is done.
    pub(crate) fn note(&self, replica: &str, now: Instant) {
        let mut kills = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kills.len() == KILLS_KEPT {
            kills.pop_front();
        }
        kills.push_back((replica.to_owned(), now));
    }

    /// Takes it back: there was nobody to kill.
    pub(crate) fn forget(&self, replica: &str) {
        let mut kills = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = kills.iter().rposition(|(killed, _)| killed == replica) {
            kills.remove(last);
        }
    }

    /// Whether a call that began then, and has ended now, can have been on a killed replica.
    pub(crate) fn explain(&self, begun: Instant) -> bool {
        let kills = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kills.back().is_some_and(|(_, killed)| *killed + AFTERMATH > begun)
    }

    pub(crate) fn has(&self, replica: &str) -> bool {
        let kills = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kills.iter().any(|(killed, _)| killed == replica)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kill_explains_what_was_under_way_and_little_more() {
        let (kills, begun) = (Kills::default(), Instant::now());
        assert!(!kills.explain(begun), "nobody has been killed");
        let killed = begun + Duration::from_secs(60);
        kills.note("Worker#1", killed);
        assert!(kills.explain(begun) && !kills.explain(killed + AFTERMATH));
        assert!(kills.has("Worker#1") && !kills.has("Worker#2"));
    }

    #[test]
    fn a_kill_that_hit_nobody_explains_nothing() {
        let (kills, now) = (Kills::default(), Instant::now());
        kills.note("Worker#1", now);
        kills.forget("Worker#1");
        assert!(!kills.explain(now) && !kills.has("Worker#1"));
    }
}
