//! Updates: what serves goes on serving, whatever the next version does.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[path = "updates/bad_versions.rs"]
mod bad_versions;
#[path = "updates/in_place.rs"]
mod in_place;
#[path = "updates/overtaken.rs"]
mod overtaken;
#[path = "updates/plans.rs"]
mod plans;
#[path = "updates/steering.rs"]
mod steering;
#[path = "updates/streams.rs"]
mod streams;
#[path = "updates/survival.rs"]
mod survival;
