//! A request and a failure as they cross: the time that is left instead of a clock's, and what a failure
//! was without the types of the call.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use tokio::time::Instant;

use crate::call::{CallError, Executed, Extras, Failure, RequestInfo, Upstream, take_refusal};
use crate::codec::Encoded;
use crate::id::{RequestId, method_id};
use crate::info::MethodInfo;
use crate::link::{Body, CallHead, Form, WireError, WireExecuted, WireExtras, WireId};

impl CallHead {
    /// The head of a call of a method that is known here, in this request.
    pub(crate) fn of_method(method: &MethodInfo, form: Form, request: &RequestInfo) -> Self {
        let MethodInfo { id, signature, .. } = *method;
        Self { method: id, signature, ..Self::of("", form, request) }
    }

    /// The head of a call of a method of this name, in this request.
    pub(crate) fn of(method: &str, form: Form, request: &RequestInfo) -> Self {
        let left = |deadline: Instant| deadline.saturating_duration_since(Instant::now());
        let micros = |left: Duration| u64::try_from(left.as_micros()).unwrap_or(u64::MAX);
        Self {
            budget_micros: request.deadline.map(left).map(micros),
            request_id: match &request.id {
                RequestId::Unset => WireId::Unset,
                RequestId::Random([high, low]) => WireId::Random(*high, *low),
                RequestId::Text(text) => WireId::Text((**text).to_owned()),
            },
            extras: request.extras.as_deref().map(WireExtras::of).map(Box::new),
            ..Self::new(method_id(method), form)
        }
    }

    /// The request as it goes on here.
    pub(crate) fn request(&self) -> RequestInfo {
        let mut request = RequestInfo::root();
        request.id = match &self.request_id {
            WireId::Unset => RequestId::Unset,
            WireId::Random(high, low) => RequestId::Random([*high, *low]),
            WireId::Text(text) => RequestId::Text(text.as_str().into()),
        };
        let left = self.budget_micros.map(Duration::from_micros);
        request.deadline = left.and_then(|left| Instant::now().checked_add(left));
        if let Some(extras) = &self.extras {
            *request.extras_mut() = extras.here();
        }
        request
    }
}

impl From<Encoded> for Body {
    fn from(encoded: Encoded) -> Self {
        let (front, back) = encoded.into_parts();
        Self::new(front, back)
    }
}

impl WireExtras {
    fn of(extras: &Extras) -> Self {
        let owned = |text: &Option<Arc<str>>| text.as_deref().map(str::to_owned);
        Self {
            model_id: owned(&extras.multiplexed_model_id),
            session_id: owned(&extras.session_id),
            trace_parent: owned(&extras.trace_parent_on()),
            trace_state: owned(&extras.trace_state),
            route: owned(&extras.route),
            caller: extras.caller,
            api_key: owned(&extras.api_key),
        }
    }

    fn here(&self) -> Extras {
        let shared = |text: &Option<String>| text.as_deref().map(Arc::from);
        Extras {
            route: shared(&self.route),
            multiplexed_model_id: shared(&self.model_id),
            session_id: shared(&self.session_id),
            trace_parent: shared(&self.trace_parent),
            trace_state: shared(&self.trace_state),
            caller: self.caller,
            api_key: shared(&self.api_key),
            // What the server knows of its own request stays there.
            ..Extras::default()
        }
    }
}

/// The most of a text that crosses; it goes into a header, which has a limit, and must arrive.
const TEXT_BYTES_MAX: usize = 2 << 10;

/// The beginning of a text that is too long.
fn cut(mut text: String) -> String {
    if text.len() > TEXT_BYTES_MAX {
        text.truncate(text.floor_char_boundary(TEXT_BYTES_MAX));
        text.push('…');
    }
    text
}

impl WireError {
    pub(crate) fn of(failure: Failure) -> Self {
        match failure {
            CallError::App(never) => match never {},
            CallError::BackPressure { num_queued, max_queued, retry_after } => Self::BackPressure {
                num_queued: num_queued as u64,
                max_queued: max_queued as u64,
                retry_after_micros: retry_after
                    .map(|after| u64::try_from(after.as_micros()).unwrap_or(u64::MAX)),
                status: take_refusal().map(|status| status.as_u16()),
            },
            CallError::DeploymentUnavailable => Self::DeploymentUnavailable,
            CallError::DeadlineExceeded => Self::DeadlineExceeded,
            CallError::Cancelled => Self::Cancelled,
            CallError::ReplicaDied { executed: Executed::No } => {
                Self::ReplicaDied { executed: WireExecuted::No }
            }
            CallError::ReplicaDied { executed: Executed::Maybe } => {
                Self::ReplicaDied { executed: WireExecuted::Maybe }
            }
            CallError::Panicked { message } => Self::Panicked { message: cut(message) },
            CallError::Upstream(upstream) => Self::Upstream { message: cut(upstream.to_string()) },
            CallError::Blocking => Self::Blocking,
            CallError::Transport(message) => Self::Transport { message: cut(message) },
            CallError::NotSent(message) => Self::NotSent { message: cut(message) },
            CallError::BatchLength { expected, got } => {
                Self::BatchLength { expected: expected as u64, got: got as u64 }
            }
        }
    }

    /// What clients over HTTP are to be told of a refusal.
    pub(crate) fn refusal(&self) -> Option<StatusCode> {
        match self {
            Self::BackPressure { status, .. } => StatusCode::from_u16((*status)?).ok(),
            _ => None,
        }
    }

    pub(crate) fn into_failure(self) -> Failure {
        let count = |count| usize::try_from(count).unwrap_or(usize::MAX);
        match self {
            // Comes with a body, which is read by who knows the type.
            Self::App => Failure::Transport("the method failed".to_owned()),
            Self::BackPressure { num_queued, max_queued, retry_after_micros, status: _ } => {
                Failure::BackPressure {
                    num_queued: count(num_queued),
                    max_queued: count(max_queued),
                    retry_after: retry_after_micros.map(Duration::from_micros),
                }
            }
            Self::DeploymentUnavailable => Failure::DeploymentUnavailable,
            Self::DeadlineExceeded => Failure::DeadlineExceeded,
            Self::Cancelled => Failure::Cancelled,
            Self::ReplicaDied { executed } => Failure::ReplicaDied {
                executed: match executed {
                    WireExecuted::No => Executed::No,
                    WireExecuted::Maybe => Executed::Maybe,
                },
            },
            Self::Panicked { message } => Failure::Panicked { message },
            Self::Upstream { message } => Failure::Upstream(Upstream::from_text(message)),
            Self::Blocking => Failure::Blocking,
            Self::Transport { message } => Failure::Transport(message),
            Self::BatchLength { expected, got } => {
                Failure::BatchLength { expected: count(expected), got: count(got) }
            }
            Self::UnknownMethod { .. } => Failure::NotSent(
                "the replica is of another build, without such a method".to_owned(),
            ),
            Self::NotSent { message } => Failure::NotSent(message),
        }
    }
}
