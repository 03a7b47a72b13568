//! How a call can fail: the user's own error, unchanged, or what the system did to it.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::error::Error;
use crate::log::text_of;
use crate::observe::CallEnd;

/// Whether a call that failed may have run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Executed {
    /// It certainly never reached the user's code: safe to send again.
    No,
    /// It may have run, in part or whole: send it again only if that does no harm.
    Maybe,
}

/// The failure of another call whose unfinished result was an argument of this one.
///
/// ```
/// fn print(upstream: &serve_core::Upstream) {
///     println!("the argument failed: {upstream}");
/// }
/// ```
#[derive(Clone)]
pub struct Upstream(Arc<dyn std::error::Error + Send + Sync>);

impl Upstream {
    /// The argument's own error.
    #[must_use]
    pub fn error(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
        &*self.0
    }

    pub(crate) fn new<E>(error: CallError<E>) -> Self
    where
        E: fmt::Debug + Send + Sync + 'static,
    {
        Self(Arc::new(Opaque(error)))
    }

    /// One of another process, of which there is only the text.
    pub(crate) fn from_text(text: String) -> Self {
        Self(Arc::new(Said(text)))
    }

    pub(crate) fn shared<E>(error: Arc<CallError<E>>) -> Self
    where
        E: fmt::Debug + Send + Sync + 'static,
    {
        Self(Arc::new(SharedOpaque(error)))
    }
}

impl fmt::Debug for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Errors of arguments are shown wherever a failed call is, also where no method runs.
        f.write_str(&text_of(format_args!("{}", self.0)))
    }
}

/// Makes an error of any `Debug` application error, so that arguments need no more than that.
#[derive(Debug)]
struct Opaque<E>(CallError<E>);

impl<E: fmt::Debug> fmt::Display for Opaque<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt_debug(f)
    }
}

impl<E: fmt::Debug> std::error::Error for Opaque<E> {}

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Said(String);

#[derive(Debug)]
struct SharedOpaque<E>(Arc<CallError<E>>);

impl<E: fmt::Debug> fmt::Display for SharedOpaque<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt_debug(f)
    }
}

impl<E: fmt::Debug> std::error::Error for SharedOpaque<E> {}

/// Why a call has no result.
///
/// [`App`](Self::App) is the user's own error, unchanged. Everything else is what the system did, and
/// [`executed`](Self::executed) says whether the method may have run all the same.
///
/// ```
/// use serve_core::{CallError, Executed};
/// let error: CallError = CallError::ReplicaDied { executed: Executed::No };
/// assert!(error.is_retryable());
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum CallError<E = Infallible> {
    /// The method itself returned this error.
    App(E),
    /// The deployment's queue is full; the call was not queued.
    BackPressure {
        /// How many calls were waiting.
        num_queued: usize,
        /// How many may wait: `max_queued_requests`.
        max_queued: usize,
        /// When to try again, if the deployment's `backpressure` option says so.
        retry_after: Option<Duration>,
    },
    /// The deployment has been deleted, or could not be deployed, or its server has been shut down or
    /// dropped; nothing will run the call.
    DeploymentUnavailable,
    /// The call's deadline passed, queued or running, or a `get_timeout` ran out.
    DeadlineExceeded,
    /// The call was cancelled, or the request it belongs to was.
    Cancelled,
    /// The replica went away before it replied.
    ReplicaDied {
        /// Whether the method may have run.
        executed: Executed,
    },
    /// The method panicked, or an argument did while it was copied or awaited. The replica lives on;
    /// other calls are not affected.
    Panicked {
        /// The text of the panic.
        message: String,
    },
    /// An argument was the unfinished result of another call, and that call failed.
    Upstream(Upstream),
    /// `get`, `wait` or what else blocks was used inside asynchronous code, where it would have stopped a
    /// thread that others need; `.await` the reference instead, or use `get_async` and `wait_async`.
    Blocking,
    /// The connection to a remote replica failed.
    Transport(String),
    /// The call could not be delivered, and has not been executed: an argument that cannot be encoded or is
    /// too large, or a replica of another build of the program, where the method is missing or has other
    /// arguments. Sent again it would fail again. A handle that was not to be had counts as one, so that `?`
    /// works on `current_handle()` and `get_handle()`.
    NotSent(String),
    /// A batched method did not return one result for each item.
    BatchLength {
        /// How many items it was given.
        expected: usize,
        /// How many results it returned.
        got: usize,
    },
}

