//! What a server asks of a replica elsewhere besides calls, as it crosses.

use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// What the parent says of the replica that it wants.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Construction {
    pub(crate) application: String,
    pub(crate) deployment: String,
    pub(crate) replica: String,
    pub(crate) ongoing_max: u32,
    pub(crate) stuck_after: Option<Duration>,
    pub(crate) arguments: Bytes,
    /// How many series of the user's own metrics the server takes; `None` if it wants none.
    pub(crate) own_series_max: Option<usize>,
}

/// How the parent asks for a replica's health.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct HealthQuestion {
    pub(crate) timeout: Duration,
    pub(crate) stuck_after: Option<Duration>,
}

/// How the parent gives a replica another configuration.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Reconfiguration {
    /// As JSON.
    pub(crate) config: Vec<u8>,
    pub(crate) patience: Duration,
}
