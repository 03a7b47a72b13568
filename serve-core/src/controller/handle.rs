//! The controller for everybody else: the way to ask it for something, and what it has published.

use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::oneshot;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::actor::{Event, EventSender, Submitted};
use super::directory::Directory;
use super::graph::Graph;
use super::plan::Plan;
use super::prepare::{Renewal, plan, prepare};
use super::revision::Revision;
use super::workshop::Workshop;
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
    async fn ask<T>(&self, event: impl FnOnce(oneshot::Sender<T>) -> Event) -> Result<T> {
        let (sender, receiver) = oneshot::channel();
        self.events.send(event(sender)).await.map_err(|_| Error::Stopped)?;
        receiver.await.map_err(|_| Error::Stopped)
    }

    /// What the controller has last published.
    pub(crate) fn directory(&self) -> Arc<Directory> {
        self.directory.load_full()
    }

    /// Whether the controller has ended, with its server or with its runtime.
    pub(crate) fn has_ended(&self) -> bool {
        self.ended.is_cancelled()
    }

    /// Makes the graph what the application is, and waits until it is.
    pub(crate) async fn update(
        &self,
        graph: &Arc<Graph>,
        renewal: &Renewal,
        cause: &str,
    ) -> Result<()> {
        loop {
            let prepared = {
                let directory = self.directory();
                let entry = directory.entry(&graph.application);
                let known = entry.map(|entry| &entry.known);
                Box::new(prepare(&self.workshop, graph, known, renewal)?)
            };
            let cause = cause.to_owned();
            match self.ask(|done| Event::Submit { prepared, cause, done }).await? {
                Submitted::Taken(done) => return done.await.map_err(|_| Error::Stopped)?,
                Submitted::Refused(error) => return Err(error),
                // Somebody was faster.
                Submitted::Outdated => {}
            }
        }
    }

    /// What `update` would do at this moment.
    pub(crate) fn plan(&self, graph: &Arc<Graph>) -> Result<Plan> {
        let directory = self.directory();
        let known = directory.entry(&graph.application).map(|entry| &entry.known);
        plan(&self.workshop, graph, known)
    }

    pub(crate) async fn restart(&self, application: &str, deployment: Option<&str>) -> Result<()> {
        let graph = {
            let directory = self.directory();
            let unknown = || Error::UnknownApplication(application.to_owned());
            let entry = directory.entry(application).ok_or_else(unknown)?;
            entry.wanted.clone().ok_or_else(unknown)?
        };
        let (renewal, cause) = match deployment {
            None => (Renewal::All, "restart".to_owned()),
            Some(name) => {
                graph.find(name).ok_or_else(|| Error::UnknownDeployment {
                    deployment: name.to_owned(),
                    application: Some(application.to_owned()),
                    searched: None,
                })?;
                (Renewal::One(name.to_owned()), format!("restart of {name}"))
            }
        };
        self.update(&graph, &renewal, &cause).await
    }

    pub(crate) async fn rollback(&self, application: &str) -> Result<()> {
        let (revision, graph) = {
            let directory = self.directory();
            let unknown = || Error::UnknownApplication(application.to_owned());
            let entry = directory.entry(application).ok_or_else(unknown)?;
            entry.before.clone().ok_or_else(|| Error::NoRollback {
                application: application.to_owned(),
                message: "there is no earlier revision that ran and whose arguments are kept"
                    .to_owned(),
            })?
        };
        self.update(&graph, &Renewal::None, &format!("rollback to revision {revision}")).await
    }

    pub(crate) fn history(&self, application: &str) -> Vec<Revision> {
        let directory = self.directory();
        directory.entry(application).map(|entry| entry.revisions.clone()).unwrap_or_default()
    }

    /// Pins a number of replicas, or unpins it, and waits until there are as many.
    pub(crate) async fn scale(
        &self,
        application: &str,
        deployment: &str,
        replicas: Option<u32>,
    ) -> Result<()> {
        let (application, deployment) = (Arc::from(application), deployment.to_owned());
        self.ask(|done| Event::Scale { application, deployment, replicas, done }).await?
    }

    /// Deletes an application, if there is a time by that time, and waits until it is gone.
    pub(crate) async fn delete(&self, application: &str, by: Option<Instant>) -> Result<()> {
        let application = Arc::from(application);
        let gone = self.ask(|done| Event::Delete { application, by, done }).await??;
        gone.await.map_err(|_| Error::Stopped)
    }

    /// From now on nothing is deployed.
    pub(crate) async fn end(&self) {
        drop(self.ask(|done| Event::End { done }).await);
    }

    pub(crate) async fn kill(&self, replica: &str) -> bool {
        let replica = replica.to_owned();
        self.ask(|done| Event::Kill { replica, done }).await.unwrap_or(false)
    }
}
