//! YAML into the tree: the events of a parser, put together. Aliases are copies, within a budget, so that no small file
//! becomes a large tree.

use std::collections::HashMap;
use std::ops::Range;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span, Tag};
use serde_json::Number;

use super::SyntaxError;
use crate::file::tree::{Key, TreeNode, TreeValue};

/// A configuration of thousands of deployments has fewer values.
const NODES_MAX: usize = 1_000_000;
const DEPTH_MAX: usize = 64;

/// Puts the tree together.
struct Builder<'t> {
    bytes: Bytes<'t>,
    /// Lists and tables that have begun and not ended.
    open: Vec<Open>,
    anchors: HashMap<usize, TreeNode>,
    nodes: usize,
    root: Option<TreeNode>,
}

struct Open {
    start: usize,
    anchor: usize,
    holds: Holds,
}

enum Holds {
    Items(Vec<TreeNode>),
    Entries(Vec<(Key, TreeNode)>, Option<Key>),
}

/// From the parser's characters to bytes.
struct Bytes<'t> {
    text: &'t str,
    /// Where each character begins, if any has more than one byte.
    starts: Option<Vec<usize>>,
}

type Result<T> = std::result::Result<T, SyntaxError>;

/// # Errors
///
/// It is no YAML, or more than a configuration can be.
pub(in crate::file) fn parse(text: &str) -> Result<TreeNode> {
    let bytes = Bytes::new(text);
    let mut builder =
        Builder { bytes, open: Vec::new(), anchors: HashMap::new(), nodes: 0, root: None };
    for event in Parser::new_from_str(text) {
        match event {
            Ok((event, span)) => builder.take(event, span)?,
            Err(error) => return Err(builder.unreadable(error.marker(), error.info())),
        }
    }
    Ok(builder.root.unwrap_or(TreeNode { span: Some(0..0), kind: TreeValue::Null }))
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<()> {
        let at = self.bytes.range(span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let kind = match style {
                    ScalarStyle::Plain if !is_text(tag.as_deref()) => plain(&text),
                    _ => TreeValue::Text(text.into_owned()),
                };
                self.add(TreeNode { span: Some(at), kind }, anchor)
            }
            Event::SequenceStart(anchor, _) => self.begin(at, anchor, Holds::Items(Vec::new())),
            Event::MappingStart(anchor, _) => {
                self.begin(at, anchor, Holds::Entries(Vec::new(), None))
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(&at),
            Event::Alias(anchor) => {
                let Some(node) = self.anchors.get(&anchor) else {
                    return Err(SyntaxError::new(at, "this refers to what contains it"));
                };
                let mut node = node.clone();
                node.span = Some(at);
                // What is copied counts each time.
                self.nodes += size(&node);
                self.add(node, 0)
            }
            Event::DocumentStart(_) if self.root.is_some() => {
                Err(SyntaxError::new(at, "this is a second document; a configuration is one"))
            }
            _ => Ok(()),
        }
    }

    fn begin(&mut self, at: Range<usize>, anchor: usize, holds: Holds) -> Result<()> {
        if self.open.len() >= DEPTH_MAX {
            return Err(SyntaxError::new(at, "this is nested too deeply"));
        }
        self.open.push(Open { start: at.start, anchor, holds });
        Ok(())
    }

    fn end(&mut self, at: &Range<usize>) -> Result<()> {
        let Some(Open { start, anchor, holds }) = self.open.pop() else { return Ok(()) };
        let kind = match holds {
            Holds::Items(items) => TreeValue::List(items),
            Holds::Entries(entries, _) => TreeValue::Map(merged(entries)),
        };
        self.add(TreeNode { span: Some(start..at.end.max(start)), kind }, anchor)
    }

    /// A value that is complete.
    fn add(&mut self, node: TreeNode, anchor: usize) -> Result<()> {
        let at = node.span.clone().unwrap_or_default();
        self.nodes += 1;
        if anchor > 0 {
            self.nodes += size(&node);
            self.anchors.insert(anchor, node.clone());
        }
        if self.nodes > NODES_MAX {
            return Err(SyntaxError::new(at, "there are too many values in this configuration"));
        }
        match self.open.last_mut().map(|open| &mut open.holds) {
            None => self.root = Some(node),
            Some(Holds::Items(items)) => items.push(node),
            Some(Holds::Entries(entries, key)) => match key.take() {
                Some(key) => entries.push((key, node)),
                None => *key = Some(name(node, &self.bytes)?),
            },
        }
        Ok(())
    }

    fn unreadable(&self, marker: &Marker, info: &str) -> SyntaxError {
        let start = self.bytes.byte(marker.index());
        let mut error = SyntaxError::new(start..start, format_args!("this is no YAML: {info}"));
        let text = self.bytes.text;
        let line_start = text[..start].rfind('\n').map_or(0, |end| end + 1);
        let line = text[line_start..].lines().next().unwrap_or_default();
        if line.contains("${") {
            error.help = Some("put a reference within braces in quotes: `\"${NAME}\"`".to_owned());
        } else if line.contains('\t') {
            error.help = Some("indent with spaces, not with tabs".to_owned());
        }
        error
    }
}

/// The name of an option, which is text whatever it looks like.
fn name(node: TreeNode, bytes: &Bytes<'_>) -> Result<Key> {
    let span = node.span.clone();
    let name = match node.kind {
        TreeValue::Text(name) => name,
        TreeValue::List(_) | TreeValue::Map(_) => {
            return Err(SyntaxError::new(span.unwrap_or_default(), "this cannot be a name"));
        }
        _ => bytes.text[span.clone().unwrap_or_default()].trim().to_owned(),
    };
    Ok(Key { span, name })
}

