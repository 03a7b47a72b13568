//! Events whose target, level and fields are known only when they happen.
//!
//! tracing asks a subscriber about a *callsite* once and keeps the answer, so callsites live for ever. Those
//! here are made when an event with their shape first comes, up to a number; what comes beyond shares one.

use std::collections::HashMap;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use tracing::field::{DisplayValue, display};
use tracing::{Event, Metadata};
use tracing_core::callsite::{Callsite, Identifier, register};
use tracing_core::field::{FieldSet, Value as FieldValue};
use tracing_core::metadata::Kind;
use tracing_core::subscriber::Interest;

use super::record::{Record, Severity, Value};

/// So many shapes of events have a callsite of their own.
const CALLSITES_MAX: usize = 4096;
/// The target of all others.
const COMMON_TARGET: &str = "serve_core::replica";

/// All that have been made. They belong to the thread that emits.
#[derive(Default)]
pub(super) struct Callsites {
    made: HashMap<Shape, &'static Site>,
}

#[derive(PartialEq, Eq, Hash)]
struct Shape {
    severity: Severity,
    target: String,
    names: Vec<String>,
}

/// A callsite that was made at run time.
struct Site {
    /// Set before anybody sees it; it points back to the site.
    metadata: OnceLock<Metadata<'static>>,
    is_wanted: AtomicBool,
}

impl Callsites {
    /// Lets the current subscriber have it, if it wants it.
    pub(super) fn emit(&mut self, record: &Record) {
        if !record.severity.is_wanted() {
            return;
        }
        let shape = Shape::of(record);
        match self.site(shape) {
            Some(site) => site.emit(record),
            None => {
                let record = in_common(record);
                if let Some(site) = self.site(Shape::of(&record)) {
                    site.emit(&record);
                }
            }
        }
    }

    fn site(&mut self, shape: Shape) -> Option<&'static Site> {
        if let Some(site) = self.made.get(&shape) {
            return Some(site);
        }
        // The common ones are as many as there are levels.
        if self.made.len() >= CALLSITES_MAX && shape.target != COMMON_TARGET {
            return None;
        }
        let site = Site::leak(&shape);
        self.made.insert(shape, site);
        // Last, because it asks the subscriber, which may panic: then it is not asked again.
        register(site);
        Some(site)
    }
}

/// The same with its fields in one text.
fn in_common(record: &Record) -> Record {
    let mut message = format!("{}:", record.target);
    for (name, value) in &record.fields {
        message.push_str(&format!(" {name}={value}"));
    }
    let replica = record.fields.iter().find(|(name, _)| name == "replica").cloned();
    let message = ("message".into(), Value::Shown(message));
    let replica = replica.unwrap_or(("replica".into(), Value::Text(String::new())));
    Record {
        severity: record.severity,
        target: COMMON_TARGET.into(),
        fields: vec![message, replica],
    }
}

impl Shape {
    fn of(record: &Record) -> Self {
        let names = record.fields.iter().map(|(name, _)| name.clone().into_owned()).collect();
        Self { severity: record.severity, target: record.target.clone().into_owned(), names }
    }
}

// === impl Site ===

impl Site {
    fn leak(shape: &Shape) -> &'static Self {
        let site: &'static Self =
            Box::leak(Box::new(Self { metadata: OnceLock::new(), is_wanted: true.into() }));
        let names: Vec<&'static str> = shape.names.iter().map(|name| leak(name)).collect();
        let fields = FieldSet::new(names.leak(), Identifier(site));
        let metadata = Metadata::new(
            "serve event",
            leak(&shape.target),
            shape.severity.level(),
            None,
            None,
            None,
            fields,
            Kind::EVENT,
        );
        let _ = site.metadata.set(metadata);
        site
    }

    fn emit(&'static self, record: &Record) {
        let metadata = self.known();
        if !self.is_wanted.load(Relaxed)
            || !tracing::dispatcher::get_default(|listener| listener.enabled(metadata))
        {
            return;
        }
        let shown: Vec<_> = record.fields.iter().map(|(_, value)| Recorded::of(value)).collect();
        let values: Vec<_> = shown.iter().map(|value| Some(value.as_value())).collect();
        Event::child_of(None, metadata, &metadata.fields().value_set_all(&values));
    }

    fn known(&self) -> &Metadata<'static> {
        self.metadata.get().expect("it was set when the site was made")
    }
}

impl Callsite for Site {
    fn set_interest(&self, interest: Interest) {
        self.is_wanted.store(!interest.is_never(), Relaxed);
    }

    fn metadata(&self) -> &Metadata<'_> {
        self.known()
    }
}

fn leak(text: &str) -> &'static str {
    Box::leak(text.into())
}

/// A value as tracing takes it.
enum Recorded<'a> {
    Text(&'a str),
    Shown(DisplayValue<&'a str>),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Bool(bool),
}

impl<'a> Recorded<'a> {
    fn of(value: &'a Value) -> Self {
        match value {
            Value::Text(text) => Self::Text(text),
            Value::Shown(text) => Self::Shown(display(text)),
            Value::Unsigned(number) => Self::Unsigned(*number),
            Value::Signed(number) => Self::Signed(*number),
            Value::Float(number) => Self::Float(*number),
            Value::Bool(is_so) => Self::Bool(*is_so),
        }
    }

    fn as_value(&self) -> &dyn FieldValue {
        match self {
            Self::Text(text) => text,
            Self::Shown(text) => text,
            Self::Unsigned(number) => number,
            Self::Signed(number) => number,
            Self::Float(number) => number,
            Self::Bool(is_so) => is_so,
        }
    }
}
