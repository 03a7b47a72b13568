//! What it takes to make hosts, for whoever prepares an update.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use arc_swap::ArcSwap;

use super::actor::{ControllerEvent, EventSender};
use super::directory::{Directory, Latest};
use super::document::MemberId;
use super::graph::Named;
use super::host::{Host, HostParts};
use super::launch::Launcher;
use super::pulse::ControllerPulse;
use crate::id::DeploymentId;
use crate::ingress::KeyStates;
use crate::observe::{DeploymentMeter, EventLog, Taps, Tracer};
use crate::replica::Pool;
use crate::router::{Demand, RouterParts};
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
    pub(super) events: EventLog,
    pub(super) taps: Taps,
    pub(super) pulse: ControllerPulse,
    pub(super) tracer: Option<Arc<Tracer>>,
    /// Whether calls are counted.
    pub(super) counts_calls: bool,
    /// What the keys of clients have used.
    pub(super) keys: KeyStates,
}

impl Workshop {
    /// For members, versions and changes; never the same twice.
    pub(crate) fn next_number(&self) -> u64 {
        self.numbers.fetch_add(1, Relaxed)
    }

    /// Tells the controller that a call waits for a first replica.
    fn on_demand(&self, application: &Arc<str>, member: MemberId) -> Demand {
        let (reports, application) = (self.reports.clone(), Arc::clone(application));
        // One that is full has enough to look at, and looks at what waits when it has done that.
        Box::new(move || {
            let application = Arc::clone(&application);
            drop(reports.try_send(ControllerEvent::Demand { application, member }));
        })
    }

    pub(crate) fn host(&self, application: &Arc<str>, named: &Named) -> Arc<Host> {
        let id = DeploymentId {
            application: Arc::clone(application),
            deployment: Arc::clone(&named.name),
        };
        let meter = Arc::<DeploymentMeter>::default();
        let member = self.next_number();
        let router = named.node.router(RouterParts {
            id: id.clone(),
            tasks: self.tasks.clone(),
            forces_wire: self.forces_wire,
            meter: Arc::clone(&meter),
            events: self.events.clone(),
            tracer: self.tracer.clone(),
            on_demand: self.on_demand(application, member),
        });
        let parts = HostParts {
            id,
            member,
            tasks: self.tasks.clone(),
            pool: Arc::clone(&self.pool),
            clock: self.clock.clone(),
            launcher: Arc::clone(&self.launcher),
            reports: self.reports.clone(),
            directory: Arc::new(Latest(Arc::clone(&self.directory))),
            meter,
            events: self.events.clone(),
            taps: self.taps.clone(),
            counts_calls: self.counts_calls,
        };
        Host::new(parts, router)
    }
}
