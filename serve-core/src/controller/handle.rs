//! The controller for everybody else: the way to ask it for something, and what it has published.

use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::oneshot;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::actor::{ControllerEvent, EventSender, Submitted};
use super::directory::{Directory, Entry};
use super::graph::Graph;
use super::plan::Plan;
use super::prepare::{Renewal, plan, prepare};
use super::pulse::ControllerPulse;
use super::revision::Revision;
use super::tag::Expected;
use super::underway::Underway;
use super::workshop::Workshop;
use crate::config::REPLICAS_MAX;
use crate::error::{Error, Result};

#[derive(Clone)]
pub(crate) struct ControllerHandle {
    pub(super) events: EventSender,
    pub(super) directory: Arc<ArcSwap<Directory>>,
    pub(super) workshop: Arc<Workshop>,
    pub(super) ended: CancellationToken,
}

impl ControllerHandle {
    /// Sends an event and waits for its answer.
    async fn ask<T>(&self, event: impl FnOnce(oneshot::Sender<T>) -> ControllerEvent) -> Result<T> {
        let (sender, receiver) = oneshot::channel();
        self.events.send(event(sender)).await.map_err(|_| Error::Stopped)?;
        receiver.await.map_err(|_| Error::Stopped)
    }

    /// What the controller has last published.
    pub(crate) fn directory(&self) -> Arc<Directory> {
        self.directory.load_full()
    }

    pub(crate) fn pulse(&self) -> &ControllerPulse {
        &self.workshop.pulse
    }

    /// Whether the controller has ended, with its server or with its runtime.
    pub(crate) fn has_ended(&self) -> bool {
        self.ended.is_cancelled()
    }

    /// Makes an application what is wanted of it, if it is what is expected. What is wanted is asked anew
    /// whenever another update has been faster.
    pub(crate) async fn update(
        &self,
        application: &str,
        cause: &str,
        expected: &Expected,
        wanted: impl Fn(Option<&Entry>) -> Result<(Arc<Graph>, Renewal)>,
    ) -> Result<Underway> {
        loop {
            let prepared = {
                let directory = self.directory();
                let entry = directory.entry(application).map(Arc::as_ref);
                expected.check(application, entry.and_then(|entry| entry.tag.as_ref()))?;
                let (graph, renewal) = wanted(entry)?;
                let known = entry.map(|entry| &entry.known);
                Box::new(prepare(&self.workshop, &graph, known, &renewal)?)
            };
            let cause = cause.to_owned();
            match self.ask(|done| ControllerEvent::Submit { prepared, cause, done }).await? {
                Submitted::Taken(done) => return Ok(Underway::until(done)),
                Submitted::Refused(error) => return Err(error),
                Submitted::Outdated => {}
            }
        }
    }

    /// What `update` would do at this moment.
    pub(crate) fn plan(&self, graph: &Arc<Graph>) -> Result<Plan> {
        let directory = self.directory();
        directory.check_routes(graph)?;
        let known = directory.entry(&graph.application).map(|entry| &entry.known);
        plan(&self.workshop, graph, known)
    }

    pub(crate) async fn restart(
        &self,
        application: &str,
        deployment: Option<&str>,
        expected: &Expected,
    ) -> Result<Underway> {
        let unknown = || Error::UnknownApplication(application.to_owned());
        let cause = match deployment {
            None => "restart".to_owned(),
            Some(name) => format!("restart of {name}"),
        };
        let wanted = |entry: Option<&Entry>| {
            let graph = entry.and_then(|entry| entry.wanted.clone()).ok_or_else(unknown)?;
            let Some(name) = deployment else { return Ok((graph, Renewal::All)) };
            graph.find(name).ok_or_else(|| Error::UnknownDeployment {
                deployment: name.to_owned(),
                application: Some(application.to_owned()),
                searched: None,
            })?;
            Ok((graph, Renewal::One(name.to_owned())))
        };
        self.update(application, &cause, expected, wanted).await
    }

    pub(crate) async fn rollback(
        &self,
        application: &str,
        expected: &Expected,
    ) -> Result<Underway> {
        let unknown = || Error::UnknownApplication(application.to_owned());
        let (revision, target) = {
            let directory = self.directory();
            let entry = directory.entry(application);
            expected.check(application, entry.and_then(|entry| entry.tag.as_ref()))?;
            let entry = entry.ok_or_else(unknown)?;
            entry.before.clone().ok_or_else(|| Error::NoRollback {
                application: application.to_owned(),
                message: "there is no earlier revision that ran and whose arguments are kept"
                    .to_owned(),
            })?
        };
        // Whoever asked has seen this state. Of two that ask at once, the second one must not undo the
        // first, and an update that was faster stays.
        let wanted = |entry: Option<&Entry>| {
            let entry = entry.ok_or_else(unknown)?;
            let is_before = entry.before.as_ref().is_some_and(|(before, _)| *before == revision);
            let is_wanted = entry.wanted.as_ref().is_some_and(|graph| Arc::ptr_eq(graph, &target));
            match is_before || is_wanted {
                true => Ok((Arc::clone(&target), Renewal::None)),
                false => Err(Error::Superseded),
            }
        };
        let cause = format!("rollback to revision {revision}");
        self.update(application, &cause, expected, wanted).await
    }

    pub(crate) fn history(&self, application: &str) -> Vec<Revision> {
        let directory = self.directory();
        directory.entry(application).map(|entry| entry.revisions.clone()).unwrap_or_default()
    }

    /// Pins a number of replicas, or unpins it.
    ///
    /// # Errors
    ///
    /// The number is none, or there is no such deployment.
    pub(crate) async fn scale(
        &self,
        application: &str,
        deployment: &str,
        replicas: Option<u32>,
        expected: Expected,
    ) -> Result<Underway> {
        let problem = match replicas {
            Some(0) => Some("0 replicas; use at least 1, or delete the application".to_owned()),
            Some(count) if count > REPLICAS_MAX => {
                Some(format!("{count} replicas are too many; use at most {REPLICAS_MAX}"))
            }
            Some(_) | None => None,
        };
        if let Some(problem) = problem {
            let problems = vec![format!("deployment `{deployment}`: {problem}")];
            return Err(Error::InvalidConfig { problems });
        }
        let (application, deployment) = (Arc::from(application), deployment.to_owned());
        let reached = self
            .ask(|done| ControllerEvent::Scale {
                application,
                deployment,
                replicas,
                expected,
                done,
            })
            .await??;
        Ok(Underway::until(reached))
    }

    /// Deletes an application, if there is a time by that time.
    pub(crate) async fn delete(
        &self,
        application: &str,
        expected: Expected,
        by: Option<Instant>,
    ) -> Result<Underway> {
        let application = Arc::from(application);
        let delete = |done| ControllerEvent::Delete { application, expected, by, done };
        Ok(Underway::until(self.ask(delete).await??))
    }

    /// From now on nothing is deployed.
    pub(crate) async fn end(&self) {
        drop(self.ask(|done| ControllerEvent::End { done }).await);
    }

    pub(crate) async fn kill(&self, replica: &str) -> bool {
        let replica = replica.to_owned();
        self.ask(|done| ControllerEvent::Kill { replica, done }).await.unwrap_or(false)
    }
}
