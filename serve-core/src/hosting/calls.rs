//! Calls of the parent.

use std::sync::{MutexGuard, PoisonError};

use super::Hosted;
use crate::exchange::{Callee, Incoming};
use crate::link::{Body, Form, Target, WireError};
use crate::replica::Job;
use crate::wire::Answered;

impl Callee for Hosted {
    fn call(&self, call: Incoming<'_>) {
        if call.head.target != Target::Replica {
            return call.refuse_form();
        }
        match call.head.form {
            // At once, or calls that come next would be too many.
            Form::OngoingMax(requests) => {
                self.set_ongoing_max(requests);
                call.answer(Answered::Value(Body::default()));
            }
            Form::System(system) => self.system(&call, system),
            Form::Unary | Form::Streaming => self.method(&call),
            Form::Batched(count) => self.batch(&call, count),
            Form::Http => self.http(&call),
        }
    }

    fn rest(&self) {
        self.begin(&mut self.gathered());
    }
}

impl Hosted {
    fn method(&self, call: &Incoming<'_>) {
        let Some(method) = call.method(self.hosted_type.info()) else { return };
        let Some(replica) = self.replica.get() else {
            return call.fail(WireError::DeploymentUnavailable);
        };
        if let Some(job) = replica.take(call, method) {
            self.gather(job, call.body.len() > SHORT_BYTES_MAX);
        }
    }

    /// Calls that have come in one read begin together: one lock, and one worker to wake, for many.
    fn gather(&self, job: Job, is_long: bool) {
        let mut gathered = self.gathered();
        gathered.push(job);
        if is_long || gathered.len() >= GATHERED_MAX {
            self.begin(&mut gathered);
        }
    }

    fn begin(&self, gathered: &mut Vec<Job>) {
        if !gathered.is_empty() {
            self.pool.queue().spawn_all(gathered);
        }
    }

    fn gathered(&self) -> MutexGuard<'_, Vec<Job>> {
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// So many calls are gathered at most, because the first waits until the others have been read.
const GATHERED_MAX: usize = 16;
/// A longer call takes a while to read. Those that are gathered have waited for it, and wait for no more.
const SHORT_BYTES_MAX: usize = 1 << 10;
