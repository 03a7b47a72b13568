//! A whole configuration: a plan that can be looked at, and then is done.

use futures_util::future::join_all;

use crate::controller::{Plan, PlannedAction, PlannedChange, ServerPlan};
use crate::error::{Error, Result};
use crate::file::{MadeApplication, ServerConfig};
use crate::serve::Serve;

impl Serve {
    /// What [`apply`](Self::apply) would change, and why, or why it would be refused. Nothing is done.
    ///
    /// ```
    /// # fn example(serve: serve_core::Serve) -> serve_core::Result<()> {
    /// use serve_core::file::ServerConfig;
    ///
    /// let config = ServerConfig::from_json(r#"{ "applications": [] }"#)?;
    /// println!("{}", serve.plan_apply(&config));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn plan_apply(&self, config: &ServerConfig) -> ServerPlan {
        let mut config = config.clone();
        let mut problems: Vec<_> = self.check_sections(&config).err().into_iter().collect();
        let mut applications = Vec::new();
        match config.make(self.builders()) {
            Ok(made) => {
                applications
                    .extend(made.iter().map(|made| self.plan_node(made.config.name(), &made.node)));
                applications.extend(self.gone(&made).iter().map(|name| self.plan_removal(name)));
            }
            Err(error) => {
                problems.extend(error.problems().iter().map(ToString::to_string));
            }
        }
        ServerPlan { applications, problems }
    }

    /// Makes the server what a configuration says, and waits until it is: applications that are in it run as it says;
    /// those that an earlier configuration has asked for and that are not in it are deleted; those that the program has
    /// started itself are left alone. What has not changed is not touched.
    ///
    /// Each application is updated as by [`run_config`](Self::run_config), all at the same time: one that fails stays
    /// what it was, and the others go on.
    ///
    /// # Errors
    ///
    /// The configuration does not fit the program, or says of the server itself something that needs a restart (`http`,
    /// `admin`, `logging`): every reason is told, and nothing has changed. Else what went wrong with each application
    /// that could not be updated.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives up waiting. Applications that are on their way go on, others may not have begun.
    ///
    /// ```no_run
    /// # async fn example(serve: serve_core::Serve) -> serve_core::Result<()> {
    /// use serve_core::file::ServerConfig;
    ///
    /// let config = ServerConfig::from_json(r#"{ "applications": [{ "name": "hello" }] }"#)?;
    /// serve.apply(&config).await
    /// # }
    /// ```
    pub async fn apply(&self, config: &ServerConfig) -> Result<()> {
        let mut config = config.clone();
        let made = config.make(self.builders())?;
        let sections = self.check_sections(&config);
        sections.map_err(|problem| Error::InvalidConfig { problems: vec![problem] })?;
        let gone = self.gone(&made);
        made.iter().for_each(|made| self.shelf().expect(made.config.name()));
        let mut failures = Vec::new();
        let mut postponed = Vec::new();
        for (made, outcome) in self.run_all(made).await {
            match outcome {
                Ok(()) => {}
                // What has its prefix may go, or have given it up by now.
                Err(Error::DuplicateRoute { .. }) => postponed.push(made),
                Err(error) => failures.push(error),
            }
        }
        let deleting = gone.iter().map(async |name| match self.delete(name).await {
            // Somebody else was faster, or it never ran.
            Err(Error::UnknownApplication(_)) => {
                self.shelf().forget(name);
                Ok(())
            }
            outcome => outcome,
        });
        failures.extend(join_all(deleting).await.into_iter().filter_map(Result::err));
        // Each round frees what the next one waits for.
        while !postponed.is_empty() {
            let (before, mut waiting, mut taken) = (postponed.len(), Vec::new(), Vec::new());
            for (made, outcome) in self.run_all(postponed).await {
                match outcome {
                    Ok(()) => {}
                    Err(error @ Error::DuplicateRoute { .. }) => {
                        waiting.push(made);
                        taken.push(error);
                    }
                    Err(error) => failures.push(error),
                }
            }
            if waiting.len() == before {
                failures.extend(taken);
                break;
            }
            postponed = waiting;
        }
        Error::all(failures)?;
        // Also if nothing runs yet, because all of it comes over the admin API.
        self.tell_ready().await;
        Ok(())
    }

    async fn run_all(&self, all: Vec<MadeApplication>) -> Vec<(MadeApplication, Result<()>)> {
        let running = all.into_iter().map(|made| async {
            let outcome = self.run_node(made.config.name(), made.node.clone()).await;
            if outcome.is_ok() {
                self.shelf().keep(made.config.clone());
            }
            (made, outcome)
        });
        join_all(running).await
    }

    /// The applications of earlier configurations that are not in this one.
    fn gone(&self, made: &[MadeApplication]) -> Vec<String> {
        let is_there = |name: &String| made.iter().any(|made| made.config.name() == name);
        self.shelf().names().into_iter().filter(|name| !is_there(name)).collect()
    }

    fn plan_removal(&self, application: &str) -> Plan {
        let status = self.status();
        let running = status.applications.get(application);
        let deployments = running.into_iter().flat_map(|running| running.deployments.keys());
        let changes = deployments.map(|deployment| {
            let reason = "the configuration does not have its application any more".to_owned();
            PlannedChange::new(deployment, PlannedAction::Remove, reason)
        });
        Plan::new(application, changes.collect())
    }

    /// # Errors
    ///
    /// It says something of the server that a server which runs cannot take over.
    pub(crate) fn check_sections(&self, config: &ServerConfig) -> Result<(), String> {
        let sections = config.differing_sections(self.shelf().sections().as_ref());
        if sections.is_empty() {
            return Ok(());
        }
        let names: Vec<_> = sections.iter().map(|name| format!("`{name}`")).collect();
        Err(format!(
            "what {} says is not how this server was started, and changes only when it is started anew",
            names.join(" and ")
        ))
    }
}
