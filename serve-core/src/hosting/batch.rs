//! A batch that the parent has cut: one call of the user's method, one answer with all outcomes.

use std::sync::{Arc, Mutex, PoisonError};

use super::Hosted;
use crate::call::Failure;
use crate::codec::DecodeError;
use crate::exchange::{Incoming, Peer};
use crate::link::WireError;
use crate::wire::{Answered, Guarded, ItemSource, ReplyPath, batch_arguments, encode_outcomes};

impl Hosted {
    pub(super) fn batch(&self, call: &Incoming<'_>, count: u32) {
        let info = self.hosted_type.info();
        let Some(method) = call.method(info) else { return };
        let Some(index) = info.batches.iter().position(|batch| batch.method == method.name) else {
            return call.fail(WireError::UnknownMethod { method: call.head.method });
        };
        let Some(replica) = self.replica.get() else {
            return call.fail(WireError::DeploymentUnavailable);
        };
        let arguments = batch_arguments(call.body.clone());
        let Some(arguments) = arguments.filter(|all| all.len() == count as usize) else {
            let what = "a batch with another number of calls than it says".to_owned();
            return call.refuse(what);
        };
        replica.take_batch(call, index, arguments);
    }
}

/// The outcomes of a batch. The answer goes when it is dropped: then every call has its outcome, and the
/// batch has given back its slot.
pub(super) struct Outcomes {
    peer: Arc<Peer>,
    stream: u64,
    all: Mutex<Vec<Option<Answered>>>,
}

impl Outcomes {
    pub(super) fn new(call: &Incoming<'_>, count: usize) -> Arc<Self> {
        let all = (0..count).map(|_| None).collect();
        Arc::new(Self { peer: Arc::clone(call.peer), stream: call.stream, all: Mutex::new(all) })
    }

    /// The call of this place cannot be read.
    pub(super) fn refuse(&self, place: usize, error: &DecodeError) {
        self.set(place, Answered::Failed(Failure::NotSent(error.to_string())));
    }

    fn set(&self, index: usize, outcome: Answered) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)[index] = Some(outcome);
    }
}

impl Drop for Outcomes {
    fn drop(&mut self) {
        let all = self.all.get_mut().unwrap_or_else(PoisonError::into_inner);
        let outcomes = encode_outcomes(std::mem::take(all));
        self.peer.answer(self.stream, Answered::Value(outcomes.into()));
    }
}

/// The way back of the calls of a batch, by their places in it.
impl ReplyPath for Outcomes {
    fn answered(&self, place: u64, answered: Answered) {
        if let Ok(place) = usize::try_from(place) {
            self.set(place, answered);
        }
    }

    fn streams(self: Arc<Self>, _: u64, items: Box<dyn ItemSource>) -> Option<Arc<dyn Guarded>> {
        // Batched methods do not stream; dropped, this one is cancelled.
        drop(items);
        None
    }

    fn write(&self, write: &mut dyn FnMut()) {
        self.peer.with_handles(write);
    }
}
