//! How much the framework says in the log: what can be changed of that while the program runs.
//!
//! The subscriber is the program's, and whatever it leaves out stays out. What can be changed here is what reaches it.

use http::Method;
use serde::{Deserialize, Serialize};

use super::applications::NoQuery;
use super::endpoint::{AdminAnswer, Endpoint, json};
use super::reading::AdminRequest;
use super::server::Admin;
use crate::log::{self, Severity};

/// How much the framework says in the log: the body of `GET` and `PUT /api/v1/log-level`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogLevel {
    /// The lines of this level, and of those that matter more, are written: `error`, `warn`, `info`, `debug`, `trace`;
    /// or `off`. Of all servers in the process.
    pub level: LevelName,
    /// The most that the program's subscriber takes. What `level` lets through beyond it is not written. Only told, never
    /// changed.
    #[serde(default)]
    pub subscriber: Option<LevelName>,
}

/// A level of the log, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LevelName {
    /// Nothing.
    Off,
    /// What has failed.
    Error,
    /// What is not as it should be, too.
    Warn,
    /// What has changed, too.
    Info,
    /// What helps whoever looks for a fault, too.
    Debug,
    /// Everything.
    Trace,
}

pub(super) fn endpoints() -> Vec<Endpoint> {
    let details = "Of the framework's own lines, and of those that replicas in processes send. What the program's \
                   subscriber leaves out stays out: `subscriber` says what that is.";
    let path = "/api/v1/log-level";
    vec![
        Endpoint::new(Method::GET, path, "getLogLevel", "How much is logged", show)
            .query::<NoQuery>()
            .answers::<LogLevel>(200, "The level"),
        Endpoint::new(Method::PUT, path, "setLogLevel", "Changes how much is logged", set)
            .details(details)
            .query::<NoQuery>()
            .takes::<LogLevel>()
            .answers::<LogLevel>(200, "The level as it is now"),
    ]
}

async fn show(_: Admin, asked: AdminRequest) -> AdminAnswer {
    let NoQuery {} = asked.query()?;
    json(&level())
}

async fn set(_: Admin, asked: AdminRequest) -> AdminAnswer {
    let NoQuery {} = asked.query()?;
    let LogLevel { level: wanted, .. } = asked.json().await?;
    log::set_threshold(wanted.severity());
    json(&level())
}

fn level() -> LogLevel {
    LogLevel {
        level: LevelName::of(log::threshold()),
        subscriber: Some(LevelName::of(Severity::wanted_by_subscriber())),
    }
}

impl LevelName {
    fn of(severity: Option<Severity>) -> Self {
        match severity {
            None => Self::Off,
            Some(Severity::Error) => Self::Error,
            Some(Severity::Warn) => Self::Warn,
            Some(Severity::Info) => Self::Info,
            Some(Severity::Debug) => Self::Debug,
            Some(Severity::Trace) => Self::Trace,
        }
    }

    fn severity(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::Error => Some(Severity::Error),
            Self::Warn => Some(Severity::Warn),
            Self::Info => Some(Severity::Info),
            Self::Debug => Some(Severity::Debug),
            Self::Trace => Some(Severity::Trace),
        }
    }
}
