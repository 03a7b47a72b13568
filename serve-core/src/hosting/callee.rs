//! Calls of the parent, and where handles lead in this process.

use std::sync::{Arc, Weak};

use bytes::Bytes;

use super::Hosted;
use crate::deployment::Deployment;
use crate::exchange::{Callee, Incoming, Peer};
use crate::wire::{Answered, Form, Load, Resolve, Target, Way, WireError};

impl<D: Deployment> Callee for Hosted<D> {
    fn call(&self, call: Incoming<'_>) {
        if call.head.target != Target::Replica {
            return call.refuse_form();
        }
        match call.head.form {
            // At once, or calls that come next would be too many.
            Form::OngoingMax(requests) => {
                self.set_ongoing_max(requests);
                call.answer(Answered::Value(Bytes::new()));
            }
            Form::System(system) => self.system(&call, system),
            Form::Unary | Form::Streaming => self.method(&call),
            Form::Batched(count) => self.batch(&call, count),
            Form::Http => call.refuse_form(),
        }
    }

    fn load(&self) -> Load {
        let ongoing = self.replica.get().map_or(0, |replica| replica.slot().load().ongoing);
        Load { ongoing, queued: 0 }
    }
}

impl<D: Deployment> Hosted<D> {
    fn method(&self, call: &Incoming<'_>) {
        let Some(method) = call.method::<D>() else { return };
        let Some(replica) = self.replica.get() else {
            return call.fail(WireError::DeploymentUnavailable);
        };
        let request = call.head.request();
        let Some(instance) = replica.router().try_acquire(&request) else { return call.reject() };
        match call.decode::<D>(method) {
            Some((value, cell)) => instance.start(value, cell, request),
            None => instance.forfeit(),
        }
    }
}

/// Every deployment, also this one, is reached through the parent.
struct FarHandles(Weak<Peer>);

impl Resolve for FarHandles {
    fn way(&self, _application: &str, _deployment: &str) -> Option<Way> {
        self.0.upgrade().map(Way::Far)
    }
}

pub(super) fn far_handles(peer: &Weak<Peer>) -> Arc<dyn Resolve> {
    Arc::new(FarHandles(Weak::clone(peer)))
}
