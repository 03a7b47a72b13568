//! What collects spans, as whoever runs OpenTelemetry has it: takes them over HTTP, decodes them, and keeps them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value};
use opentelemetry_proto::tonic::trace::v1 as otlp;
use prost::Message;
use tokio::net::TcpListener;

use crate::spawn;

/// A collector on a port of its own, for as long as the test's runtime lives.
#[derive(Clone, Debug, Default)]
pub struct Collector {
    kept: Arc<Mutex<Kept>>,
    port: u16,
}

#[derive(Debug, Default)]
struct Kept {
    spans: Vec<CollectedSpan>,
    services: Vec<String>,
}

/// One span as it has come.
#[derive(Clone, Debug, PartialEq)]
pub struct CollectedSpan {
    /// Which trace it belongs to.
    pub trace: String,
    /// Its own id.
    pub id: String,
    /// Empty for the first of a trace.
    pub parent: String,
    /// What it is of.
    pub name: String,
    /// Of a request over HTTP.
    pub is_server: bool,
    /// Its status says so.
    pub is_error: bool,
    /// The vendor's part of the context.
    pub state: String,
    /// In nanoseconds since 1970.
    pub begun: u64,
    /// In nanoseconds since 1970.
    pub ended: u64,
    /// As text.
    pub attributes: BTreeMap<String, String>,
    /// The spans that it is linked to.
    pub links: Vec<String>,
}

impl Collector {
    /// Begins to collect.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let collector = Self { port, ..Self::default() };
        let app = Router::new().route("/v1/traces", post(take)).with_state(collector.clone());
        spawn(async move { axum::serve(listener, app).await });
        collector
    }

    /// What a server is told to send spans to.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What has come so far, in the order in which it began.
    #[must_use]
    pub fn spans(&self) -> Vec<CollectedSpan> {
        let mut spans = self.lock().spans.clone();
        spans.sort_by_key(|span| (span.begun, span.ended));
        spans
    }

    /// Of the services that spans have come from, the names.
    #[must_use]
    pub fn services(&self) -> Vec<String> {
        self.lock().services.clone()
    }

    /// The only span of this name.
    ///
    /// # Panics
    ///
    /// There is another number of them.
    #[must_use]
    #[track_caller]
    pub fn only(&self, name: &str) -> CollectedSpan {
        let [span] = &self.named(name)[..] else { panic!("not one {name}: {:#?}", self.spans()) };
        span.clone()
    }

    /// All spans of this name.
    #[must_use]
    pub fn named(&self, name: &str) -> Vec<CollectedSpan> {
        self.spans().into_iter().filter(|span| span.name == name).collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn take(State(collector): State<Collector>, body: Bytes) -> Vec<u8> {
    let request = ExportTraceServiceRequest::decode(body).expect("it is what OTLP says");
    let mut kept = collector.lock();
    for resource in request.resource_spans {
        let attributes = resource.resource.map(|it| texts(&it.attributes)).unwrap_or_default();
        kept.services.extend(attributes.get("service.name").cloned());
        let spans = resource.scope_spans.into_iter().flat_map(|scope| scope.spans);
        kept.spans.extend(spans.map(CollectedSpan::of));
    }
    ExportTraceServiceResponse::default().encode_to_vec()
}

impl CollectedSpan {
    fn of(span: otlp::Span) -> Self {
        Self {
            trace: hex(&span.trace_id),
            id: hex(&span.span_id),
            parent: hex(&span.parent_span_id),
            is_server: span.kind() == otlp::span::SpanKind::Server,
            is_error: span
                .status
                .is_some_and(|status| status.code() == otlp::status::StatusCode::Error),
            name: span.name,
            state: span.trace_state,
            begun: span.start_time_unix_nano,
            ended: span.end_time_unix_nano,
            attributes: texts(&span.attributes),
            links: span.links.iter().map(|link| hex(&link.span_id)).collect(),
        }
    }

    /// Whether all of `other` lies within it. What begins and ends together is measured by two looks at a clock.
    #[must_use]
    pub fn contains(&self, other: &Self) -> bool {
        const SLACK: u64 = 2_000_000;
        self.begun <= other.begun + SLACK && other.ended <= self.ended + SLACK
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn texts(attributes: &[KeyValue]) -> BTreeMap<String, String> {
    let text = |it: &KeyValue| {
        let value = match it.value.as_ref()?.value.as_ref()? {
            Value::StringValue(text) => text.clone(),
            Value::IntValue(number) => number.to_string(),
            other => format!("{other:?}"),
        };
        Some((it.key.clone(), value))
    };
    attributes.iter().filter_map(text).collect()
}
