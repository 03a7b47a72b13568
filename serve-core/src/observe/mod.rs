//! What is recorded while a server works: what has happened ([`EventLog`]), how often and how long (meters), and of
//! requests that are traced what they have called ([`Tracer`]).
//!
//! Whoever has something to tell writes here and knows no reader; what is shown of it is made in `report`. Recording
//! never waits, and costs a call no atomic read-modify-write: every thread counts on cells of its own (`tally`).

mod event;
mod event_log;
mod histogram;
mod journal;
mod meter;
mod meters;
mod model_meter;
#[cfg(feature = "metrics")]
mod own;
#[cfg(not(feature = "metrics"))]
#[path = "own_missing.rs"]
mod own;
mod seen_call;
mod slow;
mod tally;
#[cfg(feature = "admin")]
mod tap;
#[cfg(not(feature = "admin"))]
#[path = "tap_missing.rs"]
mod tap;
#[cfg(feature = "admin")]
mod tap_filter;
mod times;
mod trace_parent;
mod tracer;

pub use event::{Event, EventKind, ScalingRecord};
pub use event_log::EventStream;
pub use slow::{ChildCall, RequestParts, SlowRequest};
#[cfg(feature = "admin")]
pub use tap::{TapMissed, TappedCall};

pub(crate) use event::Draft;
pub(crate) use event_log::EventLog;
pub(crate) use histogram::Histogram;
#[cfg(test)]
pub(crate) use histogram::SECONDS;
pub(crate) use journal::{CallJournal, ChildCalls, NotedCall, NotedEnd};
pub(crate) use meter::{DeploymentCalls, DeploymentMeter, ReplicaCalls, ReplicaMeter};
pub(crate) use meters::{CLIENT_GONE, Meters, RouteMeter, RouteName, method_number};
pub(crate) use model_meter::{ModelCounts, ModelMeter, ModelTotals};
pub(crate) use own::OwnMetrics;
#[cfg(feature = "metrics")]
pub(crate) use own::{OwnBatch, OwnKind, OwnSeries, OwnValue, SeriesId, bounds};
pub(crate) use seen_call::SeenCall;
pub(crate) use tally::{CALL_ENDS, CallEnd, Timer, Took, Totals};
#[cfg(not(feature = "admin"))]
pub(crate) use tap::TapKind;
#[cfg(feature = "admin")]
pub use tap::TapKind;
#[cfg(feature = "admin")]
pub(crate) use tap::TapStream;
pub(crate) use tap::Taps;
#[cfg(feature = "admin")]
pub(crate) use tap_filter::TapFilter;
pub(crate) use times::{seconds, seconds_since_1970, whole_seconds_since_1970};
pub(crate) use tracer::{OpenSpan, SpanEnd, SpanKind, SpanPlace, SpanValue, Tracer};
#[cfg(feature = "otel")]
pub(crate) use tracer::{Span, SpanSink};
