//! One line of the log, with the fields that say what it is about.

use std::fmt;
use std::net::SocketAddr;

use super::foreign::text_of;
use super::queue;
use super::record::{Record, Severity, Value};
use crate::id::{DeploymentId, ReplicaName};

/// A line that is being written. It says nothing until it is [emitted](Self::emit).
#[derive(Debug)]
#[must_use = "a line says nothing until it is emitted"]
pub(crate) struct Line {
    /// `None` where nobody wants lines of this level.
    record: Option<Box<Record>>,
}

/// Something has failed.
pub(crate) fn error(message: impl Into<String>) -> Line {
    Line::new(Severity::Error, message)
}

/// Something is not as it should be.
pub(crate) fn warn(message: impl Into<String>) -> Line {
    Line::new(Severity::Warn, message)
}

/// Something has changed.
pub(crate) fn info(message: impl Into<String>) -> Line {
    Line::new(Severity::Info, message)
}

/// Something that helps whoever looks for a fault.
pub(crate) fn debug(message: impl Into<String>) -> Line {
    Line::new(Severity::Debug, message)
}

impl Line {
    fn new(severity: Severity, message: impl Into<String>) -> Self {
        let record = || Box::new(Record::new(severity, message.into()));
        Self { record: severity.is_wanted().then(record) }
    }

    pub(crate) fn target(mut self, target: &'static str) -> Self {
        if let Some(record) = &mut self.record {
            record.target = target.into();
        }
        self
    }

    pub(crate) fn application(self, application: &str) -> Self {
        self.text("application", application)
    }

    /// Its application, too.
    pub(crate) fn deployment(self, id: &DeploymentId) -> Self {
        self.application(&id.application).text("deployment", &id.deployment)
    }

    /// Its application and deployment, too.
    pub(crate) fn replica(self, name: &ReplicaName) -> Self {
        let named = self.application(&name.application).text("deployment", &name.deployment);
        named.text("replica", &name.replica)
    }

    /// Of which nothing else is known.
    #[cfg_attr(not(feature = "tcp"), expect(dead_code, reason = "links over TCP need it"))]
    pub(crate) fn replica_id(self, id: &str) -> Self {
        self.text("replica", id)
    }

    pub(crate) fn address(self, address: SocketAddr) -> Self {
        self.field("address", || Value::Text(address.to_string()))
    }

    pub(crate) fn method(self, method: &str) -> Self {
        self.text("method", method)
    }

    /// What a client asked for a path with, `GET` say.
    pub(crate) fn http_method(self, method: &str) -> Self {
        self.text("http_method", method)
    }

    pub(crate) fn path(self, path: &str) -> Self {
        self.text("path", path)
    }

    /// The address of whoever has sent a request.
    pub(crate) fn client(self, client: impl fmt::Display) -> Self {
        self.field("client", || Value::Text(client.to_string()))
    }

    /// The prefix that a request came in by.
    pub(crate) fn route(self, route: &str) -> Self {
        self.text("route", route)
    }

    /// The name of the client's key, if it has one.
    pub(crate) fn api_key(self, name: Option<&str>) -> Self {
        match name {
            Some(name) => self.text("api_key", name),
            None => self,
        }
    }

    /// How long it took.
    pub(crate) fn millis(self, millis: f64) -> Self {
        self.field("duration_ms", || Value::Float(millis))
    }

    pub(crate) fn status(self, status: u16) -> Self {
        self.field("status", || Value::Unsigned(status.into()))
    }

    pub(crate) fn request(self, id: impl fmt::Display) -> Self {
        self.field("request_id", || Value::Text(id.to_string()))
    }

    pub(crate) fn revision(self, revision: u64) -> Self {
        self.field("revision", || Value::Unsigned(revision))
    }

    /// What led to this. It may be the user's: how it shows itself is not trusted.
    pub(crate) fn cause(self, cause: impl fmt::Display) -> Self {
        self.field("cause", || Value::Shown(text_of(cause)))
    }

    /// What kind of event it tells of.
    pub(crate) fn event(self, kind: &'static str) -> Self {
        self.text("event", kind)
    }

    /// As far as it is known.
    pub(crate) fn place(
        mut self,
        application: Option<&str>,
        deployment: Option<&str>,
        replica: Option<&str>,
    ) -> Self {
        let names =
            [("application", application), ("deployment", deployment), ("replica", replica)];
        for (name, text) in names {
            if let Some(text) = text {
                self = self.text(name, text);
            }
        }
        self
    }

    /// Whether there is any use in saying more.
    pub(crate) fn is_wanted(&self) -> bool {
        self.record.is_some()
    }

    /// Queues the line. Never waits: where there is no room it is lost, and counted.
    pub(crate) fn emit(self) {
        if let Some(record) = self.record {
            queue::push(record);
        }
    }

    fn text(self, name: &'static str, text: &str) -> Self {
        self.field(name, || Value::Text(text.to_owned()))
    }

    /// A number with a name of its own.
    pub(crate) fn number(self, name: &'static str, number: u64) -> Self {
        self.field(name, || Value::Unsigned(number))
    }

    /// Sets a field; what was said of it before is forgotten.
    fn field(mut self, name: &'static str, value: impl FnOnce() -> Value) -> Self {
        if let Some(record) = &mut self.record {
            record.fields.retain(|(set, _)| set != name);
            record.fields.push((name.into(), value()));
        }
        self
    }
}
