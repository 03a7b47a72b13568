//! Options of the HTTP server.

use std::time::Duration;

use crate::error::{Error, Result};

const HOST: &str = "SERVE_HTTP_HOST";
const PORT: &str = "SERVE_HTTP_PORT";

/// Options of the HTTP server; chain the setters, every default is stated there.
///
/// ```
/// use serve_core::HttpOptions;
/// let options = HttpOptions::default().port(0).max_body_bytes(1 << 20);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HttpOptions {
    /// Whether a server of ours runs at all.
    pub enabled: bool,
    /// The address to listen on. Default `127.0.0.1`.
    pub host: String,
    /// The port to listen on. Default 8000; 0 lets the system choose, see `Serve::http_addr`.
    pub port: u16,
    /// The deadline of every request that sets none itself; none by default.
    pub request_timeout: Option<Duration>,
    /// How long an idle connection is kept at least; it is closed before twice that. Default 90 s.
    pub keep_alive_timeout: Duration,
    /// The largest request body; a larger one is answered with 413. Default 64 MiB.
    pub max_body_bytes: usize,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            enabled: true,
            host: "127.0.0.1".to_owned(),
            port: 8000,
            request_timeout: None,
            keep_alive_timeout: Duration::from_secs(90),
            max_body_bytes: 64 << 20,
        }
    }
}

impl HttpOptions {
    /// The defaults, with `SERVE_HTTP_HOST` and `SERVE_HTTP_PORT` from the environment where they are
    /// set. This is what a default instance uses, see [`run`](crate::run).
    ///
    /// # Errors
    ///
    /// `SERVE_HTTP_PORT` is not a port.
    pub fn from_env() -> Result<Self> {
        Self::from_vars(|name| std::env::var(name).ok())
    }

    fn from_vars(var: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let mut options = Self::default();
        if let Some(host) = var(HOST) {
            options.host = host;
        }
        if let Some(port) = var(PORT) {
            options.port = port.parse().map_err(|_| Error::InvalidEnvironment {
                name: PORT,
                value: port,
                expected: "a port from 0 to 65535",
            })?;
        }
        Ok(options)
    }

    /// No server of ours: use [`Serve::router`](crate::Serve::router) in your own, or handles alone.
    #[must_use]
    pub fn disabled() -> Self {
        Self { enabled: false, ..Self::default() }
    }

    /// The address to listen on. Default `127.0.0.1`: this machine only.
    #[must_use]
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.host = host.into();
        self
    }

    /// The port to listen on. Default 8000; 0 lets the system choose.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The deadline of requests that set none themselves with `x-request-timeout-seconds`. None by
    /// default. A request that exceeds it is cancelled and answered with 408.
    #[must_use]
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = Some(timeout);
        self
    }

    /// How long an idle connection is kept. Default 90 s.
    #[must_use]
    pub fn keep_alive_timeout(mut self, timeout: Duration) -> Self {
        self.keep_alive_timeout = timeout;
        self
    }

    /// The largest request body in bytes. Default 64 MiB. Too small refuses honest requests with 413;
    /// too large lets one client fill the memory of a handler that reads whole bodies.
    #[must_use]
    pub fn max_body_bytes(mut self, bytes: usize) -> Self {
        self.max_body_bytes = bytes;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_overrides_host_and_port() {
        let options = HttpOptions::from_vars(|name| {
            Some(if name == PORT { "9000" } else { "0.0.0.0" }.to_owned())
        })
        .unwrap();
        assert_eq!((options.host.as_str(), options.port), ("0.0.0.0", 9000));
    }

    #[test]
    fn a_port_that_is_none_is_named() {
        let error = HttpOptions::from_vars(|_| Some("http".to_owned())).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the environment variable SERVE_HTTP_PORT is `http`; use a port from 0 to 65535"
        );
    }
}
