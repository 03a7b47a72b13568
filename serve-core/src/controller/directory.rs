//! What the controller publishes for everybody to read: which deployments there are, and how they are.
//!
//! Looking up a handle or a status reads this snapshot; it neither waits nor asks.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::ArcSwap;

use super::application::Application;
use super::graph::Graph;
use super::host::Host;
use super::known::Known;
use super::overview::{Published, ServeStatus};
use super::revision::Revision;
use super::tag::Tag;
use crate::config::{DEFAULT_APPLICATION, canonical};
use crate::error::{Error, Result};
use crate::exchange::AnyHandle;
use crate::remote::Lookup;

/// All applications. Those that have not changed are shared with the directory before.
#[derive(Clone, Default)]
pub(crate) struct Directory {
    applications: BTreeMap<Arc<str>, Arc<Entry>>,
}

/// One application.
pub(crate) struct Entry {
    /// `None` while it is being deleted.
    ingress: Option<Arc<str>>,
    hosts: BTreeMap<Arc<str>, Arc<Host>>,
    pub(crate) published: Published,
    pub(crate) known: Known,
    /// `None` while it is being deleted.
    pub(crate) tag: Option<Tag>,
    pub(crate) revisions: Vec<Revision>,
    /// What the revision that is wanted is made of, and the one that could be gone back to.
    pub(crate) wanted: Option<Arc<Graph>>,
    pub(crate) before: Option<(u64, Arc<Graph>)>,
    /// The route prefixes that it has or will have, with their owners.
    prefixes: Vec<(String, Arc<str>)>,
}

impl Entry {
    pub(crate) fn of(application: &Application) -> Self {
        let serving = application.state.serving();
        let entries = serving.into_iter().flat_map(|serving| &serving.entries);
        let host = |(name, entry): (&Arc<str>, &super::document::Entry)| {
            Some((Arc::clone(name), Arc::clone(application.hosts.get(&entry.member)?)))
        };
        Self {
            ingress: serving.map(|serving| Arc::clone(&serving.ingress)),
            hosts: entries.filter_map(host).collect(),
            published: application.publish(),
            known: application.known(),
            tag: application.tag(),
            revisions: application.history.revisions(),
            wanted: application.wanted_graph(),
            before: application.rollback_graph(),
            prefixes: application.prefixes(),
        }
    }
}

impl Entry {
    pub(crate) fn ingress(&self) -> Option<&Arc<str>> {
        self.ingress.as_ref()
    }

    /// That of the ingress.
    pub(crate) fn route_prefix(&self) -> Option<&str> {
        let ingress = self.ingress.as_ref()?;
        let found = self.prefixes.iter().find(|(_, owner)| owner == ingress);
        found.map(|(prefix, _)| &**prefix)
    }
}

impl Directory {
    /// The same with one application as it is now; `None` if it is gone.
    pub(crate) fn with(&self, name: &Arc<str>, entry: Option<Entry>) -> Self {
        let mut applications = self.applications.clone();
        match entry {
            Some(entry) => drop(applications.insert(Arc::clone(name), Arc::new(entry))),
            None => drop(applications.remove(name)),
        }
        Self { applications }
    }

    pub(crate) fn status(&self) -> ServeStatus {
        let overview = |(name, entry): (&Arc<str>, &Arc<Entry>)| {
            (name.to_string(), entry.published.overview())
        };
        ServeStatus { applications: self.applications.iter().map(overview).collect() }
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.applications.keys().map(|name| name.to_string()).collect()
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = (&Arc<str>, &Arc<Entry>)> {
        self.applications.iter()
    }

    pub(crate) fn entry(&self, application: &str) -> Option<&Arc<Entry>> {
        self.applications.get(application)
    }

    /// The applications that do not serve, with what they do instead.
    pub(crate) fn not_ready(&self) -> Vec<String> {
        let not_ready = self.applications.iter().filter(|(_, entry)| !entry.published.is_ready);
        not_ready.map(|(name, entry)| format!("{name} ({})", entry.published.status())).collect()
    }

    /// Every prefix belongs to one deployment, of all applications together.
    ///
    /// # Errors
    ///
    /// A prefix has another owner.
    pub(crate) fn check_routes(&self, graph: &Graph) -> Result<()> {
        let others = self.applications.iter().filter(|(name, _)| **name != graph.application);
        let mut taken: BTreeMap<Cow<'_, str>, String> = others
            .flat_map(|(name, entry)| {
                let owned = entry.prefixes.iter();
                owned.map(move |(prefix, owner)| (canonical(prefix), format!("{name}#{owner}")))
            })
            .collect();
        for named in &graph.deployments {
            let Some(prefix) = &named.node.config().route_prefix else { continue };
            if let Some(owner) = taken.insert(canonical(prefix), named.name.to_string()) {
                let (prefix, deployment) = (prefix.clone(), named.name.to_string());
                return Err(Error::DuplicateRoute { prefix, deployment, owner });
            }
        }
        Ok(())
    }

    /// Lets all replicas know whether somebody watches their calls.
    #[cfg(feature = "admin")]
    pub(crate) fn watch_calls(&self, is_watched: bool) {
        let hosts = self.applications.values().flat_map(|entry| entry.hosts.values());
        hosts.for_each(|host| host.watch_calls(is_watched));
    }

    /// Lets calls of all deployments fail from now on.
    pub(crate) fn close(&self) {
        let hosts = self.applications.values().flat_map(|entry| entry.hosts.values());
        hosts.for_each(|host| host.close());
    }

    /// The ingress deployment of an application.
    pub(crate) fn ingress(&self, application: &str) -> Result<Arc<Host>> {
        self.applications
            .get(application)
            .and_then(|entry| entry.hosts.get(entry.ingress.as_ref()?))
            .cloned()
            .ok_or_else(|| Error::UnknownApplication(application.to_owned()))
    }

    pub(crate) fn deployment(&self, deployment: &str, application: &str) -> Result<Arc<Host>> {
        let entry = self
            .applications
            .get(application)
            .filter(|entry| entry.ingress.is_some())
            .ok_or_else(|| Error::UnknownApplication(application.to_owned()))?;
        entry.hosts.get(deployment).cloned().ok_or_else(|| Error::UnknownDeployment {
            deployment: deployment.to_owned(),
            application: Some(application.to_owned()),
            searched: None,
        })
    }

    /// The deployment of that name in whatever application: the one of the same name (`D::deploy()`),
    /// then `default` (`run`), then the first that has it.
    pub(crate) fn anywhere(&self, deployment: &str) -> Result<Arc<Host>> {
        [deployment, DEFAULT_APPLICATION]
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
        Some(Arc::clone(host.ok()?.any_handle()))
    }
}
