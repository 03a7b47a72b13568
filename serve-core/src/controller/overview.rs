//! What runs on a server, as `status()` shows it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;

use super::application::Application;
use super::deployment_state::{DeploymentState, ReplicaView};
use super::host::{Host, HostView};
use super::status::{ApplicationStatus, DeploymentStatus, ReplicaState, StatusTrigger};
use crate::config::Isolation;
use crate::observe::{ModelTotals, seconds};
use crate::site::Ejection;

/// Everything that runs on a server.
///
/// ```
/// # fn example(serve: serve_core::Serve) {
/// for (name, application) in &serve.status().applications {
///     println!("{name}: {}", application.status);
/// }
/// # }
/// ```
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "admin", derive(serde::Deserialize, schemars::JsonSchema))]
#[non_exhaustive]
pub struct ServeStatus {
    /// By name.
    pub applications: BTreeMap<String, ApplicationStatusOverview>,
}

/// A status is there at once; it can be awaited all the same, so that code which asks a server in
/// another process, where it takes a while, reads no different.
impl IntoFuture for ServeStatus {
    type Output = Self;
    type IntoFuture = std::future::Ready<Self>;

    fn into_future(self) -> Self::IntoFuture {
        std::future::ready(self)
    }
}

/// One application.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "admin", derive(serde::Deserialize, schemars::JsonSchema))]
#[non_exhaustive]
pub struct ApplicationStatusOverview {
    /// The worst of its deployments.
    pub status: ApplicationStatus,
    /// Why it is not running, or why its last update failed; else empty.
    pub message: String,
    /// The number of the revision that serves; `None` while it is being deleted.
    pub revision: Option<u64>,
    /// By name.
    pub deployments: BTreeMap<String, DeploymentStatusOverview>,
}

/// One deployment.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "admin", derive(serde::Deserialize, schemars::JsonSchema))]
#[non_exhaustive]
pub struct DeploymentStatusOverview {
    /// What it is doing.
    pub status: DeploymentStatus,
    /// What brought it there.
    pub status_trigger: StatusTrigger,
    /// How many replicas there are in each state.
    pub replica_states: BTreeMap<ReplicaState, usize>,
    /// The ids of the replicas that take calls.
    pub running_replicas: Vec<String>,
    /// How many replicas there shall be, and who says so.
    pub counts: ReplicaCounts,
    /// How many calls wait for a replica.
    pub queued: usize,
    /// Every replica.
    pub replicas: Vec<ReplicaOverview>,
    /// The last failure, if there has been one since it was last healthy, or what it waits for.
    pub message: String,
}

/// How many replicas a deployment shall have. What is pinned wins over what the load asks for, and that
/// over what is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "admin", derive(serde::Deserialize, schemars::JsonSchema))]
#[non_exhaustive]
pub struct ReplicaCounts {
    /// By `num_replicas`.
    pub declared: u32,
    /// By [`Serve::scale`](crate::Serve::scale), until [`Serve::unpin`](crate::Serve::unpin) or until
    /// another count is declared.
    pub pinned: Option<u32>,
    /// By the load.
    pub autoscaled: Option<u32>,
    /// Which of the three counts.
    pub target: u32,
}

/// One replica.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "admin", derive(serde::Deserialize, schemars::JsonSchema))]
#[non_exhaustive]
pub struct ReplicaOverview {
    /// As in [`RequestContext::replica_id`](crate::RequestContext::replica_id).
    pub id: String,
    /// What it is doing.
    pub state: ReplicaState,
    /// How long it has been there; serialised as seconds.
    #[serde(with = "seconds")]
    #[cfg_attr(feature = "admin", schemars(with = "f64"))]
    pub age: Duration,
    /// How long it has been in that state; serialised as seconds.
    #[serde(with = "seconds")]
    #[cfg_attr(feature = "admin", schemars(with = "f64"))]
    pub in_state_for: Duration,
    /// What it is made of: two replicas of one version are alike.
    pub version: u64,
    /// Of its process, if it has one of its own.
    pub pid: Option<u32>,
    /// How many calls it has.
    pub ongoing: u32,
    /// It failed several times in a row and gets no calls for a while.
    pub is_ejected: bool,
    /// For how long, and why.
    pub ejected: Option<Ejection>,
    /// The models that it has loaded.
    pub models: Vec<String>,
    /// What has been counted of them.
    #[serde(skip)]
    pub(crate) model_totals: Option<ModelTotals>,
    /// It was told to end, and its constructor has not returned.
    pub is_left_behind: bool,
}

/// An application as the controller last saw it, with those who know how it is at this moment.
pub(crate) struct Published {
    status: ApplicationStatus,
    message: String,
    revision: Option<u64>,
    pub(crate) is_ready: bool,
    deployments: BTreeMap<Arc<str>, PublishedDeployment>,
}

struct PublishedDeployment {
    host: Arc<Host>,
    overview: DeploymentStatusOverview,
    replicas: Vec<ReplicaView>,
    isolation: Isolation,
}

impl Application {
    pub(crate) fn status(&self) -> (ApplicationStatus, String) {
        if self.state.is_deleting() {
            return (ApplicationStatus::Deleting, String::new());
        }
        let statuses = self.shown().map(|(name, _, state)| (&**name, state.status()));
        let statuses: Vec<_> = statuses.collect();
        ApplicationStatus::of(&statuses.iter().copied())
    }

