//! Spans: what one request has done, call by call, for whoever collects traces.
//!
//! Off unless a server has somewhere to send them. Whether a request is traced is decided once, where it comes in: its
//! client says so in W3C's `traceparent`, or else chance does. Each call of such a request has a span from the moment in
//! which it is made, and tells of it when it has ended. That happens in the server also where the replica is in a process:
//! every call of a process goes through its server, which sends the context along.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use super::CallEnd;
use super::trace_parent::TraceParent;
use crate::id::ReplicaName;

/// Decides which requests are traced, and passes their spans on.
pub(crate) struct Tracer {
    /// The bits of the share of requests that are traced.
    ratio: AtomicU64,
    sink: Box<dyn SpanSink>,
}

/// Takes spans that have ended. Called by whatever has just served a request, so it must not wait.
pub(crate) trait SpanSink: Send + Sync {
    fn take(&self, span: Span);

    /// Waits until what has been taken is where it belongs, or cannot get there; for so long at most.
    fn flush(&self, patience: Duration);
}

/// What has ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Span {
    pub(crate) trace: u128,
    pub(crate) id: u64,
    /// 0 for the first of its trace.
    pub(crate) parent: u64,
    pub(crate) is_parent_remote: bool,
    /// What came as `tracestate`.
    pub(crate) state: Option<Arc<str>>,
    /// Others that this one has done the work of.
    pub(crate) links: Vec<(u128, u64)>,
    pub(crate) kind: SpanKind,
    pub(crate) name: String,
    pub(crate) begun: SystemTime,
    pub(crate) ended: SystemTime,
    /// What went wrong.
    pub(crate) error: Option<&'static str>,
    pub(crate) attributes: Vec<(&'static str, SpanValue)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SpanKind {
    /// A request over HTTP.
    Server,
    /// A call, or a part of one.
    Internal,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SpanValue {
    Text(String),
    Number(i64),
}

impl From<&str> for SpanValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// The span of one call while it is under way. What the call calls has spans below it.
#[derive(Clone)]
pub(crate) struct OpenSpan {
    tracer: Arc<Tracer>,
    trace: u128,
    id: u64,
    parent: u64,
    is_parent_remote: bool,
    state: Option<Arc<str>>,
    begun: Instant,
    links: Vec<(u128, u64)>,
}

/// Where a call ran, or was to run.
#[derive(Clone, Copy)]
pub(crate) struct SpanPlace<'a> {
    pub(crate) application: &'a str,
    pub(crate) deployment: &'a str,
    pub(crate) replica: Option<&'a str>,
}

impl<'a> From<&'a ReplicaName> for SpanPlace<'a> {
    fn from(name: &'a ReplicaName) -> Self {
        let ReplicaName { application, deployment, replica } = name;
        Self { application, deployment, replica: Some(replica) }
    }
}

/// What a span says besides where and when.
pub(crate) struct SpanEnd {
    pub(crate) kind: SpanKind,
    pub(crate) name: String,
    pub(crate) error: Option<&'static str>,
    pub(crate) attributes: Vec<(&'static str, SpanValue)>,
}

// === impl Tracer ===

#[cfg_attr(
    not(any(test, feature = "otel")),
    expect(dead_code, reason = "there is nowhere to send spans to")
)]
impl Tracer {
    /// Traces this share of the requests whose clients do not say, between 0 and 1.
    pub(crate) fn new(ratio: f64, sink: Box<dyn SpanSink>) -> Arc<Self> {
        Arc::new(Self { ratio: AtomicU64::new(ratio.to_bits()), sink })
    }

    pub(crate) fn set_ratio(&self, ratio: f64) {
        self.ratio.store(ratio.to_bits(), Relaxed);
    }

    pub(crate) fn ratio(&self) -> f64 {
        f64::from_bits(self.ratio.load(Relaxed))
    }
}

