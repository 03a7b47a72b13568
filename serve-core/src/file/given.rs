//! What a configuration says of its options, checked: typed values, and what they looked like where they must not be shown.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::quantity::written_time;
use super::refer::only_refers;
use crate::secret::MASK;

/// A value as it is and as it may be shown: with its references, and without secrets.
#[derive(Clone, PartialEq)]
pub(crate) struct Shown<T> {
    pub(super) value: T,
    pub(super) shown: T,
}

/// The value of an option.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Given {
    None,
    Flag(bool),
    Count(u64),
    Number(f64),
    Time(Duration),
    Text(Shown<String>),
    Numbers(Vec<u32>),
    Texts(Vec<String>),
    Variables(BTreeMap<String, Shown<String>>),
    Any(Shown<Value>),
    Table(GivenOptions),
    List(Vec<GivenOptions>),
}

/// Options that are given, in the order of their table.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct GivenOptions(pub(super) Vec<(&'static str, Given)>);

// === impl Given ===

// For whoever knows what the table says that it is; something else is a default.
impl Given {
    pub(super) fn flag(&self) -> bool {
        matches!(self, Self::Flag(true))
    }

    pub(super) fn count(&self) -> Option<u64> {
        match self {
            Self::Count(count) => Some(*count),
            _ => None,
        }
    }

    /// A count that the table bounds.
    pub(super) fn number(&self) -> u32 {
        self.count().and_then(|count| count.try_into().ok()).unwrap_or_default()
    }

    pub(super) fn factor(&self) -> f64 {
        match self {
            Self::Number(number) => *number,
            _ => 1.0,
        }
    }

    pub(super) fn time(&self) -> Option<Duration> {
        match self {
            Self::Time(time) => Some(*time),
            _ => None,
        }
    }

    pub(super) fn text(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.value.clone()),
            _ => None,
        }
    }

    pub(super) fn numbers(&self) -> Option<Vec<u32>> {
        match self {
            Self::Numbers(numbers) => Some(numbers.clone()),
            _ => None,
        }
    }

    pub(super) fn texts(&self) -> Vec<String> {
        match self {
            Self::Texts(texts) => texts.clone(),
            _ => Vec::new(),
        }
    }

    pub(super) fn value(&self) -> Option<Value> {
        match self {
            Self::Any(any) if !any.value.is_null() => Some(any.value.clone()),
            _ => None,
        }
    }
}

// === impl Shown ===

impl<T: Clone> Shown<T> {
    pub(super) fn plain(value: T) -> Self {
        Self { shown: value.clone(), value }
    }

    pub(super) fn into_pair(self) -> (T, T) {
        (self.value, self.shown)
    }
}

impl Shown<Value> {
    /// A message about it, with references instead of what they lead to.
    pub(super) fn without_referred(&self, message: String) -> String {
        hide(&self.value, &self.shown, message)
    }
}

fn hide(value: &Value, shown: &Value, message: String) -> String {
    match (value, shown) {
        (Value::String(text), Value::String(reference))
            if text != reference && !text.is_empty() =>
        {
            // Messages quote texts as Rust does.
            let quoted = format!("{text:?}");
            message.replace(&quoted[1..quoted.len() - 1], reference).replace(&**text, reference)
        }
        (Value::Array(values), Value::Array(shown)) => values
            .iter()
            .zip(shown)
            .fold(message, |message, (value, shown)| hide(value, shown, message)),
        (Value::Object(values), Value::Object(shown)) => values
            .values()
            .zip(shown.values())
            .fold(message, |message, (value, shown)| hide(value, shown, message)),
        _ => message,
    }
}

impl Shown<String> {
    /// What is written itself is not shown, nor what is written beside a reference; a reference alone is.
    pub(super) fn secret(text: Self) -> Self {
        match text.value != text.shown && only_refers(&text.shown) {
            true => text,
            false => Self { value: text.value, shown: MASK.to_owned() },
        }
    }

    /// Becomes a secret if it is one of these texts.
    fn mask(&mut self, secrets: &[String], mask: &str) {
        mask_text(&self.value, &mut self.shown, secrets, mask);
    }
}

// === impl GivenOptions ===

