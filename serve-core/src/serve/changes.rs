//! What changes the applications that run.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::Serve;
use crate::application::{AnyNode, Application};
use crate::config::DEFAULT_APPLICATION;
use crate::controller::{Expected, Graph, Plan, Renewal, Revision, Underway};
use crate::deployment::Deployment;
use crate::error::Result;
use crate::handle::Handle;

impl Serve {
    /// Runs an application under the name `default`, see [`run_named`](Self::run_named).
    ///
    /// # Errors
    ///
    /// As `run_named`.
    pub async fn run<D: Deployment>(&self, application: Application<D>) -> Result<Handle<D>> {
        self.run_named(DEFAULT_APPLICATION, application).await
    }

    /// Makes an application what is given here, and waits until it is.
    ///
    /// An application of that name that runs already is updated, and no request fails for it. A
    /// deployment of which nothing has changed is left alone, with its replicas and what they hold in
    /// memory. Of one that has changed, first one new replica is made beside the old ones; only when
    /// those of all changed deployments are healthy do new replicas take the place of old ones, step by
    /// step, each old one finishing what it has. Options that apply in place restart nothing. What
    /// [`plan`](Self::plan) shows is what is done.
    ///
    /// # Errors
    ///
    /// Options out of range, a route prefix in use, a `user_config` that does not fit: nothing has
    /// changed then. A deployment that cannot be started, or takes longer than its `update_timeout`: the
    /// error holds the cause, and what served before serves. [`Error::Superseded`](crate::Error::Superseded) if a later update of
    /// the application takes this one's place.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives up waiting, not deploying.
    pub async fn run_named<D: Deployment>(
        &self,
        name: &str,
        application: Application<D>,
    ) -> Result<Handle<D>> {
        self.run_node(name, application.into_node()).await?;
        self.inner.shelf.forget(name);
        self.app_handle::<D>(name)
    }

