//! A subscriber that makes data of events, to be passed on: that of a replica's process.

use std::borrow::Cow;
use std::fmt;

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record as SpanRecord};
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};
use tracing_core::span::Current;

use super::foreign::text_of;
use super::record::{Record, Severity, Value};
use super::spans::Spans;

/// What of a value is longer is left out.
const VALUE_BYTES_MAX: usize = 8 * 1024;
/// What is left out of an event that has more fields.
const FIELDS_MAX: usize = 64;

/// Tells of every event up to a level.
pub(crate) struct Teller {
    level: LevelFilter,
    spans: Spans,
    /// Must not wait: it is called wherever something happens.
    tell: Box<dyn Fn(Record) + Send + Sync>,
}

impl Teller {
    /// Of nothing, without a level.
    pub(crate) fn new(
        level: Option<Severity>,
        tell: impl Fn(Record) + Send + Sync + 'static,
    ) -> Self {
        let level = level.map(|severity| LevelFilter::from_level(severity.level()));
        let level = level.unwrap_or(LevelFilter::OFF);
        Self { level, spans: Spans::default(), tell: Box::new(tell) }
    }
}

impl Subscriber for Teller {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        match self.enabled(metadata) {
            true => Interest::always(),
            false => Interest::never(),
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= self.level
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level)
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut fields = Fields::default();
        span.record(&mut fields);
        self.spans.open(span, fields.0)
    }

    fn record(&self, span: &Id, values: &SpanRecord<'_>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        self.spans.add(span, fields.0);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let metadata = event.metadata();
        let mut fields = Fields::default();
        event.record(&mut fields);
        let mut record = Record {
            severity: (*metadata.level()).into(),
            target: Cow::Owned(metadata.target().to_owned()),
            fields: fields.0,
        };
        record.name_the_target_of_a_log_line();
        if let Some(spans) = self.spans.around(event) {
            record.set_if_unset("spans", Value::Shown(spans));
        }
        (self.tell)(record);
    }

    fn enter(&self, span: &Id) {
        Spans::enter(span);
    }

    fn exit(&self, span: &Id) {
        Spans::exit(span);
    }

    fn clone_span(&self, span: &Id) -> Id {
        self.spans.hold(span);
        span.clone()
    }

    fn try_close(&self, span: Id) -> bool {
        self.spans.release(&span)
    }

    fn current_span(&self) -> Current {
        self.spans.current()
    }
}

/// Fields as they are recorded.
#[derive(Default)]
struct Fields(Vec<(Cow<'static, str>, Value)>);

impl Fields {
    fn add(&mut self, field: &Field, value: Value) {
        if self.0.len() < FIELDS_MAX {
            self.0.push((Cow::Borrowed(field.name()), value));
        }
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add(field, Value::Float(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, Value::Signed(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, Value::Unsigned(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, Value::Bool(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field, Value::Text(cut(value.to_owned())));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.add(field, Value::Shown(cut(text_of(format_args!("{value:?}")))));
    }
}

fn cut(mut text: String) -> String {
    if text.len() > VALUE_BYTES_MAX {
        text.truncate(text.floor_char_boundary(VALUE_BYTES_MAX));
        text.push('…');
    }
    text
}

impl Record {
    /// What comes by way of the `log` crate has a target of its own, as a field.
    fn name_the_target_of_a_log_line(&mut self) {
        if self.target != "log" {
            return;
        }
        let target = self.fields.iter().find(|(name, _)| name == "log.target");
        if let Some((_, Value::Text(target))) = target {
            self.target = Cow::Owned(target.clone());
            self.fields.retain(|(name, _)| !name.starts_with("log."));
        }
    }
}
