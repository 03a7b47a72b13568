//! Options of the HTTP server.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use super::tls::TlsFiles;
use crate::edge::{Layers, OnError};
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
    /// The address or name to listen on. Default `127.0.0.1`.
    pub host: String,
    /// The port to listen on. Default 8000; 0 lets the system choose, see `Serve::http_addr`.
    pub port: u16,
    /// Sockets to listen on that are bound already; where there are any, `host` and `port` do not count. None by
    /// default.
    pub listeners: Vec<Arc<TcpListener>>,
    /// Whether clients wait until the first application serves.
    pub(crate) accepts_when_serving: bool,
    /// The certificate and its key, if it speaks HTTPS.
    pub(crate) tls: Option<TlsFiles>,
    /// Networks whose connections begin with a header of the PROXY protocol. None by default.
    pub proxy_protocol: Vec<String>,
    /// Networks of proxies that are believed who their client is. None by default.
    pub trusted_proxies: Vec<String>,
    /// How many connections may be open; others wait. `None`, the default, is three quarters of the descriptors that
    /// the process may have.
    pub max_connections: Option<usize>,
    /// The deadline of every request, which a request may only shorten; none by default.
    pub request_timeout: Option<Duration>,
    /// Whether a request may shorten its deadline with `x-request-timeout-seconds`. Default true.
    pub trust_request_timeout: bool,
    /// How long an idle connection is kept at least; it is closed before twice that. Default 90 s; with zero one
    /// response ends it.
    pub keep_alive_timeout: Duration,
    /// How long the head of a request may take to come. Default 10 s.
    pub header_read_timeout: Duration,
    /// How long the next piece of a request's body may take to come. Default 60 s.
    pub body_read_timeout: Duration,
    /// How long a client may take before it reads on. Default 60 s.
    pub write_timeout: Duration,
    /// How many bytes the head of a request of HTTP/1 may have. Default 408 KiB, which is hyper's.
    pub http1_max_head_bytes: usize,
    /// How many headers a request of HTTP/1 may have. Default 100.
    pub http1_max_headers: usize,
    /// How many bytes the headers of a request of HTTP/2 may have. Default 16 KiB.
    pub http2_max_header_list_size: u32,
    /// How many requests may be under way on one connection of HTTP/2. Default 200.
    pub http2_max_concurrent_streams: u32,
    /// How many requests of HTTP/2 may have been reset by the client before they were begun. Default 20.
    pub http2_max_pending_accept_reset_streams: usize,
    /// How many requests of HTTP/2 may have been reset for errors of the client's. Default 1024.
    pub http2_max_local_error_reset_streams: usize,
    /// Whether each request over HTTP is a line of the log, once its response has been sent. Default false.
    pub access_log: bool,
    /// The largest request body; a larger one is answered with 413. Default 64 MiB.
    pub max_body_bytes: usize,
    /// Around everything that the server answers.
    pub(crate) layers: Layers,
    /// What shapes the errors that the framework answers with.
    pub(crate) on_error: Option<OnError>,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            enabled: true,
            host: "127.0.0.1".to_owned(),
            port: 8000,
            listeners: Vec::new(),
            accepts_when_serving: false,
            tls: None,
            proxy_protocol: Vec::new(),
            trusted_proxies: Vec::new(),
            max_connections: None,
            request_timeout: None,
            trust_request_timeout: true,
            keep_alive_timeout: Duration::from_secs(90),
            header_read_timeout: Duration::from_secs(10),
            body_read_timeout: Duration::from_secs(60),
            write_timeout: Duration::from_secs(60),
            http1_max_head_bytes: 408 << 10,
            http1_max_headers: 100,
            http2_max_header_list_size: 16 << 10,
            http2_max_concurrent_streams: 200,
            http2_max_pending_accept_reset_streams: 20,
            http2_max_local_error_reset_streams: 1024,
            access_log: false,
            max_body_bytes: 64 << 20,
            layers: Layers::default(),
            on_error: None,
        }
    }
}

