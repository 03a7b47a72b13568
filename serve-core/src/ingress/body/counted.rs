//! A request that is counted, and has its line in the access log and its span: from its arrival until its response has been
//! sent.

use std::sync::Arc;
use std::time::Duration;

use http::{Method, StatusCode};
use tokio::time::Instant;

use crate::id::RequestId;
use crate::log;
use crate::observe::{
    CLIENT_GONE, CallEnd, OpenSpan, RouteMeter, SeenCall, SpanEnd, SpanKind, SpanValue, TapKind,
    Taps, method_number,
};
use crate::striped::Lane;
use crate::web::ClientAddr;

/// Counted when it is dropped: as answered, or else as one whose client has gone.
pub(crate) struct CountedRequest {
    meter: Option<Arc<Lane<RouteMeter>>>,
    about: Option<Box<AboutRequest>>,
    method: u8,
    status: Option<StatusCode>,
    begun: Instant,
    /// `None`: it ends when this is dropped.
    ended: Option<Instant>,
}

/// What is told of a request besides its end.
pub(crate) struct AboutRequest {
    pub(crate) method: Method,
    /// Without its query, where secrets may be.
    pub(crate) path: String,
    pub(crate) id: RequestId,
    pub(crate) application: Arc<str>,
    pub(crate) route: Arc<str>,
    pub(crate) client: Option<ClientAddr>,
    /// The name of the client's key, never the key.
    pub(crate) api_key: Option<Arc<str>>,
    /// Whose method answers.
    pub(crate) deployment: Arc<str>,
    /// Who watches, if anybody does.
    pub(crate) taps: Option<Taps>,
    /// In the access log.
    pub(crate) is_logged: bool,
    pub(crate) span: Option<OpenSpan>,
}

/// Where the lines of the access log belong, for filters.
const TARGET: &str = "serve_core::access";

impl CountedRequest {
    /// `None` where nobody wants to know.
    pub(crate) fn new(
        meter: Option<&Arc<Lane<RouteMeter>>>,
        method: &Method,
        about: Option<Box<AboutRequest>>,
        begun: Instant,
    ) -> Option<Self> {
        if meter.is_none() && about.is_none() {
            return None;
        }
        let method = method_number(method);
        if let Some(meter) = meter {
            meter.arrived(method);
        }
        Some(Self { meter: meter.cloned(), about, method, status: None, begun, ended: None })
    }

    /// Its response has this status, and has been there whole at `ended`.
    pub(super) fn answered(&mut self, status: StatusCode, ended: Option<Instant>) {
        self.status = Some(status);
        self.ended = ended;
    }
}

impl Drop for CountedRequest {
    fn drop(&mut self) {
        let ended = self.ended.unwrap_or_else(Instant::now);
        let took = ended.saturating_duration_since(self.begun);
        if let Some(meter) = &self.meter {
            meter.answered(self.method, self.status, took);
        }
        let Some(about) = self.about.take() else { return };
        let status = self.status.map_or(CLIENT_GONE, |status| status.as_u16());
        if let Some(span) = &about.span {
            about.end(span, status);
        }
        if let Some(taps) = &about.taps {
            about.tell(taps, status, took);
        }
        if about.is_logged {
            about.log(status, took);
        }
    }
}

impl AboutRequest {
    fn tell(&self, taps: &Taps, status: u16, took: Duration) {
        let outcome = match status {
            CLIENT_GONE => CallEnd::Cancelled,
            status => CallEnd::of(status >= 500),
        };
        taps.tell(SeenCall {
            kind: TapKind::Request,
            request_id: &self.id,
            application: &self.application,
            deployment: &self.deployment,
            replica: None,
            method: self.method.as_str(),
            path: Some(&self.path),
            status: Some(status),
            outcome: outcome.name(),
            took,
        });
    }

    /// With the names of OpenTelemetry's [conventions](https://opentelemetry.io/docs/specs/semconv/http/http-spans/).
    fn end(&self, span: &OpenSpan, status: u16) {
        let text = |text: &str| SpanValue::from(text);
        let mut attributes = vec![
            ("http.request.method", text(self.method.as_str())),
            ("url.path", text(&self.path)),
            ("http.route", text(&self.route)),
            ("http.response.status_code", SpanValue::Number(status.into())),
            ("serve.application", text(&self.application)),
            ("serve.request_id", text(&self.id.to_string())),
        ];
        attributes.extend(self.client.map(|client| ("client.address", text(&client.to_string()))));
        let error = match status {
            CLIENT_GONE => Some("the client has gone"),
            500.. => Some("a server error"),
            _ => None,
        };
        let name = format!("{} {}", self.method, self.route);
        span.end(SpanEnd { kind: SpanKind::Server, name, error, attributes });
    }

    fn log(self, status: u16, took: Duration) {
        let Self { method, path, id, application, route, client, api_key, .. } = self;
        let millis = took.as_secs_f64() * 1000.0;
        let line = log::info(format!("{method} {path} {status} {millis:.1}ms"));
        let line = match client {
            Some(client) => line.client(client),
            None => line,
        };
        line.target(TARGET)
            .http_method(method.as_str())
            .path(&path)
            .status(status)
            .request(id)
            .application(&application)
            .route(&route)
            .millis(millis)
            .api_key(api_key.as_deref())
            .emit();
    }
}
