//! Processes that replicas live in: starting, watching and ending them.
//!
//! A child is the parent's own executable, started again. This room gives each side a connected data
//! socket and knows nothing of what is said on it: no deployments, no calls, no frames.
//!
//! - The parent's [`Spawner`] forks on a thread of its own (`forker`), which also reaps; so there are no
//!   zombies, whatever becomes of the runtime. A [`Process`] is ended by dropping it.
//! - Descriptor 0 of a child is its *control socket* (`message`). [`take_over`] gives it to a thread that
//!   answers pings whatever user code does, and that ends the whole process group when the parent is
//!   gone (`guard`).
//! - Linux only. Elsewhere `spawn` fails and says so.
//!
//! Known limits: what a replica starts is ended with it as long as it stays in the replica's process
//! group; a program that never calls [`take_over`] is ended by its parent, but not by its parent's death.

mod error;
mod exit;
mod lines;
mod spec;
mod start;
mod test_entry;

#[cfg(target_os = "linux")]
mod child;
#[cfg(target_os = "linux")]
mod control;
#[cfg(target_os = "linux")]
mod forker;
#[cfg(target_os = "linux")]
mod group;
#[cfg(target_os = "linux")]
mod guard;
#[cfg(target_os = "linux")]
mod limits;
#[cfg(target_os = "linux")]
mod message;
#[cfg(target_os = "linux")]
mod output;
#[cfg(target_os = "linux")]
mod printer;
#[cfg(target_os = "linux")]
mod running;
#[cfg(target_os = "linux")]
mod spawner;

#[cfg(not(target_os = "linux"))]
mod unsupported;

#[cfg(all(test, target_os = "linux"))]
mod tests;

pub(crate) use error::SpawnError;
pub(crate) use exit::Exit;
pub(crate) use spec::Spec;
pub(crate) use start::Start;
pub use test_entry::TestEntry;

#[cfg(target_os = "linux")]
pub(crate) use self::{
    child::take_over,
    error::Unready,
    lines::{PrintedLine, Sink, Stream},
    running::{Process, Started},
    spawner::Spawner,
};

#[cfg(not(target_os = "linux"))]
pub(crate) use unsupported::{Process, Spawner, Started, take_over};
