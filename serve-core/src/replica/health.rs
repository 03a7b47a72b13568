//! What a health check has shown.

use serde::{Deserialize, Serialize};

/// The answer to a health check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ReplicaHealth {
    Passed,
    Failed(String),
    /// Nothing can be said: no answer, but calls succeed; or it could not be asked.
    Undecided,
}
