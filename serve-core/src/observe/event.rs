//! What can happen on a server, as data.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use serde::Serialize;

use super::times::seconds_since_1970;
use crate::id::{DeploymentId, ReplicaName};
use crate::log::{self, Line, Severity};

/// Something that has happened on a server, see [`Serve::events`](crate::Serve::events).
///
/// Each is one line of the log as well, with the same words.
///
/// ```
/// # fn example(serve: serve_core::Serve) {
/// for event in serve.recent_events(0) {
///     println!("{} {}: {}", event.number, event.kind, event.message);
/// }
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "admin", derive(serde::Deserialize, schemars::JsonSchema))]
#[non_exhaustive]
pub struct Event {
    /// Counts the events of a server from 1, without gaps.
    pub number: u64,
    /// When it happened; serialised as seconds since 1970.
    #[serde(with = "seconds_since_1970")]
    #[cfg_attr(feature = "admin", schemars(with = "f64"))]
    pub at: SystemTime,
    /// What kind of thing has happened.
    pub kind: EventKind,
    /// The application that it concerns, if any.
    pub application: Option<String>,
    /// The deployment that it concerns, if it is about one.
    pub deployment: Option<String>,
    /// The replica that it concerns, if it is about one.
    pub replica: Option<String>,
    /// The revision of the application that it belongs to, if it is about one.
    pub revision: Option<u64>,
    /// What has happened, in words.
    pub message: String,
    /// The number of the event that led to this one, if there is one: of the update that starts a replica, say, or of
    /// the crash that makes another necessary.
    pub caused_by: Option<u64>,
    /// What the load was and what was made of it, if it is a decision about the number of replicas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scaling: Option<ScalingRecord>,
}

/// A decision about the number of a deployment's replicas, with what it was made of.
///
/// ```
/// # fn example(event: &serve_core::Event) {
/// if let Some(scaling) = &event.scaling {
///     println!("{} → {} because {}", scaling.from, scaling.to, scaling.reason);
/// }
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "admin", derive(serde::Deserialize, schemars::JsonSchema))]
#[non_exhaustive]
pub struct ScalingRecord {
    /// When it was made; serialised as seconds since 1970.
    #[serde(with = "seconds_since_1970")]
    #[cfg_attr(feature = "admin", schemars(with = "f64"))]
    pub at: SystemTime,
    /// How many replicas there were to be before.
    pub from: u32,
    /// How many there are to be now.
    pub to: u32,
    /// Why.
    pub reason: String,
    /// Who has decided: `load`, `policy`, `operator` (a pin, or its end) or `update`.
    pub by: String,
    /// Whether it was only told, and not carried out, because of a dry run. What the load decides while a pin holds is
    /// kept for when that ends.
    pub is_dry_run: bool,
    /// What the decision was made of.
    pub inputs: serde_json::Value,
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)* #[other] $(#[doc = $other_doc:literal])+ $other:ident = $other_name:literal,) => {
        /// What kind of thing has happened. Serialised, and shown, in snake case.
        ///
        /// ```
        /// assert_eq!(serve_core::EventKind::ReplicaStarted.to_string(), "replica_started");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[cfg_attr(feature = "admin", derive(serde::Deserialize, schemars::JsonSchema))]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum EventKind {
            $($(#[doc = $doc])+ $variant,)*
            $(#[doc = $other_doc])+
            #[serde(other)]
            $other,
        }

        impl EventKind {
            /// As it is serialised.
            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* Self::$other => $other_name }
            }
        }
    };
}

