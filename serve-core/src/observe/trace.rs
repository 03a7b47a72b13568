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
pub(crate) struct Trace(Mutex<Vec<Span>>);

/// One of them, or the time that it waited for a replica.
#[derive(Debug)]
pub(crate) struct Span {
    pub(crate) deployment: Arc<str>,
    pub(crate) method: &'static str,
    pub(crate) begun: Instant,
    pub(crate) end: SpanEnd,
}

#[derive(Debug)]
pub(crate) enum SpanEnd {
    /// It is under way. Its caller may learn the outcome a moment before this does.
    Open {
        key: usize,
    },
    At(Instant, &'static str),
}

impl Trace {
    pub(crate) fn note(&self, span: Span) {
        let mut spans = self.lock();
        if spans.len() < KEPT_MAX {
            spans.push(span);
        }
    }

    /// A call has begun that is known by this key until it ends.
    pub(crate) fn begin(&self, key: usize, deployment: &Arc<str>, method: &'static str) {
        let deployment = Arc::clone(deployment);
        self.note(Span { deployment, method, begun: Instant::now(), end: SpanEnd::Open { key } });
    }

    /// It has ended.
    pub(crate) fn end(&self, key: usize, end: CallEnd) {
        let now = Instant::now();
        let mut spans = self.lock();
        let is_it = |span: &&mut Span| matches!(span.end, SpanEnd::Open { key: of } if of == key);
        if let Some(span) = spans.iter_mut().rev().find(is_it) {
            span.end = SpanEnd::At(now, end.name());
        }
    }

    /// The calls in the order in which they began, and for how long between `begun` and `ended` at least one of
    /// them was under way.
    pub(crate) fn read(&self, arrived: Instant, begun: Instant, ended: Instant) -> ChildCalls {
        let mut spans = self.lock();
        // A wait is noted when it is over.
        spans.sort_by_key(|span| span.begun);
        let end_of = |span: &Span| match span.end {
            SpanEnd::Open { .. } => (ended, "under way"),
            SpanEnd::At(at, outcome) => (at, outcome),
        };
        let mut times: Vec<_> = spans
            .iter()
            .map(|span| (span.begun.max(begun), end_of(span).0.min(ended)))
            .filter(|(from, to)| from < to)
            .collect();
        times.sort_unstable();
        let (mut waited, mut until) = (Duration::ZERO, begun);
        for (from, to) in times {
            waited += to.saturating_duration_since(from.max(until));
            until = until.max(to);
        }
        let children = spans.iter().take(SHOWN_MAX).map(|span| {
            let (end, outcome) = end_of(span);
            ChildCall {
                deployment: span.deployment.to_string(),
                method: span.method.to_owned(),
                after: span.begun.saturating_duration_since(arrived),
                took: end.saturating_duration_since(span.begun),
                outcome: outcome.to_owned(),
            }
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
            let (begun, end) = (at(from), SpanEnd::At(at(to), "ok"));
            trace.note(Span { deployment: "A".into(), method: "a", begun, end });
        }
        let calls = trace.read(begun, begun, at(100));
        assert_eq!(calls.waited, Duration::from_millis(60));
        assert_eq!(calls.children.len(), 4);
        assert_eq!(calls.children[3].took, Duration::from_millis(120));
    }

    #[test]
    fn calls_are_shown_in_the_order_in_which_they_began() {
        let (trace, begun) = (Trace::default(), Instant::now());
        for (method, from) in [("c", 3), ("a", 1), ("b", 2)] {
            let begun = begun + Duration::from_millis(from);
            let end = SpanEnd::At(begun + Duration::from_millis(1), "ok");
            trace.note(Span { deployment: "A".into(), method, begun, end });
        }
        let calls = trace.read(begun, begun, begun + Duration::from_millis(100));
        let methods: Vec<_> = calls.children.iter().map(|child| &*child.method).collect();
        assert_eq!(methods, ["a", "b", "c"]);
    }

    #[test]
    fn a_call_that_is_under_way_lasts_until_the_request_ends() {
        let (trace, begun) = (Trace::default(), Instant::now());
        trace.begin(1, &"A".into(), "a");
        trace.begin(2, &"A".into(), "a");
        trace.end(1, CallEnd::Error);
        let calls = trace.read(begun, begun, begun + Duration::from_secs(5));
        assert!(calls.waited > Duration::from_secs(4), "{calls:?}");
        let ends: Vec<_> = calls.children.iter().map(|child| &*child.outcome).collect();
        assert_eq!(ends, ["error", "under way"]);
    }
}
