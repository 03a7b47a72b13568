//! Requests over HTTP: their bytes go through a tunnel, whose permit comes back with its answer.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

use super::FarReplica;
use super::calls::{Pending, note};
use crate::call::Failure;
use crate::deployment::Deployment;
use crate::replica::{Instance, Replica};
use crate::striped::Lane;
use crate::wire::{CallHead, Hold, Message, Tunnel};

impl<D: Deployment> FarReplica<D> {
    /// Leads `tunnel` to this replica. Where that has not executed the call, the tunnel says so and may
    /// be led to another.
    pub(crate) fn open_tunnel(
        &self,
        instance: Instance<D>,
        tunnel: &Arc<Tunnel>,
        head: CallHead,
        body: Bytes,
    ) {
        let stream = self.calls.next_stream();
        let replica = Arc::clone(instance.replica());
        let held = Held { replica, permit: Mutex::new(Some(instance)) };
        if !tunnel.attach(self.link.clone(), stream, Arc::new(held)) {
            return;
        }
        if let Err(call) = self.calls.insert(stream, Pending::Tunnel(Arc::clone(tunnel))) {
            call.close_replica();
            return call.send_again();
        }
        self.send_registered(stream, Message::Call { stream, head, body });
        tunnel.resend();
    }
}

/// What a request holds at a replica.
struct Held<D: Deployment> {
    replica: Arc<Lane<Replica<D>>>,
    permit: Mutex<Option<Instance<D>>>,
}

impl<D: Deployment> Hold for Held<D> {
    fn release(&self) {
        let permit = self.permit.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(permit);
    }

    fn answered(&self, why: Option<&Failure>) {
        note(&self.replica, why);
    }

    fn close_replica(&self) {
        self.replica.close();
    }
}
