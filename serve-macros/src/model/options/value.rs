//! Literals to values. Each kind says in its own words what it takes.

use std::ops::RangeInclusive;
use std::time::Duration;

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Expr, ExprLit, ExprPath, Lit, LitStr, Path, Visibility};

use super::Setpoint;
use super::duration;
use super::json;
use super::size;
use super::table::{Empty, Kind, Zero};
use crate::diagnostics::Scope;
use crate::model::path;
use crate::parse::Value;
use crate::render::render;

/// The longest name.
const NAME_BYTES_MAX: usize = 200;

/// One option being read: its name, its value, and where to complain.
struct Reader<'a> {
    key: &'a Ident,
    value: &'a Value,
    scope: &'a Scope<'a>,
}

/// Reads the value of an option that goes into the configuration.
pub(super) fn setpoint(
    kind: &Kind,
    key: &Ident,
    value: &Value,
    scope: &Scope<'_>,
) -> Option<Setpoint> {
    let reader = Reader { key, value, scope };
    match kind {
        Kind::RoutePrefix => reader.route_prefix().map(Setpoint::OptionalText),
        Kind::Replicas => reader.replicas(),
        Kind::Count(range) => reader.count(range).map(Setpoint::Count),
        Kind::OptionalCount(range) => reader.count(range).map(Setpoint::OptionalCount),
        Kind::OneOf(choices) => reader.one_of(choices).map(Setpoint::Count),
        Kind::Factor => reader.factor().map(Setpoint::Number),
        Kind::Duration(zero) => reader.duration(*zero).map(Setpoint::Duration),
        Kind::OptionalDuration(zero) => reader.duration(*zero).map(Setpoint::OptionalDuration),
        Kind::Json => reader.json().map(Setpoint::Json),
        Kind::Isolation => reader.isolation().map(Setpoint::Isolation),
        Kind::Numbers(empty) => reader.numbers(*empty).map(Setpoint::Numbers),
        Kind::OptionalSize => reader.size().map(Setpoint::OptionalSize),
        Kind::Bytes => reader.bytes().map(Setpoint::Size),
        Kind::OptionalBytes => reader.bytes().map(Setpoint::OptionalSize),
        Kind::Directory => reader.directory().map(Setpoint::OptionalText),
        Kind::Variables => reader.variables().map(Setpoint::Variables),
        Kind::Flag => reader.flag(),
        // Read elsewhere: these do not go into the configuration as one value.
        Kind::Name | Kind::CratePath | Kind::Visibility | Kind::Function | Kind::Group { .. } => {
            None
        }
    }
}

/// `name = "text"`.
pub(super) fn name(key: &Ident, value: &Value, scope: &Scope<'_>) -> Option<String> {
    let reader = Reader { key, value, scope };
    let text = reader.text("a name in quotes such as \"greeter\"")?;
    let name = text.value();
    if name.trim() != name || name.is_empty() {
        return reader.wrong("must not be empty nor begin or end with a space");
    }
    // A name becomes a part of ids, URLs, thread names and log lines; the runtime has the same rules.
    if name.contains(['#', '/']) || name.contains(char::is_control) {
        return reader.wrong("must not contain `#`, `/` or control characters");
    }
    if name.len() > NAME_BYTES_MAX {
        return reader.wrong(&format!("must be of {NAME_BYTES_MAX} bytes at most"));
    }
    Some(name)
}

/// `crate = "path"`.
pub(super) fn crate_path(key: &Ident, value: &Value, scope: &Scope<'_>) -> Option<Path> {
    let reader = Reader { key, value, scope };
    let takes = "the path of the runtime crate in quotes such as \"serve_core\" or \"::my_crate::serve_core\"";
    let text = reader.text(takes)?;
    match text.parse_with(Path::parse_mod_style) {
        Ok(path) => Some(path),
        Err(_) => reader.takes(takes),
    }
}

/// `vis = "pub(crate)"`.
pub(super) fn visibility(key: &Ident, value: &Value, scope: &Scope<'_>) -> Option<Visibility> {
    let reader = Reader { key, value, scope };
    let takes =
        "a visibility in quotes: \"pub\", \"pub(crate)\", \"pub(super)\" or \"\" for private";
    let text = reader.text(takes)?;
    match text.parse() {
        Ok(visibility) => Some(visibility),
        Err(_) => reader.takes(takes),
    }
}

