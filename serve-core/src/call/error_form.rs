//! A failure as data, for methods whose own error it is: `fn forward(..) -> Result<T, CallError>` may stand in a process.
//!
//! Only the failure without an application error, because the default of that, `Infallible`, is no serde value.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::error::{Executed, Failure, Upstream};

/// What of a failure crosses. An argument's failure does so as its text.
#[derive(Serialize, Deserialize)]
enum Form {
    BackPressure { num_queued: usize, max_queued: usize, retry_after: Option<Duration> },
    DeploymentUnavailable,
    DeadlineExceeded,
    Cancelled,
    ReplicaDied { may_have_run: bool },
    Panicked { message: String },
    Upstream(String),
    Blocking,
    Transport(String),
    NotSent(String),
    BatchLength { expected: usize, got: usize },
}

impl Serialize for Failure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Form::from(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Failure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Form::deserialize(deserializer).map(Self::from)
    }
}

impl From<&Failure> for Form {
    fn from(failure: &Failure) -> Self {
        match failure {
            Failure::App(never) => match *never {},
            &Failure::BackPressure { num_queued, max_queued, retry_after } => {
                Self::BackPressure { num_queued, max_queued, retry_after }
            }
            Failure::DeploymentUnavailable => Self::DeploymentUnavailable,
            Failure::DeadlineExceeded => Self::DeadlineExceeded,
            Failure::Cancelled => Self::Cancelled,
            Failure::ReplicaDied { executed } => {
                Self::ReplicaDied { may_have_run: *executed == Executed::Maybe }
            }
            Failure::Panicked { message } => Self::Panicked { message: message.clone() },
            Failure::Upstream(upstream) => Self::Upstream(upstream.to_string()),
            Failure::Blocking => Self::Blocking,
            Failure::Transport(message) => Self::Transport(message.clone()),
            Failure::NotSent(message) => Self::NotSent(message.clone()),
            &Failure::BatchLength { expected, got } => Self::BatchLength { expected, got },
        }
    }
}

impl From<Form> for Failure {
    fn from(form: Form) -> Self {
        match form {
            Form::BackPressure { num_queued, max_queued, retry_after } => {
                Self::BackPressure { num_queued, max_queued, retry_after }
            }
            Form::DeploymentUnavailable => Self::DeploymentUnavailable,
            Form::DeadlineExceeded => Self::DeadlineExceeded,
            Form::Cancelled => Self::Cancelled,
            Form::ReplicaDied { may_have_run } => Self::ReplicaDied {
                executed: if may_have_run { Executed::Maybe } else { Executed::No },
            },
            Form::Panicked { message } => Self::Panicked { message },
            Form::Upstream(text) => Self::Upstream(Upstream::from_text(text)),
            Form::Blocking => Self::Blocking,
            Form::Transport(message) => Self::Transport(message),
            Form::NotSent(message) => Self::NotSent(message),
            Form::BatchLength { expected, got } => Self::BatchLength { expected, got },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_is_the_same_after_it_has_crossed() {
        let retry_after = Some(Duration::from_millis(1500));
        let failures = [
            Failure::BackPressure { num_queued: 3, max_queued: 2, retry_after },
            Failure::DeploymentUnavailable,
            Failure::DeadlineExceeded,
            Failure::Cancelled,
            Failure::ReplicaDied { executed: Executed::No },
            Failure::ReplicaDied { executed: Executed::Maybe },
            Failure::Panicked { message: "boom".to_owned() },
            Failure::Upstream(Upstream::from_text("the argument's".to_owned())),
            Failure::Blocking,
            Failure::Transport("torn".to_owned()),
            Failure::NotSent("too large".to_owned()),
            Failure::BatchLength { expected: 2, got: 1 },
        ];
        for failure in failures {
            let text = serde_json::to_string(&failure).unwrap();
            let back: Failure = serde_json::from_str(&text).unwrap();
            assert_eq!(back.to_string(), failure.to_string(), "{text}");
            assert_eq!(back.executed(), failure.executed(), "{text}");
            assert_eq!(std::mem::discriminant(&back), std::mem::discriminant(&failure), "{text}");
        }
    }
}
