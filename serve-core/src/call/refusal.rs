//! The status with which a deployment that refuses a call wants clients over HTTP to be told.
//!
//! It is no part of the failure that callers see. It goes beside it: to the request that has made the call, which
//! may be in another process.

use std::cell::Cell;
use std::sync::Weak;
use std::sync::atomic::Ordering::Relaxed;

use http::StatusCode;

use super::context::{RequestChildren, with_frame};

thread_local! {
    /// Of the last call that was refused on this thread, for whoever tells another process of it: that is done in the
    /// same step.
    static LAST: Cell<Option<StatusCode>> = const { Cell::new(None) };
}

/// A call is refused here.
pub(crate) fn note_refusal(status: StatusCode) {
    LAST.set(Some(status));
    with_frame(|frame| frame.note_refusal(status));
}

/// The status of the refusal that is being told.
pub(crate) fn take_refusal() -> Option<StatusCode> {
    LAST.take()
}

/// The request that is running here, for a refusal that comes from another process.
#[derive(Default)]
pub(crate) struct RefusalTo(Option<Weak<RequestChildren>>);

impl RefusalTo {
    pub(crate) fn current() -> Self {
        Self(with_frame(|frame| frame.weak_children()))
    }

    pub(crate) fn tell(&self, status: StatusCode) {
        if let Some(children) = self.0.as_ref().and_then(Weak::upgrade) {
            children.refusal.store(status.as_u16(), Relaxed);
        }
    }
}