impl Tracer {
    pub(crate) fn flush(&self, patience: Duration) {
        self.sink.flush(patience);
    }

    /// The first span here of a request that comes in with this `traceparent`; `None` if it is not traced.
    pub(crate) fn begin(
        self: &Arc<Self>,
        parent: Option<&str>,
        state: Option<&Arc<str>>,
    ) -> Option<OpenSpan> {
        match parent.and_then(TraceParent::parse) {
            Some(parent) => parent.is_sampled.then(|| self.below(&parent, state)),
            None if fastrand::f64() < self.ratio() => {
                let trace = u128::from(random()) << 64 | u128::from(random());
                Some(self.open(trace, 0, None))
            }
            None => None,
        }
    }

    /// The same for a call that comes from a replica's process, whose request has come in long ago.
    pub(crate) fn go_on(
        self: &Arc<Self>,
        parent: Option<&str>,
        state: Option<&Arc<str>>,
    ) -> Option<OpenSpan> {
        let parent = parent.and_then(TraceParent::parse).filter(|parent| parent.is_sampled)?;
        Some(OpenSpan { is_parent_remote: false, ..self.below(&parent, state) })
    }

    fn below(self: &Arc<Self>, parent: &TraceParent, state: Option<&Arc<str>>) -> OpenSpan {
        OpenSpan { is_parent_remote: true, ..self.open(parent.trace, parent.span, state.cloned()) }
    }

    fn open(self: &Arc<Self>, trace: u128, parent: u64, state: Option<Arc<str>>) -> OpenSpan {
        OpenSpan {
            tracer: Arc::clone(self),
            trace,
            id: random(),
            parent,
            is_parent_remote: false,
            state,
            begun: Instant::now(),
            links: Vec::new(),
        }
    }
}

/// Zero is no id.
fn random() -> u64 {
    fastrand::u64(1..)
}

// === impl OpenSpan ===

impl OpenSpan {
    /// That of a call which this one makes.
    pub(crate) fn child(&self) -> Self {
        self.tracer.open(self.trace, self.id, self.state.clone())
    }

    /// As one that does the work of these, too.
    pub(crate) fn linked(self, links: Vec<(u128, u64)>) -> Self {
        Self { links, ..self }
    }

    pub(crate) fn ids(&self) -> (u128, u64) {
        (self.trace, self.id)
    }

    /// As W3C's `traceparent`, for what is called from here.
    pub(crate) fn trace_parent(&self) -> TraceParent {
        TraceParent { trace: self.trace, span: self.id, is_sampled: true }
    }

    /// A call has ended.
    #[cold]
    pub(crate) fn end_call(&self, place: SpanPlace<'_>, method: &str, end: CallEnd) {
        let name = format!("{}.{method}", place.deployment);
        self.end_method(name, place.attributes(), method, end);
    }

    /// A batch has ended, of so many calls.
    #[cold]
    pub(crate) fn end_batch(&self, place: SpanPlace<'_>, method: &str, items: u32, end: CallEnd) {
        let mut attributes = place.attributes();
        attributes.push(("serve.batch_size", SpanValue::Number(items.into())));
        self.end_method(format!("batch {}.{method}", place.deployment), attributes, method, end);
    }

