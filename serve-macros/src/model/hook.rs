//! `check_health`, `reconfigure`, `warm_up` and `on_shutdown`: methods that the runtime calls, and no handle.

use syn::{ReturnType, Type};

use super::attributes::{self, Helpers};
use super::function::{self, Function, Surroundings};
use super::types;
use crate::diagnostics::Scope;
use crate::names;
use crate::parse;

/// A method that the runtime calls.
pub(crate) struct Hook {
    pub(crate) function: Function,
}

/// Reads `async fn check_health(&self) -> Result<(), E>`.
pub(super) fn check_health(
    function: &parse::Function,
    surroundings: &Surroundings,
    scope: &Scope<'_>,
) -> Hook {
    let shape = "`async fn check_health(&self) -> Result<(), E>`, with or without `async`";
    if let Some(argument) = function.signature.inputs.iter().nth(1) {
        scope.report(
            argument,
            format_args!("the runtime has nothing to pass to a health check; write {shape}"),
        );
    }
    read(function, surroundings, shape, scope)
}

/// Reads `async fn reconfigure(&mut self, config: C) -> Result<(), E>`.
pub(super) fn reconfigure(
    function: &parse::Function,
    surroundings: &Surroundings,
    scope: &Scope<'_>,
) -> Hook {
    let shape =
        "`async fn reconfigure(&mut self, config: C) -> Result<(), E>`, with or without `async`";
    if function.signature.inputs.len() < 2 {
        scope.report(
            &function.signature.ident,
            format_args!("it takes the new configuration; write {shape}"),
        );
    }
    if let Some(argument) = function.signature.inputs.iter().nth(2) {
        scope.report(
            argument,
            format_args!("it takes the whole configuration as one argument; write {shape}"),
        );
    }
    read(function, surroundings, shape, scope)
}

/// Reads `async fn on_shutdown(self)`.
pub(super) fn on_shutdown(
    function: &parse::Function,
    surroundings: &Surroundings,
    scope: &Scope<'_>,
) -> Hook {
    let shape = "`async fn on_shutdown(&self)`, or with `&mut self` or `self`, with or without `async`, and with \
                 `-> Result<(), E>` if it can fail";
    let helpers = helpers(function, scope);
    check_moment(function, "nobody is left to take what it gives", shape, scope);
    let function = function::read_last(function, &helpers, surroundings, scope);
    Hook { function }
}

/// Reads `async fn warm_up(&self)`.
pub(super) fn warm_up(
    function: &parse::Function,
    surroundings: &Surroundings,
    scope: &Scope<'_>,
) -> Hook {
    let shape = "`async fn warm_up(&self)`, or with `&mut self`, with or without `async`, and with `-> Result<(), E>` if \
                 it can fail";
    let helpers = helpers(function, scope);
    check_moment(function, "nobody takes what it gives", shape, scope);
    let function = function::read_system(function, &helpers, surroundings, scope);
    Hook { function }
}

/// Of a method that is called at one moment of a replica's life: it takes and gives nothing, and may fail.
fn check_moment(function: &parse::Function, nobody: &str, shape: &str, scope: &Scope<'_>) {
    if let Some(argument) = function.signature.inputs.iter().nth(1) {
        scope
            .report(argument, format_args!("the runtime has nothing to pass to it; write {shape}"));
    }
    let output = &function.signature.output;
    if let ReturnType::Type(_, ty) = output
        && !types::is_unit(ty)
        && !returns_unit_result(output)
    {
        scope.report(ty, format_args!("{nobody}; write {shape}"));
    }
}

/// The helper attributes that a hook may have.
fn helpers<'f>(function: &'f parse::Function, scope: &Scope<'_>) -> Helpers<'f> {
    let mut helpers = Helpers::read(&function.attributes, scope);
    let of_calls = helpers.routes.drain(..).map(|(_, attribute)| attribute);
    let of_calls = of_calls.chain(helpers.batch.take()).chain(helpers.idempotent.take());
    let of_calls = of_calls.cloned().collect::<Vec<_>>();
    attributes::refuse_helpers(&of_calls, scope, "the runtime calls this method, and nobody else");
    helpers
}

fn read(
    function: &parse::Function,
    surroundings: &Surroundings,
    shape: &str,
    scope: &Scope<'_>,
) -> Hook {
    let helpers = helpers(function, scope);
    if !returns_unit_result(&function.signature.output) {
        let message =
            format!("it says how it went by a `Result` with nothing in it; write {shape}");
        match &function.signature.output {
            ReturnType::Default => scope.report(&function.signature.ident, message),
            ReturnType::Type(_, ty) => scope.report(ty, message),
        }
    }
    let function = function::read_system(function, &helpers, surroundings, scope);
    Hook { function }
}

fn returns_unit_result(output: &ReturnType) -> bool {
    let ReturnType::Type(_, ty) = output else {
        return false;
    };
    let value: Option<&Type> =
        types::last_segment(ty).and_then(|segment| types::type_arguments(segment).first().copied());
    types::is_result(ty) && value.is_none_or(types::is_unit)
}

/// What other systems call the methods that the runtime calls.
const NEARLY_HOOKS: &[(&str, &str)] = &[
    ("health_check", names::CHECK_HEALTH),
    ("healthcheck", names::CHECK_HEALTH),
    ("check_healthy", names::CHECK_HEALTH),
    ("reconfig", names::RECONFIGURE),
    ("reconfigured", names::RECONFIGURE),
    ("on_reconfigure", names::RECONFIGURE),
    ("warmup", names::WARM_UP),
];

/// `fn health_check(&self) -> Result<(), E>`: looks like a hook in all but its name, and is never called as one.
pub(super) fn check_name(function: &parse::Function, name: &str, scope: &Scope<'_>) {
    let Some((_, meant)) = NEARLY_HOOKS.iter().find(|(nearly, _)| *nearly == name) else { return };
    let inputs = if *meant == names::RECONFIGURE { 2 } else { 1 };
    let output = &function.signature.output;
    let gives_nothing = *meant == names::WARM_UP && matches!(output, ReturnType::Default);
    let has_shape =
        function.signature.inputs.len() == inputs && (gives_nothing || returns_unit_result(output));
    if has_shape && !function.attributes.iter().any(attributes::is_helper) {
        scope.report(
            &function.signature.ident,
            format_args!("the runtime does not call this; did you mean `{meant}`? If it is for callers, give it another name"),
        );
    }
}
