//! What a function returns: a value, or a `Result` whose two sides are told apart.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{ReturnType, Signature, Type, TypeImplTrait, TypeParamBound};

use super::types::{self, Obstacle, WireType};
use crate::diagnostics::Scope;
use crate::place::Place;

/// The type after `->`.
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
}

/// Reads a return type, or reports what keeps it from being sent back.
pub(super) fn read(
    signature: &Signature,
    self_type: &TokenStream,
    scope: &Scope<'_>,
) -> Option<Output> {
    let Signature { ident, output, .. } = signature;
    let ReturnType::Type(_, ty) = output else {
        return Some(Output {
            ty: Place::of(ident).at(quote!(())),
            place: Place::of(ident),
            kind: OutputKind::Plain,
            wire: WireType::called("()", Place::of(ident)),
            error_wire: None,
        });
    };
    let ty = types::peel(ty);
    refuse_obstacle(ty, scope)?;
    let arguments = types::last_segment(ty).map(types::type_arguments).unwrap_or_default();
    let kind = if types::is_result(ty) { OutputKind::Result } else { OutputKind::Plain };
    let (value, error) = match kind {
        OutputKind::Plain => (ty, None),
        OutputKind::Result => (
            arguments.first().copied().unwrap_or(ty),
            Some(arguments.get(1).copied().unwrap_or(ty)),
        ),
    };
    Some(Output {
        ty: types::without_self(ty, self_type),
        place: Place::of(ty),
        kind,
        wire: WireType::of(value),
        error_wire: error.map(WireType::of),
    })
}

fn refuse_obstacle(ty: &Type, scope: &Scope<'_>) -> Option<()> {
    if let Type::Never(never) = ty {
        scope.report(never, "a call that never returns has no result to send; return `()`, and run endless work as a task of its own");
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
        Obstacle::ImplTrait(impl_trait) if is_stream(impl_trait) => scope.report(
            impl_trait,
            "streams are not available in this version; return the items as a `Vec`, or stream over HTTP from `__call__` by \
             returning a `Response` with a streaming body",
        ),
        Obstacle::ImplTrait(impl_trait) => scope.report(
            impl_trait,
            "the result is part of the handle's type, so it needs a name; return a concrete type, such as `Response` for \
             `impl IntoResponse`",
        ),
    }
    None
}

fn is_stream(impl_trait: &TypeImplTrait) -> bool {
    impl_trait.bounds.iter().any(|bound| match bound {
        TypeParamBound::Trait(bound) => {
            bound.path.segments.last().is_some_and(|last| last.ident == "Stream")
        }
        _ => false,
    })
}
