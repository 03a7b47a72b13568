//! A replica elsewhere, as its server has it: the calls that go there, and those that come from there. For all this room
//! knows it is in a process of its own or on another machine. It knows no types of values.

mod replica;
mod system;

mod choices;
mod deployments;

#[cfg(test)]
mod tests;

pub(crate) use deployments::{Deployments, Lookup};
pub(crate) use replica::{FarReplica, OutboundBatch};
pub(crate) use system::{Construction, HealthQuestion, Reconfiguration};
