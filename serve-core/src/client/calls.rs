//! The questions that a server answers at once.

use std::time::Duration;

use http::{HeaderMap, HeaderValue, Method, header};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::config::AdminClient;
use super::error::ClientError;
use super::exchange::{Question, Whole};
use crate::admin::{ApplicationList, EventList, LevelName, LogLevel, ScaleRequest, SlowList};
use crate::controller::{Plan, ServerPlan};
use crate::report::{ApplicationSnapshot, Snapshot};

/// What only looks is answered at once.
pub(super) const LOOK_TIMEOUT: Duration = Duration::from_secs(30);

impl AdminClient {
    /// All applications at this moment.
    ///
    /// # Errors
    ///
    /// As [`ClientError`] says.
    pub async fn applications(&self) -> Result<ApplicationList, ClientError> {
        self.get("/api/v1/applications").await
    }

    /// An application at this moment.
    ///
    /// # Errors
    ///
    /// [`ClientError::NotFound`] if there is none of that name.
    pub async fn application(&self, name: &str) -> Result<ApplicationSnapshot, ClientError> {
        self.get(&application(name, "")).await
    }

    /// Deletes an application, and waits until all of it is gone.
    ///
    /// # Errors
    ///
    /// [`ClientError::NotFound`] if there is none of that name.
    pub async fn delete(&self, name: &str) -> Result<(), ClientError> {
        self.change(Method::DELETE, &application(name, ""), None::<&()>).await.map(drop)
    }

    /// Makes an application what a configuration says, and waits until it is: as in a file, but as JSON. The name of the
    /// application may be missing in it. Returns what the application is then.
    ///
    /// # Errors
    ///
    /// [`ClientError::Refused`] if something is wrong with the configuration, which the [problem](ClientError::problem)
    /// lists, or if it cannot be deployed.
    ///
    /// ```no_run
    /// # async fn example(client: serve_core::AdminClient) -> Result<(), serve_core::ClientError> {
    /// let config = serde_json::json!({ "args": { "greeting": "Hi" }, "route_prefix": "/hello" });
    /// client.apply("hello", &config).await?;
    /// # Ok(()) }
    /// ```
    pub async fn apply(
        &self,
        name: &str,
        config: &serde_json::Value,
    ) -> Result<ApplicationSnapshot, ClientError> {
        let answer = self.change(Method::PUT, &application(name, ""), Some(config)).await?;
        self.read(&answer)
    }

    /// Makes all applications that are deployed by a configuration what this says, `{"applications": [..]}`: those that it
    /// does not have are deleted. What the server's program runs itself is left alone.
    ///
    /// # Errors
    ///
    /// As [`apply`](Self::apply).
    pub async fn apply_all(
        &self,
        config: &serde_json::Value,
    ) -> Result<ApplicationList, ClientError> {
        let answer = self.change(Method::PUT, "/api/v1/applications", Some(config)).await?;
        self.read(&answer)
    }

    /// What [`apply`](Self::apply) would change, and why.
    ///
    /// # Errors
    ///
    /// [`ClientError::Refused`] if the configuration cannot be read. What else is wrong with it stands in the plan's
    /// problems.
    pub async fn plan(&self, name: &str, config: &serde_json::Value) -> Result<Plan, ClientError> {
        self.ask_about(&application(name, "/plan"), config).await
    }

    /// What [`apply_all`](Self::apply_all) would change, and why.
    ///
    /// # Errors
    ///
    /// [`ClientError::Refused`] if something is wrong with the configuration, which the [problem](ClientError::problem)
    /// lists.
    pub async fn plan_all(&self, config: &serde_json::Value) -> Result<ServerPlan, ClientError> {
        self.ask_about("/api/v1/plan", config).await
    }

    /// Ends the server in peace, as SIGTERM does: the process that it is in is told so. Returns when that is told.
    ///
    /// # Errors
    ///
    /// [`ClientError::Server`] if its platform has no such signal.
    pub async fn shutdown(&self) -> Result<(), ClientError> {
        self.change(Method::POST, "/api/v1/shutdown", None::<&()>).await.map(drop)
    }

    /// The configuration in force, as [`apply_all`](Self::apply_all) takes it: with its references, and without secrets.
    ///
    /// # Errors
    ///
    /// As [`ClientError`] says.
    pub async fn config(&self) -> Result<serde_json::Value, ClientError> {
        self.get("/api/v1/config").await
    }

    /// Renews the replicas of an application, or of one of its deployments, see [`Serve::restart`](crate::Serve::restart).
    /// Returns what the application is then.
    ///
    /// # Errors
    ///
    /// [`ClientError::NotFound`] if there is no such application or deployment; [`ClientError::Refused`] if the new ones
    /// cannot be made, or another update has taken its place.
    pub async fn restart(
        &self,
        name: &str,
        deployment: Option<&str>,
    ) -> Result<ApplicationSnapshot, ClientError> {
        let path = match deployment {
            None => application(name, "/restart"),
            Some(deployment) => of_deployment(name, deployment, "restart"),
        };
        self.post(&path, None::<&()>).await
    }

    /// Goes back to the revision before, see [`Serve::rollback`](crate::Serve::rollback). Returns what the application is
    /// then.
    ///
    /// # Errors
    ///
    /// As [`restart`](Self::restart); [`ClientError::Refused`] also if there is nothing to go back to.
    pub async fn rollback(&self, name: &str) -> Result<ApplicationSnapshot, ClientError> {
        self.post(&application(name, "/rollback"), None::<&()>).await
    }

