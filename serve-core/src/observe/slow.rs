//! Where the time of slow requests went: the slowest of each deployment, of the last ten minutes.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use serde::Serialize;
use tokio::time::Instant;

use super::histogram::nanos;
use super::tally::CallEnd;
use super::times::{seconds, seconds_since_1970};
use crate::id::ReplicaName;

/// A request that took longer than most, see [`Serve::slow_requests`](crate::Serve::slow_requests).
///
/// ```
/// # fn example(serve: serve_core::Serve) {
/// for request in serve.slow_requests().iter().take(10) {
///     println!("{:?} {} {:?}", request.total, request.method, request.parts);
/// }
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "admin", derive(serde::Deserialize, schemars::JsonSchema))]
#[non_exhaustive]
pub struct SlowRequest {
    /// When it had ended; serialised as seconds since 1970.
    #[serde(with = "seconds_since_1970")]
    #[cfg_attr(feature = "admin", schemars(with = "f64"))]
    pub at: SystemTime,
    /// The id that its log lines have.
    pub request_id: String,
    /// Whose method it called.
    pub application: String,
    /// Whose method it called.
    pub deployment: String,
    /// Where it ran.
    pub replica: String,
    /// The method.
    pub method: String,
    /// The route by which the request came in that it is part of; `None` if it is part of none.
    pub route: Option<String>,
    /// How it ended: `ok`, `error`, `panicked`, `cancelled`, `timed_out` or `lost`.
    pub outcome: String,
    /// From its arrival to the end of its response; of a call by handle, from the beginning of its method. Serialised
    /// as seconds, like all that follow.
    #[serde(with = "seconds")]
    #[cfg_attr(feature = "admin", schemars(with = "f64"))]
    pub total: Duration,
    /// Where that went.
    pub parts: RequestParts,
    /// The calls that it made and waited for, and theirs, in the order in which they ended; at most 64. Of a request
    /// over HTTP alone.
    pub children: Vec<ChildCall>,
}

impl SlowRequest {
    pub(crate) fn new(
        request_id: &str,
        replica: &ReplicaName,
        method: &str,
        route: Option<String>,
    ) -> Self {
        Self {
            at: SystemTime::now(),
            request_id: request_id.to_owned(),
            application: replica.application.to_string(),
            deployment: replica.deployment.to_string(),
            replica: replica.replica.to_string(),
            method: method.to_owned(),
            route,
            outcome: String::new(),
            total: Duration::ZERO,
            parts: RequestParts::default(),
            children: Vec::new(),
        }
    }

    pub(crate) fn ended(
        self,
        outcome: CallEnd,
        parts: RequestParts,
        children: Vec<ChildCall>,
    ) -> Self {
        let (outcome, total) = (outcome.name().to_owned(), parts.sum());
        Self { outcome, total, parts, children, ..self }
    }

    /// Its body has been sent, too.
    pub(crate) fn sent(&mut self, body: Duration) {
        self.parts.body = body;
        self.total = self.parts.sum();
        self.at = SystemTime::now();
    }
}

/// The parts of a request's time. Together they are all of it.
///
/// ```
/// let parts = serve_core::RequestParts::default();
/// assert!(parts.sum().is_zero());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "admin", derive(serde::Deserialize, schemars::JsonSchema))]
#[non_exhaustive]
pub struct RequestParts {
    /// It waited for a replica.
    #[serde(with = "seconds")]
    #[cfg_attr(feature = "admin", schemars(with = "f64"))]
    pub queued: Duration,
    /// It waited for others, to run together with them.
    #[serde(with = "seconds")]
    #[cfg_attr(feature = "admin", schemars(with = "f64"))]
    pub batch_wait: Duration,
    /// Its arguments were read from its body.
    #[serde(with = "seconds")]
    #[cfg_attr(feature = "admin", schemars(with = "f64"))]
    pub arguments: Duration,
    /// It was on its way to the replica's process and back.
    #[serde(with = "seconds")]
    #[cfg_attr(feature = "admin", schemars(with = "f64"))]
    pub wire: Duration,
    /// Its method ran, and no call that it had made was under way.
    #[serde(with = "seconds")]
    #[cfg_attr(feature = "admin", schemars(with = "f64"))]
    pub method: Duration,
    /// Calls that its method had made were under way, several at once counted once.
    #[serde(with = "seconds")]
    #[cfg_attr(feature = "admin", schemars(with = "f64"))]
    pub children: Duration,
    /// Its body was sent.
    #[serde(with = "seconds")]
    #[cfg_attr(feature = "admin", schemars(with = "f64"))]
    pub body: Duration,
}

impl RequestParts {
    /// All parts together.
    #[must_use]
    pub fn sum(&self) -> Duration {
        let before = self.queued + self.batch_wait + self.arguments;
        before + self.wire + self.method + self.children + self.body
    }

    /// As the header `Server-Timing` has it, in milliseconds.
    pub(crate) fn server_timing(&self) -> String {
        let parts = [
            ("queued", self.queued),
            ("arguments", self.arguments),
            ("wire", self.wire),
            ("method", self.method),
            ("children", self.children),
            ("total", self.sum()),
        ];
        let shown: Vec<_> = parts
            .iter()
            .map(|(name, time)| format!("{name};dur={:.3}", time.as_secs_f64() * 1000.0))
            .collect();
        shown.join(", ")
    }
}