    /// The same without its type. A box, so that it is compiled here and not with every deployment.
    pub(crate) fn run_node<'a>(
        &'a self,
        name: &'a str,
        node: Arc<dyn AnyNode>,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            self.begin_run(name, node, "run", &Expected::Any).await?.done().await?;
            self.tell_ready().await;
            Ok(())
        })
    }

    /// The same without waiting until it runs, if the application is what is expected.
    pub(crate) fn begin_run<'a>(
        &'a self,
        name: &'a str,
        node: Arc<dyn AnyNode>,
        cause: &'a str,
        expected: &'a Expected,
    ) -> BoxFuture<'a, Result<Underway>> {
        Box::pin(async move {
            let graph = Arc::new(Graph::new(name, &node)?);
            graph.tell_names();
            self.listen_for(&graph).await?;
            let wanted = |_: Option<&_>| Ok((Arc::clone(&graph), Renewal::None));
            self.inner.controller.update(name, cause, expected, wanted).await
        })
    }

    /// Deletes an application: its routes at once, then its deployments, callers before callees, each
    /// after it has finished what it runs. Waits until all of it is gone.
    ///
    /// # Errors
    ///
    /// No application has that name.
    pub async fn delete(&self, name: &str) -> Result<()> {
        self.inner.controller.delete(name, Expected::Any, None).await?.done().await?;
        self.inner.shelf.forget(name);
        Ok(())
    }

    /// What running this application under this name would change, and why, or why it would be refused.
    /// Nothing is done. Only arguments that cannot be encoded for a process, and replicas that cannot be
    /// started, show when it is run.
    ///
    /// Comparing runs the `PartialEq` of constructor arguments, here in the caller's thread.
    #[must_use]
    pub fn plan<D: Deployment>(&self, name: &str, application: &Application<D>) -> Plan {
        self.plan_node(name, &application.clone().into_node())
    }

    /// The same without its type.
    pub(crate) fn plan_node(&self, name: &str, node: &Arc<dyn AnyNode>) -> Plan {
        let graph = Graph::new(name, node);
        let planned = graph.and_then(|graph| self.inner.controller.plan(&Arc::new(graph)));
        planned.unwrap_or_else(|error| Plan::refused(name, &error))
    }

    /// Replaces the replicas of an application, or of one of its deployments, by new ones of the same
    /// revision, in the same careful way as an update, and waits until that is done.
    ///
    /// # Errors
    ///
    /// As [`run_named`](Self::run_named), or there is no such application or deployment.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives up waiting, not restarting.
    ///
    /// ```
    /// # async fn example(serve: serve_core::Serve) -> serve_core::Result<()> {
    /// serve.restart("default", None).await?;
    /// serve.restart("default", Some("Greeter")).await
    /// # }
    /// ```
    pub async fn restart(&self, application: &str, deployment: Option<&str>) -> Result<()> {
        let restarting = self.inner.controller.restart(application, deployment, &Expected::Any);
        restarting.await?.done().await
    }

    /// Goes back to the last revision that ran before the one that runs now and was made of something
    /// else (a restart is a revision, too), in the same careful way as an update. Calls off an update
    /// that is on its way.
    ///
    /// It counts as a new revision, so a second rollback undoes the first. Two that are asked at the same
    /// time are one.
    ///
    /// # Errors
    ///
    /// As [`run_named`](Self::run_named), or there is nothing to go back to. [`Error::Superseded`](crate::Error::Superseded) also
    /// if an update gets ahead: that one stays.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives up waiting, not going back.
    ///
    /// ```
    /// # async fn example(serve: serve_core::Serve) -> serve_core::Result<()> {
    /// serve.rollback("default").await
    /// # }
    /// ```
    pub async fn rollback(&self, application: &str) -> Result<()> {
        self.inner.controller.rollback(application, &Expected::Any).await?.done().await?;
        self.inner.shelf.doubt(application);
        Ok(())
    }

    /// The last ten revisions of an application, oldest first; none if there is no such application.
    #[must_use]
    pub fn history(&self, application: &str) -> Vec<Revision> {
        self.inner.controller.history(application)
    }

    /// Pins the number of replicas of a deployment, and waits until as many take calls. The pin wins over
    /// what is declared and over what the load asks for. It outlives updates, until
    /// [`unpin`](Self::unpin) or until another number is declared.
    ///
    /// # Errors
    ///
    /// There is no such application or deployment, the number is zero, or the new replicas cannot be
    /// started. In the last case the pin stays, and they are tried again.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives up waiting, not scaling.
    ///
    /// ```
    /// # async fn example(serve: serve_core::Serve) -> serve_core::Result<()> {
    /// serve.scale("default", "Greeter", 4).await?;
    /// serve.unpin("default", "Greeter").await
    /// # }
    /// ```
    pub async fn scale(&self, application: &str, deployment: &str, replicas: u32) -> Result<()> {
        let controller = &self.inner.controller;
        let scaling = controller.scale(application, deployment, Some(replicas), Expected::Any);
        scaling.await?.done().await
    }

    /// Ends a pin: as many replicas as the load asks for, or as declared. Waits until as many take calls.
    ///
    /// # Errors
    ///
    /// As [`scale`](Self::scale).
    pub async fn unpin(&self, application: &str, deployment: &str) -> Result<()> {
        let controller = &self.inner.controller;
        controller.scale(application, deployment, None, Expected::Any).await?.done().await
    }

    /// Ends a replica at once, as a crash would: its calls fail with `ReplicaDied`, and it is replaced.
    /// For tests of how an application takes that. The id is that of
    /// [`RequestContext::replica_id`](crate::RequestContext::replica_id) and of [`status`](Self::status).
    ///
    /// Returns whether there was such a replica.
    pub async fn kill_replica(&self, replica_id: &str) -> bool {
        self.inner.controller.kill(replica_id).await
    }
}
