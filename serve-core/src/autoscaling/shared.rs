//! A policy as a deployment has it: one, whoever asks it, and asked by one at a time.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::{AutoscalingContext, AutoscalingPolicy, ScalingDecision};

/// A policy of the user's; a clone is the same.
#[derive(Clone)]
pub(crate) struct SharedPolicy(Arc<Mutex<dyn AutoscalingPolicy>>);

/// The same without keeping it: where it is dropped is for whoever has the deployment to say.
#[derive(Clone)]
pub(crate) struct PolicyRef(Weak<Mutex<dyn AutoscalingPolicy>>);

impl SharedPolicy {
    pub(crate) fn new(policy: impl AutoscalingPolicy + 'static) -> Self {
        Self(Arc::new(Mutex::new(policy)))
    }

    /// Asks it. May panic, and take long.
    pub(crate) fn decide(&self, context: &AutoscalingContext) -> ScalingDecision {
        // One that has panicked before may be as it likes.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).decide(context)
    }

    pub(crate) fn downgrade(&self) -> PolicyRef {
        PolicyRef(Arc::downgrade(&self.0))
    }
}

impl PolicyRef {
    pub(crate) fn upgrade(&self) -> Option<SharedPolicy> {
        self.0.upgrade().map(SharedPolicy)
    }
}

/// The same policy, not an equal one.
impl PartialEq for PolicyRef {
    fn eq(&self, other: &Self) -> bool {
        Weak::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for PolicyRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("policy")
    }
}
