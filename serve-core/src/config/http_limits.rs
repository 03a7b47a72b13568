//! Options of how much a client may ask of the HTTP server.

use std::time::Duration;

use super::{HttpOptions, Networks};

/// hyper reads into no smaller buffer.
const HEAD_BYTES_MIN: usize = 8 << 10;

impl HttpOptions {
    /// How many connections may be open at a time, WebSockets included. Over it new connections wait in the system's own
    /// queue until others end, as they do before nginx; a warning in the log says so. By default three quarters of the
    /// descriptors that the process may have (`ulimit -n`), so that methods still find some for their own files; without
    /// a limit where the system says none.
    ///
    /// An idle connection takes some 20 KB. Too few let clients wait while others idle: shorten
    /// [`keep_alive_timeout`](Self::keep_alive_timeout) then.
    ///
    /// ```
    /// let options = serve_core::HttpOptions::default().max_connections(10_000);
    /// ```
    #[must_use]
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.max_connections = Some(connections);
        self
    }

    /// How long the next piece of a request's body may take to come while it is waited for. Default 60 s, as in nginx;
    /// `Duration::MAX` means for ever. Then reading the body fails, which `Request::bytes` answers with 408, an
    /// extractor of axum's that reads the body with 400, and the connection ends.
    ///
    /// A slow upload is not cut as long as something comes. What a body may take as a whole, says
    /// [`request_timeout`](Self::request_timeout). Too short cuts clients on bad lines, and those that keep a body open to say
    /// something later.
    #[must_use]
    pub fn body_read_timeout(mut self, timeout: Duration) -> Self {
        self.body_read_timeout = timeout;
        self
    }

    /// How long a client may read nothing while there is something for it that the connection has no room for. Default
    /// 60 s, as in nginx; `Duration::MAX` means for ever. Then the connection is closed, and what is under way on it is
    /// cancelled, which frees its replica.
    ///
    /// A client that reads slowly is not cut as long as it reads; what an answer may take as a whole, says
    /// [`request_timeout`](Self::request_timeout). That is also what bounds a client of HTTP/2 that reads and yet
    /// gives one of its requests no room. Too short cuts clients that sleep, as browsers in the background do.
    #[must_use]
    pub fn write_timeout(mut self, timeout: Duration) -> Self {
        self.write_timeout = timeout;
        self
    }

    /// How many bytes the head of a request of HTTP/1 may have: its first line and its headers. Default 408 KiB, as hyper's, at least
    /// 8 KiB. A longer one is answered with 431. Too small refuses clients with many cookies; too large
    /// lets each connection take as much memory.
    #[must_use]
    pub fn http1_max_head_bytes(mut self, bytes: usize) -> Self {
        self.http1_max_head_bytes = bytes;
        self
    }

    /// How many headers a request of HTTP/1 may have. Default 100; more are answered with 431. Any other number costs each
    /// request an allocation.
    #[must_use]
    pub fn http1_max_headers(mut self, headers: usize) -> Self {
        self.http1_max_headers = headers;
        self
    }

    /// How many bytes the headers of a request of HTTP/2 may have, with 32 more for each. Default 16 KiB; more are
    /// answered with 431.
    #[must_use]
    pub fn http2_max_header_list_size(mut self, bytes: u32) -> Self {
        self.http2_max_header_list_size = bytes;
        self
    }

    /// How many requests may be under way on one connection of HTTP/2. Default 200; clients are told, and keep others back.
    /// Too few slow honest clients down, who have only one connection.
    #[must_use]
    pub fn http2_max_concurrent_streams(mut self, streams: u32) -> Self {
        self.http2_max_concurrent_streams = streams;
        self
    }

    /// How many requests of HTTP/2 a client may have reset before the server has come to begin them. Default 20; then the
    /// connection is closed. It is what stops a "rapid reset".
    #[must_use]
    pub fn http2_max_pending_accept_reset_streams(mut self, streams: usize) -> Self {
        self.http2_max_pending_accept_reset_streams = streams;
        self
    }

    /// How many requests of one connection of HTTP/2 the server may have reset because of errors of the client's.
    /// Default 1024; then the connection is closed.
    #[must_use]
    pub fn http2_max_local_error_reset_streams(mut self, streams: usize) -> Self {
        self.http2_max_local_error_reset_streams = streams;
        self
    }

    /// Everything that is out of range, one sentence each; empty when all is well.
    pub(crate) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let positive = [
            ("max_connections", self.max_connections == Some(0)),
            ("http1_max_headers", self.http1_max_headers == 0),
            ("http2_max_concurrent_streams", self.http2_max_concurrent_streams == 0),
            ("http2_max_header_list_size", self.http2_max_header_list_size == 0),
        ];
        for (option, is_zero) in positive {
            if is_zero {
                problems.push(format!("`HttpOptions::{option}` is 0; use at least 1"));
            }
        }
        for (option, timeout) in
            [("body_read_timeout", self.body_read_timeout), ("write_timeout", self.write_timeout)]
        {
            if timeout.is_zero() {
                problems.push(format!("`HttpOptions::{option}` is zero"));
            }
        }
        if self.http1_max_head_bytes < HEAD_BYTES_MIN {
            problems.push(format!(
                "`HttpOptions::http1_max_head_bytes` is {}; use at least {HEAD_BYTES_MIN}",
                self.http1_max_head_bytes
            ));
        }
        for (option, networks) in
            [("proxy_protocol", &self.proxy_protocol), ("trusted_proxies", &self.trusted_proxies)]
        {
            let wrong = networks.iter().filter(|network| Networks::parse_one(network).is_none());
            problems.extend(wrong.map(|network| {
                format!(
                    "`HttpOptions::{option}`: `{network}` is no network; write `10.0.0.0/8`, `fd00::/8`, or one address"
                )
            }));
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_out_of_range_is_named_at_once() {
        assert_eq!(HttpOptions::default().problems(), Vec::<String>::new());
        let options = HttpOptions::default()
            .max_connections(0)
            .body_read_timeout(Duration::ZERO)
            .http1_max_head_bytes(100)
            .trusted_proxies(["10.0.0.0/33", "::1"]);
        let expected = [
            "`HttpOptions::max_connections` is 0; use at least 1",
            "`HttpOptions::body_read_timeout` is zero",
            "`HttpOptions::http1_max_head_bytes` is 100; use at least 8192",
            "`HttpOptions::trusted_proxies`: `10.0.0.0/33` is no network; write `10.0.0.0/8`, `fd00::/8`, or one address",
        ];
        assert_eq!(options.problems(), expected);
    }
}