/// `cost = Self::tokens`.
pub(super) fn function(key: &Ident, value: &Value, scope: &Scope<'_>) -> Option<ExprPath> {
    let reader = Reader { key, value, scope };
    let path = match value {
        Value::Tokens(tokens) => syn::parse2(tokens.clone()).ok(),
        Value::Flag | Value::Literal(_) | Value::List(_) => None,
    };
    path.or_else(|| {
        reader.takes("the path of a function from an item to its cost, such as Self::tokens")
    })
}

/// `REPLICAS`, `config::REPLICAS`, `env!("REPLICAS")`
fn is_computed(tokens: &TokenStream) -> bool {
    match syn::parse2(tokens.clone()) {
        Ok(Expr::Path(path)) => !path.path.is_ident("None"),
        Ok(Expr::Macro(_)) => true,
        _ => false,
    }
}

// === impl Reader ===

impl Reader<'_> {
    fn route_prefix(&self) -> Option<String> {
        let text = self.text("a path in quotes such as \"/api\"")?;
        match path::check_prefix(&text.value()) {
            Ok(()) => Some(text.value()),
            Err(message) => self.wrong(&message),
        }
    }

    fn replicas(&self) -> Option<Setpoint> {
        if let Value::Literal(Lit::Str(text)) = self.value {
            return match text.value().as_str() {
                "auto" => Some(Setpoint::ReplicasAuto),
                number if number.parse::<u32>().is_ok() => {
                    self.wrong(&format!("is an integer without quotes: {number}"))
                }
                _ => self.takes("an integer such as 4, or \"auto\""),
            };
        }
        match self.integer("an integer such as 4, or \"auto\"")? {
            0 => self.wrong("must be 1 or more; to have none, delete the application"),
            count => {
                u32::try_from(count).map(Setpoint::ReplicasFixed).ok().or_else(|| self.too_large())
            }
        }
    }

    fn count(&self, range: &RangeInclusive<u32>) -> Option<u32> {
        let count = self
            .integer(&format!("an integer such as {}", range.start().max(&8).min(range.end())))?;
        let Ok(count) = u32::try_from(count) else {
            return self.too_large();
        };
        if range.contains(&count) {
            return Some(count);
        }
        match (*range.start(), *range.end()) {
            (least, u32::MAX) => self.wrong(&format!("must be {least} or more")),
            (least, most) => self.wrong(&format!("must be from {least} to {most}")),
        }
    }

    fn one_of(&self, choices: &[u32]) -> Option<u32> {
        let list = choices.iter().map(u32::to_string).collect::<Vec<_>>().join(" or ");
        let number = self.integer(&list)?;
        let chosen = choices.iter().copied().find(|choice| u64::from(*choice) == number);
        chosen.or_else(|| self.takes(&list))
    }

    fn factor(&self) -> Option<f64> {
        let number = match self.value {
            Value::Literal(Lit::Float(float)) if float.suffix().is_empty() => {
                float.base10_parse::<f64>().ok()
            }
            Value::Literal(Lit::Int(integer)) if integer.suffix().is_empty() => {
                integer.base10_parse::<f64>().ok()
            }
            _ => None,
        };
        match number {
            Some(number) if number > 0.0 && number.is_finite() => Some(number),
            Some(_) => self.wrong("must be above zero"),
            None => self.takes("a number such as 2.0"),
        }
    }

    fn duration(&self, zero: Zero) -> Option<Duration> {
        if let Value::Literal(Lit::Int(integer)) = self.value {
            let written = integer.to_string();
            let text = if integer.suffix().is_empty() { format!("{written}s") } else { written };
            return self.wrong(&format!("is a duration in quotes: \"{text}\""));
        }
        let text = self.text("a duration in quotes such as \"250ms\", \"10s\" or \"5m\"")?.value();
        match duration::parse(&text) {
            Ok(Duration::ZERO) if zero == Zero::Refused => self.wrong("must be longer than zero"),
            Ok(duration) => Some(duration),
            Err(message) => self.wrong_because(&message),
        }
    }

    fn json(&self) -> Option<String> {
        let text = self.text("JSON text such as r#\"{\"threshold\": 0.5}\"#")?.value();
        match json::check(&text) {
            Ok(()) => Some(text),
            Err(message) => self.wrong(&format!("{message}; it takes JSON text")),
        }
    }

    fn isolation(&self) -> Option<&'static str> {
        let takes = "\"task\", \"thread\" or \"process\"";
        match self.text(takes)?.value().as_str() {
            "task" => Some("Task"),
            "thread" => Some("Thread"),
            "process" => Some("Process"),
            _ => self.takes(takes),
        }
    }

    fn numbers(&self, empty: Empty) -> Option<Vec<u32>> {
        let takes = "a list of numbers such as [0, 1]";
        let Value::Tokens(tokens) = self.value else { return self.takes(takes) };
        let Ok(Expr::Array(list)) = syn::parse2(tokens.clone()) else { return self.takes(takes) };
        let number = |element: &Expr| match element {
            Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse().ok(),
            _ => None,
        };
        match list.elems.iter().map(number).collect::<Option<Vec<u32>>>() {
            None => self.takes(takes),
            Some(numbers) if numbers.is_empty() && empty == Empty::Refused => {
                self.wrong("must have at least one number")
            }
            Some(numbers) => Some(numbers),
        }
    }

    fn size(&self) -> Option<u64> {
        self.size_as("a size in quotes such as \"512MiB\" or \"2GiB\"")
    }

    fn bytes(&self) -> Option<u64> {
        let takes = "a size in quotes such as \"64KiB\" or \"10MiB\", or a number of bytes";
        match self.value {
            Value::Literal(Lit::Int(_)) => match self.integer(takes)? {
                0 => self.wrong("must be more than zero"),
                bytes => Some(bytes),
            },
            _ => self.size_as(takes),
        }
    }

    fn size_as(&self, takes: &str) -> Option<u64> {
        let text = self.text(takes)?.value();
        match size::parse(&text) {
            Ok(0) => self.wrong("must be more than zero"),
            Ok(bytes) => Some(bytes),
            Err(message) => self.wrong_because(&message),
        }
    }

    fn directory(&self) -> Option<String> {
        let text = self.text("the path of a directory in quotes such as \"models\"")?.value();
        if text.is_empty() { self.wrong("must not be empty") } else { Some(text) }
    }

    fn variables(&self) -> Option<Vec<(String, String)>> {
        let takes = "variables with texts: write `env(OMP_NUM_THREADS = \"1\")`";
        let Value::List(entries) = self.value else { return self.takes(takes) };
        let mut variables = Vec::new();
        for entry in entries {
            let name = entry.key.unraw().to_string();
            let Value::Literal(Lit::Str(text)) = &entry.value else {
                let key = &entry.key;
                self.scope.report(key, format_args!("`{key}` takes a text in quotes"));
                return None;
            };
            if variables.iter().any(|(given, _)| *given == name) {
                self.scope.report(
                    &entry.key,
                    format_args!("`{name}` is given twice; remove one of the two"),
                );
                return None;
            }
            variables.push((name, text.value()));
        }
        Some(variables)
    }

    fn flag(&self) -> Option<Setpoint> {
        if let Value::Flag = self.value {
            return Some(Setpoint::True);
        }
        self.wrong(&format!("takes no value; write `{}` alone, or leave it out", self.key))
    }

    fn integer(&self, takes: &str) -> Option<u64> {
        match self.value {
            Value::Literal(Lit::Int(integer)) if integer.suffix().is_empty() => {
                match integer.base10_parse() {
                    Ok(integer) => Some(integer),
                    Err(_) if integer.base10_digits().starts_with('-') => {
                        self.wrong("must not be negative")
                    }
                    Err(_) => self.too_large(),
                }
            }
            _ => self.takes(takes),
        }
    }

    fn text(&self, takes: &str) -> Option<&LitStr> {
        match self.value {
            Value::Literal(Lit::Str(text)) => Some(text),
            _ => self.takes(takes),
        }
    }

    fn too_large<T>(&self) -> Option<T> {
        self.wrong(&format!("must be {} or less", u32::MAX))
    }

    /// The value is of the wrong type or not among the choices.
    fn takes<T>(&self, takes: &str) -> Option<T> {
        match self.value {
            Value::Flag | Value::List(_) => self.wrong(&format!("takes {takes}")),
            Value::Tokens(tokens) if is_computed(tokens) => {
                let (key, value) = (self.key, render(tokens));
                self.wrong(&format!("takes {takes}, because the attribute knows no values; what is computed goes to `bind(..).{key}({value})`"))
            }
            Value::Literal(_) | Value::Tokens(_) => {
                self.wrong(&format!("takes {takes}, not `{}`", render(self.at())))
            }
        }
    }

    fn wrong<T>(&self, message: &str) -> Option<T> {
        self.wrong_because(&format!("`{}` {message}", self.key))
    }

    fn wrong_because<T>(&self, message: &str) -> Option<T> {
        self.scope.report(self.at(), message);
        None
    }

    fn at(&self) -> TokenStream {
        match self.value {
            Value::Flag | Value::List(_) => self.key.to_token_stream(),
            Value::Literal(literal) => literal.to_token_stream(),
            Value::Tokens(tokens) => tokens.clone(),
        }
    }
}
