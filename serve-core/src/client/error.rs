//! Why a question to a server has no answer.

use std::time::Duration;

use http::StatusCode;

use crate::admin::{ApiProblem, VERSION};

/// Why the admin API of a server did not do what it was asked for.
///
/// ```
/// # #[tokio::main]
/// # async fn main() -> Result<(), serve_core::ClientError> {
/// use serve_core::{AdminClient, ClientError};
///
/// let nobody = AdminClient::new("127.0.0.1:1")?;
/// assert!(matches!(nobody.snapshot().await, Err(ClientError::Unreachable { .. })));
/// # Ok(()) }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The address is none.
    #[error("`{address}` is no address of a server: {why}; write `http://host:port`")]
    Address {
        /// As it was given.
        address: String,
        /// What is wrong with it.
        why: String,
    },
    /// The certificates of the authorities cannot be used.
    #[error("cannot use `{}` as certificates of authorities: {problem}", file.display())]
    Certificate {
        /// The file.
        file: std::path::PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// Nobody answers there, or the connection broke.
    #[error("the server at {address} cannot be reached: {why}")]
    Unreachable {
        /// The address.
        address: String,
        /// What went wrong.
        why: String,
    },
    /// The answer did not come in time. A change that was asked for may be made all the same.
    #[error("the server at {address} has not answered within {after:?}")]
    TimedOut {
        /// The address.
        address: String,
        /// How long it was waited for.
        after: Duration,
    },
    /// The server wants a token, or another one; or it does not let itself be called by this name.
    #[error("access denied: {0}")]
    Denied(ApiProblem),
    /// There is no such application or deployment.
    #[error("{0}")]
    NotFound(ApiProblem),
    /// The application is not what the change was asked for, see [`AdminClient::expecting`](crate::AdminClient::expecting).
    #[error("{0}")]
    Precondition(ApiProblem),
    /// The server does not do that: what was asked for makes no sense, cannot be done now, or has failed.
    #[error("{0}")]
    Refused(ApiProblem),
    /// The server itself has failed, or is being shut down.
    #[error("the server failed: {0}")]
    Server(ApiProblem),
    /// The answer is none of this API, or of a version of it that this client does not know.
    #[error("the answer of {address} is not understood ({why}); {}", versions(theirs.as_deref()))]
    Version {
        /// The address.
        address: String,
        /// The server's version, if it is one of ours.
        theirs: Option<String>,
        /// What is not understood.
        why: String,
    },
}

impl ClientError {
    pub(super) fn of(problem: ApiProblem) -> Self {
        match StatusCode::from_u16(problem.status).unwrap_or_default() {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::MISDIRECTED_REQUEST => {
                Self::Denied(problem)
            }
            StatusCode::NOT_FOUND => Self::NotFound(problem),
            StatusCode::PRECONDITION_FAILED => Self::Precondition(problem),
            status if status.is_server_error() => Self::Server(problem),
            _ => Self::Refused(problem),
        }
    }

    /// What the server has said, if it has answered with a problem.
    #[must_use]
    pub fn problem(&self) -> Option<&ApiProblem> {
        match self {
            Self::Denied(problem)
            | Self::NotFound(problem)
            | Self::Precondition(problem)
            | Self::Refused(problem)
            | Self::Server(problem) => Some(problem),
            Self::Address { .. }
            | Self::Certificate { .. }
            | Self::Unreachable { .. }
            | Self::TimedOut { .. }
            | Self::Version { .. } => None,
        }
    }
}

fn versions(theirs: Option<&str>) -> String {
    match theirs {
        Some(theirs) if theirs == VERSION => format!("both are of version {VERSION}"),
        Some(theirs) => {
            format!("it is of version {theirs}, this client of {VERSION}: use the same")
        }
        None => "it seems to be another server; is that the port of the admin API, and does it speak HTTPS?".to_owned(),
    }
}
