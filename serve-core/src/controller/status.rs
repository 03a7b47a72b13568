//! Status of deployments and applications: what users see, and the transitions between them.
//!
//! The transition table is Ray Serve's (its `DeploymentStatusInfo.handle_transition`), written as one
//! `match` without any side effect.

use std::fmt;

use serde::Serialize;

/// What a deployment is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "admin", derive(serde::Deserialize, schemars::JsonSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DeploymentStatus {
    /// It could not be started, or an update failed; it is not tried again until the next deploy.
    DeployFailed,
    /// Fewer replicas are healthy than there should be; they are being replaced.
    Unhealthy,
    /// It is being deployed, updated or deleted.
    Updating,
    /// Replicas are being added.
    Upscaling,
    /// Replicas are being removed.
    Downscaling,
    /// All is as it should be.
    Healthy,
}

/// What brought a deployment into its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "admin", derive(serde::Deserialize, schemars::JsonSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StatusTrigger {
    /// Nothing in particular.
    Unspecified,
    /// A deploy or an update began.
    ConfigUpdateStarted,
    /// A deploy or an update ended well.
    ConfigUpdateCompleted,
    /// Replicas have been added.
    UpscaleCompleted,
    /// Replicas have been removed.
    DownscaleCompleted,
    /// The load asked for it.
    Autoscaling,
    /// A replica's constructor, first reconfiguration or first health check failed.
    ReplicaStartupFailed,
    /// A running replica's health check failed.
    HealthCheckFailed,
    /// Something failed that is not the user's code.
    InternalError,
    /// It is being deleted.
    Deleting,
}

/// What an application is doing: the worst of its deployments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "admin", derive(serde::Deserialize, schemars::JsonSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ApplicationStatus {
    /// Nothing of it has been started.
    NotStarted,
    /// Some deployment is being deployed or updated.
    Deploying,
    /// Some deployment could not be deployed.
    DeployFailed,
    /// Every deployment serves.
    Running,
    /// Some deployment has too few healthy replicas.
    Unhealthy,
    /// It is being deleted.
    Deleting,
}

/// What a replica is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "admin", derive(serde::Deserialize, schemars::JsonSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReplicaState {
    /// Its constructor, first reconfiguration or first health check runs.
    Starting,
    /// It takes calls.
    Running,
    /// It takes calls while its new `user_config` is applied.
    Updating,
    /// It takes no calls and finishes those it has.
    Stopping,
}

/// What happened to a deployment, as far as its status is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Replicas, all of them and no others, are healthy.
    Healthy,
    ConfigUpdate,
    ManualUpscale,
    ManualDownscale,
    AutoscaledUp,
    AutoscaledDown,
    HealthCheckFailed,
    StartupFailed,
    /// Startup has failed too often: it is given up.
    GivenUp,
    Delete,
}

pub(crate) type Status = (DeploymentStatus, StatusTrigger);