    fn end_method(
        &self,
        name: String,
        mut attributes: Vec<(&'static str, SpanValue)>,
        method: &str,
        end: CallEnd,
    ) {
        attributes.push(("serve.method", method.into()));
        attributes.push(("serve.outcome", end.name().into()));
        let error = (end != CallEnd::Ok).then(|| end.name());
        self.end(SpanEnd { kind: SpanKind::Internal, name, error, attributes });
    }

    /// The call has waited since then for a replica.
    #[cold]
    pub(crate) fn note_queued(&self, place: SpanPlace<'_>, since: Instant) {
        let queued = Self { begun: since, ..self.child() };
        let (kind, name) = (SpanKind::Internal, format!("queue {}", place.deployment));
        queued.end(SpanEnd { kind, name, error: None, attributes: place.attributes() });
    }

    pub(crate) fn end(&self, end: SpanEnd) {
        let ended = SystemTime::now();
        let SpanEnd { kind, name, error, attributes } = end;
        self.tracer.sink.take(Span {
            trace: self.trace,
            id: self.id,
            parent: self.parent,
            is_parent_remote: self.is_parent_remote,
            state: self.state.clone(),
            links: self.links.clone(),
            kind,
            name,
            begun: ended.checked_sub(self.begun.elapsed()).unwrap_or(ended),
            ended,
            error,
            attributes,
        });
    }
}

impl SpanPlace<'_> {
    fn attributes(self) -> Vec<(&'static str, SpanValue)> {
        let mut attributes = vec![
            ("serve.application", self.application.into()),
            ("serve.deployment", self.deployment.into()),
        ];
        attributes.extend(self.replica.map(|replica| ("serve.replica", replica.into())));
        attributes
    }
}

impl std::fmt::Debug for OpenSpan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OpenSpan({})", self.trace_parent())
    }
}

impl std::fmt::Debug for Tracer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tracer").field("ratio", &self.ratio()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, PoisonError};

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<Span>>>);

    impl SpanSink for Kept {
        fn take(&self, span: Span) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(span);
        }

        fn flush(&self, _: Duration) {}
    }

    const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const PLACE: SpanPlace<'_> =
        SpanPlace { application: "default", deployment: "Model", replica: Some("default#Model#1") };

    #[test]
    fn a_client_that_says_so_decides_and_chance_decides_for_the_rest() {
        let (never, always) = (Tracer::new(0.0, Box::<Kept>::default()), {
            Tracer::new(1.0, Box::<Kept>::default())
        });
        let not_sampled = PARENT.replace("-01", "-00");
        for tracer in [&never, &always] {
            assert!(tracer.begin(Some(PARENT), None).is_some());
            assert!(tracer.begin(Some(&not_sampled), None).is_none());
        }
        for nothing in [None, Some("nonsense")] {
            assert!(never.begin(nothing, None).is_none());
            assert!(always.begin(nothing, None).is_some());
        }
        never.set_ratio(1.0);
        assert!(never.begin(None, None).is_some());
        // What comes from a process has been decided on.
        assert!(always.go_on(None, None).is_none());
    }

    #[test]
    fn about_the_share_of_requests_is_traced_that_was_asked_for() {
        let tracer = Tracer::new(0.25, Box::<Kept>::default());
        let traced = (0..10_000).filter(|_| tracer.begin(None, None).is_some()).count();
        assert!((2000..3000).contains(&traced), "{traced}");
    }

    #[test]
    fn what_a_call_calls_is_below_it_in_one_trace() {
        let kept = Kept::default();
        let tracer = Tracer::new(0.0, Box::new(kept.clone()));
        let outer = tracer.begin(Some(PARENT), Some(&"a=b".into())).expect("it is traced");
        let inner = outer.child();
        inner.end_call(PLACE, "predict", CallEnd::TimedOut);
        outer.end_call(PLACE, "sum", CallEnd::Ok);
        let spans = kept.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let [inner, outer] = &spans[..] else { panic!("{spans:?}") };
        assert_eq!(
            (outer.trace, outer.parent),
            (0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c, 0xb7ad_6b71_6920_3331)
        );
        assert_eq!((inner.trace, inner.parent), (outer.trace, outer.id));
        assert!(outer.is_parent_remote && !inner.is_parent_remote);
        assert_eq!((&*inner.name, inner.error), ("Model.predict", Some("timed_out")));
        assert_eq!((&*outer.name, outer.error), ("Model.sum", None));
        assert!([inner, outer].iter().all(|it| it.state.as_deref() == Some("a=b")));
        assert!(inner.begun <= inner.ended);
    }
}
