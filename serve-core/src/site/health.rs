//! What a health check has shown.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The answer to a health check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ReplicaHealth {
    Passed,
    Failed(String),
    /// Nothing can be said: no answer, but calls succeed; or it could not be asked.
    Undecided,
}

impl ReplicaHealth {
    /// What it means that a check did not answer in time.
    pub(crate) fn no_answer(has_succeeded: bool, timeout: Duration) -> Self {
        if has_succeeded {
            return Self::Undecided;
        }
        Self::Failed(format!("no answer within {timeout:?}"))
    }
}
