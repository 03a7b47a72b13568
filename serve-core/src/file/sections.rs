//! The sections of a server, carried over to its options.

use std::fmt;

use serde::Serialize;

use super::given::Options;
use crate::config::{HttpOptions, MetricsOptions, MetricsSpelling};

/// What is logged: lines of this level and above.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Nothing.
    Off,
    /// What failed.
    Error,
    /// What may become trouble.
    Warn,
    /// What happens.
    #[default]
    Info,
    /// What helps to find a mistake.
    Debug,
    /// Everything.
    Trace,
}

/// How a line of the log is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For programs: one JSON object for each line.
    Json,
}

impl fmt::Display for LogLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Off => "off",
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        })
    }
}

/// What is not given stays.
pub(super) fn http(http: &mut HttpOptions, options: &Options) {
    for (name, given) in &options.0 {
        match *name {
            "enabled" => http.enabled = given.flag(),
            "host" => http.host = given.text().unwrap_or_default(),
            "port" => http.port = u16::try_from(given.number()).unwrap_or_default(),
            "request_timeout" => http.request_timeout = given.time(),
            "trust_request_timeout" => http.trust_request_timeout = given.flag(),
            "keep_alive_timeout" => http.keep_alive_timeout = given.time().unwrap_or_default(),
            "header_read_timeout" => http.header_read_timeout = given.time().unwrap_or_default(),
            "max_body_bytes" => {
                let bytes = given.count().and_then(|bytes| bytes.try_into().ok());
                http.max_body_bytes = bytes.unwrap_or(usize::MAX);
            }
            _ => debug_assert!(false, "nobody carries `http.{name}` over"),
        }
    }
}

pub(super) fn metrics(metrics: &mut MetricsOptions, options: &Options) {
    for (name, given) in &options.0 {
        match *name {
            "enabled" => metrics.enabled = given.flag(),
            "spelling" => {
                metrics.spelling = match given.text().as_deref() {
                    Some("ray") => MetricsSpelling::Ray,
                    _ => MetricsSpelling::Serve,
                }
            }
            "max_series" => metrics.max_series = given.number() as usize,
            _ => debug_assert!(false, "nobody carries `metrics.{name}` over"),
        }
    }
}

pub(super) fn level(options: &Options) -> LogLevel {
    match options.text("level") {
        Some("off") => LogLevel::Off,
        Some("error") => LogLevel::Error,
        Some("warn") => LogLevel::Warn,
        Some("debug") => LogLevel::Debug,
        Some("trace") => LogLevel::Trace,
        _ => LogLevel::Info,
    }
}

pub(super) fn format(options: &Options) -> LogFormat {
    match options.text("format") {
        Some("json") => LogFormat::Json,
        _ => LogFormat::Text,
    }
}