kinds! {
    /// An application is to become another; one event for the whole of it.
    UpdateStarted = "update_started",
    /// What an update means for one deployment.
    ConfigurationChanged = "configuration_changed",
    /// The new replicas are healthy, and take over.
    UpdateProven = "update_proven",
    /// An update is complete.
    UpdateFinished = "update_finished",
    /// A later update takes an earlier one's place.
    UpdateSuperseded = "update_superseded",
    /// An update has failed; what served before serves.
    UpdateFailed = "update_failed",
    /// An application was run again, and nothing of it had changed.
    Untouched = "untouched",
    /// An application is being deleted.
    DeletionStarted = "deletion_started",
    /// An application is gone.
    Deleted = "deleted",
    /// A deployment or application has another status.
    StatusChanged = "status_changed",
    /// An operator has pinned the number of replicas.
    Pinned = "pinned",
    /// A pin has ended.
    Unpinned = "unpinned",
    /// The load asks for another number of replicas.
    Scaled = "scaled",
    /// A policy of the user's has failed; the number of replicas stays.
    PolicyFailed = "policy_failed",
    /// A replica is being made.
    ReplicaStarting = "replica_starting",
    /// A replica takes calls.
    ReplicaStarted = "replica_started",
    /// A replica could not be made.
    ReplicaStartFailed = "replica_start_failed",
    /// A replica takes no more calls, and finishes what it has.
    ReplicaStopping = "replica_stopping",
    /// A replica has ended as it was meant to.
    ReplicaStopped = "replica_stopped",
    /// A replica has ended by itself.
    ReplicaDied = "replica_died",
    /// A replica wants to go.
    ReplicaLeaving = "replica_leaving",
    /// A replica was killed, as asked for.
    ReplicaKilled = "replica_killed",
    /// What a replica had was cut, because its time was over.
    DrainCut = "drain_cut",
    /// A hook of the user's has failed.
    HookFailed = "hook_failed",
    /// A health check has failed.
    HealthCheckFailed = "health_check_failed",
    /// A replica has failed its health check too often, and is replaced.
    ReplicaUnhealthy = "replica_unhealthy",
    /// A replica has done enough, and another takes its place.
    ReplicaRecycled = "replica_recycled",
    /// A replica is given another `user_config`.
    Reconfiguring = "reconfiguring",
    /// A replica has taken its `user_config`.
    Reconfigured = "reconfigured",
    /// A replica has refused its `user_config`.
    ReconfigureRefused = "reconfigure_refused",
    /// A replica keeps failing and gets no calls for a while.
    ReplicaEjected = "replica_ejected",
    /// A replica that was ejected gets calls again, one at a time at first.
    ReplicaReadmitted = "replica_readmitted",
    /// The server listens.
    Listening = "listening",
    /// The files of a certificate have changed, and new connections get the new one.
    CertificateReloaded = "certificate_reloaded",
    /// The files of a certificate have changed, but cannot be used; the old one stays in force.
    CertificateRefused = "certificate_refused",
    /// The server is being shut down.
    ShuttingDown = "shutting_down",
    /// The controller itself has failed.
    InternalError = "internal_error",
    /// A reader was too slow: as many events as the message says are not shown to it.
    Missed = "missed",
    #[other]
    /// What a server of a later version tells a client of this one, which has no name for it.
    Other = "other",
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// An event that is about to be told.
#[derive(Debug)]
#[must_use = "an event has happened only once it is told"]
pub(crate) struct Draft {
    severity: Severity,
    event: Event,
}

impl Draft {
    fn new(severity: Severity, kind: EventKind, message: impl Into<String>) -> Self {
        let event = Event {
            number: 0,
            at: SystemTime::now(),
            kind,
            application: None,
            deployment: None,
            replica: None,
            revision: None,
            message: message.into(),
            caused_by: None,
            scaling: None,
        };
        Self { severity, event }
    }

    /// Something has changed.
    pub(crate) fn info(kind: EventKind, message: impl Into<String>) -> Self {
        Self::new(Severity::Info, kind, message)
    }

    /// Something is not as it should be.
    pub(crate) fn warn(kind: EventKind, message: impl Into<String>) -> Self {
        Self::new(Severity::Warn, kind, message)
    }

    /// Something has failed.
    pub(crate) fn error(kind: EventKind, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, kind, message)
    }

    pub(crate) fn application(mut self, name: &Arc<str>) -> Self {
        self.event.application = Some(name.to_string());
        self
    }

    pub(crate) fn deployment(mut self, id: &DeploymentId) -> Self {
        self.event.deployment = Some(id.deployment.to_string());
        self.application(&id.application)
    }

    pub(crate) fn replica(mut self, name: &ReplicaName) -> Self {
        self.event.replica = Some(name.replica.to_string());
        self.event.deployment = Some(name.deployment.to_string());
        self.application(&name.application)
    }

    pub(crate) fn revision(mut self, revision: u64) -> Self {
        self.event.revision = Some(revision);
        self
    }

    /// The event that led to this one, if it is known.
    pub(crate) fn caused_by(mut self, number: Option<u64>) -> Self {
        self.event.caused_by = number;
        self
    }

    pub(crate) fn scaling(mut self, record: ScalingRecord) -> Self {
        self.event.scaling = Some(record);
        self
    }

    /// The line of the log that says the same, and the event.
    pub(super) fn into_parts(self) -> (Line, Event) {
        let Self { severity, event } = self;
        let line = match severity {
            Severity::Error => log::error(event.message.as_str()),
            Severity::Warn => log::warn(event.message.as_str()),
            Severity::Info | Severity::Debug | Severity::Trace => log::info(event.message.as_str()),
        };
        let line = line.event(event.kind.name()).place(
            event.application.as_deref(),
            event.deployment.as_deref(),
            event.replica.as_deref(),
        );
        let line = match event.revision {
            Some(revision) => line.revision(revision),
            None => line,
        };
        (line, event)
    }
}
