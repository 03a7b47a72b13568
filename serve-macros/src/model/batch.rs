//! `#[batch]`: a method that takes the items of many calls and gives a result for each.

use proc_macro2::{Ident, Span, TokenStream};
use syn::{Attribute, ExprPath, Meta, ReturnType, Signature, Type};

use super::argument::{self, Argument};
use super::attributes::Helpers;
use super::function::{Shape, Surroundings};
use super::options::{self, BatchOptions, Setting};
use super::output::{self, Output, OutputKind};
use super::types;
use crate::diagnostics::Scope;
use crate::parse;
use crate::place::Place;

/// What `#[batch]` says, and what the method returns for all its items together.
pub(crate) struct Batch {
    pub(crate) settings: Vec<Setting>,
    /// The user's function from an item to its cost.
    pub(crate) cost: Option<ExprPath>,
    /// `Vec<U>`, `Result<Vec<U>, E>`, `Vec<Result<U, E>>`.
    pub(crate) returned: TokenStream,
}

/// What a batched method may return, for messages.
const RESULTS: &str = "`Vec<U>`, `Result<Vec<U>, E>` or `Vec<Result<U, E>>`";

/// Reads a batched method's argument and result as those of one call. Where they are wrong, as those of any method.
pub(super) fn read(
    attribute: &Attribute,
    signature: &Signature,
    surroundings: &Surroundings,
    scope: &Scope<'_>,
) -> (Vec<Argument>, (Output, Shape)) {
    let BatchOptions { settings, cost } = options(attribute, scope);
    let argument = argument(signature, surroundings, scope);
    let output = returned(signature, scope).and_then(|(whole, one, kind)| {
        output::refuse_obstacle(whole, scope)?;
        let output = Output::of(one, kind, &surroundings.self_type);
        let returned = types::without_self(whole, &surroundings.self_type);
        Some((output, Shape::Batch(Batch { settings, cost, returned })))
    });
    let wrong = || (Output::unit(&signature.ident), Shape::Value);
    (vec![argument], output.unwrap_or_else(wrong))
}

/// Reports a batched method that requests are meant to reach: a request makes one call and not a batch.
pub(super) fn refuse_http(helpers: &Helpers<'_>, is_entry: bool, name: &str, scope: &Scope<'_>) {
    let Some(batch) = helpers.batch else {
        return;
    };
    for (_, route) in &helpers.routes {
        scope.report(
            route,
            format_args!(
                "a request is one call and a batch is many; put the route on a method that takes one item and awaits \
                 `Self::current_handle()?.{name}.call(item)`"
            ),
        );
    }
    if is_entry {
        scope.report(
            batch,
            "a request is one call and a batch is many; write a `__call__` that takes the request, and give the batched \
             method another name to await it by `Self::current_handle()`",
        );
    }
}

fn options(attribute: &Attribute, scope: &Scope<'_>) -> BatchOptions {
    let tokens = match &attribute.meta {
        Meta::Path(_) => TokenStream::new(),
        Meta::List(list) => list.tokens.clone(),
        Meta::NameValue(_) => {
            scope.report(
                &attribute.meta,
                "options stand in parentheses; write `#[batch(max_batch_size = 32)]`",
            );
            TokenStream::new()
        }
    };
    options::read_batch(&parse::helper_arguments(tokens, "max_batch_size = 32", scope), scope)
}

fn argument(signature: &Signature, surroundings: &Surroundings, scope: &Scope<'_>) -> Argument {
    let unnamed = Ident::new("arg0", Span::call_site());
    let wrong = || Argument::wrong(unnamed.clone(), Place::of(&signature.ident), surroundings);
    match *argument::typed(signature) {
        [] => {
            scope.report(
                &signature.ident,
                "a batch is the items of many calls in one argument; take `items: Vec<T>`",
            );
            wrong()
        }
        [items] => argument::read_batched(items, &unnamed, surroundings, scope),
        [_, extra, ..] => {
            scope.report(
                extra,
                "a batch is the items of many calls in one argument; take tuples, `items: Vec<(A, B)>`",
            );
            wrong()
        }
    }
}

/// The whole return type, the part of it that one call gets, and how.
fn returned<'s>(
    signature: &'s Signature,
    scope: &Scope<'_>,
) -> Option<(&'s Type, &'s Type, OutputKind)> {
    let ReturnType::Type(_, whole) = &signature.output else {
        scope.report(
            &signature.ident,
            format_args!(
                "each item of a batch has its result, in the order of the items; return {RESULTS}"
            ),
        );
        return None;
    };
    let whole = types::peel(whole);
    if let Some(one) = types::vec_element(whole) {
        let kind = if types::is_result(one) { OutputKind::Result } else { OutputKind::Plain };
        return Some((whole, one, kind));
    }
    if types::is_result(whole) {
        check_whole(whole, scope)?;
        return Some((whole, whole, OutputKind::ResultOfBatch));
    }
    scope.report(
        whole,
        format_args!(
            "each item of a batch has its result, in the order of the items; return {RESULTS}"
        ),
    );
    None
}

/// Refuses what can be seen to be wrong in `Result<Vec<U>, E>`. What an alias stands for, the compiler checks.
fn check_whole(whole: &Type, scope: &Scope<'_>) -> Option<()> {
    let arguments = types::last_segment(whole).map(types::type_arguments).unwrap_or_default();
    let Some(value) = arguments.first().copied() else {
        return Some(());
    };
    match types::vec_element(value) {
        Some(element) if types::is_result(element) => {
            scope.report(
                element,
                "a batch fails either as a whole or item by item; return `Result<Vec<U>, E>` or `Vec<Result<U, E>>`",
            );
            None
        }
        None if arguments.len() > 1 => {
            scope.report(
                value,
                "each item of a batch has its result, in the order of the items; write `Vec<U>` here",
            );
            None
        }
        Some(_) | None => Some(()),
    }
}
