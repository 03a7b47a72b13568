//! The servers of this process, and which of them is whose default instance.
//!
//! A runtime has one default instance at most, which is started on it and ends with it. So tests that run
//! side by side, each on a runtime of its own, do not see each other's applications.
//!
//! Beside the log (`log/queue.rs`) this is all the state that is the process's own; everything else belongs
//! to a [`Serve`].

use std::collections::VecDeque;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::runtime::Id;

use crate::serve::{Serve, WeakServe};
use crate::tasks::Tasks;

static INSTANCES: Mutex<Instances> = Mutex::new(Instances::new());

/// So many runtimes whose instance has ended are remembered. Most of them have ended as well, and never ask.
const ENDED_MAX: usize = 1024;

struct Instances {
    /// The default instances, each with its runtime, the oldest first.
    defaults: Vec<(Id, Serve)>,
    /// Runtimes whose default instance has ended. They do not fall back to that of another.
    ended: VecDeque<Id>,
    /// All servers, default instances too.
    all: Vec<WeakServe>,
}

/// The default instance that code on some runtime means.
pub(crate) enum Found {
    /// That of its own runtime.
    Own(Serve),
    /// That of another runtime; its own has never had one.
    Oldest(Serve),
    /// None: that of its own runtime has been shut down.
    Ended,
    /// None: there is no default instance in this process.
    Nothing,
}

impl Found {
    pub(crate) fn serve(self) -> Option<Serve> {
        match self {
            Self::Own(serve) | Self::Oldest(serve) => Some(serve),
            Self::Ended | Self::Nothing => None,
        }
    }
}

impl Instances {
    const fn new() -> Self {
        Self { defaults: Vec::new(), ended: VecDeque::new(), all: Vec::new() }
    }

    fn find(&self, runtime: Option<Id>) -> Found {
        let is_own = |(id, _): &&(Id, Serve)| Some(*id) == runtime;
        if let Some((_, serve)) = self.defaults.iter().find(is_own) {
            return Found::Own(serve.clone());
        }
        if runtime.is_some_and(|runtime| self.ended.contains(&runtime)) {
            return Found::Ended;
        }
        self.defaults.first().map_or(Found::Nothing, |(_, serve)| Found::Oldest(serve.clone()))
    }

    /// Takes out the default instances for which `is_over` holds.
    fn retire(&mut self, is_over: impl Fn(&Serve) -> bool) -> Vec<(Id, Serve)> {
        let (over, live) = mem::take(&mut self.defaults).into_iter().partition(|(_, s)| is_over(s));
        self.defaults = live;
        for (runtime, _) in &over {
            if self.ended.len() >= ENDED_MAX {
                self.ended.pop_front();
            }
            self.ended.push_back(*runtime);
        }
        over
    }
}

/// Looks at the instances, after those have been forgotten that have ended.
fn with_instances<R>(look: impl FnOnce(&mut Instances) -> R) -> R {
    let (over, seen) = {
        let mut instances = lock();
        (instances.retire(Serve::has_ended), look(&mut instances))
    };
    // What they still hold is the user's, so it is dropped when the lock is free.
    drop(over);
    seen
}

fn lock() -> MutexGuard<'static, Instances> {
    INSTANCES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Notes a server that has been started.
pub(crate) fn register(serve: &Serve) {
    let mut instances = lock();
    instances.all.retain(|other| other.is_there());
    instances.all.push(serve.downgrade());
}

/// The default instance that code on this runtime means, or code on no runtime.
pub(crate) fn find(runtime: Option<Id>) -> Found {
    with_instances(|instances| instances.find(runtime))
}

/// Makes this server the default instance of a runtime, unless that has got one meanwhile, which is then
/// the one.
pub(crate) fn establish(runtime: Id, serve: &Serve) -> Serve {
    with_instances(|instances| match instances.find(Some(runtime)) {
        Found::Own(other) => other,
        _ => {
            instances.defaults.push((runtime, serve.clone()));
            serve.clone()
        }
    })
}

/// Lets a default instance be one no longer.
pub(crate) fn dismiss(serve: &Serve) {
    let dismissed = lock().retire(|other| other.is_same(serve));
    drop(dismissed);
}

/// The server that these tasks belong to.
pub(crate) fn of(tasks: &Tasks) -> Option<Serve> {
    all().into_iter().find(|serve| serve.owns(tasks))
}

/// All servers of this process, the oldest first.
pub(crate) fn all() -> Vec<Serve> {
    // Given away, because the last reference to one may go at any time, and not under the lock.
    lock().all.iter().filter_map(WeakServe::upgrade).collect()
}
