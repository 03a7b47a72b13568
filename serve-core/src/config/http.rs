//! Options of the HTTP server.

use std::time::Duration;

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
    /// How long an idle connection is kept. Default 90 s.
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
