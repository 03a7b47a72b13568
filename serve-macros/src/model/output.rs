//! What a call gives: a value, or a `Result` whose two sides are told apart.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{ReturnType, Signature, Type};

use super::function::Shape;
use super::stream;
use super::types::{self, Obstacle, WireType};
use crate::diagnostics::Scope;
use crate::place::Place;

/// The type after `->`, or the part of it that one call gets at a time: the item of a stream, the element of a batch.
pub(crate) struct Output {
    pub(crate) ty: TokenStream,
    pub(crate) place: Place,
    pub(crate) kind: OutputKind,
    /// Of the value: of `T` of `Result<T, E>`.
    pub(crate) wire: WireType,
    /// Of the error, if there is one; with an alias such as `io::Result<T>`, of the whole alias.
    pub(crate) error_wire: Option<WireType>,
}

/// Whether a function can fail. Recognised by the name `Result` and projected by a trait, so that aliases work.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum OutputKind {
    Plain,
    Result,
    /// `Result<Vec<U>, E>` of a batch: each call gets a `U`, or all of them the `E`.
    ResultOfBatch,
}

/// Reads a return type, or reports what keeps it from being sent back.
pub(super) fn read(
    signature: &Signature,
    self_type: &TokenStream,
    scope: &Scope<'_>,
) -> Option<(Output, Shape)> {
    let Signature { ident, output, .. } = signature;
    let ReturnType::Type(_, ty) = output else {
        let unit = Output {
            ty: Place::of(ident).at(quote!(())),
            place: Place::of(ident),
            kind: OutputKind::Plain,
            wire: WireType::called("()", Place::of(ident)),
            error_wire: None,
        };
        return Some((unit, Shape::Value));
    };
    let (ty, shape) = match stream::bound(ty) {
        Some(bound) => (stream::item(bound, scope)?, Shape::Stream),
        None => {
            refuse_obstacle(ty, scope)?;
            (types::peel(ty), Shape::Value)
        }
    };
    let kind = if types::is_result(ty) { OutputKind::Result } else { OutputKind::Plain };
    Some((Output::of(ty, kind, self_type), shape))
}

/// Refuses what cannot be sent back.
pub(super) fn refuse_obstacle(ty: &Type, scope: &Scope<'_>) -> Option<()> {
    if let Type::Never(never) = types::peel(ty) {
        scope.report(never, "a call that never returns has no result to send; return `()`, and run endless work as a task of its own");
        return None;
    }
    if let Some(stream) = stream::inside(ty) {
        let advice = if types::is_result(ty) {
            "a stream is the whole of what a method returns, and its error is an item of it; return `impl Stream<Item = \
             Result<T, E>>`, with the error as first item"
        } else {
            "a stream is the whole of what a method returns; return `impl Stream<Item = T>`"
        };
        scope.report(stream, advice);
        return None;
    }
    let Some(obstacle) = types::obstacle(ty) else {
        return Some(());
    };
    match obstacle {
        Obstacle::Reference(reference) => scope.report(
            reference,
            format_args!("the result leaves the replica, so it cannot borrow from it; return an owned value, `{}`", types::owner_of(&reference.elem)),
        ),
        Obstacle::Lifetime(lifetime) => scope.report(
            lifetime,
            "the result leaves the replica, so it cannot borrow from it; return an owned value without the lifetime",
        ),
        Obstacle::ImplTrait(impl_trait) => scope.report(
            impl_trait,
            "the result is part of the handle's type, so it needs a name; return a concrete type, such as `Response` for \
             `impl IntoResponse`",
        ),
    }
    None
}

// === impl Output ===

impl Output {
    /// What a call gets that is given this type.
    pub(super) fn of(ty: &Type, kind: OutputKind, self_type: &TokenStream) -> Self {
        let arguments = types::last_segment(ty).map(types::type_arguments).unwrap_or_default();
        let (value, error) = match kind {
            OutputKind::Plain => (ty, None),
            OutputKind::Result | OutputKind::ResultOfBatch => (
                arguments.first().copied().unwrap_or(ty),
                Some(arguments.get(1).copied().unwrap_or(ty)),
            ),
        };
        let value = match kind {
            OutputKind::ResultOfBatch => types::vec_element(value).unwrap_or(value),
            OutputKind::Plain | OutputKind::Result => value,
        };
        Self {
            ty: types::without_self(ty, self_type),
            place: Place::of(ty),
            kind,
            wire: WireType::of(value),
            error_wire: error.map(WireType::of),
        }
    }
}
