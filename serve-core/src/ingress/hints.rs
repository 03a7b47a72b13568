//! What the headers of a request ask of the proxy.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use tokio::time::Instant;

use super::routes::Route;
use crate::call::{Extras, request_line};
use crate::id::RequestId;
use crate::web::HttpRequest;

/// The headers that mean something to the proxy, found in one pass.
#[derive(Default)]
pub(super) struct RequestHints<'a> {
    request_id: Option<&'a str>,
    request_timeout: Option<&'a str>,
    pub(super) disconnect_disabled: bool,
    trace_parent: Option<&'a str>,
    trace_state: Option<&'a str>,
    model_id: Option<&'a str>,
    session_id: Option<&'a str>,
    is_timed: bool,
}

impl<'a> RequestHints<'a> {
    pub(super) fn of(headers: &'a HeaderMap) -> Self {
        let mut wishes = Self::default();
        for (name, value) in headers {
            let wish = match name.as_str() {
                "x-request-id" => &mut wishes.request_id,
                "x-request-timeout-seconds" => &mut wishes.request_timeout,
                "traceparent" => &mut wishes.trace_parent,
                "tracestate" => &mut wishes.trace_state,
                // Both spellings, as Ray Serve: proxies in between may not pass underscores on.
                "serve_multiplexed_model_id" | "serve-multiplexed-model-id" => &mut wishes.model_id,
                "x-session-id" | "x_session_id" => &mut wishes.session_id,
                "x-serve-timing" => {
                    wishes.is_timed = value == "1";
                    continue;
                }
                "x-request-disconnect-disabled" => {
                    wishes.disconnect_disabled = value == "?1";
                    continue;
                }
                _ => continue,
            };
            *wish = wish.or(value.to_str().ok().filter(|text| !text.is_empty()));
        }
        wishes
    }

    /// The client's own id for the request, or one made here.
    pub(super) fn id(&self) -> RequestId {
        match self.request_id {
            Some(id) => RequestId::Text(id.into()),
            None => RequestId::random(),
        }
    }

    /// How long the client is ready to wait. What is no number of seconds, or none that can be waited for,
    /// asks for nothing.
    pub(super) fn timeout(&self) -> Option<Duration> {
        let seconds: f64 = self.request_timeout?.trim().parse().ok()?;
        let timeout = Duration::try_from_secs_f64(seconds).ok()?;
        // As in Ray Serve, where zero is no timeout.
        (!timeout.is_zero()).then_some(timeout)
    }

    pub(super) fn extras(
        &self,
        route: &Route,
        api_key: Option<Arc<str>>,
        request: &HttpRequest,
        arrived: Instant,
    ) -> Extras {
        Extras {
            arrived: Some(arrived),
            is_timed: self.is_timed,
            journal: None,
            caller: None,
            read: None,
            span: None,
            trace_state: self.trace_state.map(Into::into),
            route: Some(Arc::clone(&route.prefix)),
            multiplexed_model_id: self.model_id.map(Into::into),
            session_id: self.session_id.map(Into::into),
            api_key,
            trace_parent: self.trace_parent.map(Into::into),
            request_line: request_line(request),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_timeout_header_asks_for_seconds_or_for_nothing() {
        let asked = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-request-timeout-seconds", value.parse().unwrap());
            RequestHints::of(&headers).timeout()
        };
        assert_eq!(asked("1.5"), Some(Duration::from_millis(1500)));
        for nothing in ["0", "-0", "-1", "1e-300", "soon", "NaN", "inf", "-inf", "1e300", "1e400"] {
            assert_eq!(asked(nothing), None, "{nothing}");
        }
        assert_eq!(RequestHints::default().timeout(), None);
    }
}
