//! From a tree to options, by the table: everything that is wrong is found in one go.

use std::collections::BTreeMap;

use serde_json::Value;

use super::given::{Given, GivenOptions, Shown};
use super::nearest::instead;
use super::problem::{At, Problems};
use super::refer::{Reference, ReferenceSources, follow, refers};
use super::scalar::{Wrong, of_number, of_text};
use super::table::{Empty, Field, OptionTable, Presence, Unit, ValueKind};
use super::tree::{Key, Path, TreeNode, TreeValue};
use crate::secret::MASK;

/// Reads options, and collects what is wrong.
pub(super) struct Reader<'a> {
    pub(super) sources: &'a ReferenceSources,
    pub(super) problems: &'a mut Problems,
}

/// The value of an option that has been found out to be wrong, and told to be.
struct Told;

impl Reader<'_> {
    /// The options of a table, in its order. What is wrong is left out.
    pub(super) fn table(
        &mut self,
        table: &'static OptionTable,
        node: &TreeNode,
        path: &Path,
    ) -> GivenOptions {
        let TreeValue::Map(entries) = &node.kind else {
            self.misfit(&ValueKind::Table(table), node, path);
            return GivenOptions::default();
        };
        self.twice(entries, path);
        let mut given = Vec::new();
        let mut seen: Vec<(&'static str, &Key)> = Vec::new();
        for (key, value) in entries {
            let path = path.key(&key.name);
            let Some((field, unit)) = table.field(&key.name) else {
                self.unknown(table, key, value, &path);
                continue;
            };
            if let Some((_, first)) = seen.iter().find(|(name, _)| *name == field.name) {
                // The same name again has been told.
                if first.name != key.name {
                    let message = format!("`{}` says the same as `{}`", key.name, first.name);
                    let at = At::Twice(key.span.clone(), first.span.clone());
                    self.problems.add(&path, at, message).help("leave one of them out");
                }
                continue;
            }
            seen.push((field.name, key));
            if let Ok(value) = self.field(field, unit, value, &path) {
                given.push((table.place(field), field.name, value));
            }
        }
        self.missing(table, &seen, path);
        given.sort_by_key(|(place, ..)| *place);
        GivenOptions(given.into_iter().map(|(_, name, value)| (name, value)).collect())
    }

    /// Names that occur more than once.
    fn twice(&mut self, entries: &[(Key, TreeNode)], path: &Path) {
        let mut first = BTreeMap::new();
        for (key, _) in entries {
            if let Some(span) = first.get(&key.name) {
                let at = At::Twice(key.span.clone(), Clone::clone(span));
                let message = format!("`{}` is there twice", key.name);
                self.problems.add(&path.key(&key.name), at, message).help("leave one of them out");
            } else {
                first.insert(&key.name, key.span.clone());
            }
        }
    }

    fn missing(&mut self, table: &OptionTable, seen: &[(&'static str, &Key)], path: &Path) {
        let required = table.fields.iter().filter(|field| field.presence == Presence::Required);
        for field in required {
            if !seen.iter().any(|(name, _)| *name == field.name) {
                let message = format!("{} needs `{}`", table.of, field.name);
                let help = format!("write `{}: ..`", field.name);
                self.problems.add(path, At::Name, message).help(help);
            }
        }
    }

    fn unknown(&mut self, table: &OptionTable, key: &Key, value: &TreeNode, path: &Path) {
        let name = &key.name;
        if let Some(instead) = table.foreign(name) {
            let message = format!("`{name}` of Ray Serve has no meaning here");
            self.problems.add(path, At::Name, message).help(instead);
            return;
        }
        let message = format!("`{name}` is no option of {}", table.of);
        let seconds = |field: &&Field| {
            matches!(field.kind, ValueKind::Time(_)) && name.strip_suffix("_s") == Some(field.name)
        };
        let help = match table.fields.iter().find(seconds) {
            Some(Field { name, .. }) => match &value.kind {
                TreeValue::Number(number) => format!("write `{name}: {number}s`"),
                _ => format!("write `{name}`"),
            },
            None => instead(name, table.names(), "there are no options"),
        };
        self.problems.add(path, At::Name, message).help(help);
    }

    fn misfit(&mut self, kind: &ValueKind, node: &TreeNode, path: &Path) {
        let takes = kind.takes();
        let message = match path.is_root() {
            true => format!("this is {}, where {takes} should be", node.noun()),
            false => format!("this is {}; it takes {takes}", node.noun()),
        };
        self.problems.add(path, At::Value, message);
    }

    fn field(
        &mut self,
        field: &'static Field,
        unit: Unit,
        node: &TreeNode,
        path: &Path,
    ) -> Result<Given, Told> {
        if node.kind == TreeValue::Null && !matches!(field.kind, ValueKind::Any) {
            if field.presence == Presence::Nullable {
                return Ok(Given::None);
            }
            let message = format!("this is empty; it takes {}", field.kind.takes());
            let help = match field.presence {
                Presence::Required => "write one",
                _ => "write one, or leave the line out",
            };
            self.problems.add(path, At::Value, message).help(help);
            return Err(Told);
        }
        match &field.kind {
            ValueKind::Table(table) => Ok(Given::Table(self.table(table, node, path))),
            ValueKind::List(table) => self.list(table, &field.kind, node, path),
            ValueKind::Numbers(empty) => self.numbers(*empty, &field.kind, node, path),
            ValueKind::Texts => self.texts(&field.kind, node, path),
            ValueKind::Variables => self.variables(&field.kind, node, path),
            ValueKind::Any => Ok(Given::Any(self.any(node, path))),
            kind => self.scalar(kind, unit, node, path),
        }
    }

    fn list(
        &mut self,
        table: &'static OptionTable,
        kind: &ValueKind,
        node: &TreeNode,
        path: &Path,
    ) -> Result<Given, Told> {
        let TreeValue::List(items) = &node.kind else {
            self.misfit(kind, node, path);
            return Err(Told);
        };
        let items = items.iter().enumerate();
        Ok(Given::List(
            items.map(|(index, item)| self.table(table, item, &path.index(index))).collect(),
        ))
    }

    fn numbers(
        &mut self,
        empty: Empty,
        kind: &ValueKind,
        node: &TreeNode,
        path: &Path,
    ) -> Result<Given, Told> {
        let TreeValue::List(items) = &node.kind else {
            self.misfit(kind, node, path);
            return Err(Told);
        };
        if items.is_empty() && empty == Empty::Refused {
            let message = "this is an empty list; it takes at least one number";
            self.problems.add(path, At::Value, message);
            return Err(Told);
        }
        let one = ValueKind::Count { min: 0, max: u64::from(u32::MAX) };
        let mut numbers = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            match self.scalar(&one, Unit::Same, item, &path.index(index))? {
                Given::Count(number) => numbers.extend(u32::try_from(number)),
                _ => return Err(Told),
            }
        }
        Ok(Given::Numbers(numbers))
    }

    fn texts(&mut self, kind: &ValueKind, node: &TreeNode, path: &Path) -> Result<Given, Told> {
        let TreeValue::List(items) = &node.kind else {
            self.misfit(kind, node, path);
            return Err(Told);
        };
        let items = items.iter().enumerate();
        let texts =
            items.map(|(index, item)| self.text(&ValueKind::Text, item, &path.index(index)));
        let texts: Result<Vec<_>, _> = texts.map(|text| text.map(|text| text.value)).collect();
        texts.map(Given::Texts)
    }

    fn variables(&mut self, kind: &ValueKind, node: &TreeNode, path: &Path) -> Result<Given, Told> {
        let TreeValue::Map(entries) = &node.kind else {
            self.misfit(kind, node, path);
            return Err(Told);
        };
        self.twice(entries, path);
        let mut variables = BTreeMap::new();
        for (key, value) in entries {
            let path = path.key(&key.name);
            // `PORT: 80` is as good as `PORT: "80"` where everything is text.
            let text = match &value.kind {
                TreeValue::Number(number) => Ok(Shown::plain(number.to_string())),
                TreeValue::Flag(flag) => Ok(Shown::plain(flag.to_string())),
                _ => self.text(&ValueKind::Text, value, &path),
            };
            variables.insert(key.name.clone(), text?);
        }
        Ok(Given::Variables(variables))
    }

    /// Whatever it is, with its references followed.
    fn any(&mut self, node: &TreeNode, path: &Path) -> Shown<Value> {
        match &node.kind {
            TreeValue::Text(_) => match self.text(&ValueKind::Text, node, path) {
                Ok(Shown { value, shown }) => {
                    Shown { value: Value::String(value), shown: Value::String(shown) }
                }
                Err(Told) => Shown::plain(Value::Null),
            },
            TreeValue::List(items) => {
                let items = items.iter().enumerate();
                let (value, shown): (Vec<_>, Vec<_>) = items
                    .map(|(index, item)| self.any(item, &path.index(index)).into_pair())
                    .unzip();
                Shown { value: Value::Array(value), shown: Value::Array(shown) }
            }
            TreeValue::Map(entries) => {
                self.twice(entries, path);
                let mut both = (serde_json::Map::new(), serde_json::Map::new());
                for (key, item) in entries {
                    let (value, shown) = self.any(item, &path.key(&key.name)).into_pair();
                    both.0.insert(key.name.clone(), value);
                    both.1.insert(key.name.clone(), shown);
                }
                Shown { value: Value::Object(both.0), shown: Value::Object(both.1) }
            }
            _ => Shown::plain(Value::from(node)),
        }
    }

    /// A text with its references followed.
    fn text(
        &mut self,
        kind: &ValueKind,
        node: &TreeNode,
        path: &Path,
    ) -> Result<Shown<String>, Told> {
        let TreeValue::Text(text) = &node.kind else {
            self.misfit(kind, node, path);
            if let TreeValue::Number(_) | TreeValue::Flag(_) = node.kind {
                let written = Value::from(node);
                self.problems.help(format!("write it in quotes: `\"{written}\"`"));
            }
            return Err(Told);
        };
        if text == MASK {
            let message = "this is a secret as it is shown, not the secret itself";
            let help = "write `${NAME}` or `file:/path`, so that it is in no file";
            self.problems.add(path, At::Value, message).help(help);
            return Err(Told);
        }
        if self.sources.are_elsewhere {
            return Ok(Shown::plain(text.clone()));
        }
        match follow(text, self.sources) {
            Reference::None => Ok(Shown::plain(text.clone())),
            Reference::To(value) => Ok(Shown { value, shown: text.clone() }),
            Reference::Broken { message, help } => {
                self.problems.add(path, At::Value, message).help(help);
                Err(Told)
            }
        }
    }

    fn scalar(
        &mut self,
        kind: &ValueKind,
        unit: Unit,
        node: &TreeNode,
        path: &Path,
    ) -> Result<Given, Told> {
        let read = match &node.kind {
            // Whoever follows it sees whether it fits.
            TreeValue::Text(text) if self.sources.are_elsewhere && refers(text) => {
                return Ok(Given::None);
            }
            TreeValue::Text(_) => {
                let text = self.text(kind, node, path)?;
                let reference = (text.value != text.shown).then(|| text.shown.clone());
                of_text(kind, unit, text).map_err(|wrong| match reference {
                    Some(reference) => Wrong::led_to_by(&reference, kind, unit),
                    None => wrong,
                })
            }
            TreeValue::Flag(flag) if matches!(kind, ValueKind::Flag) => Ok(Given::Flag(*flag)),
            TreeValue::Number(number) => of_number(kind, unit, number),
            _ => Err(Wrong::misfit()),
        };
        read.map_err(|Wrong { message, help }| {
            match message.is_empty() {
                true => self.misfit(kind, node, path),
                false => drop(self.problems.add(path, At::Value, message)),
            }
            if let Some(help) = help {
                self.problems.help(help);
            }
            Told
        })
    }
}
