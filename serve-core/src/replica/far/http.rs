//! Requests over HTTP: their bytes go through a tunnel, whose permit comes back with its answer.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

use super::{FarReplica, note};
use crate::call::Failure;
use crate::deployment::Deployment;
use crate::link::CallHead;
use crate::replica::{Instance, Replica};
use crate::striped::Lane;
use crate::wire::{Hold, Tunnel};

impl FarReplica {
    /// Leads `tunnel` to this replica. Where that has not executed the call, the tunnel says so and may
    /// be led to another.
    pub(crate) fn open_tunnel<D: Deployment>(
        &self,
        instance: Instance<D>,
        tunnel: &Arc<Tunnel>,
        head: &CallHead,
        body: Bytes,
    ) {
        let replica = Arc::clone(instance.replica());
        let held = HeldTunnel { replica, permit: Mutex::new(Some(instance)) };
        self.peer.send_tunnel(tunnel, Arc::new(held), head, body);
    }
}

/// What a request holds at a replica.
struct HeldTunnel<D: Deployment> {
    replica: Arc<Lane<Replica<D>>>,
    permit: Mutex<Option<Instance<D>>>,
}

impl<D: Deployment> Hold for HeldTunnel<D> {
    fn release(&self) {
        let permit = self.permit.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(permit);
    }

    fn answered(&self, why: Option<&Failure>) {
        note(&*self.replica, why);
    }

    fn close_replica(&self) {
        self.replica.close();
    }
}