/// The next status. Pairs that the table leaves out change nothing.
pub(crate) fn next(status: Status, change: Change) -> Status {
    use DeploymentStatus as S;
    use StatusTrigger as T;
    match (status.0, change) {
        // ## any => Updating: deleting overrides everything, and is for good.
        (_, Change::Delete) => (S::Updating, T::Deleting),
        _ if status.1 == T::Deleting => status,
        // ## any => DeployFailed: nothing is tried again until the next deploy.
        (_, Change::GivenUp) => (S::DeployFailed, T::ReplicaStartupFailed),
        // ## any => Updating: a new target begins a new story.
        (_, Change::ConfigUpdate) => (S::Updating, T::ConfigUpdateStarted),
        // ## Healthy | Upscaling | Downscaling => (Upscaling | Downscaling)
        (S::Healthy | S::Upscaling | S::Downscaling, Change::ManualUpscale) => {
            (S::Upscaling, T::ConfigUpdateStarted)
        }
        (S::Healthy | S::Upscaling | S::Downscaling, Change::ManualDownscale) => {
            (S::Downscaling, T::ConfigUpdateStarted)
        }
        (S::Healthy | S::Upscaling | S::Downscaling, Change::AutoscaledUp) => {
            (S::Upscaling, T::Autoscaling)
        }
        (S::Healthy | S::Upscaling | S::Downscaling, Change::AutoscaledDown) => {
            (S::Downscaling, T::Autoscaling)
        }
        // ## any => Healthy, remembering what has been completed.
        (S::Updating, Change::Healthy) => (S::Healthy, T::ConfigUpdateCompleted),
        (S::Upscaling, Change::Healthy) => (S::Healthy, T::UpscaleCompleted),
        (S::Downscaling, Change::Healthy) => (S::Healthy, T::DownscaleCompleted),
        (S::Unhealthy | S::DeployFailed, Change::Healthy) => (S::Healthy, T::Unspecified),
        // ## Updating | DeployFailed => DeployFailed: a sick update is a failed one.
        (S::Updating | S::DeployFailed, Change::HealthCheckFailed) => {
            (S::DeployFailed, T::HealthCheckFailed)
        }
        // ## any other => Unhealthy
        (_, Change::HealthCheckFailed) => (S::Unhealthy, T::HealthCheckFailed),
        (S::Upscaling | S::Downscaling | S::Unhealthy, Change::StartupFailed) => {
            (S::Unhealthy, T::ReplicaStartupFailed)
        }
        // ## Updating stays: it is being tried again until it is given up.
        (S::Updating | S::DeployFailed | S::Healthy, Change::StartupFailed)
        | (S::Healthy, Change::Healthy)
        | (
            S::Updating | S::Unhealthy | S::DeployFailed,
            Change::ManualUpscale
            | Change::ManualDownscale
            | Change::AutoscaledUp
            | Change::AutoscaledDown,
        ) => status,
    }
}

impl ApplicationStatus {
    /// The status of an application, from its deployments, and why it is that.
    pub(crate) fn of<'a>(
        deployments: &(impl Iterator<Item = (&'a str, Status)> + Clone),
    ) -> (Self, String) {
        let in_status = |wanted: DeploymentStatus| -> Vec<&str> {
            deployments
                .clone()
                .filter(|(_, (status, _))| *status == wanted)
                .map(|(name, _)| name)
                .collect()
        };
        let failed = in_status(DeploymentStatus::DeployFailed);
        if !failed.is_empty() {
            let message = format!("Failed to update the deployments {failed:?}.");
            return (Self::DeployFailed, message);
        }
        let unhealthy = in_status(DeploymentStatus::Unhealthy);
        if !unhealthy.is_empty() {
            return (Self::Unhealthy, format!("The deployments {unhealthy:?} are UNHEALTHY."));
        }
        let is_changing = |(status, trigger): Status| match status {
            DeploymentStatus::Updating => true,
            DeploymentStatus::Upscaling | DeploymentStatus::Downscaling => {
                trigger != StatusTrigger::Autoscaling
            }
            _ => false,
        };
        if deployments.clone().any(|(_, status)| is_changing(status)) {
            return (Self::Deploying, String::new());
        }
        (Self::Running, String::new())
    }
}

/// Ray Serve's spelling, as its status listings show it.
macro_rules! display_as {
    ($type:ty { $($variant:ident => $text:literal),* $(,)? }) => {
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$variant => $text),* })
            }
        }
    };
}

display_as!(DeploymentStatus {
    DeployFailed => "DEPLOY_FAILED",
    Unhealthy => "UNHEALTHY",
    Updating => "UPDATING",
    Upscaling => "UPSCALING",
    Downscaling => "DOWNSCALING",
    Healthy => "HEALTHY",
});

display_as!(StatusTrigger {
    Unspecified => "UNSPECIFIED",
    ConfigUpdateStarted => "CONFIG_UPDATE_STARTED",
    ConfigUpdateCompleted => "CONFIG_UPDATE_COMPLETED",
    UpscaleCompleted => "UPSCALE_COMPLETED",
    DownscaleCompleted => "DOWNSCALE_COMPLETED",
    Autoscaling => "AUTOSCALING",
    ReplicaStartupFailed => "REPLICA_STARTUP_FAILED",
    HealthCheckFailed => "HEALTH_CHECK_FAILED",
    InternalError => "INTERNAL_ERROR",
    Deleting => "DELETING",
});

