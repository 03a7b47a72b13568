//! The metrics of users' own: what the macros of the crate `metrics` count in one place, which is a replica or what is
//! outside of calls.
//!
//! Each replica has a store of its own, so its series end with it. Who counts where is decided in `call/recorder.rs`;
//! what is shown of it in `report/own.rs`.

mod cells;
mod series;
mod store;

pub(crate) use series::{OwnBatch, OwnKind, OwnSeries, OwnValue, SeriesId, bounds};
pub(crate) use store::OwnMetrics;
