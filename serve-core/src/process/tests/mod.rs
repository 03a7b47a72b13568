//! Real processes: this test program, started again.
//!
//! `peer` is what runs in the others: a child that does as it is told over its data socket, and a
//! program in the middle that starts children of its own and can be killed.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

mod peer;

mod end;
mod orphans;
mod output;
mod start;