display_as!(ApplicationStatus {
    NotStarted => "NOT_STARTED",
    Deploying => "DEPLOYING",
    DeployFailed => "DEPLOY_FAILED",
    Running => "RUNNING",
    Unhealthy => "UNHEALTHY",
    Deleting => "DELETING",
});

display_as!(ReplicaState {
    Starting => "STARTING",
    Running => "RUNNING",
    Updating => "UPDATING",
    Stopping => "STOPPING",
});

#[cfg(test)]
mod tests {
    use super::DeploymentStatus as S;
    use super::StatusTrigger as T;
    use super::*;

    #[test]
    fn transitions_follow_ray_serves_table() {
        let started = T::ConfigUpdateStarted;
        for (from, change, to) in [
            ((S::Updating, started), Change::Healthy, (S::Healthy, T::ConfigUpdateCompleted)),
            (
                (S::Updating, started),
                Change::HealthCheckFailed,
                (S::DeployFailed, T::HealthCheckFailed),
            ),
            ((S::Updating, started), Change::GivenUp, (S::DeployFailed, T::ReplicaStartupFailed)),
            ((S::Updating, started), Change::ManualUpscale, (S::Updating, started)),
            ((S::Upscaling, started), Change::Healthy, (S::Healthy, T::UpscaleCompleted)),
            ((S::Downscaling, started), Change::Healthy, (S::Healthy, T::DownscaleCompleted)),
            (
                (S::Upscaling, started),
                Change::StartupFailed,
                (S::Unhealthy, T::ReplicaStartupFailed),
            ),
            ((S::Upscaling, started), Change::ManualDownscale, (S::Downscaling, started)),
            ((S::Healthy, T::Unspecified), Change::ManualUpscale, (S::Upscaling, started)),
            (
                (S::Healthy, T::Unspecified),
                Change::HealthCheckFailed,
                (S::Unhealthy, T::HealthCheckFailed),
            ),
            ((S::Healthy, T::Unspecified), Change::ConfigUpdate, (S::Updating, started)),
            ((S::Unhealthy, T::HealthCheckFailed), Change::Healthy, (S::Healthy, T::Unspecified)),
            (
                (S::Unhealthy, T::HealthCheckFailed),
                Change::ManualUpscale,
                (S::Unhealthy, T::HealthCheckFailed),
            ),
            (
                (S::DeployFailed, T::ReplicaStartupFailed),
                Change::ConfigUpdate,
                (S::Updating, started),
            ),
            (
                (S::DeployFailed, T::ReplicaStartupFailed),
                Change::Healthy,
                (S::Healthy, T::Unspecified),
            ),
            ((S::Healthy, T::Unspecified), Change::Delete, (S::Updating, T::Deleting)),
            ((S::Updating, T::Deleting), Change::Healthy, (S::Updating, T::Deleting)),
        ] {
            assert_eq!(next(from, change), to, "{from:?} + {change:?}");
        }
    }

    #[test]
    fn an_application_is_as_well_as_its_worst_deployment() {
        let healthy = ("a", (S::Healthy, T::Unspecified));
        let updating = ("b", (S::Updating, T::ConfigUpdateStarted));
        let unhealthy = ("c", (S::Unhealthy, T::HealthCheckFailed));
        let failed = ("d", (S::DeployFailed, T::ReplicaStartupFailed));
        for (deployments, status) in [
            (vec![healthy], ApplicationStatus::Running),
            (vec![healthy, updating], ApplicationStatus::Deploying),
            (vec![healthy, updating, unhealthy], ApplicationStatus::Unhealthy),
            (vec![healthy, updating, unhealthy, failed], ApplicationStatus::DeployFailed),
            (vec![("e", (S::Upscaling, T::Autoscaling))], ApplicationStatus::Running),
        ] {
            assert_eq!(ApplicationStatus::of(&deployments.iter().copied()).0, status);
        }
    }
}
