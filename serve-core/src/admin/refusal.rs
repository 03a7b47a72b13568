//! Why the engine refuses a change, as an answer over HTTP: one table.

use http::StatusCode;

use super::problem::{ApiProblem, Mistake};
use crate::error::Error;

impl From<Error> for ApiProblem {
    fn from(error: Error) -> Self {
        let (status, kind) = match &error {
            Error::InvalidConfig { problems } => {
                let detail = "the options are not valid; nothing has changed";
                let mistakes = problems.iter().map(Mistake::new).collect();
                return Self::new(StatusCode::BAD_REQUEST, "invalid", detail).with(mistakes);
            }
            Error::Several { errors } => {
                let detail = "some applications are not what was sent; what served before serves";
                let mistakes = errors.iter().map(|error| Mistake::new(error.to_string())).collect();
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                return Self::new(status, "deploy-failed", detail).with(mistakes);
            }
            Error::InvalidName(_) => (StatusCode::BAD_REQUEST, "invalid"),
            Error::UnknownApplication(_) => (StatusCode::NOT_FOUND, "unknown-application"),
            Error::UnknownDeployment { .. } => (StatusCode::NOT_FOUND, "unknown-deployment"),
            Error::DuplicateRoute { .. } => (StatusCode::CONFLICT, "route-in-use"),
            Error::Superseded => (StatusCode::CONFLICT, "superseded"),
            Error::NoRollback { .. } => (StatusCode::CONFLICT, "no-rollback"),
            Error::Outdated { .. } => (StatusCode::PRECONDITION_FAILED, "stale"),
            // It has been understood and was tried; it is the application that cannot.
            Error::DeployFailed { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "deploy-failed"),
            Error::Unsupported(_) => (StatusCode::UNPROCESSABLE_ENTITY, "unsupported"),
            Error::Stopped => return Self::gone(),
            _ => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        };
        Self::new(status, kind, error.to_string())
    }
}
