//! One application: its deployments with their hosts, and who waits for what of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::oneshot;
use tokio::time::Instant;

use super::deployment_state::{Action, DeploymentState};
use super::host::Host;
use super::status::{ApplicationStatus, ApplicationStatusOverview, DeploymentStatusOverview};
use crate::deployment::AnyNode;
use crate::error::{Error, Result};

pub(crate) struct Application {
    pub(crate) name: Arc<str>,
    pub(crate) deployments: BTreeMap<Arc<str>, Deployed>,
    /// Deployments of an earlier version that this one has no use for. They go when the new version
    /// serves, because until then the old one may still call them.
    pub(crate) retired: Vec<Deployed>,
    pub(crate) ingress: Arc<str>,
    pub(crate) deleting: bool,
    pub(crate) deploy_waiters: Vec<oneshot::Sender<Result<()>>>,
    pub(crate) delete_waiters: Vec<oneshot::Sender<()>>,
}

pub(crate) struct Deployed {
    pub(crate) name: Arc<str>,
    pub(crate) node: Arc<dyn AnyNode>,
    pub(crate) host: Arc<dyn Host>,
    pub(crate) state: DeploymentState,
    pub(crate) callers: Vec<Arc<str>>,
}

impl Application {
    /// Brings every deployment one step closer to what it should be.
    pub(crate) fn reconcile(&mut self, now: Instant) {
        if self.deleting {
            self.delete_callers_first();
        }
        for deployed in self.deployments.values_mut() {
            deployed.reconcile(now);
        }
        if self.status().0 == ApplicationStatus::Running || self.deleting {
            for deployed in &mut self.retired {
                if !deployed.state.is_deleting() {
                    deployed.state.delete();
                }
            }
        }
        for deployed in &mut self.retired {
            deployed.reconcile(now);
        }
        self.retired.retain(|d| !(d.state.is_deleting() && d.state.has_no_replicas()));
    }

    /// A deployment goes once nobody is left who could call it.
    fn delete_callers_first(&mut self) {
        let gone = |name: &Arc<str>| {
            self.deployments
                .get(name)
                .is_none_or(|caller| caller.state.is_deleting() && caller.state.has_no_replicas())
        };
        let ready: Vec<Arc<str>> = self
            .deployments
            .values()
            .filter(|d| !d.state.is_deleting() && d.callers.iter().all(gone))
            .map(|d| Arc::clone(&d.name))
            .collect();
        for name in ready {
            if let Some(deployed) = self.deployments.get_mut(&name) {
                deployed.state.delete();
            }
        }
    }

    pub(crate) fn answer_deploy_waiters(&mut self) {
        let outcome = match self.status() {
            _ if self.deploy_waiters.is_empty() => return,
            (ApplicationStatus::Running, _) => None,
            (ApplicationStatus::DeployFailed | ApplicationStatus::Unhealthy, message) => {
                Some(self.with_causes(message))
            }
            (ApplicationStatus::Deleting, _) => Some("it was deleted meanwhile".to_owned()),
            (ApplicationStatus::Deploying | ApplicationStatus::NotStarted, _) => return,
        };
        for waiter in self.deploy_waiters.drain(..) {
            // Whoever waited may have given up.
            let _ = waiter.send(match &outcome {
                None => Ok(()),
                Some(message) => Err(Error::DeployFailed {
                    application: self.name.as_ref().to_owned(),
                    message: message.clone(),
                }),
            });
        }
    }

    /// The status's message and what each deployment has to say about it.
    fn with_causes(&self, message: String) -> String {
        let causes = self.deployments.values().filter(|d| !d.state.message().is_empty());
        causes.fold(message, |message, deployed| {
            format!("{message} {}: {}", deployed.name, deployed.state.message())
        })
    }

    pub(crate) fn status(&self) -> (ApplicationStatus, String) {
        if self.deleting {
            return (ApplicationStatus::Deleting, String::new());
        }
        ApplicationStatus::of(&self.deployments.values().map(|d| (&*d.name, d.state.status())))
    }

    pub(crate) fn overview(&self) -> ApplicationStatusOverview {
        let (status, message) = self.status();
        let message = if message.is_empty() { message } else { self.with_causes(message) };
        let deployments =
            self.deployments.values().map(|d| (d.name.as_ref().to_owned(), d.overview())).collect();
        ApplicationStatusOverview { status, message, deployments }
    }

    pub(crate) fn is_gone(&self) -> bool {
        self.deleting
            && self.retired.is_empty()
            && self.deployments.values().all(|d| d.state.is_deleting() && d.state.has_no_replicas())
    }

    pub(crate) fn wake_at(&self) -> Option<Instant> {
        self.all().filter_map(|deployed| deployed.state.wake_at()).min()
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Deployed> {
        self.deployments.values().chain(&self.retired)
    }

    /// The deployment that an event of this incarnation concerns.
    pub(crate) fn of_incarnation(&mut self, incarnation: u64) -> Option<&mut Deployed> {
        self.deployments
            .values_mut()
            .chain(&mut self.retired)
            .find(|deployed| deployed.host.incarnation() == incarnation)
    }
}

impl Deployed {
    fn reconcile(&mut self, now: Instant) {
        for action in self.state.reconcile(now) {
            self.act(action);
        }
    }

    pub(crate) fn act(&self, action: Action) {
        match action {
            Action::Start(replica) => self.host.start(replica),
            Action::Stop { replica, patience } => self.host.stop(replica, patience),
            Action::CheckHealth(replica) => self.host.check_health(replica),
            Action::Reconfigure(replica) => self.host.reconfigure(replica),
            Action::Publish(replicas) => self.host.publish(&replicas),
            Action::Close => self.host.close(),
        }
    }

    fn overview(&self) -> DeploymentStatusOverview {
        let (status, status_trigger) = self.state.status();
        let routable = self.state.routable().into_iter();
        DeploymentStatusOverview {
            status,
            status_trigger,
            replica_states: self.state.replica_states(),
            running_replicas: routable.map(|number| self.host.replica_id(number)).collect(),
            message: self.state.message().to_owned(),
        }
    }
}