impl GivenOptions {
    pub(super) fn get(&self, name: &str) -> Option<&Given> {
        self.0.iter().find(|(given, _)| *given == name).map(|(_, value)| value)
    }

    /// The text of an option that has one.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(Given::Text(text)) => Some(&text.value),
            _ => None,
        }
    }

    pub(super) fn list(&self, name: &str) -> &[Self] {
        match self.get(name) {
            Some(Given::List(items)) => items,
            _ => &[],
        }
    }

    /// Those of a table that stands under a name; none if there is none.
    pub(super) fn table(&self, name: &str) -> &Self {
        const NONE: &GivenOptions = &GivenOptions(Vec::new());
        match self.get(name) {
            Some(Given::Table(options)) => options,
            _ => NONE,
        }
    }

    /// The tables of a list, which are not here any more then.
    pub(super) fn take_list(&mut self, name: &str) -> Vec<Self> {
        let Some(place) = self.0.iter().position(|(given, _)| *given == name) else {
            return Vec::new();
        };
        match self.0.remove(place).1 {
            Given::List(items) => items,
            _ => Vec::new(),
        }
    }

    pub(super) fn any(&self, name: &str) -> Option<&Shown<Value>> {
        match self.get(name) {
            Some(Given::Any(value)) => Some(value),
            _ => None,
        }
    }

    /// Shows `mask` in the place of each of these texts.
    pub(super) fn mask(&mut self, secrets: &[String], mask: &str) {
        for (_, given) in &mut self.0 {
            match given {
                Given::Any(any) => mask_value(&any.value, &mut any.shown, secrets, mask),
                Given::Text(text) => text.mask(secrets, mask),
                Given::Variables(variables) => {
                    variables.values_mut().for_each(|text| text.mask(secrets, mask));
                }
                Given::Table(options) => options.mask(secrets, mask),
                Given::List(items) => items.iter_mut().for_each(|item| item.mask(secrets, mask)),
                _ => {}
            }
        }
    }
}

fn mask_value(value: &Value, shown: &mut Value, secrets: &[String], mask: &str) {
    match (value, shown) {
        (Value::String(text), Value::String(shown)) => mask_text(text, shown, secrets, mask),
        (Value::Array(values), Value::Array(shown)) => values
            .iter()
            .zip(shown)
            .for_each(|(value, shown)| mask_value(value, shown, secrets, mask)),
        (Value::Object(values), Value::Object(shown)) => values
            .values()
            .zip(shown.values_mut())
            .for_each(|(value, shown)| mask_value(value, shown, secrets, mask)),
        _ => {}
    }
}

fn mask_text(text: &String, shown: &mut String, secrets: &[String], mask: &str) {
    let is_reference = text != shown && only_refers(shown);
    if secrets.contains(text) && !is_reference {
        mask.clone_into(shown);
    }
}

impl<T: fmt::Debug> fmt::Debug for Shown<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shown.fmt(f)
    }
}

// As they are shown.

impl From<&Given> for Value {
    fn from(given: &Given) -> Self {
        match given {
            Given::None => Self::Null,
            Given::Flag(flag) => Self::Bool(*flag),
            Given::Count(count) => Self::from(*count),
            Given::Number(number) => Self::from(*number),
            Given::Time(time) => Self::String(written_time(*time)),
            Given::Text(text) => Self::String(text.shown.clone()),
            Given::Numbers(numbers) => Self::from(numbers.clone()),
            Given::Texts(texts) => Self::from(texts.clone()),
            Given::Variables(variables) => {
                variables.iter().map(|(name, text)| (name.clone(), text.shown.clone())).collect()
            }
            Given::Any(any) => any.shown.clone(),
            Given::Table(options) => Self::from(options),
            Given::List(items) => items.iter().map(Self::from).collect(),
        }
    }
}

impl From<&GivenOptions> for Value {
    fn from(options: &GivenOptions) -> Self {
        let entries = options.0.iter().map(|(name, given)| ((*name).to_owned(), Self::from(given)));
        Self::Object(entries.collect::<Map<_, _>>())
    }
}

impl Serialize for GivenOptions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, given)| (name, Value::from(given))))
    }
}