/// A failure that no user code had a part in.
pub(crate) type Failure = CallError<Infallible>;

impl<E> CallError<E> {
    /// Whether the same call may be sent again without any risk that it runs twice.
    ///
    /// True for [`BackPressure`](Self::BackPressure) and for a replica that died before the call began.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::BackPressure { .. } | Self::ReplicaDied { executed: Executed::No })
    }

    /// Whether the method may have run. A result of `Maybe` makes no promise either way.
    #[must_use]
    pub fn executed(&self) -> Executed {
        match self {
            Self::BackPressure { .. }
            | Self::DeploymentUnavailable
            | Self::Upstream(_)
            | Self::NotSent(_)
            | Self::ReplicaDied { executed: Executed::No } => Executed::No,
            Self::App(_)
            | Self::DeadlineExceeded
            | Self::Cancelled
            | Self::ReplicaDied { executed: Executed::Maybe }
            | Self::Panicked { .. }
            | Self::Blocking
            | Self::Transport(_)
            | Self::BatchLength { .. } => Executed::Maybe,
        }
    }

    /// The same failure with another application error.
    ///
    /// ```
    /// use serve_core::CallError;
    /// let error: CallError<u8> = CallError::App(7);
    /// assert!(matches!(error.map_app(u32::from), CallError::App(7_u32)));
    /// ```
    pub fn map_app<F>(self, map: impl FnOnce(E) -> F) -> CallError<F> {
        match self.try_map_app(|error| Ok::<F, Infallible>(map(error))) {
            Ok(error) => error,
            Err(never) => match never {},
        }
    }

    /// The failure where it is one of the system, else the method's own error: to answer for the one, and pass the other
    /// on.
    ///
    /// # Errors
    ///
    /// The method's own.
    ///
    /// ```
    /// use serve_core::CallError;
    /// let failed: CallError<u8> = CallError::DeadlineExceeded;
    /// assert!(matches!(failed.into_system(), Ok(CallError::DeadlineExceeded)));
    /// assert!(matches!(CallError::App(7).into_system(), Err(7)));
    /// ```
    pub fn into_system(self) -> Result<Failure, E> {
        self.try_map_app(Err)
    }

    fn try_map_app<F, X>(self, map: impl FnOnce(E) -> Result<F, X>) -> Result<CallError<F>, X> {
        Ok(match self {
            Self::App(error) => CallError::App(map(error)?),
            Self::BackPressure { num_queued, max_queued, retry_after } => {
                CallError::BackPressure { num_queued, max_queued, retry_after }
            }
            Self::DeploymentUnavailable => CallError::DeploymentUnavailable,
            Self::DeadlineExceeded => CallError::DeadlineExceeded,
            Self::Cancelled => CallError::Cancelled,
            Self::ReplicaDied { executed } => CallError::ReplicaDied { executed },
            Self::Panicked { message } => CallError::Panicked { message },
            Self::Upstream(upstream) => CallError::Upstream(upstream),
            Self::Blocking => CallError::Blocking,
            Self::Transport(message) => CallError::Transport(message),
            Self::NotSent(message) => CallError::NotSent(message),
            Self::BatchLength { expected, got } => CallError::BatchLength { expected, got },
        })
    }

    /// The text where the application's own error can only be shown for debugging.
    fn fmt_debug(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result
    where
        E: fmt::Debug,
    {
        match self {
            Self::App(error) => error.fmt(f),
            other => other.fmt_system(f),
        }
    }

    /// The text of any failure, whatever its application error is.
    pub(crate) fn fmt_any<F>(error: &CallError<F>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        error.fmt_system(f)
    }

    /// The text of everything but the application's own error.
    fn fmt_system(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::App(_) => f.write_str("the method failed"),
            Self::BackPressure { num_queued, max_queued, .. } => write!(
                f,
                "request dropped due to backpressure (num_queued_requests={num_queued}, max_queued_requests={max_queued})"
            ),
            Self::DeploymentUnavailable => f.write_str(
                "the deployment is unavailable: it has been deleted or could not be deployed, or its \
                 server has been shut down or dropped",
            ),
            Self::DeadlineExceeded => f.write_str("the deadline was exceeded"),
            Self::Cancelled => f.write_str("the call was cancelled"),
            Self::ReplicaDied { executed: Executed::No } => {
                f.write_str("the replica died before the call began")
            }
            Self::ReplicaDied { executed: Executed::Maybe } => {
                f.write_str("the replica died during the call")
            }
            Self::Panicked { message } => write!(f, "the method panicked: {message}"),
            Self::Upstream(upstream) => write!(f, "an argument failed: {upstream}"),
            Self::Blocking => f.write_str(
                "asynchronous code waited by blocking (`get`, `wait`); use `.await`, `get_async` or `wait_async` \
                 there",
            ),
            Self::Transport(message) => {
                write!(f, "the connection to the replica failed: {message}")
            }
            Self::NotSent(message) => f.write_str(message),
            Self::BatchLength { expected, got } => write!(
                f,
                "the batched method must return one result for each item: expected {expected}, got {got}"
            ),
        }
    }
}

