//! How connections speak HTTP: hyper, with the limits of the options.

#[cfg(feature = "http2")]
use hyper_util::rt::TokioTimer;
use hyper_util::server::conn::auto::Builder;

use super::connection::BusyExecutor;
use crate::config::HttpOptions;

/// The limits that hyper watches over.
#[derive(Clone, Copy, Debug)]
pub(super) struct Speech {
    head_bytes_max: usize,
    /// `None` for hyper's own number, which costs no allocation.
    headers_max: Option<usize>,
    #[cfg_attr(not(feature = "http2"), expect(dead_code, reason = "it is spoken without"))]
    http2: Http2Limits,
}

#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(feature = "http2"), expect(dead_code, reason = "it is spoken without"))]
struct Http2Limits {
    header_list_bytes_max: u32,
    streams_max: u32,
    pending_resets_max: usize,
    own_resets_max: usize,
}

/// What hyper takes if it is told nothing.
const HEADERS_MAX: usize = 100;

impl Speech {
    pub(super) fn of(options: &HttpOptions) -> Self {
        Self {
            head_bytes_max: options.http1_max_head_bytes,
            headers_max: Some(options.http1_max_headers).filter(|&max| max != HEADERS_MAX),
            http2: Http2Limits {
                header_list_bytes_max: options.http2_max_header_list_size,
                streams_max: options.http2_max_concurrent_streams,
                pending_resets_max: options.http2_max_pending_accept_reset_streams,
                own_resets_max: options.http2_max_local_error_reset_streams,
            },
        }
    }

    pub(super) fn builder(&self, executor: BusyExecutor) -> Builder<BusyExecutor> {
        let mut builder = Builder::new(executor);
        let mut http1 = builder.http1();
        // A head has to fit into the buffer; a body and an answer go through it piece by piece.
        http1.max_buf_size(self.head_bytes_max);
        if let Some(max) = self.headers_max {
            http1.max_headers(max);
        }
        self.configure_http2(&mut builder);
        builder
    }

    #[cfg(feature = "http2")]
    fn configure_http2(&self, builder: &mut Builder<BusyExecutor>) {
        let Http2Limits { header_list_bytes_max, streams_max, pending_resets_max, own_resets_max } =
            self.http2;
        builder
            .http2()
            .timer(TokioTimer::new())
            .enable_connect_protocol()
            .max_header_list_size(header_list_bytes_max)
            .max_concurrent_streams(streams_max)
            .max_pending_accept_reset_streams(pending_resets_max)
            .max_local_error_reset_streams(own_resets_max);
    }

    #[cfg(not(feature = "http2"))]
    fn configure_http2(&self, _: &mut Builder<BusyExecutor>) {}
}
