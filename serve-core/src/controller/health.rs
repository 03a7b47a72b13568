//! What the HTTP server is told of the applications, for `/-/healthz` and `/-/ready`.

use super::actor::ControllerHandle;
use super::status::{ApplicationStatus, ApplicationStatusOverview};
use crate::http::HealthSource;

impl HealthSource for ControllerHandle {
    fn is_alive(&self) -> bool {
        !self.has_ended()
    }

    fn not_ready(&self) -> Vec<String> {
        let directory = self.directory();
        let applications = &directory.status.applications;
        if applications.is_empty() {
            return vec!["no application is deployed".to_owned()];
        }
        applications
            .iter()
            .filter(|(_, application)| !serves(application))
            .map(|(name, application)| format!("{name} ({:?})", application.status))
            .collect()
    }
}

/// Also while it is updated: what served before serves on.
fn serves(application: &ApplicationStatusOverview) -> bool {
    match application.status {
        ApplicationStatus::Running => true,
        ApplicationStatus::Deleting => false,
        ApplicationStatus::NotStarted
        | ApplicationStatus::Deploying
        | ApplicationStatus::DeployFailed
        | ApplicationStatus::Unhealthy => {
            let mut deployments = application.deployments.values();
            deployments.all(|deployment| !deployment.running_replicas.is_empty())
        }
    }
}
