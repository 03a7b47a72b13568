//! What the controller publishes for everybody to read: which deployments there are, and how they are.
//!
//! Looking up a handle or a status reads this snapshot; it neither waits nor asks.

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::ArcSwap;

use super::application::Application;
use super::host::Host;
use super::status::ServeStatus;
use crate::error::{Error, Result};
use crate::exchange::Lookup;
use crate::handle::AnyHandle;

#[derive(Default)]
pub(crate) struct Directory {
    pub(crate) status: ServeStatus,
    applications: BTreeMap<Arc<str>, Entry>,
}

struct Entry {
    ingress: Arc<str>,
    hosts: BTreeMap<Arc<str>, Arc<dyn Host>>,
}

impl Directory {
    pub(crate) fn of(applications: &BTreeMap<Arc<str>, Application>) -> Self {
        let overview = |a: &Application| (a.name.as_ref().to_owned(), a.overview());
        let entry = |application: &Application| Entry {
            ingress: Arc::clone(&application.ingress),
            hosts: application
                .deployments
                .values()
                .map(|deployed| (Arc::clone(&deployed.name), Arc::clone(&deployed.host)))
                .collect(),
        };
        Self {
            status: ServeStatus { applications: applications.values().map(overview).collect() },
            applications: applications
                .values()
                .filter(|application| !application.deleting)
                .map(|application| (Arc::clone(&application.name), entry(application)))
                .collect(),
        }
    }

    /// Lets calls of all deployments fail from now on.
    pub(crate) fn close(&self) {
        let hosts = self.applications.values().flat_map(|entry| entry.hosts.values());
        hosts.for_each(|host| host.close());
    }

    /// The ingress deployment of an application.
    pub(crate) fn ingress(&self, application: &str) -> Result<Arc<dyn Host>> {
        self.applications
            .get(application)
            .and_then(|entry| entry.hosts.get(&entry.ingress))
            .cloned()
            .ok_or_else(|| Error::UnknownApplication(application.to_owned()))
    }

    pub(crate) fn deployment(&self, deployment: &str, application: &str) -> Result<Arc<dyn Host>> {
        let entry = self
            .applications
            .get(application)
            .ok_or_else(|| Error::UnknownApplication(application.to_owned()))?;
        entry.hosts.get(deployment).cloned().ok_or_else(|| Error::UnknownDeployment {
            deployment: deployment.to_owned(),
            application: Some(application.to_owned()),
            searched: None,
        })
    }

    /// The deployment of that name in whatever application: the one of the same name (`D::deploy()`),
    /// then `default` (`run`), then the first that has it.
    pub(crate) fn anywhere(&self, deployment: &str) -> Result<Arc<dyn Host>> {
        [deployment, crate::DEFAULT_APPLICATION]
            .into_iter()
            .filter_map(|application| self.applications.get(application))
            .chain(self.applications.values())
            .find_map(|entry| entry.hosts.get(deployment))
            .cloned()
            .ok_or_else(|| Error::UnknownDeployment {
                deployment: deployment.to_owned(),
                application: None,
                searched: None,
            })
    }
}

/// The latest directory, for calls from other processes.
pub(super) struct Latest(pub(super) Arc<ArcSwap<Directory>>);

impl Lookup for Latest {
    fn find(&self, application: &str, deployment: &str) -> Option<Arc<dyn AnyHandle>> {
        let directory = self.0.load();
        let host = match application {
            "" => directory.anywhere(deployment),
            _ => directory.deployment(deployment, application),
        };
        Some(host.ok()?.any_handle())
    }
}