impl CallError<Infallible> {
    /// As it is counted.
    pub(crate) fn outcome(&self) -> CallEnd {
        match self {
            Self::Panicked { .. } => CallEnd::Panicked,
            Self::Cancelled => CallEnd::Cancelled,
            Self::DeadlineExceeded => CallEnd::TimedOut,
            _ => CallEnd::Lost,
        }
    }

    /// The same failure where the method could also have failed by itself.
    #[must_use]
    pub fn widen<E>(self) -> CallError<E> {
        self.map_app(|never| match never {})
    }
}

/// So that `Self::current_handle()?.method.remote(..).await?` works in a method.
///
/// The failure of a call stays what it was. Any other error means that there was nobody to call, which is a
/// [`NotSent`](CallError::NotSent) with the same text.
///
/// ```
/// use serve_core::{CallError, Error};
/// let error: CallError = Error::Stopped.into();
/// assert_eq!(error.to_string(), Error::Stopped.to_string());
/// ```
impl<E> From<Error> for CallError<E> {
    fn from(error: Error) -> Self {
        match error {
            Error::Call(cause) => match cause.downcast::<Failure>() {
                Ok(failure) => failure.widen(),
                Err(cause) => Self::Upstream(Upstream(Arc::from(cause))),
            },
            other => Self::NotSent(other.to_string()),
        }
    }
}

impl<E: fmt::Display> fmt::Display for CallError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::App(error) => error.fmt(f),
            other => other.fmt_system(f),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> std::error::Error for CallError<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Upstream(upstream) => Some(upstream.error()),
            _ => None,
        }
    }
}

/// For `?` in `main`.
impl<E> From<CallError<E>> for Error
where
    E: fmt::Debug + fmt::Display + Send + Sync + 'static,
{
    fn from(error: CallError<E>) -> Self {
        Self::Call(Box::new(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_never_ran_is_retryable() {
        let died = |executed| CallError::<()>::ReplicaDied { executed };
        assert!(died(Executed::No).is_retryable());
        assert!(!died(Executed::Maybe).is_retryable());
        assert!(!CallError::App(()).is_retryable());
        assert!(!CallError::<()>::Cancelled.is_retryable());
    }

    #[test]
    fn an_application_error_is_shown_as_it_is() {
        assert_eq!(CallError::App("out of stock").to_string(), "out of stock");
    }

    #[test]
    fn a_handle_that_is_not_to_be_had_fails_a_call_with_the_same_text() {
        let error: CallError<u8> = Error::OutsideReplica("Greeter").into();
        assert_eq!(error.to_string(), Error::OutsideReplica("Greeter").to_string());
        assert_eq!(error.executed(), Executed::No);
    }

    #[test]
    fn a_failed_call_that_became_an_error_is_the_same_failure_again() {
        let failure = Failure::ReplicaDied { executed: Executed::Maybe };
        let error: CallError<u8> = Error::from(failure).into();
        assert!(matches!(error, CallError::ReplicaDied { executed: Executed::Maybe }), "{error:?}");
    }

    #[test]
    fn the_own_error_of_a_failed_call_becomes_that_of_an_upstream() {
        let error: CallError = Error::from(CallError::App("out of stock")).into();
        assert_eq!(error.to_string(), "an argument failed: out of stock");
    }

    #[test]
    fn a_failed_argument_keeps_the_text_of_its_cause() {
        let upstream = Upstream::new(CallError::<()>::Panicked { message: "boom".into() });
        let error = CallError::<()>::Upstream(upstream).map_app(|()| "never");
        assert_eq!(error.to_string(), "an argument failed: the method panicked: boom");
    }
}
