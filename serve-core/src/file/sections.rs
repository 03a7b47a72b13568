//! The sections of a server, carried over to its options.

use std::fmt;

use serde::Serialize;

use super::given::{Given, Options};
use crate::config::{HttpOptions, MetricsOptions, MetricsSpelling, TlsFiles};

/// The section `admin`.
#[derive(Debug, Default)]
pub(crate) struct AdminSection {
    pub(crate) host: Option<String>,
    pub(crate) port: Option<u16>,
    pub(crate) token: Option<String>,
    pub(crate) insecure: bool,
    pub(crate) allowed_hosts: Vec<String>,
    pub(crate) tls: Option<TlsFiles>,
}

/// What is logged: lines of this level and above.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verbosity {
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

impl fmt::Display for Verbosity {
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
    let size = |given: &Given| given.count().and_then(|bytes| bytes.try_into().ok());
    for (name, given) in &options.0 {
        match *name {
            "enabled" => http.enabled = given.flag(),
            "host" => http.host = given.text().unwrap_or_default(),
            "port" => http.port = port(given),
            "tls" => http.tls = Some(tls(given)),
            "proxy_protocol" => http.proxy_protocol = given.texts(),
            "trusted_proxies" => http.trusted_proxies = given.texts(),
            "max_connections" => http.max_connections = size(given),
            "request_timeout" => http.request_timeout = given.time(),
            "trust_request_timeout" => http.trust_request_timeout = given.flag(),
            "keep_alive_timeout" => http.keep_alive_timeout = given.time().unwrap_or_default(),
            "header_read_timeout" => http.header_read_timeout = given.time().unwrap_or_default(),
            "body_read_timeout" => http.body_read_timeout = given.time().unwrap_or_default(),
            "max_body_bytes" => http.max_body_bytes = size(given).unwrap_or(usize::MAX),
            "http1_max_head_bytes" => http.http1_max_head_bytes = size(given).unwrap_or_default(),
            "http1_max_headers" => http.http1_max_headers = size(given).unwrap_or_default(),
            "http2_max_header_list_size" => http.http2_max_header_list_size = given.number(),
            "http2_max_concurrent_streams" => http.http2_max_concurrent_streams = given.number(),
            "http2_max_pending_accept_reset_streams" => {
                http.http2_max_pending_accept_reset_streams = size(given).unwrap_or_default();
            }
            "http2_max_local_error_reset_streams" => {
                http.http2_max_local_error_reset_streams = size(given).unwrap_or_default();
            }
            _ => debug_assert!(false, "nobody carries `http.{name}` over"),
        }
    }
}

pub(super) fn admin(options: &Options) -> AdminSection {
    let mut admin = AdminSection::default();
    for (name, given) in &options.0 {
        match *name {
            "host" => admin.host = given.text(),
            "port" => admin.port = Some(port(given)),
            "token" => admin.token = given.text(),
            "insecure" => admin.insecure = given.flag(),
            "allowed_hosts" => admin.allowed_hosts = given.texts(),
            "tls" => admin.tls = Some(tls(given)),
            _ => debug_assert!(false, "nobody carries `admin.{name}` over"),
        }
    }
    admin
}

/// The table bounds it.
fn port(given: &Given) -> u16 {
    u16::try_from(given.number()).unwrap_or_default()
}

fn tls(given: &Given) -> TlsFiles {
    let file = |name| match given {
        Given::Table(options) => options.text(name).unwrap_or_default().into(),
        _ => std::path::PathBuf::new(),
    };
    TlsFiles { certificate: file("certificate"), key: file("key") }
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

pub(super) fn level(options: &Options) -> Option<Verbosity> {
    Some(match options.text("level")? {
        "off" => Verbosity::Off,
        "error" => Verbosity::Error,
        "warn" => Verbosity::Warn,
        "debug" => Verbosity::Debug,
        "trace" => Verbosity::Trace,
        _ => Verbosity::Info,
    })
}

pub(super) fn format(options: &Options) -> LogFormat {
    match options.text("format") {
        Some("json") => LogFormat::Json,
        _ => LogFormat::Text,
    }
}
