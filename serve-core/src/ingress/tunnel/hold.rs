//! What a request holds at a replica elsewhere, whose permit comes back with the answer of its tunnel.

use std::sync::{Arc, Mutex, PoisonError};

use crate::call::Failure;
use crate::ingress::target::Granted;
use crate::replica::{AnyReplica, Upgraded, note};
use crate::site::ReplicaContext;
use crate::wire::Hold;

/// What a request holds at a replica.
pub(super) struct HeldTunnel {
    replica: Arc<dyn AnyReplica>,
    station: Arc<dyn ReplicaContext>,
    held: Mutex<Held>,
}

enum Held {
    Permit(#[expect(dead_code, reason = "given back when it is dropped")] Box<dyn Granted>),
    Upgraded(#[expect(dead_code, reason = "told when it is dropped")] Upgraded),
    Nothing,
}

impl HeldTunnel {
    pub(super) fn new(replica: Arc<dyn AnyReplica>, granted: Box<dyn Granted>) -> Arc<Self> {
        let station = granted.station();
        Arc::new(Self { replica, station, held: Mutex::new(Held::Permit(granted)) })
    }

    /// Holds this from here on, and nothing else.
    fn hold(&self, held: Held) {
        let before =
            std::mem::replace(&mut *self.held.lock().unwrap_or_else(PoisonError::into_inner), held);
        // Not under the lock: a permit that comes free starts other calls.
        drop(before);
    }
}

impl Hold for HeldTunnel {
    fn release(&self) {
        self.hold(Held::Nothing);
    }

    fn upgraded(&self) {
        self.hold(Held::Upgraded(Upgraded::of(&self.replica)));
    }

    fn answered(&self, why: Option<&Failure>) {
        note(&*self.station, why);
    }

    fn close_replica(&self) {
        self.replica.close();
    }
}
