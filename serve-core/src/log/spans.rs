//! The spans that events are in, as far as an event that is passed on needs them: their names and fields.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tracing::span::{Attributes, Id};
use tracing::{Event, Metadata};
use tracing_core::span::Current;

use super::record::Value;

thread_local! {
    /// The spans that have been entered on this thread and not left, the innermost last.
    static ENTERED: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

type Fields = Vec<(Cow<'static, str>, Value)>;

/// All spans that somebody holds.
#[derive(Default)]
pub(super) struct Spans {
    held: Mutex<HashMap<u64, Span>>,
    opened: AtomicU64,
}

struct Span {
    metadata: &'static Metadata<'static>,
    fields: Fields,
    /// Held by this one.
    parent: Option<u64>,
    holders: usize,
}

impl Spans {
    pub(super) fn open(&self, span: &Attributes<'_>, fields: Fields) -> Id {
        // No id is zero.
        let id = self.opened.fetch_add(1, Relaxed) + 1;
        let parent = around(span.is_contextual(), span.parent());
        let mut held = self.lock();
        let parent = parent.filter(|parent| match held.get_mut(parent) {
            Some(parent) => {
                parent.holders += 1;
                true
            }
            None => false,
        });
        held.insert(id, Span { metadata: span.metadata(), fields, parent, holders: 1 });
        Id::from_u64(id)
    }

    pub(super) fn add(&self, span: &Id, fields: Fields) {
        if let Some(span) = self.lock().get_mut(&span.into_u64()) {
            span.fields.retain(|(name, _)| fields.iter().all(|(new, _)| new != name));
            span.fields.extend(fields);
        }
    }

    pub(super) fn hold(&self, span: &Id) {
        if let Some(span) = self.lock().get_mut(&span.into_u64()) {
            span.holders += 1;
        }
    }

    /// Whether that was the last to hold it.
    pub(super) fn release(&self, span: &Id) -> bool {
        let mut held = self.lock();
        let mut next = Some(span.into_u64());
        let mut is_closed = false;
        while let Some(id) = next.take() {
            let Some(span) = held.get_mut(&id) else { break };
            span.holders -= 1;
            if span.holders == 0 {
                is_closed = true;
                next = held.remove(&id).and_then(|span| span.parent);
            }
        }
        is_closed
    }

    pub(super) fn enter(span: &Id) {
        // A thread that is losing its locals enters nothing.
        let _ = ENTERED.try_with(|entered| entered.borrow_mut().push(span.into_u64()));
    }

    pub(super) fn exit(span: &Id) {
        let _ = ENTERED.try_with(|entered| {
            let mut entered = entered.borrow_mut();
            if let Some(at) = entered.iter().rposition(|id| *id == span.into_u64()) {
                entered.remove(at);
            }
        });
    }

    pub(super) fn current(&self) -> Current {
        let Some(id) = innermost() else { return Current::none() };
        match self.lock().get(&id) {
            Some(span) => Current::new(Id::from_u64(id), span.metadata),
            None => Current::none(),
        }
    }

    /// The spans around an event as text, the outermost first.
    pub(super) fn around(&self, event: &Event<'_>) -> Option<String> {
        let mut next = around(event.is_contextual(), event.parent());
        next?;
        let held = self.lock();
        let mut spans = Vec::new();
        while let Some(span) = next.and_then(|id| held.get(&id)) {
            spans.push(span.show());
            next = span.parent;
        }
        spans.reverse();
        (!spans.is_empty()).then(|| spans.join(":"))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Span>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Span {
    fn show(&self) -> String {
        let fields: Vec<_> =
            self.fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
        match fields.is_empty() {
            true => self.metadata.name().to_owned(),
            false => format!("{}{{{}}}", self.metadata.name(), fields.join(" ")),
        }
    }
}

/// What something is in: where it says so, else where it happens.
fn around(is_contextual: bool, parent: Option<&Id>) -> Option<u64> {
    if is_contextual { innermost() } else { parent.map(Id::into_u64) }
}

fn innermost() -> Option<u64> {
    ENTERED.try_with(|entered| entered.borrow().last().copied()).ok().flatten()
}
