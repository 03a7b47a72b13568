//! What the HTTP server is told of the applications, for `/-/healthz` and `/-/ready`.

use super::handle::ControllerHandle;
use crate::ingress::HealthSource;

impl HealthSource for ControllerHandle {
    fn is_alive(&self) -> bool {
        !self.has_ended()
    }

    fn not_ready(&self) -> Vec<String> {
        let directory = self.directory();
        if directory.names().is_empty() {
            return vec!["no application is deployed".to_owned()];
        }
        directory.not_ready()
    }
}
