//! A deployment beyond a link, as the handles in a replica's process have it: its router is at the other
//! end.

use std::any::Any;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Weak};
use std::task::Waker;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::peer::{Outbound, Peer};
use super::pending::{NEVER_RAN, Origin};
use super::watch::Watch;
use crate::batching::BatchChange;
use crate::call::{Failure, QueueWatch, RequestInfo, Stoppable};
use crate::deployment::Deployment;
use crate::id::DeploymentId;
use crate::router::{RetryBudget, refuse};
use crate::tasks::Tasks;
use crate::wire::{CallHead, Form, Outgoing, System, Target};

/// A deployment beyond a link. What is decided about its calls (which replica, whether to wait in line) is
/// decided there.
pub(crate) struct FarDeployment {
    peer: Arc<Peer>,
    id: DeploymentId,
    /// For calls that may run twice; what never ran is sent again at the other end.
    retries: RetryBudget,
    sent: AtomicU64,
}

impl FarDeployment {
    pub(crate) fn new(peer: Arc<Peer>, id: DeploymentId) -> Arc<Self> {
        Arc::new(Self { peer, id, retries: RetryBudget::default(), sent: AtomicU64::new(0) })
    }

    pub(crate) fn id(&self) -> &DeploymentId {
        &self.id
    }

    pub(crate) fn tasks(&self) -> &Tasks {
        self.peer.tasks()
    }

    /// Whether a call that failed may be sent again: takes one out of the retry budget of this process.
    pub(crate) fn may_retry(&self) -> bool {
        !self.peer.closed().is_cancelled()
            && self.retries.withdraw(Instant::now(), self.sent.load(Relaxed))
    }

    /// Sends a call. Whatever becomes of it, `cell` gets exactly one outcome.
    pub(crate) fn send<D: Deployment>(
        &self,
        call: D::Call,
        cell: &Arc<dyn Stoppable>,
        request: &RequestInfo,
    ) {
        self.sent.fetch_add(1, Relaxed);
        let Outgoing { method, arguments, awaited } = self.peer.with_handles(|| D::encode(call));
        let body = match arguments {
            Ok(arguments) => arguments,
            Err(error) => {
                let why = Failure::Transport(format!("`{method}`: {error}"));
                return refuse(cell, why, awaited);
            }
        };
        let head =
            CallHead { target: self.target(), ..CallHead::of(method, awaited.form(), request) };
        let watch = self.peer.new_watch();
        // As in a line of this process: it is not taken before the other end says so.
        let queue: Arc<dyn QueueWatch> = Arc::<Watch>::clone(&watch);
        cell.enter_queue(Arc::downgrade(&queue) as Weak<dyn QueueWatch>);
        let origin = Box::new(Asked { cell: Arc::clone(cell), watch: Arc::clone(&watch) });
        let deadline = request.deadline;
        self.peer.send_unassigned(Outbound { head, body, awaited, origin, deadline }, cell, &watch);
    }

    /// Changes an option of a batched method. Calls that are made afterwards find it changed.
    pub(crate) fn configure_batch(&self, method: &str, change: BatchChange) {
        let options = BatchOptions { method: method.to_owned(), change };
        let Ok(body) = postcard::to_allocvec(&options) else { return };
        self.peer.tell(self.target(), Form::System(System::ConfigureBatch), body.into());
    }

    fn target(&self) -> Target {
        Target::Deployment {
            application: (*self.id.application).to_owned(),
            deployment: (*self.id.deployment).to_owned(),
        }
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
        postcard::from_bytes(bytes).ok()
    }
}

impl fmt::Debug for FarDeployment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.id)
    }
}

/// A call of a far deployment that has no answer.
struct Asked {
    cell: Arc<dyn Stoppable>,
    /// The cell has no more than a weak reference to it.
    watch: Arc<Watch>,
}

impl Origin for Asked {
    fn send_again(self: Box<Self>, reply: Box<dyn Any + Send>) {
        // There is no other way to the deployment.
        refuse(&self.cell, NEVER_RAN, reply);
    }

    fn watched(&self) -> Option<(Arc<dyn Stoppable>, Waker)> {
        Some((Arc::clone(&self.cell), Waker::from(Arc::clone(&self.watch))))
    }
}
