//! Why a verb did not do what it was asked for, what to do about it, and the status that says so.

use std::io;

use crate::client::ClientError;
use crate::error::Error;
use crate::file::ConfigError;

pub(super) const FAILED: u8 = 1;
pub(super) const USAGE: u8 = 2;
pub(super) const NOT_FOUND: u8 = 3;
const TIMED_OUT: u8 = 4;
const UNREACHABLE: u8 = 69;
const DENIED: u8 = 77;
pub(super) const BAD_CONFIG: u8 = 78;
const INTERRUPTED: u8 = 130;

/// All of them, with what they mean.
pub(super) const STATUSES: &[(u8, &str)] = &[
    (0, "done"),
    (
        FAILED,
        "failed: an application could not be started, a change was refused, the server is of another version",
    ),
    (USAGE, "the arguments are wrong"),
    (NOT_FOUND, "there is no such application, deployment or request"),
    (TIMED_OUT, "it was not done within `--timeout`; it is done all the same"),
    (UNREACHABLE, "no server answers"),
    (DENIED, "the server wants a token, or another one"),
    (BAD_CONFIG, "the configuration is wrong"),
    (INTERRUPTED, "interrupted"),
];

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

    /// Of a change that a server has been asked for, and that is known to have reached one which answers.
    pub(super) fn of_change(error: ClientError) -> Self {
        match &error {
            ClientError::TimedOut { .. } => Self::new(
                TIMED_OUT,
                format!(
                    "{error}; what was asked for is done all the same: `status` shows how far it is"
                ),
            ),
            ClientError::Unreachable { address, .. } => Self::new(
                UNREACHABLE,
                format!(
                    "the server at {address} went away before it had answered, so it may have done what was asked for; \
                     when it runs again `status` shows what it has done"
                ),
            ),
            _ => error.into(),
        }
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

/// With what to do about it, where the server does not say so itself.
impl From<ClientError> for VerbFailure {
    fn from(error: ClientError) -> Self {
        let (status, advice) = match &error {
            ClientError::Address { .. } | ClientError::Certificate { .. } => (USAGE, ""),
            ClientError::Unreachable { .. } => (
                UNREACHABLE,
                "; is it running, with its admin API on? `--address` names another one",
            ),
            ClientError::TimedOut { .. } => {
                (UNREACHABLE, "; look whether it hangs, or give it longer with `--timeout`")
            }
            ClientError::Denied(problem) if problem.status == 401 => {
                (DENIED, "; give it with `--token`, or in SERVE_ADMIN_TOKEN")
            }
            ClientError::Denied(_) => (DENIED, ""),
            ClientError::NotFound(_) => (NOT_FOUND, ""),
            _ => (FAILED, ""),
        };
        Self::new(status, format!("{error}{advice}"))
    }
}

impl From<serde_json::Error> for VerbFailure {
    fn from(error: serde_json::Error) -> Self {
        Self::new(FAILED, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::STATUSES;

    #[test]
    fn the_guide_and_the_documentation_have_the_same_statuses() {
        for text in [include_str!("../docs/cli.md"), include_str!("program.rs")] {
            let rows = text.lines().map(|line| line.trim_start_matches("    ///").trim());
            let rows: Vec<_> = rows.filter(|row| row.starts_with("| ")).collect();
            for (status, means) in STATUSES {
                let row = format!("| {status} | {means} |");
                assert!(rows.contains(&row.as_str()), "{row}");
            }
        }
    }
}
