//! The calls that a request has made, while it is under way.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::slow::ChildCall;
use super::tally::CallEnd;

/// How many calls of a request are shown.
const SHOWN_MAX: usize = 64;
/// How many are remembered, for the time that they took. The time of more is the method's own.
const KEPT_MAX: usize = 1024;

/// What is known of the calls that a request has made.
#[derive(Debug, Default)]
pub(crate) struct CallJournal(Mutex<Vec<NotedCall>>);

/// One of them, or the time that it waited for a replica.
#[derive(Debug)]
pub(crate) struct NotedCall {
    pub(crate) deployment: Arc<str>,
    pub(crate) method: &'static str,
    pub(crate) begun: Instant,
    pub(crate) end: NotedEnd,
}

#[derive(Debug)]
pub(crate) enum NotedEnd {
    /// It is under way. Its caller may learn the outcome a moment before this does.
    Open {
        key: usize,
    },
    At(Instant, &'static str),
}

impl CallJournal {
    pub(crate) fn note(&self, call: NotedCall) {
        let mut calls = self.lock();
        if calls.len() < KEPT_MAX {
            calls.push(call);
        }
    }

    /// A call has begun that is known by this key until it ends.
    pub(crate) fn begin(&self, key: usize, deployment: &Arc<str>, method: &'static str) {
        let deployment = Arc::clone(deployment);
        self.note(NotedCall {
            deployment,
            method,
            begun: Instant::now(),
            end: NotedEnd::Open { key },
        });
    }

    /// It has ended.
    pub(crate) fn end(&self, key: usize, end: CallEnd) {
        let now = Instant::now();
        let mut calls = self.lock();
        let is_it =
            |call: &&mut NotedCall| matches!(call.end, NotedEnd::Open { key: of } if of == key);
        if let Some(call) = calls.iter_mut().rev().find(is_it) {
            call.end = NotedEnd::At(now, end.name());
        }
    }

    /// The calls in the order in which they began, and for how long between `begun` and `ended` at least one of
    /// them was under way.
    pub(crate) fn read(&self, arrived: Instant, begun: Instant, ended: Instant) -> ChildCalls {
        let mut calls = self.lock();
        // A wait is noted when it is over.
        calls.sort_by_key(|call| call.begun);
        let end_of = |call: &NotedCall| match call.end {
            NotedEnd::Open { .. } => (ended, "under way"),
            NotedEnd::At(at, outcome) => (at, outcome),
        };
        let mut times: Vec<_> = calls
            .iter()
            .map(|call| (call.begun.max(begun), end_of(call).0.min(ended)))
            .filter(|(from, to)| from < to)
            .collect();
        times.sort_unstable();
        let (mut waited, mut until) = (Duration::ZERO, begun);
        for (from, to) in times {
            waited += to.saturating_duration_since(from.max(until));
            until = until.max(to);
        }
        let children = calls.iter().take(SHOWN_MAX).map(|call| {
            let (end, outcome) = end_of(call);
            ChildCall {
                deployment: call.deployment.to_string(),
                method: call.method.to_owned(),
                after: call.begun.saturating_duration_since(arrived),
                took: end.saturating_duration_since(call.begun),
                outcome: outcome.to_owned(),
            }
        });
        ChildCalls { waited, children: children.collect() }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<NotedCall>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The calls of a request that has ended.
#[derive(Debug, Default)]
pub(crate) struct ChildCalls {
    pub(crate) waited: Duration,
    pub(crate) children: Vec<ChildCall>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_that_run_at_once_count_once() {
        let (journal, begun) = (CallJournal::default(), Instant::now());
        let at = |millis| begun + Duration::from_millis(millis);
        for (from, to) in [(10, 30), (20, 50), (25, 26), (80, 200)] {
            let (begun, end) = (at(from), NotedEnd::At(at(to), "ok"));
            journal.note(NotedCall { deployment: "A".into(), method: "a", begun, end });
        }
        let calls = journal.read(begun, begun, at(100));
        assert_eq!(calls.waited, Duration::from_millis(60));
        assert_eq!(calls.children.len(), 4);
        assert_eq!(calls.children[3].took, Duration::from_millis(120));
    }

    #[test]
    fn calls_are_shown_in_the_order_in_which_they_began() {
        let (journal, begun) = (CallJournal::default(), Instant::now());
        for (method, from) in [("c", 3), ("a", 1), ("b", 2)] {
            let begun = begun + Duration::from_millis(from);
            let end = NotedEnd::At(begun + Duration::from_millis(1), "ok");
            journal.note(NotedCall { deployment: "A".into(), method, begun, end });
        }
        let calls = journal.read(begun, begun, begun + Duration::from_millis(100));
        let methods: Vec<_> = calls.children.iter().map(|child| &*child.method).collect();
        assert_eq!(methods, ["a", "b", "c"]);
    }

    #[test]
    fn a_call_that_is_under_way_lasts_until_the_request_ends() {
        let (journal, begun) = (CallJournal::default(), Instant::now());
        journal.begin(1, &"A".into(), "a");
        journal.begin(2, &"A".into(), "a");
        journal.end(1, CallEnd::Error);
        let calls = journal.read(begun, begun, begun + Duration::from_secs(5));
        assert!(calls.waited > Duration::from_secs(4), "{calls:?}");
        let ends: Vec<_> = calls.children.iter().map(|child| &*child.outcome).collect();
        assert_eq!(ends, ["error", "under way"]);
    }
}