/// A call that a request has made.
///
/// ```
/// # fn example(request: &serve_core::SlowRequest) {
/// for child in &request.children {
///     println!("+{:?} {}.{} {:?}", child.after, child.deployment, child.method, child.took);
/// }
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "admin", derive(serde::Deserialize, schemars::JsonSchema))]
#[non_exhaustive]
pub struct ChildCall {
    /// Who was called.
    pub deployment: String,
    /// The method; empty while the call waited for a replica.
    pub method: String,
    /// How long after the beginning of the request; serialised as seconds.
    #[serde(with = "seconds")]
    #[cfg_attr(feature = "admin", schemars(with = "f64"))]
    pub after: Duration,
    /// How long it took; serialised as seconds.
    #[serde(with = "seconds")]
    #[cfg_attr(feature = "admin", schemars(with = "f64"))]
    pub took: Duration,
    /// How it ended, or `queued` for the time that it waited for a replica.
    pub outcome: String,
}

/// How many are kept of each deployment.
const KEPT_MAX: usize = 100;
const KEPT_FOR: Duration = Duration::from_secs(600);

/// The slowest requests of a deployment.
#[derive(Debug)]
pub(crate) struct SlowLog {
    begun: Instant,
    /// What takes less is not among the slowest, in nanoseconds; until then, in milliseconds since the beginning.
    threshold: AtomicU64,
    until: AtomicU64,
    kept: Mutex<Vec<(Instant, SlowRequest)>>,
}

impl Default for SlowLog {
    fn default() -> Self {
        Self {
            begun: Instant::now(),
            threshold: AtomicU64::new(0),
            until: AtomicU64::new(0),
            kept: Mutex::default(),
        }
    }
}

impl SlowLog {
    /// Whether a request that took so long is among the slowest.
    #[inline]
    pub(crate) fn wants(&self, took: Duration, now: Instant) -> bool {
        nanos(took) > self.threshold.load(Relaxed)
            || self.since_begun(now) > self.until.load(Relaxed)
    }

    pub(crate) fn keep(&self, request: SlowRequest, now: Instant) {
        let mut kept = self.lock();
        kept.retain(|(at, _)| now.saturating_duration_since(*at) < KEPT_FOR);
        kept.push((now, request));
        if kept.len() > KEPT_MAX {
            let shortest = kept.iter().enumerate().min_by_key(|(_, (_, request))| request.total);
            if let Some(index) = shortest.map(|(index, _)| index) {
                drop(kept.swap_remove(index));
            }
        }
        let is_full = kept.len() == KEPT_MAX;
        let shortest = kept.iter().map(|(_, request)| nanos(request.total)).min();
        self.threshold.store(shortest.filter(|_| is_full).unwrap_or(0), Relaxed);
        let oldest = kept.iter().map(|(at, _)| *at).min().unwrap_or(now);
        self.until.store(self.since_begun(oldest + KEPT_FOR), Relaxed);
    }

    /// The slowest of the last ten minutes.
    pub(crate) fn read(&self, now: Instant) -> Vec<SlowRequest> {
        let kept = self.lock();
        let recent = kept.iter().filter(|(at, _)| now.saturating_duration_since(*at) < KEPT_FOR);
        recent.map(|(_, request)| request.clone()).collect()
    }

    fn since_begun(&self, now: Instant) -> u64 {
        let millis = now.saturating_duration_since(self.begun).as_millis();
        u64::try_from(millis).unwrap_or(u64::MAX)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(Instant, SlowRequest)>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(millis: u64) -> SlowRequest {
        SlowRequest {
            at: SystemTime::now(),
            request_id: String::new(),
            application: String::new(),
            deployment: String::new(),
            replica: String::new(),
            method: String::new(),
            route: None,
            outcome: "ok".to_owned(),
            total: Duration::from_millis(millis),
            parts: RequestParts::default(),
            children: Vec::new(),
        }
    }

    #[test]
    fn the_slowest_hundred_of_ten_minutes_are_kept() {
        let (log, now) = (SlowLog::default(), Instant::now());
        for millis in 1..=150 {
            if log.wants(Duration::from_millis(millis), now) {
                log.keep(request(millis), now);
            }
        }
        assert_eq!(log.read(now).iter().map(|it| it.total.as_millis()).min(), Some(51));
        assert!(!log.wants(Duration::from_millis(51), now));
        assert!(log.wants(Duration::from_millis(52), now));
        let later = now + Duration::from_secs(601);
        assert!(log.read(later).is_empty());
        assert!(log.wants(Duration::from_millis(1), later));
        log.keep(request(1), later);
        assert_eq!(log.read(later).len(), 1);
    }

    #[test]
    fn the_parts_are_shown_in_milliseconds() {
        let parts = RequestParts {
            queued: Duration::from_micros(1500),
            method: Duration::from_millis(20),
            ..RequestParts::default()
        };
        let shown = "queued;dur=1.500, arguments;dur=0.000, wire;dur=0.000, method;dur=20.000, children;dur=0.000, total;dur=21.500";
        assert_eq!(parts.server_timing(), shown);
    }
}
