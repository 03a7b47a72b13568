//! How many replicas a deployment should have, decided from its load.
//!
//! The whole room is plain functions of what has been seen and what time it is: no clock, no task, nothing that waits.
//! Whoever drives it samples the load, asks at the time it is told to come back at, and carries out what it hears; it also
//! runs a policy of the user's, which may panic or take long.

mod autoscaler;
mod context;
mod figures;
mod history;
mod policy;
mod reason;
mod shared;
mod steps;
mod timing;
mod verdict;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod script;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;

pub(crate) use autoscaler::Autoscaler;
pub use context::{AutoscalingContext, LoadSample};
pub use policy::{AutoscalingPolicy, ScalingDecision};
pub(crate) use shared::{PolicyRef, SharedPolicy};
pub(crate) use verdict::{Facts, ScalingInputs, Verdict};