impl HttpOptions {
    /// The defaults, with `SERVE_HTTP_HOST` and `SERVE_HTTP_PORT` from the environment where they are
    /// set, and with the sockets that [systemd](Self::systemd) has passed if there are any. This is what a default
    /// instance uses, see [`run`](crate::run).
    ///
    /// # Errors
    ///
    /// `SERVE_HTTP_PORT` is not a port, or as [`systemd`](Self::systemd).
    pub fn from_env() -> Result<Self> {
        Self::from_vars(|name| std::env::var(name).ok())?.systemd()
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

    /// Where to listen. Default `127.0.0.1`: clients of this machine only.
    ///
    /// | host | listens on |
    /// |---|---|
    /// | an address: `10.0.0.7`, `::1` or `[::1]` | that |
    /// | `0.0.0.0` | all addresses of IPv4 |
    /// | `::` or `[::]` | all addresses of IPv6, and those of IPv4 where the system lets one socket have both, as Linux does |
    /// | `localhost` | `127.0.0.1` and `::1` |
    /// | another name | all addresses that it has |
    ///
    /// A name means all of its addresses, so it does not matter to which of them a client's resolver leads. All
    /// have the same port. With port 0 the system chooses one, anew if another program has it at one of the
    /// addresses; a port that is given and taken at one of them is an error. An address that this machine does
    /// not have, because it has no IPv6 say, is left out if there is another. [`Serve::http_addr`] is one of
    /// IPv4 if there is one.
    ///
    /// [`Serve::http_addr`]: crate::Serve::http_addr
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

    /// The deadline of every request to a deployment that has none itself. None by default. A client may
    /// shorten it with `x-request-timeout-seconds`, but neither prolong nor remove it.
    ///
    /// A request that exceeds it is cancelled and answered with 408. Where the response has begun, the calls
    /// that its body waits for fail with `DeadlineExceeded`; a second later what is left of it is cut off.
    #[must_use]
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = Some(timeout);
        self
    }

    /// Whether the `x-request-timeout-seconds` of a request counts. Default true; it can only shorten a
    /// deadline. With false it is ignored: clients cannot have their requests cancelled early.
    #[must_use]
    pub fn trust_request_timeout(mut self, trust: bool) -> Self {
        self.trust_request_timeout = trust;
        self
    }

    /// How long a connection is kept between requests. Default 90 s; it is closed before twice that. A
    /// connection is not idle while a request, a response or a WebSocket is under way on it. Too short
    /// makes clients connect anew for every few requests.
    ///
    /// Zero ends a connection with its first response, and never before a request. One of HTTP/1 says `connection:
    /// close`, and what was sent behind the first request is not answered. One of HTTP/2 says GOAWAY, and answers
    /// all that the client has sent until it knows. For how long the first request may be waited for says
    /// [`header_read_timeout`](Self::header_read_timeout).
    #[must_use]
    pub fn keep_alive_timeout(mut self, timeout: Duration) -> Self {
        self.keep_alive_timeout = timeout;
        self
    }

    /// How long the head of a request may take to come, after which its connection is closed. Default
    /// 10 s; `Duration::MAX` means for ever. The first head is waited for from the beginning of the connection, a
    /// later one from its first byte. Too short refuses clients on slow lines; too long lets clients
    /// that say nothing hold connections.
    #[must_use]
    pub fn header_read_timeout(mut self, timeout: Duration) -> Self {
        self.header_read_timeout = timeout;
        self
    }

    /// Whether each request over HTTP is a line of the log, of the level INFO and the target `serve_core::access`, once its
    /// response has been sent: `GET /hi 200 3.1ms`, with the fields `http_method`, `path` (without the query), `status`,
    /// `request_id`, `application`, `route`, `client` (the [`ClientAddr`](crate::ClientAddr)) and `duration_ms`. Text or JSON is for your subscriber to say. Default
    /// false: it costs each request a few allocations, and the thread that logs its work.
    ///
    /// ```
    /// let options = serve_core::HttpOptions::default().access_log(true);
    /// ```
    #[must_use]
    pub fn access_log(mut self, access_log: bool) -> Self {
        self.access_log = access_log;
        self
    }

    /// The largest request body in bytes. Default 64 MiB. Too small refuses honest requests with 413;
    /// too large lets one client fill the memory of a handler that reads whole bodies. A deployment or a route may have
    /// another: `max_body_size`.
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
