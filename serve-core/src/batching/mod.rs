//! Batched methods: callers pass one item and get one result, replicas see batches.
//!
//! The items of one method wait in **one queue for the whole deployment**, and a replica that has a slot
//! for a batch (`max_concurrent_batches`) **pulls** from it. So routing never scatters what could run
//! together, and a batch is cut at the last moment, when it is known what there is.
//!
//! A batch holds a slot of its own, never a permit of `max_ongoing_requests`: a method that awaits its
//! own deployment's batched method cannot wait for itself.
//!
//! - [`queue`](self::queue): what waits, and the way in.
//! - [`cut`](self::cut): when to cut, and what; plain functions.
//! - [`run`](self::run): one batch from the gathering to its end.

mod cut;
mod queue;
mod run;
mod settings;

pub(crate) use queue::{BatchQueue, Item};
pub(crate) use run::{Cells, Gathering, run_batch, run_cut};
