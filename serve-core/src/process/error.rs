//! Why a process could not be started.

use std::fmt;
use std::io;
use std::time::Duration;

use super::Exit;

/// Why there is no process for a replica.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SpawnError {
    /// The operating system refused.
    #[error("the process of replica {replica} could not be started: {source}")]
    Start {
        replica: String,
        #[source]
        source: io::Error,
    },
    /// It runs or ran, but as a program of its own and not as a replica.
    #[error(
        "the process of replica {replica} did not call serve_core::init(); make it the first line of \
         main, or write serve_core::test_replicas!() in a test program ({unready})"
    )]
    NotTakenOver { replica: String, unready: Unready },
    /// It could not give itself what the spec asks for.
    #[error("the process of replica {replica} could not be set up: {reason}")]
    SetUp { replica: String, reason: String },
    /// This process is itself one that did not take over. It must not start others, which would do
    /// the same.
    #[error(
        "this process was started for a replica, but serve_core::init() is not the first line of its \
         main"
    )]
    InReplica,
}

/// What was seen of a process that did not take over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unready {
    /// It ended before.
    Ended(Exit),
    /// It said nothing for so long.
    Silent(Duration),
}

// === impl Unready ===

impl fmt::Display for Unready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ended(exit) => write!(f, "it {exit}"),
            Self::Silent(time) => write!(f, "it was not heard of for {time:?}"),
        }
    }
}
