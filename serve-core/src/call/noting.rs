//! What is noted of the calls that a request makes: in its journal, for whoever asks where its time went, and as spans, if
//! it is traced. Of most calls neither.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::context::{Extras, Request, with_frame};
use crate::id::DeploymentId;
use crate::observe::{
    CallEnd, CallJournal, NotedCall, NotedEnd, OpenSpan, RequestParts, SlowRequest, SpanPlace,
    Tracer,
};
use crate::site::ReplicaInfo;

impl Request {
    /// Whether anything is.
    #[inline]
    pub(crate) fn is_noted(&self) -> bool {
        self.extras.as_ref().is_some_and(|it| it.journal.is_some() || it.span.is_some())
    }

    /// Keeps a journal of a request over HTTP from here on.
    pub(crate) fn begin_journal(&mut self) {
        if self.extras.as_ref().is_some_and(|it| it.arrived.is_some() && it.journal.is_none()) {
            self.extras_mut().journal = Some(Arc::default());
        }
    }

    #[inline]
    pub(crate) fn journal(&self) -> Option<&Arc<CallJournal>> {
        self.extras.as_ref()?.journal.as_ref()
    }

    /// The span of the call that this is the request of.
    #[inline]
    pub(crate) fn span(&self) -> Option<&OpenSpan> {
        self.extras.as_ref()?.span.as_deref()
    }

    /// Begins the span of a call that nobody has made here, if it is traced.
    #[cold]
    pub(crate) fn begin_root_span(&mut self, tracer: &Arc<Tracer>) {
        let extras = self.extras.as_deref();
        let parent = extras.and_then(|extras| extras.trace_parent.as_deref());
        let state = extras.and_then(|extras| extras.trace_state.as_ref());
        if let Some(span) = tracer.begin(parent, state) {
            self.extras_mut().span = Some(Box::new(span));
        }
    }

    /// The same for one that a replica's process has made.
    pub(crate) fn go_on_with_span(&mut self, tracer: &Arc<Tracer>) {
        let Some(extras) = self.extras.as_deref() else { return };
        let parent = extras.trace_parent.as_deref();
        if let Some(span) = tracer.go_on(parent, extras.trace_state.as_ref()) {
            self.extras_mut().span = Some(Box::new(span));
        }
    }

    /// This request, inherited by a call that it makes, becomes that of the call.
    #[inline]
    pub(crate) fn begin_child_span(&mut self) {
        if let Some(child) = self.span().map(OpenSpan::child) {
            self.extras_mut().span = Some(Box::new(child));
        }
    }

    /// How long its call has waited before it began.
    pub(crate) fn waited(&self) -> Duration {
        Duration::from_micros(self.waited.into())
    }

    pub(crate) fn set_waited(&mut self, waited: Duration) {
        self.waited = u32::try_from(waited.as_micros()).unwrap_or(u32::MAX);
    }

    /// Its call has waited since then for a replica.
    pub(crate) fn note_queued(&self, deployment: &DeploymentId, since: Instant) {
        if let Some(journal) = self.journal() {
            let deployment = Arc::clone(&deployment.deployment);
            let end = NotedEnd::At(Instant::now(), "queued");
            journal.note(NotedCall { deployment, method: "", begun: since, end });
        }
        self.note_own_wait(deployment, since);
    }

    /// The same for a request that nobody here has called.
    pub(crate) fn note_own_wait(&self, deployment: &DeploymentId, since: Instant) {
        if let Some(span) = self.span() {
            span.note_queued(deployment.into(), since);
        }
    }

    /// Keeps its call, which has ended in a process, if it is among the slowest there.
    pub(crate) fn keep_far(
        &self,
        site: &ReplicaInfo,
        method: &str,
        end: CallEnd,
        parts: RequestParts,
    ) {
        let (Some(meter), now) = (site.meter(), Instant::now()) else { return };
        let slow = &meter.deployment().slow;
        if slow.wants(parts.sum(), now) {
            let route = self.extras.as_ref().and_then(|extras| extras.route.as_deref());
            let route = route.map(str::to_owned);
            let request = SlowRequest::new(&self.id.to_string(), &site.name, method, route);
            slow.keep(request.ended(end, parts, Vec::new()), now);
        }
    }

    /// Its call has ended.
    #[inline]
    pub(crate) fn end_span<'a>(&self, place: impl Into<SpanPlace<'a>>, method: &str, end: CallEnd) {
        if let Some(span) = self.span() {
            span.end_call(place.into(), method, end);
        }
    }

    /// Its call, which has been one of a batch, has ended. The journal knows it by this key.
    pub(crate) fn end_item<'a>(
        &self,
        place: impl Into<SpanPlace<'a>>,
        method: &str,
        key: usize,
        end: CallEnd,
    ) {
        if let Some(journal) = self.journal() {
            journal.end(key, end);
        }
        self.end_span(place, method, end);
    }
}

/// The arguments of the request that runs here have been read from its body, which took a while.
pub(crate) fn note_arguments_read() {
    with_frame(|frame| {
        if let Ok(mut request) = frame.request.try_borrow_mut() {
            request.extras_mut().read = Some(Instant::now());
        }
    });
}

impl Extras {
    /// What is passed on as W3C's `traceparent`: that of the call that runs, or as it came.
    pub(crate) fn trace_parent_on(&self) -> Option<Arc<str>> {
        match &self.span {
            Some(span) => Some(span.trace_parent().to_string().into()),
            None => self.trace_parent.clone(),
        }
    }
}

impl<'a> From<&'a DeploymentId> for SpanPlace<'a> {
    fn from(id: &'a DeploymentId) -> Self {
        let DeploymentId { application, deployment } = id;
        Self { application, deployment, replica: None }
    }
}
