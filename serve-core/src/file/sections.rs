//! The sections of a server, carried over to its options.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use super::given::{Given, GivenOptions};
use crate::config::{HttpOptions, MetricsOptions, MetricsSpelling, TlsFiles};

/// The section `admin`: what it says, and nothing else.
#[derive(Debug, Default)]
pub(crate) struct AdminSection {
    pub(crate) host: Option<String>,
    pub(crate) port: Option<u16>,
    pub(crate) token: Option<String>,
    pub(crate) insecure: Option<bool>,
    pub(crate) allowed_hosts: Option<Vec<String>>,
    pub(crate) tls: Option<TlsFiles>,
    pub(crate) state: Option<PathBuf>,
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
pub(super) fn http(http: &mut HttpOptions, options: &GivenOptions) {
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
            "write_timeout" => http.write_timeout = given.time().unwrap_or_default(),
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

pub(super) fn admin(options: &GivenOptions) -> AdminSection {
    let mut admin = AdminSection::default();
    for (name, given) in &options.0 {
        match *name {
            "host" => admin.host = given.text(),
            "port" => admin.port = Some(port(given)),
            "token" => admin.token = given.text(),
            "insecure" => admin.insecure = Some(given.flag()),
            "allowed_hosts" => admin.allowed_hosts = Some(given.texts()),
            "tls" => admin.tls = Some(tls(given)),
            "state" => admin.state = given.text().map(PathBuf::from),
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
        _ => PathBuf::new(),
    };
    TlsFiles { certificate: file("certificate"), key: file("key") }
}

pub(super) fn metrics(metrics: &mut MetricsOptions, options: &GivenOptions) {
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

pub(super) fn level(options: &GivenOptions) -> Option<Verbosity> {
    Some(match options.text("level")? {
        "off" => Verbosity::Off,
        "error" => Verbosity::Error,
        "warn" => Verbosity::Warn,
        "debug" => Verbosity::Debug,
        "trace" => Verbosity::Trace,
        _ => Verbosity::Info,
    })
}

pub(super) fn format(options: &GivenOptions) -> LogFormat {
    match options.text("format") {
        Some("json") => LogFormat::Json,
        _ => LogFormat::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::ServerConfig;

    /// Every option of both sections, each with another value than the default.
    const ALL: &str = r#"{
        "http": {
            "enabled": false, "host": "::1", "port": 1, "tls": { "certificate": "a", "key": "b" },
            "proxy_protocol": ["10.0.0.0/8"], "trusted_proxies": ["10.0.0.1"], "max_connections": 2,
            "request_timeout": "1s", "trust_request_timeout": false, "keep_alive_timeout": "2s",
            "header_read_timeout": "3s", "body_read_timeout": "4s", "write_timeout": "5s", "max_body_bytes": "5KiB",
            "http1_max_head_bytes": "6KiB", "http1_max_headers": 7, "http2_max_header_list_size": 8,
            "http2_max_concurrent_streams": 9, "http2_max_pending_accept_reset_streams": 10,
            "http2_max_local_error_reset_streams": 11
        },
        "admin": {
            "host": "0.0.0.0", "port": 2, "token": "t", "insecure": true, "allowed_hosts": ["x"],
            "tls": { "certificate": "a", "key": "b" }, "state": "s"
        },
        "metrics": { "enabled": false, "spelling": "ray", "max_series": 3 },
        "logging": { "level": "WARN", "format": "JSON", "access_log": true },
        "applications": []
    }"#;

    #[test]
    fn every_option_of_every_section_is_carried_over() {
        let config = ServerConfig::from_json(ALL).unwrap();
        let (changed, default) = (config.http(HttpOptions::default()), HttpOptions::default());
        let (changed, default) = (format!("{changed:#?}"), format!("{default:#?}"));
        // What is code, and sockets, which systemd passes.
        let same = changed.lines().filter(|line| default.lines().any(|it| it == *line));
        let options = same.filter(|line| line.starts_with("    ") && !line.starts_with("     "));
        let options: Vec<_> = options.filter_map(|line| line.trim().split_once(':')).collect();
        let names: Vec<_> = options.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["listeners", "accepts_when_serving", "layers", "on_error"]);
        let admin = format!("{:?}", config.admin().unwrap());
        assert!(
            !admin.contains("None") && !admin.contains("false") && !admin.contains("[]"),
            "{admin}"
        );
        let metrics = config.metrics(MetricsOptions::default());
        assert_eq!((metrics.enabled, metrics.max_series), (false, 3));
        assert_eq!(
            (config.log_level(), config.log_format()),
            (Some(Verbosity::Warn), LogFormat::Json)
        );
    }
}
