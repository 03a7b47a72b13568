//! What a table of options is made of: names and the kinds of their values. The reader, the schema and the documents
//! all come from the same rows, so none of them can know more than another.

use super::quantity::{SIZES, TIMES};

/// The options that stand together: those of a deployment, say.
#[derive(Debug)]
pub(super) struct OptionTable {
    /// `a deployment`, for messages: "`x` is no option of a deployment".
    pub(super) of: &'static str,
    pub(super) fields: &'static [Field],
    /// What Ray Serve has here and we do not, each with what to do instead.
    pub(super) foreign: &'static [(&'static str, &'static str)],
}

/// An option.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: ValueKind,
    pub(super) presence: Presence,
    /// What it means, with its default: one line for the schema and the documents.
    pub(super) doc: &'static str,
    /// How Ray Serve writes it, if in another way.
    pub(super) ray: &'static [Spelling],
}

/// Whether an option has to be there, and whether it may say `null`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    Required,
    Optional,
    /// It may be left out, and `null` means none.
    Nullable,
}

/// Another way to write an option.
#[derive(Debug)]
pub(super) struct Spelling {
    pub(super) name: &'static str,
    pub(super) unit: Unit,
}

/// What its value is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Same,
    /// A number of seconds.
    Seconds,
}

/// What an option takes, and with that how it is read.
#[derive(Debug)]
pub(super) enum ValueKind {
    Flag,
    Text,
    /// Text that is never shown.
    Secret,
    /// The name of an application or a deployment.
    Name,
    Prefix,
    Count {
        min: u64,
        max: u64,
    },
    /// A count of replicas, or `auto`.
    Replicas {
        max: u64,
    },
    /// A number above zero.
    Factor,
    Time(Zero),
    Size,
    OneOf(&'static [&'static str]),
    Codes(&'static [u64]),
    Numbers(Empty),
    Texts,
    /// Names with texts.
    Variables,
    /// Whatever the user's own type takes.
    Any,
    Table(&'static OptionTable),
    List(&'static OptionTable),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zero {
    Allowed,
    Refused,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Empty {
    Allowed,
    Refused,
}

// === impl OptionTable ===

impl OptionTable {
    /// The option of this name, and how it is written where that is Ray Serve's way.
    pub(super) fn field(&self, name: &str) -> Option<(&'static Field, Unit)> {
        self.fields.iter().find_map(|field| {
            if field.name == name {
                return Some((field, Unit::Same));
            }
            let spelling = field.ray.iter().find(|spelling| spelling.name == name)?;
            Some((field, spelling.unit))
        })
    }

    pub(super) fn foreign(&self, name: &str) -> Option<&'static str> {
        self.foreign.iter().find(|(foreign, _)| *foreign == name).map(|(_, instead)| *instead)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.fields.iter().map(|field| field.name)
    }

    /// The place of an option in the table.
    pub(super) fn place(&self, field: &Field) -> usize {
        self.fields.iter().position(|other| std::ptr::eq(other, field)).unwrap_or(usize::MAX)
    }
}

// === impl ValueKind ===

impl ValueKind {
    /// What it takes, for messages: "it takes …".
    pub(super) fn takes(&self) -> String {
        match self {
            Self::Flag => "true or false".to_owned(),
            Self::Text | Self::Secret => "text".to_owned(),
            Self::Name => "a name".to_owned(),
            Self::Prefix => "a path such as `/api`".to_owned(),
            Self::Count { min, max } if *max == u64::from(u32::MAX) => {
                format!("a whole number from {min} on")
            }
            Self::Count { min, max } => format!("a whole number from {min} to {max}"),
            Self::Replicas { max } => format!("a whole number from 1 to {max}, or `auto`"),
            Self::Factor => "a number above 0".to_owned(),
            Self::Time(_) => format!("a time such as {TIMES}"),
            Self::Size => format!("a size such as {SIZES}"),
            Self::OneOf(names) => one_of(names.iter().map(|name| format!("`{name}`"))),
            Self::Codes(codes) => one_of(codes.iter().map(u64::to_string)),
            Self::Numbers(_) => "a list of whole numbers such as `[0, 1]`".to_owned(),
            Self::Texts => "a list of texts".to_owned(),
            Self::Variables => "names with texts".to_owned(),
            Self::Any => "any value".to_owned(),
            Self::Table(table) => format!("a table of the options of {}", table.of),
            Self::List(table) => format!("a list, of which each entry is {}", table.of),
        }
    }
}

fn one_of(items: impl Iterator<Item = String>) -> String {
    let items: Vec<_> = items.collect();
    match &items[..] {
        [all @ .., last] if !all.is_empty() => format!("{} or {last}", all.join(", ")),
        _ => items.concat(),
    }
}
