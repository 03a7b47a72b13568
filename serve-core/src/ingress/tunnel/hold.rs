//! What a request holds at a replica elsewhere, whose permit comes back with the answer of its tunnel.

use std::sync::{Arc, Mutex, PoisonError};

use crate::call::Failure;
use crate::ingress::target::Granted;
use crate::replica::{AnyReplica, note};
use crate::site::ReplicaContext;
use crate::wire::Hold;

/// What a request holds at a replica.
pub(super) struct HeldTunnel {
    replica: Arc<dyn AnyReplica>,
    station: Arc<dyn ReplicaContext>,
    permit: Mutex<Option<Box<dyn Granted>>>,
}

impl HeldTunnel {
    pub(super) fn new(replica: Arc<dyn AnyReplica>, granted: Box<dyn Granted>) -> Arc<Self> {
        let station = granted.station();
        Arc::new(Self { replica, station, permit: Mutex::new(Some(granted)) })
    }
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
