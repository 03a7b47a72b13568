//! Why a verb did not do what it was asked for, and the status that says so.

use std::io;

use crate::client::ClientError;
use crate::error::Error;
use crate::file::ConfigError;

pub(super) const FAILED: u8 = 1;
pub(super) const USAGE: u8 = 2;
pub(super) const NOT_FOUND: u8 = 3;
pub(super) const TIMED_OUT: u8 = 4;
const UNREACHABLE: u8 = 69;
const DENIED: u8 = 77;
pub(super) const BAD_CONFIG: u8 = 78;
const INTERRUPTED: u8 = 130;

pub(super) type VerbOutcome<T = ()> = Result<T, VerbFailure>;

#[derive(Debug)]
pub(super) struct VerbFailure {
    /// Of the process.
    pub(super) status: u8,
    /// Empty where there is nothing to say.
    pub(super) message: String,
    /// What is wrong with a configuration, one by one.
    pub(super) config: Option<ConfigError>,
}

impl VerbFailure {
    pub(super) fn new(status: u8, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), config: None }
    }

    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self::new(USAGE, message)
    }

    pub(super) fn interrupted() -> Self {
        Self::new(INTERRUPTED, "")
    }
}

impl From<io::Error> for VerbFailure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // Whoever reads has read enough.
            io::ErrorKind::BrokenPipe => Self::new(0, ""),
            _ => Self::new(FAILED, error.to_string()),
        }
    }
}

impl From<Error> for VerbFailure {
    fn from(error: Error) -> Self {
        let status = match &error {
            Error::InvalidConfig { .. } | Error::InvalidEnvironment { .. } => BAD_CONFIG,
            Error::UnknownApplication(_) | Error::UnknownDeployment { .. } => NOT_FOUND,
            _ => FAILED,
        };
        Self::new(status, error.to_string())
    }
}

impl From<ConfigError> for VerbFailure {
    fn from(error: ConfigError) -> Self {
        Self { status: BAD_CONFIG, message: error.to_string(), config: Some(error) }
    }
}

impl From<ClientError> for VerbFailure {
    fn from(error: ClientError) -> Self {
        let status = match &error {
            ClientError::Address { .. } => USAGE,
            ClientError::Unreachable { .. } => UNREACHABLE,
            ClientError::TimedOut { .. } => TIMED_OUT,
            ClientError::Denied(_) => DENIED,
            ClientError::NotFound(_) => NOT_FOUND,
            _ => FAILED,
        };
        Self::new(status, error.to_string())
    }
}

impl From<serde_json::Error> for VerbFailure {
    fn from(error: serde_json::Error) -> Self {
        Self::new(FAILED, error.to_string())
    }
}