/// `<<: *defaults`: what is not there comes from there.
fn merged(entries: Vec<(Key, TreeNode)>) -> Vec<(Key, TreeNode)> {
    let (merges, mut entries): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|(key, _)| key.name == "<<");
    for (_, node) in merges {
        let sources = match node.kind {
            TreeValue::List(items) => items,
            kind => vec![TreeNode { span: node.span, kind }],
        };
        for (key, value) in sources.into_iter().flat_map(|source| match source.kind {
            TreeValue::Map(entries) => entries,
            _ => Vec::new(),
        }) {
            if entries.iter().all(|(there, _)| there.name != key.name) {
                entries.push((key, value));
            }
        }
    }
    entries
}

/// What a copy of it costs: long texts count as more than one.
fn size(node: &TreeNode) -> usize {
    let of_text = |text: &str| text.len() / 16;
    1 + match &node.kind {
        TreeValue::List(items) => items.iter().map(size).sum(),
        TreeValue::Map(entries) => {
            entries.iter().map(|(key, value)| of_text(&key.name) + size(value)).sum()
        }
        TreeValue::Text(text) => of_text(text),
        _ => 0,
    }
}

fn is_text(tag: Option<&Tag>) -> bool {
    tag.is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "str")
}

/// What a text without quotes is in YAML 1.2.
fn plain(text: &str) -> TreeValue {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => TreeValue::Null,
        "true" | "True" | "TRUE" => TreeValue::Flag(true),
        "false" | "False" | "FALSE" => TreeValue::Flag(false),
        _ => number(text).map_or_else(|| TreeValue::Text(text.to_owned()), TreeValue::Number),
    }
}

fn number(text: &str) -> Option<Number> {
    if let Some(digits) = text.strip_prefix("0x") {
        return u64::from_str_radix(digits, 16).ok().map(Number::from);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return u64::from_str_radix(digits, 8).ok().map(Number::from);
    }
    let is_of_number = |letter: char| letter.is_ascii_digit() || "+-.eE".contains(letter);
    if !text.chars().all(is_of_number) || !text.contains(|letter: char| letter.is_ascii_digit()) {
        return None;
    }
    let whole = text.parse::<u64>().map(Number::from);
    let whole = whole.or_else(|_| text.parse::<i64>().map(Number::from));
    whole.ok().or_else(|| text.parse().ok().and_then(Number::from_f64))
}

impl<'t> Bytes<'t> {
    fn new(text: &'t str) -> Self {
        let starts = (!text.is_ascii()).then(|| text.char_indices().map(|(at, _)| at).collect());
        Self { text, starts }
    }

    fn byte(&self, character: usize) -> usize {
        let byte = match &self.starts {
            Some(starts) => starts.get(character).copied(),
            None => Some(character),
        };
        byte.unwrap_or(self.text.len()).min(self.text.len())
    }

    fn range(&self, span: Span) -> Range<usize> {
        let start = self.byte(span.start.index());
        start..self.byte(span.end.index()).max(start)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(text: &str) -> Value {
        Value::from(&parse(text).unwrap())
    }

    #[test]
    fn values_are_what_yaml_says() {
        let text = "a: [1, -2, 1.5, 0x10, 1e3, true, ~, 'x', \"1\", yes, 10s, \"${X}\", !!str 7]\n1: b\n? c\n: d";
        let list = json!([1, -2, 1.5, 16, 1000.0, true, null, "x", "1", "yes", "10s", "${X}", "7"]);
        assert_eq!(read(text), json!({ "a": list, "1": "b", "c": "d" }));
        assert_eq!(read(""), Value::Null);
        assert_eq!(read("{\"a\": [\"b\", null]}"), json!({ "a": ["b", null] }));
    }

    #[test]
    fn values_know_where_they_stand() {
        let text = "größe: ü\nb:\n  - c: dd\n";
        let TreeValue::Map(entries) = parse(text).unwrap().kind else { panic!("no map") };
        let (key, value) = &entries[0];
        assert_eq!(&text[key.span.clone().unwrap()], "größe");
        assert_eq!(&text[value.span.clone().unwrap()], "ü");
        let TreeValue::List(items) = &entries[1].1.kind else { panic!("no list") };
        let TreeValue::Map(entries) = &items[0].kind else { panic!("no map") };
        assert_eq!(&text[entries[0].1.span.clone().unwrap()], "dd");
    }

    #[test]
    fn aliases_are_copies_and_merges_fill_in() {
        let text = "a: &a { x: 1, y: 2 }\nb: { <<: *a, y: 3 }\nc: *a\n";
        let a = json!({ "x": 1, "y": 2 });
        assert_eq!(read(text), json!({ "a": a, "b": { "y": 3, "x": 1 }, "c": a }));
    }

    #[test]
    fn a_bomb_is_refused() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let all = format!("*a{}, ", level - 1).repeat(10);
            text += &format!("a{level}: &a{level} [{all}]\n");
        }
        assert_eq!(
            parse(&text).unwrap_err().message,
            "there are too many values in this configuration"
        );
        let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(1 << 20), "*a, ".repeat(1000));
        assert_eq!(
            parse(&long).unwrap_err().message,
            "there are too many values in this configuration"
        );
        let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
        assert_eq!(parse(&deep).unwrap_err().message, "this is nested too deeply");
        assert!(parse(&"[".repeat(100_000)).is_err());
    }

    #[test]
    fn what_is_no_yaml_is_said_with_a_hint() {
        let error = parse("a: { b: 1, c: ${X} }\n").unwrap_err();
        assert!(error.help.is_some_and(|help| help.contains("in quotes")), "{}", error.message);
        assert_eq!(
            parse("a: 1\n---\nb: 2\n").unwrap_err().message,
            "this is a second document; a configuration is one"
        );
    }
}
