//! The options of the attribute and of helper attributes: which there are, what they take, which of them contradict each other.
//!
//! - [`table`]: every option with the kind of value it takes; the one place to add an option.
//! - [`read`](mod@read): the written entries, checked against the table.
//! - [`value`]: literals to values, each kind with its own message.
//! - [`duration`]: `"250ms"`. [`size`]: `"2GiB"`. [`quantity`]: what both are. [`json`]: the grammar of `user_config`.
//! - [`contradictions`]: options that are right alone and wrong together.

mod contradictions;
mod duration;
mod json;
mod quantity;
mod read;
mod size;
mod table;
mod value;

pub(crate) use read::{read, read_batch, read_route};

#[cfg(test)]
pub(crate) use {
    duration::parse as parse_duration, json::check as check_json, size::parse as parse_size,
};

use std::time::Duration;

use proc_macro2::Ident;
use syn::{ExprPath, Path, Visibility};

/// Everything the attribute's arguments say.
pub(crate) struct Options {
    /// Instead of the type's name.
    pub(crate) name: Option<String>,
    /// Instead of `::serve_core`.
    pub(crate) crate_path: Option<Path>,
    /// Instead of the widest visibility of the methods.
    pub(crate) visibility: Option<Visibility>,
    /// What the generated `config()` sets, in the order written.
    pub(crate) settings: Vec<Setting>,
}

/// Everything that `#[batch(..)]` says.
pub(crate) struct BatchOptions {
    pub(crate) settings: Vec<Setting>,
    /// `cost = Self::tokens`
    pub(crate) cost: Option<ExprPath>,
}

/// One option with its value: a line of the generated `config()`, or a call on a `BatchInfo` or `RouteInfo`.
pub(crate) struct Setting {
    /// The option's name as the user wrote it, for messages.
    pub(crate) key: Ident,
    /// The field of the configuration or the method of the `Info`, which is spelt like the option.
    pub(crate) field: &'static str,
    pub(crate) value: Setpoint,
}

/// What a field is set to.
pub(crate) enum Setpoint {
    True,
    Count(u32),
    OptionalCount(u32),
    Number(f64),
    Duration(Duration),
    OptionalDuration(Duration),
    OptionalText(String),
    Json(String),
    ReplicasAuto,
    ReplicasFixed(u32),
    /// A variant of `Isolation`.
    Isolation(&'static str),
    Numbers(Vec<u32>),
    Size(u64),
    OptionalSize(u64),
    /// Names and values.
    Variables(Vec<(String, String)>),
    /// `autoscaling(..)`, `backpressure(..)`: a struct of its own.
    Group(Group),
}

/// A nested struct of options.
pub(crate) struct Group {
    /// The struct's name in the runtime crate.
    pub(crate) type_name: &'static str,
    /// Whether the field is an `Option` of the struct.
    pub(crate) optional: bool,
    pub(crate) settings: Vec<Setting>,
}

// === impl Options ===

impl Options {
    /// The setting of this field, if it was written and is right.
    pub(crate) fn setting(&self, field: &str) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.field == field)
    }

    /// Whether types that cannot be sent to another process are refused by the compiler.
    pub(crate) fn needs_wire(&self) -> bool {
        let process = |setting: &Setting| matches!(setting.value, Setpoint::Isolation("Process"));
        self.setting("remote").is_some() || self.setting("isolation").is_some_and(process)
    }
}