    /// Pins the number of replicas of a deployment, see [`Serve::scale`](crate::Serve::scale). Returns what the application
    /// is then.
    ///
    /// # Errors
    ///
    /// As [`restart`](Self::restart); [`ClientError::Refused`] also if the number is none.
    pub async fn scale(
        &self,
        name: &str,
        deployment: &str,
        num_replicas: u32,
    ) -> Result<ApplicationSnapshot, ClientError> {
        let path = of_deployment(name, deployment, "scale");
        self.post(&path, Some(&ScaleRequest { num_replicas })).await
    }

    /// Ends a pin, see [`Serve::unpin`](crate::Serve::unpin). Returns what the application is then.
    ///
    /// # Errors
    ///
    /// As [`restart`](Self::restart).
    pub async fn unpin(
        &self,
        name: &str,
        deployment: &str,
    ) -> Result<ApplicationSnapshot, ClientError> {
        self.post(&of_deployment(name, deployment, "unpin"), None::<&()>).await
    }

    /// Everything there is to see of the server at this moment.
    ///
    /// # Errors
    ///
    /// As [`ClientError`] says.
    pub async fn snapshot(&self) -> Result<Snapshot, ClientError> {
        self.get("/api/v1/snapshot").await
    }

    /// The events after the one of this number; from 0 on all that are kept.
    ///
    /// # Errors
    ///
    /// As [`ClientError`] says.
    pub async fn recent_events(&self, since: u64) -> Result<EventList, ClientError> {
        self.get(&format!("/api/v1/events?since={since}")).await
    }

    /// The number of the last event there has been.
    #[cfg(feature = "cli")]
    pub(crate) async fn last_event(&self) -> Result<u64, ClientError> {
        // No application has such a name, so the number comes alone.
        let list: EventList = self.get("/api/v1/events?application=%2F").await?;
        Ok(list.last)
    }

    /// Where the time of the slowest requests went.
    ///
    /// # Errors
    ///
    /// As [`ClientError`] says.
    pub async fn slow_requests(&self) -> Result<SlowList, ClientError> {
        self.get("/api/v1/slow").await
    }

    /// How much is logged.
    ///
    /// # Errors
    ///
    /// As [`ClientError`] says.
    pub async fn log_level(&self) -> Result<LogLevel, ClientError> {
        self.get("/api/v1/log-level").await
    }

    /// Changes how much is logged. Returns what that is then.
    ///
    /// # Errors
    ///
    /// As [`ClientError`] says.
    pub async fn set_log_level(&self, level: LevelName) -> Result<LogLevel, ClientError> {
        let body = LogLevel { level, subscriber: None };
        let answer = self.change(Method::PUT, "/api/v1/log-level", Some(&body)).await?;
        self.read(&answer)
    }

    /// All metrics of the server, as OpenMetrics text.
    ///
    /// # Errors
    ///
    /// As [`ClientError`] says.
    pub async fn metrics(&self) -> Result<String, ClientError> {
        let answer = self.ask(self.look("/metrics")).await?;
        Ok(String::from_utf8_lossy(&answer.body).into_owned())
    }

    fn look(&self, path: &str) -> Question {
        Question {
            method: Method::GET,
            path: path.to_owned(),
            headers: HeaderMap::new(),
            body: None,
            timeout: self.timeout.or(Some(LOOK_TIMEOUT)),
        }
    }

    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        let answer = self.ask(self.look(path)).await?;
        self.read(&answer)
    }

    /// Asks something that takes a body and changes nothing.
    async fn ask_about<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, ClientError> {
        let body = serde_json::to_vec(body).map_err(|error| self.unreachable(&error))?;
        let question = Question { method: Method::POST, body: Some(body), ..self.look(path) };
        let answer = self.ask(question).await?;
        self.read(&answer)
    }

    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: Option<&impl Serialize>,
    ) -> Result<T, ClientError> {
        let answer = self.change(Method::POST, path, body).await?;
        self.read(&answer)
    }

    pub(super) async fn change(
        &self,
        method: Method,
        path: &str,
        body: Option<&impl Serialize>,
    ) -> Result<Whole, ClientError> {
        let mut headers = HeaderMap::new();
        if let Some(tag) = &self.expects {
            let text = if tag == "*" { tag.clone() } else { format!("\"{tag}\"") };
            let value = HeaderValue::from_str(&text);
            headers.insert(header::IF_MATCH, value.map_err(|error| self.unreachable(&error))?);
        }
        let wait = if self.is_waiting { "" } else { "?wait=false" };
        let body = body.map(serde_json::to_vec).transpose();
        let body = body.map_err(|error| self.unreachable(&error))?;
        let path = format!("{path}{wait}");
        self.ask(Question { method, path, headers, body, timeout: self.timeout }).await
    }

    pub(super) fn read<T: DeserializeOwned>(&self, answer: &Whole) -> Result<T, ClientError> {
        let read = serde_json::from_slice(&answer.body);
        read.map_err(|error| self.not_understood(&answer.headers, &error.to_string()))
    }
}

/// The path of an application, or of something about it.
pub(super) fn application(name: &str, what: &str) -> String {
    format!("/api/v1/applications/{}{what}", segment(name))
}

fn of_deployment(name: &str, deployment: &str, what: &str) -> String {
    application(name, &format!("/deployments/{}/{what}", segment(deployment)))
}

/// A name as a part of a path.
fn segment(name: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        // Also `.`, because `..` would lead elsewhere.
        _ => format!("%{byte:02X}"),
    };
    name.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_one_part_of_the_path() {
        assert_eq!(application("a/../b c", "/x"), "/api/v1/applications/a%2F%2E%2E%2Fb%20c/x");
        assert_eq!(
            of_deployment("a", "B_1", "scale"),
            "/api/v1/applications/a/deployments/B_1/scale"
        );
    }
}