    /// The deployments that are shown: those of the revision that serves, or what is left of it.
    fn shown(&self) -> impl Iterator<Item = (&Arc<str>, &Arc<Host>, &DeploymentState)> {
        let serving = self.state.serving();
        let coming = self.state.coming();
        self.state.members().iter().filter_map(move |(id, member)| {
            let is_old = serving.is_some_and(|serving| {
                !serving.has(*id) && serving.entries.contains_key(&member.name)
            });
            let is_unknown = serving.is_some_and(|serving| !serving.has(*id))
                && !coming.is_some_and(|coming| coming.has(*id))
                && member.state.is_deleting()
                && member.state.has_no_replicas();
            (!is_old && !is_unknown).then_some((&member.name, self.hosts.get(id)?, &member.state))
        })
    }

    pub(crate) fn publish(&self) -> Published {
        let (status, message) = self.status();
        let message = match (message.is_empty(), self.trouble.is_empty()) {
            (true, _) => self.trouble.clone(),
            (false, true) => self.with_causes(message),
            // Which says the causes.
            (false, false) => format!("{message} {}", self.trouble),
        };
        let serving = self.state.serving();
        let serves =
            |member| self.state.members().get(&member).is_some_and(|member| member.state.serves());
        Published {
            status,
            message,
            revision: serving.map(|serving| serving.revision),
            is_ready: serving
                .is_some_and(|serving| serving.entries.values().all(|entry| serves(entry.member))),
            deployments: self.shown().map(publish_deployment).collect(),
        }
    }

    /// The status's message and what each deployment has to say about it.
    fn with_causes(&self, message: String) -> String {
        self.shown().fold(message, |message, (name, _, state)| match state.message() {
            cause if cause.is_empty() => message,
            cause => format!("{message} {name}: {cause}"),
        })
    }
}

fn publish_deployment(
    (name, host, state): (&Arc<str>, &Arc<Host>, &DeploymentState),
) -> (Arc<str>, PublishedDeployment) {
    let (status, status_trigger) = state.status();
    let routable = state.routable().into_iter();
    let counts = state.counts();
    let overview = DeploymentStatusOverview {
        status,
        status_trigger,
        replica_states: state.replica_states(),
        running_replicas: routable.map(|number| host.replica_id(number)).collect(),
        counts: ReplicaCounts {
            declared: counts.declared,
            pinned: counts.pinned,
            autoscaled: counts.autoscaled,
            target: counts.target(),
        },
        queued: 0,
        replicas: Vec::new(),
        message: state.message(),
    };
    let replicas = state.replicas().collect();
    let (host, isolation) = (Arc::clone(host), state.config().isolation);
    (Arc::clone(name), PublishedDeployment { host, overview, replicas, isolation })
}

/// A deployment as the controller last saw it.
pub(crate) struct DeploymentView<'a> {
    pub(crate) name: &'a Arc<str>,
    pub(crate) host: &'a Arc<Host>,
    published: &'a PublishedDeployment,
}

impl DeploymentView<'_> {
    /// With what only its host knows, at this moment.
    pub(crate) fn overview(&self) -> DeploymentStatusOverview {
        self.published.look()
    }

    /// Where its replicas run.
    pub(crate) fn place(&self) -> &'static str {
        match self.published.isolation {
            Isolation::Task => "task",
            Isolation::Thread => "thread",
            Isolation::Process => "process",
        }
    }
}

impl Published {
    pub(crate) fn deployments(&self) -> impl Iterator<Item = DeploymentView<'_>> {
        self.deployments.iter().map(|(name, published)| DeploymentView {
            name,
            host: &published.host,
            published,
        })
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    pub(crate) fn revision(&self) -> Option<u64> {
        self.revision
    }

    /// With what only its hosts know, at this moment.
    pub(crate) fn overview(&self) -> ApplicationStatusOverview {
        let deployment = |(name, deployment): (&Arc<str>, &PublishedDeployment)| {
            (name.to_string(), deployment.look())
        };
        ApplicationStatusOverview {
            status: self.status,
            message: self.message.clone(),
            revision: self.revision,
            deployments: self.deployments.iter().map(deployment).collect(),
        }
    }

    pub(crate) fn status(&self) -> ApplicationStatus {
        self.status
    }
}

impl PublishedDeployment {
    fn look(&self) -> DeploymentStatusOverview {
        let HostView { queued, replicas: live } = self.host.look();
        let now = Instant::now();
        let replica = |view: &ReplicaView| {
            let live = live.get(&view.number);
            ReplicaOverview {
                id: self.host.replica_id(view.number),
                state: view.state,
                age: now.saturating_duration_since(view.created),
                in_state_for: now.saturating_duration_since(view.since),
                version: view.version,
                pid: live.and_then(|live| live.pid),
                ongoing: live.map_or(0, |live| live.ongoing),
                is_ejected: live.is_some_and(|live| live.ejected.is_some()),
                ejected: live.and_then(|live| live.ejected.clone()),
                models: live.map(|live| live.models.clone()).unwrap_or_default(),
                model_totals: live.and_then(|live| live.model_totals.clone()),
                is_left_behind: view.is_left_behind,
            }
        };
        DeploymentStatusOverview {
            queued,
            replicas: self.replicas.iter().map(replica).collect(),
            ..self.overview.clone()
        }
    }
}
