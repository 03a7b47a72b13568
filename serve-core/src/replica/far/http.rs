//! Requests over HTTP: their bytes go through a tunnel, whose permit comes back with its answer.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

use super::{FarReplica, note};
use crate::call::Failure;
use crate::link::CallHead;
use crate::replica::AnyReplica;
use crate::site::ReplicaContext;
use crate::wire::{Hold, Tunnel};

impl FarReplica {
    /// Leads `tunnel` to this replica. Where that has not executed the call, the tunnel says so and may
    /// be led to another. `permit` is for this replica, and is dropped as soon as it is free again.
    pub(crate) fn open_tunnel(
        &self,
        (replica, station): (Arc<dyn AnyReplica>, Arc<dyn ReplicaContext>),
        permit: Box<dyn Send>,
        tunnel: &Arc<Tunnel>,
        head: &CallHead,
        body: Bytes,
    ) {
        let held = HeldTunnel { replica, station, permit: Mutex::new(Some(permit)) };
        self.peer.send_tunnel(tunnel, Arc::new(held), head, body);
    }
}

/// What a request holds at a replica.
struct HeldTunnel {
    replica: Arc<dyn AnyReplica>,
    station: Arc<dyn ReplicaContext>,
    permit: Mutex<Option<Box<dyn Send>>>,
}

impl Hold for HeldTunnel {
    fn release(&self) {
        let permit = self.permit.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(permit);
    }

    fn answered(&self, why: Option<&Failure>) {
        note(&*self.station, why);
    }

    fn close_replica(&self) {
        self.replica.close();
    }
}
