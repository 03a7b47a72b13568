//! What it takes to make hosts, for whoever prepares an update.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use arc_swap::ArcSwap;

use super::actor::EventSender;
use super::directory::{Directory, Latest};
use super::graph::Named;
use super::host::{Host, HostParts};
use super::launch::Launcher;
use super::pulse::ControllerPulse;
use crate::id::DeploymentId;
use crate::observe::{DeploymentMeter, Events};
use crate::replica::Pool;
use crate::router::RouterParts;
use crate::site::SlowClock;
use crate::tasks::Tasks;

pub(crate) struct Workshop {
    pub(super) numbers: AtomicU64,
    pub(super) tasks: Tasks,
    pub(super) pool: Arc<Pool>,
    pub(super) clock: SlowClock,
    pub(super) launcher: Arc<dyn Launcher>,
    pub(super) reports: EventSender,
    pub(super) directory: Arc<ArcSwap<Directory>>,
    pub(super) forces_wire: bool,
    pub(super) events: Events,
    pub(super) pulse: ControllerPulse,
    /// Whether calls are counted.
    pub(super) counts_calls: bool,
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
        let meter = Arc::<DeploymentMeter>::default();
        let router = named.node.router(RouterParts {
            id: id.clone(),
            tasks: self.tasks.clone(),
            forces_wire: self.forces_wire,
            meter: Arc::clone(&meter),
            events: self.events.clone(),
        });
        let parts = HostParts {
            id,
            member: self.next_number(),
            tasks: self.tasks.clone(),
            pool: Arc::clone(&self.pool),
            clock: self.clock.clone(),
            launcher: Arc::clone(&self.launcher),
            reports: self.reports.clone(),
            directory: Arc::new(Latest(Arc::clone(&self.directory))),
            meter,
            events: self.events.clone(),
            counts_calls: self.counts_calls,
        };
        Host::new(parts, router)
    }
}
