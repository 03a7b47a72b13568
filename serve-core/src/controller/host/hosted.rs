//! The replicas of a host, by their numbers.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::LiveReplica;
use crate::controller::deployment_state::ReplicaNumber;
use crate::error::Failure;
use crate::replica::AnyReplica;

/// A replica, or the construction of one.
pub(crate) struct Hosted {
    /// `None` while it is being constructed.
    pub(super) replica: Option<Arc<dyn AnyReplica>>,
    pub(crate) life: Arc<Life>,
}

/// What a replica lives on: a construction, a thread, a process.
#[derive(Debug, Default)]
pub(crate) struct Life {
    /// Ends it.
    pub(crate) end: CancellationToken,
    /// What the system asks of the replica is not waited for any longer.
    pub(crate) stopping: CancellationToken,
    /// It has ended.
    pub(crate) over: CancellationToken,
    /// Zero without a process of its own.
    pid: AtomicU32,
    /// How long that process may take to end by itself.
    patience: OnceLock<Duration>,
}

impl Hosted {
    fn look(&self) -> LiveReplica {
        let replica = self.replica.as_ref();
        LiveReplica {
            ongoing: replica.map_or(0, |replica| replica.ongoing()),
            finished: replica.map_or(0, |replica| replica.slot().finished()),
            pid: self.life.pid(),
            ejected: replica.and_then(|replica| replica.ejection()),
            models: replica.map(|replica| replica.site().models.all()).unwrap_or_default(),
            model_totals: replica.and_then(|replica| replica.site().models.totals()),
        }
    }
}

#[derive(Default)]
pub(super) struct Replicas(Mutex<BTreeMap<ReplicaNumber, Hosted>>);

impl Replicas {
    /// A place for a replica that is about to be constructed.
    pub(super) fn insert(&self, number: ReplicaNumber) -> Arc<Life> {
        let life = Arc::<Life>::default();
        let hosted = Hosted { replica: None, life: Arc::clone(&life) };
        self.lock().insert(number, hosted);
        life
    }

    pub(super) fn get(&self, number: ReplicaNumber) -> Option<Arc<dyn AnyReplica>> {
        self.lock().get(&number)?.replica.clone()
    }

    /// What stands at a number.
    pub(super) fn find(&self, number: ReplicaNumber) -> Option<Hosted> {
        let hosted = self.lock();
        let Hosted { replica, life } = hosted.get(&number)?;
        Some(Hosted { replica: replica.clone(), life: Arc::clone(life) })
    }

    pub(super) fn remove(&self, number: ReplicaNumber) -> Option<Hosted> {
        self.lock().remove(&number)
    }

    pub(super) fn take_all(&self) -> Vec<Hosted> {
        std::mem::take(&mut *self.lock()).into_values().collect()
    }

    pub(super) fn all(&self) -> Vec<Arc<dyn AnyReplica>> {
        self.lock().values().filter_map(|hosted| hosted.replica.clone()).collect()
    }

    /// Takes a new replica in, or gives back what is to be cleared up after it. `None` as the outcome
    /// means that it was stopped meanwhile: decided under the lock under which `stop` looks, so one of
    /// the two sees the other.
    #[expect(clippy::type_complexity, reason = "an outcome, and what is left of it")]
    pub(super) fn settle(
        &self,
        number: ReplicaNumber,
        life: &Life,
        outcome: Result<Arc<dyn AnyReplica>, Failure>,
    ) -> (Option<Result<(), String>>, Option<Hosted>, Option<Arc<dyn AnyReplica>>) {
        let mut hosted = self.lock();
        match outcome {
            Ok(replica) if !life.end.is_cancelled() => match hosted.get_mut(&number) {
                Some(place) => {
                    place.replica = Some(replica);
                    (Some(Ok(())), None, None)
                }
                None => (None, None, Some(replica)),
            },
            Ok(replica) => (None, hosted.remove(&number), Some(replica)),
            Err(failure) => {
                let outcome = (!life.end.is_cancelled()).then(|| Err(failure.to_string()));
                (outcome, hosted.remove(&number), None)
            }
        }
    }

    pub(super) fn look(&self) -> BTreeMap<ReplicaNumber, LiveReplica> {
        self.lock().iter().map(|(number, hosted)| (*number, hosted.look())).collect()
    }

    pub(super) fn look_at(&self, number: ReplicaNumber) -> Option<LiveReplica> {
        self.lock().get(&number).map(Hosted::look)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<ReplicaNumber, Hosted>> {
        // Only maps are changed under this lock, so a poisoned one is still whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Life {
    /// Ends it, after what it has to say, which may take so long.
    pub(crate) fn end_within(&self, patience: Duration) {
        let _ = self.patience.set(patience);
        self.end.cancel();
    }

    pub(crate) fn patience(&self) -> Option<Duration> {
        self.patience.get().copied()
    }

    pub(crate) fn set_pid(&self, pid: u32) {
        self.pid.store(pid, Relaxed);
    }

    pub(crate) fn pid(&self) -> Option<u32> {
        Some(self.pid.load(Relaxed)).filter(|pid| *pid != 0)
    }
}
