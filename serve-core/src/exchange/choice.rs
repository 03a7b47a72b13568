//! Replicas that are chosen beyond a link: the other end keeps a place on each, under the number of the call that
//! has asked for them, until it is told to let go.

use std::convert::Infallible;
use std::sync::{Arc, Weak};

use bytes::Bytes;

use super::far::FarDeployment;
use super::origin::NEVER_RAN;
use super::peer::Peer;
use crate::call::{CallCell, ErasedCall, Failure, ObjectRef, Reply, RequestInfo, block_in_task};
use crate::codec::{Codec, Codecs, NEVER};
use crate::link::{Body, CallHead, Choice, Form, System, Target};
use crate::wire::Awaited;

/// What the other end answers: the ids of the replicas.
pub(crate) const REPLICA_IDS: &Codecs<Vec<String>, Infallible> =
    &Codecs::result(["Vec<String>", "Infallible"], Some(Codec::SERDE), NEVER);

/// One replica beyond a link.
pub(super) struct FarChoice {
    pub(super) choice: Choice,
    pub(super) replica_id: Arc<str>,
    /// Lets go of what was chosen with it when nobody has any of it.
    _kept: Arc<dyn Send + Sync>,
}

impl FarDeployment {
    /// Takes a place on one replica, for which it waits in the deployment's queue. Dropping it leaves the queue.
    pub(crate) async fn choose(
        self: &Arc<Self>,
        request: &RequestInfo,
    ) -> Result<Arc<Self>, Failure> {
        if self.replica_id().is_some() {
            return Ok(Arc::clone(self));
        }
        let peer = self.peer().ok_or(NEVER_RAN)?;
        let (kept, replica_ids) = self.ask(&peer, System::Choose, request);
        let replica_ids = replica_ids.await?;
        self.chosen(&peer, kept, replica_ids).next().ok_or(Failure::DeploymentUnavailable)
    }

    /// Takes a place on every replica, whatever its load. Blocks until the other end has answered.
    pub(crate) fn choose_all(
        self: &Arc<Self>,
        request: &RequestInfo,
    ) -> Result<Vec<Arc<Self>>, Failure> {
        if self.replica_id().is_some() {
            return Ok(vec![Arc::clone(self)]);
        }
        let peer = self.peer().ok_or(NEVER_RAN)?;
        let (kept, replica_ids) = self.ask(&peer, System::ChooseAll, request);
        let replica_ids = block_in_task(replica_ids)?;
        Ok(self.chosen(&peer, kept, replica_ids).collect())
    }

    fn ask(
        &self,
        peer: &Arc<Peer>,
        system: System,
        request: &RequestInfo,
    ) -> (Kept, ObjectRef<Vec<String>>) {
        let cell = Arc::new(CallCell::new());
        let erased: Arc<dyn ErasedCall> = Arc::<CallCell<Vec<String>, Infallible>>::clone(&cell);
        let awaited = Awaited::value(Reply::new(Arc::clone(&cell)), REPLICA_IDS);
        let (watch, target) = (peer.new_watch(), self.target());
        // Made before there is anything to keep, so that nothing is kept for nobody.
        let kept = Kept { peer: Arc::downgrade(peer), stream: watch.stream() };
        let head = CallHead { target, ..CallHead::of("", Form::System(system), request) };
        peer.send_watched(&watch, head, Body::EMPTY, awaited, (&erased, request.deadline));
        (kept, ObjectRef::new(cell, request.id.clone(), None))
    }

    fn chosen(
        &self,
        peer: &Arc<Peer>,
        kept: Kept,
        replica_ids: Vec<String>,
    ) -> impl Iterator<Item = Arc<Self>> {
        let stream = kept.stream;
        let kept: Arc<dyn Send + Sync> = Arc::new(kept);
        replica_ids.into_iter().enumerate().map(move |(index, replica_id)| {
            let (choice, replica_id) = (Choice { stream, index }, replica_id.into());
            let chosen = FarChoice { choice, replica_id, _kept: Arc::clone(&kept) };
            Self::new(peer, self.id().clone(), Some(chosen))
        })
    }
}

/// What one call has chosen, or will have.
struct Kept {
    peer: Weak<Peer>,
    stream: u64,
}

impl Drop for Kept {
    fn drop(&mut self) {
        let Some(peer) = self.peer.upgrade() else { return };
        peer.cancel(self.stream);
        let target = Target::Chosen(Choice { stream: self.stream, index: 0 });
        peer.tell(target, Form::System(System::LetGo), Bytes::new());
    }
}
