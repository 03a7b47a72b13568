//! What it takes to make hosts, for whoever prepares an update.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use arc_swap::ArcSwap;

use super::actor::EventSender;
use super::directory::{Directory, Latest};
use super::graph::Named;
use super::host::{Host, HostParts};
use super::launch::Launcher;
use crate::id::DeploymentId;
use crate::replica::Pool;
use crate::site::SlowClock;
use crate::tasks::Tasks;

pub(crate) struct Workshop {
    pub(super) numbers: AtomicU64,
    pub(super) tasks: Tasks,
    pub(super) pool: Arc<Pool>,
    pub(super) clock: SlowClock,
    pub(super) launcher: Arc<dyn Launcher>,
    pub(super) events: EventSender,
    pub(super) directory: Arc<ArcSwap<Directory>>,
    pub(super) forces_wire: bool,
}

impl Workshop {
    /// For members, versions and changes; never the same twice.
    pub(crate) fn next_number(&self) -> u64 {
        self.numbers.fetch_add(1, Relaxed)
    }

    pub(crate) fn host(&self, application: &Arc<str>, named: &Named) -> Arc<Host> {
        let id = DeploymentId {
            application: Arc::clone(application),
            deployment: Arc::clone(&named.name),
        };
        let router = named.node.router(id.clone(), self.tasks.clone(), self.forces_wire);
        let parts = HostParts {
            id,
            member: self.next_number(),
            tasks: self.tasks.clone(),
            pool: Arc::clone(&self.pool),
            clock: self.clock.clone(),
            launcher: Arc::clone(&self.launcher),
            events: self.events.clone(),
            directory: Arc::new(Latest(Arc::clone(&self.directory))),
        };
        Host::new(parts, router)
    }
}
