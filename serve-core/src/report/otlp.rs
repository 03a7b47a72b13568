//! Spans on their way to a collector, by OpenTelemetry's own exporter: a thread of its own sends what has ended, some
//! hundreds together, and what does not fit into its queue is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use opentelemetry::trace::{
    Link, SpanContext, SpanId, SpanKind as OtelKind, Status, TraceFlags, TraceId, TraceState,
};
use opentelemetry::{InstrumentationScope, KeyValue, Value};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{
    BatchSpanProcessor, SpanData, SpanEvents, SpanExporter as Export, SpanLinks, SpanProcessor,
};

use crate::config::TraceOptions;
use crate::error::{Error, Result};
use crate::log;
use crate::observe::{Span, SpanKind, SpanSink, SpanValue, Tracer};

/// What [`ServeBuilder::traces`](crate::ServeBuilder::traces) has been given.
pub(crate) type Traces = Option<TraceOptions>;

/// What traces requests as these options say.
///
/// # Errors
///
/// They are wrong, or say something that the environment contradicts.
pub(crate) fn tracer(traces: &Traces) -> Result<Option<Arc<Tracer>>> {
    let Some(options) = traces else { return Ok(None) };
    let problems = options.problems();
    if !problems.is_empty() {
        return Err(Error::InvalidConfig { problems });
    }
    let exporter = SpanExporter::builder().with_http().with_protocol(Protocol::HttpBinary);
    let exporter = match &options.endpoint {
        Some(endpoint) => {
            exporter.with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
        }
        None => exporter,
    };
    let exporter = exporter.build().map_err(|error| Error::InvalidConfig {
        problems: vec![format!("the exporter of spans cannot be made: {error}")],
    })?;
    let exporter = Told { exporter, is_failing: AtomicBool::new(false) };
    let mut processor = BatchSpanProcessor::builder(exporter).build();
    processor.set_resource(&resource(options.service_name.as_deref()));
    let scope =
        InstrumentationScope::builder("serve-core").with_version(env!("CARGO_PKG_VERSION")).build();
    Ok(Some(Tracer::new(options.sample_ratio, Box::new(Collector { processor, scope }))))
}

fn resource(service_name: Option<&str>) -> Resource {
    let program = || Some(std::env::current_exe().ok()?.file_stem()?.to_str()?.to_owned());
    let unknown = |resource: &Resource| {
        let name = resource.get(&opentelemetry::Key::from_static_str("service.name"));
        name.is_none_or(|name| name.as_str().starts_with("unknown_service"))
    };
    let found = Resource::builder().build();
    let name = match service_name {
        Some(name) => Some(name.to_owned()),
        None if unknown(&found) => program(),
        None => None,
    };
    match name {
        Some(name) => Resource::builder().with_service_name(name).build(),
        None => found,
    }
}

#[derive(Debug)]
struct Collector {
    processor: BatchSpanProcessor,
    scope: InstrumentationScope,
}

impl SpanSink for Collector {
    fn take(&self, span: Span) {
        self.processor.on_end(data(span, &self.scope));
    }

    fn flush(&self, patience: Duration) {
        // Whoever is to get it has been told of as failing.
        drop(self.processor.shutdown_with_timeout(patience));
    }
}

fn data(span: Span, scope: &InstrumentationScope) -> SpanData {
    let context = |trace: u128, id: u64| {
        let (trace, id) = (TraceId::from(trace), SpanId::from(id));
        SpanContext::new(trace, id, TraceFlags::SAMPLED, false, TraceState::NONE)
    };
    let state = span.state.as_deref().and_then(|state| state.parse().ok());
    let attributes = span.attributes.into_iter().map(|(key, value)| {
        let value = match value {
            SpanValue::Text(text) => Value::from(text),
            SpanValue::Number(number) => Value::from(number),
        };
        KeyValue::new(key, value)
    });
    let mut links = SpanLinks::default();
    let all = span.links.iter().map(|(trace, id)| Link::with_context(context(*trace, *id)));
    links.links.extend(all);
    SpanData {
        span_context: SpanContext::new(
            TraceId::from(span.trace),
            SpanId::from(span.id),
            TraceFlags::SAMPLED,
            false,
            state.unwrap_or(TraceState::NONE),
        ),
        parent_span_id: SpanId::from(span.parent),
        parent_span_is_remote: span.is_parent_remote,
        span_kind: match span.kind {
            SpanKind::Server => OtelKind::Server,
            SpanKind::Internal => OtelKind::Internal,
        },
        name: span.name.into(),
        start_time: span.begun,
        end_time: span.ended,
        attributes: attributes.collect(),
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links,
        status: span.error.map_or(Status::Unset, Status::error),
        instrumentation_scope: scope.clone(),
    }
}

/// Says when spans cannot be sent, and when they can again.
#[derive(Debug)]
struct Told<E> {
    exporter: E,
    is_failing: AtomicBool,
}

impl<E: Export> Export for Told<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len();
        let sent = self.exporter.export(batch).await;
        match (&sent, self.is_failing.swap(sent.is_err(), Relaxed)) {
            (Err(error), false) => {
                log::warn(format!(
                    "{spans} spans cannot be sent, and the next neither until told otherwise"
                ))
                .cause(error)
                .emit();
            }
            (Ok(()), true) => log::info("spans can be sent again").emit(),
            (Ok(()), false) | (Err(_), true) => {}
        }
        sent
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}
