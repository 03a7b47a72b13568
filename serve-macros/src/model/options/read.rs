//! The written entries, checked one by one against the table of options; of the attribute and of helper attributes.

use proc_macro2::{Ident, Literal};
use quote::ToTokens;
use syn::ext::IdentExt;

use super::table::{self, AUTOSCALING, BATCH, Kind, Known, OPTIONS, ROUTE};
use super::{BatchOptions, Group, Options, Setpoint, Setting, contradictions, value};
use crate::diagnostics::Scope;
use crate::nearest::nearest;
use crate::parse::{Entry, Value};

/// Reads the attribute's arguments. What is wrong is reported and left out.
pub(crate) fn read(entries: &[Entry], scope: &Scope<'_>) -> Options {
    let mut options =
        Options { name: None, crate_path: None, visibility: None, settings: Vec::new() };
    for (entry, known) in recognised(entries, OPTIONS, "#[deployment]", scope) {
        let key = &entry.key;
        match known.kind {
            Kind::Name => options.name = value::name(key, &entry.value, scope),
            Kind::CratePath => options.crate_path = value::crate_path(key, &entry.value, scope),
            Kind::Visibility => options.visibility = value::visibility(key, &entry.value, scope),
            _ => options.settings.extend(setting(entry, known, scope)),
        }
    }
    contradictions::check(&options, scope);
    options
}

/// Reads the options of `#[batch(..)]`.
pub(crate) fn read_batch(entries: &[Entry], scope: &Scope<'_>) -> BatchOptions {
    let mut options = BatchOptions { settings: Vec::new(), cost: None };
    for (entry, known) in recognised(entries, BATCH, "#[batch(..)]", scope) {
        match known.kind {
            Kind::Function => options.cost = value::function(&entry.key, &entry.value, scope),
            _ => options.settings.extend(setting(entry, known, scope)),
        }
    }
    contradictions::check_batch(entries, scope);
    options
}

/// Reads the options that stand after the path in `#[get(..)]`.
pub(crate) fn read_route(entries: &[Entry], name: &str, scope: &Scope<'_>) -> Vec<Setting> {
    recognised(entries, ROUTE, &format!("#[{name}(..)]"), scope)
        .into_iter()
        .filter_map(|(entry, known)| setting(entry, known, scope))
        .collect()
}

fn setting(entry: &Entry, known: &'static Known, scope: &Scope<'_>) -> Option<Setting> {
    let setpoint = match &known.kind {
        Kind::Group { type_name, optional, known: inner, example } => {
            let Value::List(entries) = &entry.value else {
                scope.report(
                    &entry.key,
                    format_args!("`{}` takes options of its own; write `{example}`", entry.key),
                );
                return None;
            };
            let place = format!("{}(..)", entry.key);
            let settings = recognised(entries, inner, &place, scope)
                .into_iter()
                .filter_map(|(entry, known)| setting(entry, known, scope))
                .collect();
            Some(Setpoint::Group(Group { type_name, optional: *optional, settings }))
        }
        kind => value::setpoint(kind, &entry.key, &entry.value, scope),
    };
    Some(Setting { key: entry.key.clone(), field: known.name, value: setpoint? })
}

/// The entries that are in the table and were not written before.
fn recognised<'e>(
    entries: &'e [Entry],
    table: &'static [Known],
    place: &str,
    scope: &Scope<'_>,
) -> Vec<(&'e Entry, &'static Known)> {
    let mut seen: Vec<(&Entry, &Known)> = Vec::new();
    for entry in entries {
        let name = entry.key.unraw().to_string();
        match table.iter().find(|known| known.name == name) {
            None => scope.report(&entry.key, unknown(&name, entry, table, place)),
            Some(known) if seen.iter().any(|(_, seen)| seen.name == known.name) => {
                scope.report(
                    &entry.key,
                    format_args!("`{name}` is given twice; remove one of the two"),
                );
            }
            Some(known) => seen.push((entry, known)),
        }
    }
    seen
}

fn unknown(name: &str, entry: &Entry, table: &'static [Known], place: &str) -> String {
    if table::is_of_deployment(table) && table::names(AUTOSCALING).any(|inner| inner == name) {
        let written = written(&entry.key, &entry.value);
        return format!("`{name}` is an option of `autoscaling`; write `autoscaling({written})`");
    }
    if let Some(place) = table::elsewhere(name, table) {
        let written = written(&entry.key, &entry.value);
        return format!(
            "`{name}` belongs to a method; write `{}` on it",
            place.replace("..", &written)
        );
    }
    let list = table::names(table).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let meant = table::synonym(name, table)
        .or_else(|| nearest(name, table::names(table)))
        .map(|near| format!("; did you mean `{near}`?"))
        .unwrap_or_default();
    format!("`{name}` is not an option of `{place}`{meant}\noptions: {list}")
}

/// The entry again, for a message that moves it elsewhere.
fn written(key: &Ident, value: &Value) -> String {
    match value {
        Value::Literal(literal) => format!("{key} = {}", literal.to_token_stream()),
        Value::Flag | Value::Tokens(_) | Value::List(_) => {
            format!("{key} = {}", Literal::u8_unsuffixed(1))
        }
    }
}
