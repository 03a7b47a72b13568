//! The place that a call runs at, as the call sees it: what is known of a replica without its type.

mod info;
mod standing;

mod cut;
mod health;
mod models;
mod slow;
mod stuck;

use std::any::Any;
use std::sync::Arc;

use crate::tasks::Tasks;

pub(crate) use cut::CutCalls;
pub(crate) use health::ReplicaHealth;
pub(crate) use info::ReplicaInfo;
pub(crate) use models::Models;
pub(crate) use slow::SlowClock;
pub use standing::Ejection;
pub(crate) use stuck::RunningHandler;

/// A replica without its type, as the context of a call holds it.
pub(crate) trait ReplicaContext: Send + Sync {
    fn site(&self) -> &ReplicaInfo;
    /// A call has failed for no fault of its own.
    fn failed(&self);
    /// A call has succeeded after one that failed.
    fn recovered(&self);
    /// The tasks of the runtime that its calls run on.
    fn tasks(&self) -> &Tasks;
    /// The tasks of the server it belongs to; `None` for a mock outside one.
    fn server(&self) -> Option<&Tasks>;
    /// A handle to the replica's own deployment, for `current_handle()`; typed again by whoever asks.
    fn handle(&self) -> &dyn Any;
    /// A deployment (`FarDeployment`), where the replica is in a process that has none but itself. Without an
    /// application it is the one of that name in whatever application.
    fn elsewhere(&self, application: &str, deployment: &str) -> Option<Arc<dyn Any + Send + Sync>>;
}
