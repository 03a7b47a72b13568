//! Where the time of a request went: told to a client that asks, and kept if it was slow.

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderName, HeaderValue};
use http_body::Body;
use tokio::time::Instant;

use super::SentResponse;
use crate::call::{CallScope, RequestInfo};
use crate::observe::{
    CallEnd, CallJournal, ChildCalls, DeploymentMeter, RequestParts, SlowRequest,
};
use crate::site::ReplicaInfo;

static SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// A request whose method has answered, until its body has been sent. Kept then, if it was slow.
pub(crate) struct TimedRequest {
    request: SlowRequest,
    meter: Arc<DeploymentMeter>,
    /// When the head of the response was there.
    answered: Instant,
}

/// When a method has run, and how that has ended.
#[derive(Clone, Copy)]
pub(super) struct Ran {
    /// When the request was given to a replica.
    pub(super) begun: Instant,
    pub(super) answered: Instant,
    pub(super) end: CallEnd,
}

/// What is known of a method that has run in a replica's process.
pub(super) struct RanFar {
    pub(super) begun: Instant,
    /// As the process says.
    pub(super) spent: Option<Spent>,
    /// The calls that it has made.
    pub(super) journal: Option<Arc<CallJournal>>,
}

/// How long a method ran where it is, and how long of that its arguments were read.
#[derive(Clone, Copy)]
pub(super) struct Spent {
    pub(super) ran: Duration,
    pub(super) arguments: Duration,
}

/// What is known of a request's time when its method has answered.
struct Times {
    arrived: Instant,
    ran: Ran,
}

impl Times {
    /// `None` for what has not come by the proxy.
    fn of(request: &RequestInfo, ran: Ran) -> Option<Self> {
        Some(Self { arrived: request.extras.as_ref()?.arrived?, ran })
    }

    fn so_far(&self) -> Duration {
        self.ran.answered.saturating_duration_since(self.arrived)
    }

    fn calls(&self, journal: Option<&Arc<CallJournal>>) -> ChildCalls {
        let Ran { begun, answered, .. } = self.ran;
        journal.map(|journal| journal.read(self.arrived, begun, answered)).unwrap_or_default()
    }

    fn parts(&self, calls: &ChildCalls, spent: Spent) -> RequestParts {
        let Ran { begun, answered, .. } = self.ran;
        let there = answered.saturating_duration_since(begun);
        // What a process says of itself is not taken on trust.
        let ran = spent.ran.min(there);
        let arguments = spent.arguments.min(ran);
        let waited = calls.waited.min(ran - arguments);
        RequestParts {
            queued: begun.saturating_duration_since(self.arrived),
            arguments,
            wire: there - ran,
            method: ran - arguments - waited,
            children: waited,
            ..RequestParts::default()
        }
    }
}

/// Notes the time of a request whose method has run here.
pub(super) fn time_here(response: &mut SentResponse, frame: &CallScope, ran: Ran) {
    let wanted = {
        let request = frame.request.borrow();
        let read = request.extras.as_ref().and_then(|extras| extras.read);
        let arguments = read.map(|at| at.saturating_duration_since(ran.begun)).unwrap_or_default();
        response.body_mut().set_answered(ran.answered, arguments);
        request.end_span(&frame.station.site().name, frame.method, ran.end);
        wanted(response, &request, frame.station.site(), ran)
            .map(|(times, is_asked)| (times.calls(request.journal()), times, is_asked, arguments))
    };
    let Some((calls, times, is_asked, arguments)) = wanted else { return };
    let ran_for = ran.answered.saturating_duration_since(ran.begun);
    let parts = times.parts(&calls, Spent { ran: ran_for, arguments });
    let request = frame.slow_request(ran.end, parts, calls.children);
    note(response, request, frame.station.site(), ran.answered, is_asked);
}

/// The same for one whose method has run in a replica's process.
pub(super) fn time_far(
    response: &mut SentResponse,
    request: &RequestInfo,
    site: &ReplicaInfo,
    method: &'static str,
    far: RanFar,
) {
    let RanFar { begun, spent, journal } = far;
    let ran = Ran { begun, answered: Instant::now(), end: outcome_of(response) };
    request.end_span(&site.name, method, ran.end);
    let Some((times, is_asked)) = wanted(response, request, site, ran) else { return };
    let calls = times.calls(journal.as_ref());
    let there = ran.answered.saturating_duration_since(begun);
    let unknown = Spent { ran: there, arguments: Duration::ZERO };
    let parts = times.parts(&calls, spent.unwrap_or(unknown));
    let route = request.extras.as_ref().and_then(|extras| extras.route.as_deref());
    let slow =
        SlowRequest::new(&request.id.to_string(), &site.name, method, route.map(str::to_owned))
            .ended(ran.end, parts, calls.children);
    note(response, slow, site, ran.answered, is_asked);
}

/// What is known of its time, if anybody wants to know; and whether its client does.
fn wanted(
    response: &SentResponse,
    request: &RequestInfo,
    site: &ReplicaInfo,
    ran: Ran,
) -> Option<(Times, bool)> {
    let times = Times::of(request, ran)?;
    let is_asked = request.extras.as_ref().is_some_and(|extras| extras.is_timed);
    // How long a body will take, nobody knows yet.
    let may_be_slow = || {
        let slow = &site.meter()?.deployment().slow;
        Some(is_streaming(response) || slow.wants(times.so_far(), ran.answered))
    };
    (is_asked || may_be_slow() == Some(true)).then_some((times, is_asked))
}

fn is_streaming(response: &SentResponse) -> bool {
    response.body().size_hint().exact().is_none()
}

/// How a method has ended that has answered this.
pub(super) fn outcome_of<B>(response: &http::Response<B>) -> CallEnd {
    CallEnd::of(response.status().is_server_error())
}

fn note(
    response: &mut SentResponse,
    request: SlowRequest,
    site: &ReplicaInfo,
    answered: Instant,
    is_asked: bool,
) {
    if is_asked && let Ok(value) = HeaderValue::from_str(&request.parts.server_timing()) {
        // A method may say something of its own.
        response.headers_mut().append(SERVER_TIMING.clone(), value);
    }
    if let Some(meter) = site.meter() {
        let meter = Arc::clone(meter.deployment());
        let timed = TimedRequest { request, meter, answered };
        if is_streaming(response) {
            response.body_mut().time(timed);
        }
    }
}

impl Drop for TimedRequest {
    fn drop(&mut self) {
        let now = Instant::now();
        self.request.sent(now.saturating_duration_since(self.answered));
        if self.meter.slow.wants(self.request.total, now) {
            self.meter.slow.keep(self.request.clone(), now);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_parts_are_all_of_the_time_whatever_a_process_says(
            [queued, there, ran, arguments, waited] in any::<[u16; 5]>(),
        ) {
            let millis = |number: u16| Duration::from_millis(number.into());
            let arrived = Instant::now();
            let begun = arrived + millis(queued);
            let ran_here = Ran { begun, answered: begun + millis(there), end: CallEnd::Ok };
            let times = Times { arrived, ran: ran_here };
            let calls = ChildCalls { waited: millis(waited), children: Vec::new() };
            let parts = times.parts(&calls, Spent { ran: millis(ran), arguments: millis(arguments) });
            prop_assert_eq!(parts.sum(), times.so_far());
        }
    }
}
