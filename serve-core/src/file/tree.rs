//! What a file says, before anybody asks what it means: one tree, whatever it was written in.

use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};

/// Where something stands, in bytes; nowhere if the text has not been looked at so closely, as JSON is not.
pub(super) type TextSpan = Option<Range<usize>>;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TreeNode {
    pub(super) span: TextSpan,
    pub(super) kind: TreeValue,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum TreeValue {
    Null,
    Flag(bool),
    Number(Number),
    Text(String),
    List(Vec<TreeNode>),
    /// In the order of the file, with whatever occurs twice.
    Map(Vec<(Key, TreeNode)>),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Key {
    pub(super) span: TextSpan,
    pub(super) name: String,
}

/// The way to a value: `applications[0].name`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Path(Vec<PathStep>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PathStep {
    Key(String),
    Index(usize),
}

// === impl TreeNode ===

impl TreeNode {
    /// What it is, for messages.
    pub(super) fn noun(&self) -> &'static str {
        match self.kind {
            TreeValue::Null => "nothing",
            TreeValue::Flag(_) => "true or false",
            TreeValue::Number(_) => "a number",
            TreeValue::Text(_) => "text",
            TreeValue::List(_) => "a list",
            TreeValue::Map(_) => "a table of options",
        }
    }

    /// Of names that occur twice the first.
    fn child(&self, step: &PathStep) -> Option<(&TextSpan, &Self)> {
        match (&self.kind, step) {
            (TreeValue::List(items), PathStep::Index(index)) => {
                items.get(*index).map(|item| (&item.span, item))
            }
            (TreeValue::Map(entries), PathStep::Key(name)) => entries
                .iter()
                .find(|(key, _)| key.name == *name)
                .map(|(key, value)| (&key.span, value)),
            _ => None,
        }
    }

    /// Where a path leads: the span of its last name and that of its value. If it leads to what is not there, where it
    /// ends.
    pub(super) fn find(&self, path: &Path) -> (TextSpan, TextSpan) {
        let (mut name, mut node) = (None, self);
        for step in &path.0 {
            let Some((span, child)) = node.child(step) else { break };
            (name, node) = (span.clone(), child);
        }
        (name.or_else(|| node.span.clone()), node.span.clone())
    }
}

#[cfg(feature = "cli")]
impl TreeNode {
    /// Where a path that is written as text leads to, as [`Path`] writes it.
    pub(super) fn find_text(&self, path: &str) -> TextSpan {
        let path = path.strip_prefix('.').unwrap_or(path);
        let is_end = |rest: &str| rest.is_empty() || rest.starts_with(['.', '[']);
        match &self.kind {
            TreeValue::Map(entries) if !path.is_empty() => {
                // A name may have dots in it.
                let led = entries.iter().filter_map(|(key, value)| {
                    let rest = path.strip_prefix(key.name.as_str()).filter(|rest| is_end(rest))?;
                    Some((rest, value))
                });
                let next = led.min_by_key(|(rest, _)| rest.len());
                next.map_or_else(|| self.span.clone(), |(rest, value)| value.find_text(rest))
            }
            TreeValue::List(items) => {
                let index = path.strip_prefix('[').and_then(|rest| rest.split_once(']'));
                let item = index.and_then(|(index, rest)| {
                    Some((items.get(index.parse::<usize>().ok()?)?, rest))
                });
                item.map_or_else(|| self.span.clone(), |(item, rest)| item.find_text(rest))
            }
            _ => self.span.clone(),
        }
    }
}

/// Without its spans. Of names that occur twice the last counts; somebody has complained by then.
impl From<&TreeNode> for Value {
    fn from(node: &TreeNode) -> Self {
        match &node.kind {
            TreeValue::Null => Self::Null,
            TreeValue::Flag(flag) => Self::Bool(*flag),
            TreeValue::Number(number) => Self::Number(number.clone()),
            TreeValue::Text(text) => Self::String(text.clone()),
            TreeValue::List(items) => items.iter().map(Self::from).collect(),
            TreeValue::Map(entries) => {
                entries.iter().map(|(key, value)| (key.name.clone(), Self::from(value))).collect()
            }
        }
    }
}

/// From JSON, or whatever else serde reads; without spans.
impl<'de> Deserialize<'de> for TreeNode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reads).map(|kind| Self { span: None, kind })
    }
}

struct Reads;

impl<'de> Visitor<'de> for Reads {
    type Value = TreeValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<TreeValue, E> {
        Ok(TreeValue::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<TreeValue, E> {
        Ok(TreeValue::Flag(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<TreeValue, E> {
        Ok(TreeValue::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<TreeValue, E> {
        Ok(TreeValue::Number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<TreeValue, E> {
        Ok(Number::from_f64(number).map_or(TreeValue::Null, TreeValue::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<TreeValue, E> {
        Ok(TreeValue::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<TreeValue, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(TreeValue::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<TreeValue, A::Error> {
        let mut map = Vec::new();
        while let Some((name, value)) = entries.next_entry()? {
            map.push((Key { span: None, name }, value));
        }
        Ok(TreeValue::Map(map))
    }
}

// === impl Path ===

impl Path {
    pub(super) fn key(&self, name: &str) -> Self {
        self.with(PathStep::Key(name.to_owned()))
    }

    pub(super) fn index(&self, index: usize) -> Self {
        self.with(PathStep::Index(index))
    }

    fn with(&self, step: PathStep) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    /// This path, gone on with another.
    pub(super) fn join(&self, other: &Self) -> Self {
        Self(self.0.iter().chain(&other.0).cloned().collect())
    }

    pub(super) fn starts_with(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }

    pub(super) fn is_root(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, step) in self.0.iter().enumerate() {
            match step {
                PathStep::Index(index) => write!(f, "[{index}]")?,
                PathStep::Key(name) if number == 0 => f.write_str(name)?,
                PathStep::Key(name) => write!(f, ".{name}")?,
            }
        }
        Ok(())
    }
}

/// What `serde_path_to_error` says of where it was.
impl From<&serde_path_to_error::Path> for Path {
    fn from(path: &serde_path_to_error::Path) -> Self {
        use serde_path_to_error::Segment;
        let steps = path.iter().filter_map(|segment| match segment {
            Segment::Seq { index } => Some(PathStep::Index(*index)),
            Segment::Map { key } => Some(PathStep::Key(key.clone())),
            Segment::Enum { .. } | Segment::Unknown => None,
        });
        Self(steps.collect())
    }
}
