//! The calls that a request has made, while it is under way.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::slow::ChildCall;

/// How many calls of a request are kept; of more only the time counts.
const KEPT_MAX: usize = 64;

/// What is known of the calls that a request has made.
#[derive(Debug, Default)]
pub(crate) struct Trace(Mutex<Vec<Span>>);

/// One of them, or the time that it waited for a replica.
#[derive(Debug)]
pub(crate) struct Span {
    pub(crate) deployment: Arc<str>,
    pub(crate) method: &'static str,
    pub(crate) begun: Instant,
    pub(crate) ended: Instant,
    pub(crate) outcome: &'static str,
}

impl Trace {
    pub(crate) fn note(&self, span: Span) {
        let mut spans = self.lock();
        if spans.len() < KEPT_MAX {
            return spans.push(span);
        }
        // Its time is kept with the last one's, so that no time is lost.
        if let Some(last) = spans.last_mut() {
            last.begun = last.begun.min(span.begun);
            last.ended = last.ended.max(span.ended);
        }
    }

    /// The calls, and for how long between `begun` and `ended` at least one of them was under way.
    pub(crate) fn read(&self, arrived: Instant, begun: Instant, ended: Instant) -> ChildCalls {
        let spans = self.lock();
        let mut times: Vec<_> = spans
            .iter()
            .map(|span| (span.begun.max(begun), span.ended.min(ended)))
            .filter(|(from, to)| from < to)
            .collect();
        times.sort_unstable();
        let (mut waited, mut until) = (Duration::ZERO, begun);
        for (from, to) in times {
            waited += to.saturating_duration_since(from.max(until));
            until = until.max(to);
        }
        let children = spans.iter().map(|span| ChildCall {
            deployment: span.deployment.to_string(),
            method: span.method.to_owned(),
            after: span.begun.saturating_duration_since(arrived),
            took: span.ended.saturating_duration_since(span.begun),
            outcome: span.outcome.to_owned(),
        });
        ChildCalls { waited, children: children.collect() }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Span>> {
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
        let (trace, begun) = (Trace::default(), Instant::now());
        let at = |millis| begun + Duration::from_millis(millis);
        for (from, to) in [(10, 30), (20, 50), (25, 26), (80, 200)] {
            let (begun, ended) = (at(from), at(to));
            trace.note(Span { deployment: "A".into(), method: "a", begun, ended, outcome: "ok" });
        }
        let calls = trace.read(begun, begun, at(100));
        assert_eq!(calls.waited, Duration::from_millis(60));
        assert_eq!(calls.children.len(), 4);
        assert_eq!(calls.children[3].took, Duration::from_millis(120));
    }
}
