//! A deployment beyond a link, as the handles in a replica's process have it: its router is at the other
//! end.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::choice::FarChoice;
use super::handles::{HandlePath, Resolve};
use super::methods::method_of;
use super::origin::NEVER_RAN;
use super::peer::Peer;
use crate::call::{ErasedCall, Failure, RequestInfo, RetryBudget, refuse};
use crate::id::DeploymentId;
use crate::info::{BatchChange, TypeInfo};
use crate::link::{CallHead, DeploymentName, Form, System, Target};
use crate::packed::{pack, unpack};
use crate::tasks::Tasks;
use crate::wire::Outgoing;

/// A deployment beyond a link. What is decided about its calls (which replica, whether to wait in the queue) is
/// decided there.
pub(crate) struct FarDeployment {
    peer: Box<dyn Reach>,
    tasks: Tasks,
    id: DeploymentId,
    /// The one replica of it that calls go to, if it has been chosen.
    chosen: Option<FarChoice>,
    /// For calls that may run twice; what never ran is sent again at the other end.
    retries: RetryBudget,
    sent: AtomicU64,
}

/// The other end, behind a trait object for the same reason as in [`Tasks`].
trait Reach: Send + Sync {
    fn upgrade(&self) -> Option<Arc<Peer>>;
}

impl Reach for Weak<Peer> {
    fn upgrade(&self) -> Option<Arc<Peer>> {
        self.upgrade()
    }
}

impl FarDeployment {
    pub(super) fn new(peer: &Arc<Peer>, id: DeploymentId, chosen: Option<FarChoice>) -> Arc<Self> {
        Arc::new(Self {
            peer: Box::new(Arc::downgrade(peer)),
            tasks: peer.tasks().clone(),
            id,
            chosen,
            retries: RetryBudget::default(),
            sent: AtomicU64::new(0),
        })
    }

    pub(crate) fn id(&self) -> &DeploymentId {
        &self.id
    }

    pub(crate) fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    /// Whether a call that failed may be sent again: takes one out of the retry budget of this process.
    pub(crate) fn may_retry(&self) -> bool {
        self.peer.upgrade().is_some_and(|peer| !peer.closed().is_said())
            && self.retries.withdraw(Instant::now(), || self.sent.load(Relaxed))
    }

    /// What handles are among values that go there. `None` where the other end has gone.
    pub(crate) fn handles(&self) -> Option<Arc<dyn Resolve>> {
        self.peer.upgrade().map(|peer| Arc::clone(peer.handles()))
    }

    /// Sends a call of this type. Whatever becomes of it, `cell` gets exactly one outcome.
    pub(crate) fn send(
        &self,
        info: &'static TypeInfo,
        call: Outgoing,
        cell: &Arc<dyn ErasedCall>,
        request: &RequestInfo,
    ) {
        let Outgoing { method, arguments, awaited } = call;
        let Some(peer) = self.peer.upgrade() else { return refuse(cell, NEVER_RAN, awaited) };
        self.sent.fetch_add(1, Relaxed);
        let arguments = arguments.map_err(|error| Failure::NotSent(format!("`{method}`: {error}")));
        let (body, method) = match arguments.and_then(|body| Ok((body, method_of(info, method)?))) {
            Ok(call) => call,
            Err(why) => return refuse(cell, why, awaited),
        };
        let target = self.target();
        let head = CallHead { target, ..CallHead::of_method(method, awaited.form(), request) };
        peer.send_watched(&peer.new_watch(), head, body, awaited, (cell, request.deadline));
    }

    /// Changes an option of a batched method. Calls that are made afterwards find it changed.
    pub(crate) fn configure_batch(&self, method: &str, change: BatchChange) {
        let Some(peer) = self.peer.upgrade() else { return };
        let options = BatchOptions { method: method.to_owned(), change };
        let Ok(body) = pack(&options) else { return };
        peer.tell(self.whole(), Form::System(System::ConfigureBatch), body.into());
    }

    /// The replica that it stands for, if it is one alone.
    pub(crate) fn replica_id(&self) -> Option<&Arc<str>> {
        self.chosen.as_ref().map(|chosen| &chosen.replica_id)
    }

    pub(super) fn peer(&self) -> Option<Arc<Peer>> {
        self.peer.upgrade()
    }

    pub(super) fn target(&self) -> Target {
        match &self.chosen {
            Some(chosen) => Target::Chosen(chosen.choice),
            None => self.whole(),
        }
    }

    fn whole(&self) -> Target {
        Target::Deployment(Box::new(DeploymentName {
            application: (*self.id.application).to_owned(),
            deployment: (*self.id.deployment).to_owned(),
        }))
    }
}

/// The deployments beyond one link, by their names: every handle to one of them shares it, and so is equal.
pub(crate) struct FarDeployments {
    peer: Weak<Peer>,
    known: Mutex<Vec<Arc<FarDeployment>>>,
}

impl FarDeployments {
    /// For the end of a link where every handle leads to the other, see [`Peer::new`].
    pub(crate) fn resolver(peer: &Weak<Peer>) -> Arc<dyn Resolve> {
        Arc::new(Self { peer: Weak::clone(peer), known: Mutex::default() })
    }
}

impl Resolve for FarDeployments {
    fn way(&self, application: &str, deployment: &str) -> Option<HandlePath> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.iter().find(|known| known.id.is(application, deployment)) {
            return Some(HandlePath::Far(Arc::clone(known)));
        }
        let (application, deployment) = (application.into(), deployment.into());
        let id = DeploymentId { application, deployment };
        let far = FarDeployment::new(&self.peer.upgrade()?, id, None);
        known.push(Arc::clone(&far));
        Some(HandlePath::Far(far))
    }
}

/// Another option for a batched method, as it crosses.
#[derive(Serialize, Deserialize)]
pub(crate) struct BatchOptions {
    pub(crate) method: String,
    pub(crate) change: BatchChange,
}

impl BatchOptions {
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        unpack(bytes).ok()
    }
}

impl fmt::Debug for FarDeployment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.replica_id() {
            Some(replica) => f.write_str(replica),
            None => write!(f, "{}", self.id),
        }
    }
}
