//! The server's end as a callee: every deployment that a replica's process may have a handle to.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::choices::Choices;
use crate::exchange::{AnyHandle, Callee, HandlePath, Incoming, NEVER_RAN, Resolve};
use crate::link::{Form, System, Target, WireError};
use crate::log;
use crate::observe::{ModelCounts, OwnMetrics};
use crate::packed::unpack;
use crate::site::{Models, ReplicaInfo};

/// Where a deployment is found by its name.
pub(crate) trait Lookup: Send + Sync {
    /// Without an application it is the one of that name in whatever application.
    fn find(&self, application: &str, deployment: &str) -> Option<Arc<dyn AnyHandle>>;
}

/// The deployments that the other end of one link may call.
///
/// A handle that has left by this link leads to the very deployment it led to here, also when that is no
/// longer in the directory, or another one of its name is.
pub(crate) struct Deployments {
    known: Mutex<Vec<Arc<dyn AnyHandle>>>,
    directory: Arc<dyn Lookup>,
    choices: Arc<Choices>,
    /// Those of the replica at the other end.
    models: Arc<Models>,
    /// The user's own metrics of that replica; `None` where nobody would read them.
    own: Option<Arc<OwnMetrics>>,
}

impl Deployments {
    /// `known` are handles that the other end has from the beginning.
    pub(crate) fn new(
        known: Vec<Arc<dyn AnyHandle>>,
        directory: Arc<dyn Lookup>,
        site: &ReplicaInfo,
    ) -> Arc<Self> {
        Arc::new(Self {
            known: Mutex::new(known),
            directory,
            choices: Arc::default(),
            models: Arc::clone(&site.models),
            own: site.meter().map(|meter| Arc::clone(meter.own())),
        })
    }

    fn find(&self, application: &str, deployment: &str) -> Option<Arc<dyn AnyHandle>> {
        let known =
            self.lock().iter().find(|known| known.id().is(application, deployment)).cloned();
        known.or_else(|| self.directory.find(application, deployment))
    }

    /// At once: whoever gets an answer from the replica finds its models known.
    fn set_models(&self, call: &Incoming<'_>) {
        match unpack::<(Vec<&str>, Option<ModelCounts>)>(&call.body) {
            Ok((models, counts)) => {
                if let Some(counts) = counts {
                    self.models.take_counts(&counts);
                }
                self.models.set(0, models.into_iter().map(Arc::from).collect());
                call.acknowledge();
            }
            Err(error) => call.refuse(error.to_string()),
        }
    }

    /// Answered when they are here: the replica sends no more before.
    fn take_own_metrics(&self, call: &Incoming<'_>) {
        match self.own.as_ref().map_or(Ok(()), |own| own.take(&call.body)) {
            Ok(()) => call.acknowledge(),
            Err(error) => call.refuse(error.to_string()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<dyn AnyHandle>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answered when they are in the log's queue: the replica sends no more before.
fn log_events(call: &Incoming<'_>) {
    match unpack(&call.body) {
        Ok(records) => {
            log::pass_on(records);
            call.acknowledge();
        }
        Err(error) => call.refuse(error.to_string()),
    }
}

impl Callee for Deployments {
    fn call(&self, call: Incoming<'_>) {
        match (&call.head.target, call.head.form) {
            (Target::Replica, Form::System(System::Models)) => self.set_models(&call),
            (Target::Replica, Form::System(System::Events)) => log_events(&call),
            (Target::Replica, Form::System(System::OwnMetrics)) => self.take_own_metrics(&call),
            (Target::Deployment(name), form) => {
                let Some(handle) = self.find(&name.application, &name.deployment) else {
                    return call.fail(WireError::DeploymentUnavailable);
                };
                match form {
                    Form::Unary | Form::Streaming => handle.call(&call),
                    Form::System(System::ConfigureBatch) => handle.configure_batch(&call),
                    Form::System(System::Choose) => self.choices.choose(&call, &handle),
                    Form::System(System::ChooseAll) => self.choices.choose_all(&call, &handle),
                    Form::Batched(_) | Form::Http | Form::System(_) | Form::OngoingMax(_) => {
                        call.refuse_form();
                    }
                }
            }
            (Target::Chosen(choice), Form::Unary | Form::Streaming) => {
                match self.choices.get(*choice) {
                    Some(handle) => handle.call(&call),
                    None => call.fail(WireError::of(NEVER_RAN)),
                }
            }
            (Target::Chosen(choice), Form::System(System::LetGo)) => {
                self.choices.let_go(choice.stream);
                call.acknowledge();
            }
            (Target::Replica | Target::Chosen(_), _) => call.refuse_form(),
        }
    }

    fn closed(&self) {
        self.choices.clear();
        // Among them may be the one whose replica is behind this link.
        let known = std::mem::take(&mut *self.lock());
        drop(known);
    }
}

impl Resolve for Deployments {
    fn way(&self, application: &str, deployment: &str) -> Option<HandlePath> {
        self.find(application, deployment).map(HandlePath::Here)
    }

    fn leaves(&self, handle: Arc<dyn AnyHandle>) {
        let mut known = self.lock();
        let before = match known.iter_mut().find(|known| known.id() == handle.id()) {
            Some(known) => Some(std::mem::replace(known, handle)),
            None => {
                known.push(handle);
                None
            }
        };
        drop(known);
        drop(before);
    }
}
