//! What a policy of the user's is, and what it may say.

use super::AutoscalingContext;

/// Decides how many replicas a deployment should have, instead of the default formula.
///
/// Every closure of the right form is one. It is asked about once a second (more often with a look-back period below 30 s)
/// and keeps what it likes between two questions. What it says is brought within `min_replicas` and `max_replicas`; the
/// delays and factors of [`AutoscalingConfig`](crate::AutoscalingConfig) do not apply.
///
/// ```
/// use serve_core::{AutoscalingContext, AutoscalingPolicy, ScalingDecision};
///
/// /// One replica for every ten calls, and never fewer than before.
/// struct OnlyUp;
///
/// impl AutoscalingPolicy for OnlyUp {
///     fn decide(&mut self, context: &AutoscalingContext) -> ScalingDecision {
///         let calls = context.ongoing + context.queued;
///         let replicas = u32::try_from(calls.div_ceil(10)).unwrap_or(u32::MAX);
///         if replicas > context.target {
///             ScalingDecision::replicas(replicas).because(format!("{calls} calls"))
///         } else {
///             ScalingDecision::keep()
///         }
///     }
/// }
///
/// let mut context = AutoscalingContext::new(1, 8);
/// context.ongoing = 35;
/// assert_eq!(OnlyUp.decide(&context).count(), Some(4));
///
/// let mut night = |_: &AutoscalingContext| ScalingDecision::replicas(1).because("it is night");
/// assert_eq!(night.decide(&context).reason(), Some("it is night"));
/// ```
pub trait AutoscalingPolicy: Send {
    /// Says how many replicas there should be now. It should return within a tenth of a second and not block: meanwhile
    /// the deployment keeps what it has.
    fn decide(&mut self, context: &AutoscalingContext) -> ScalingDecision;
}

impl<F> AutoscalingPolicy for F
where
    F: FnMut(&AutoscalingContext) -> ScalingDecision + Send,
{
    fn decide(&mut self, context: &AutoscalingContext) -> ScalingDecision {
        self(context)
    }
}

/// What an [`AutoscalingPolicy`] says: a number of replicas, or that the number should stay.
///
/// ```
/// use serve_core::ScalingDecision;
///
/// let decision = ScalingDecision::replicas(4).because("two calls each");
/// assert_eq!((decision.count(), decision.reason()), (Some(4), Some("two calls each")));
/// assert_eq!(ScalingDecision::keep().count(), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct ScalingDecision {
    count: Option<u32>,
    reason: Option<String>,
}

impl ScalingDecision {
    /// This many replicas. Below `min_replicas` it counts as that, above `max_replicas` too.
    pub fn replicas(count: u32) -> Self {
        Self { count: Some(count), reason: None }
    }

    /// As many as before.
    pub fn keep() -> Self {
        Self { count: None, reason: None }
    }

    /// Adds why, in a few words for the log and the status.
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// How many replicas there should be; `None` for as many as before.
    pub fn count(&self) -> Option<u32> {
        self.count
    }

    /// Why, if it was said.
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }
}
