//! Updates: what serves goes on serving, whatever the next version does.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod bad_versions;
mod in_place;
mod overtaken;
mod plans;
mod steering;
mod streams;
mod survival;
