//! What a function returns: a value, or a `Result` whose two sides are told apart.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{ReturnType, Type, TypeImplTrait, TypeParamBound};

use super::types::{self, Obstacle};
use crate::diagnostics::Scope;
use crate::render::render;

/// The type after `->`.
pub(crate) struct Output {
    pub(crate) ty: TokenStream,
    pub(crate) kind: OutputKind,
    /// The value's type as text: `T` of `Result<T, E>`.
    pub(crate) text: String,
    /// The error's type as text; of an alias such as `io::Result<T>` the whole alias.
    pub(crate) error_text: String,
}

/// Whether a function can fail. Recognised by the name `Result` and projected by a trait, so that aliases work.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum OutputKind {
    Plain,
    Result,
}

/// Reads a return type, or reports what keeps it from being sent back.
pub(super) fn read(output: &ReturnType, self_type: &TokenStream, scope: &Scope<'_>) -> Option<Output> {
    let ReturnType::Type(_, ty) = output else {
        return Some(Output {
            ty: quote!(()),
            kind: OutputKind::Plain,
            text: "()".to_owned(),
            error_text: String::new(),
        });
    };
    let ty = types::peel(ty);
    refuse_obstacle(ty, scope)?;
    let arguments = types::last_segment(ty).map(types::type_arguments).unwrap_or_default();
    let kind = if types::is_result(ty) { OutputKind::Result } else { OutputKind::Plain };
    let (value, error) = match kind {
        OutputKind::Plain => (None, None),
        OutputKind::Result => (arguments.first(), arguments.get(1)),
    };
    Some(Output {
        ty: types::without_self(ty, self_type),
        kind,
        text: value.map_or_else(|| render(ty), render),
        error_text: error.map_or_else(|| render(ty), render),
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
        TypeParamBound::Trait(bound) => bound.path.segments.last().is_some_and(|last| last.ident == "Stream"),
        _ => false,
    })
}

