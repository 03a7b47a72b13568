//! What a call gives: a value, or a `Result` whose two sides are told apart.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{ReturnType, Signature, Type};

use super::disguise;
use super::function::Shape;
use super::known;
use super::obstacle::{self, Obstacle};
use super::stream;
use super::types::{self, WireType};
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
    /// The value, and the error if there is one. `None` where an alias hides them, into which only a trait can look.
    pub(crate) sides: Option<(Written, Option<Written>)>,
    /// Whether it is taken for a value, and its name may stand for a `Result`.
    pub(crate) may_hide_result: bool,
}

/// A type as it was written, for what generated code asks of it.
#[derive(Clone)]
pub(crate) struct Written {
    pub(crate) ty: TokenStream,
    /// Whether every reader knows that it can go to another thread.
    pub(crate) is_plain: bool,
    /// Whether every reader knows that it can be an HTTP response, or be in the body of one.
    pub(crate) is_response: bool,
    /// The `T` of `Json<T>`.
    pub(crate) in_json: Option<TokenStream>,
}

/// Whether a function can fail. Recognised by the name `Result` and projected by a trait, so that aliases work.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum OutputKind {
    Plain,
    Result,
    /// `Result<Vec<U>, E>` of a batch: each call gets a `U`, or all of them the `E`.
    ResultOfBatch,
}

/// To whom a function returns.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    Caller,
    /// What it returns does not leave the replica.
    System,
}

/// Reads a return type. What keeps it from being sent back is reported, and something else is in its place.
pub(super) fn read(
    signature: &Signature,
    audience: Audience,
    self_type: &TokenStream,
    scope: &Scope<'_>,
) -> (Output, Shape) {
    let ReturnType::Type(_, ty) = &signature.output else {
        return (Output::unit(&signature.ident), Shape::Value);
    };
    match stream::bound(ty) {
        Some(bound) => {
            let item = stream::item(bound, scope);
            let output = item.map(|item| Output::of(item, result_or_plain(item), self_type));
            (output.unwrap_or_else(|| Output::unit(ty)), Shape::Stream)
        }
        None => (read_value(ty, audience, self_type, scope), Shape::Value),
    }
}

fn read_value(ty: &Type, audience: Audience, self_type: &TokenStream, scope: &Scope<'_>) -> Output {
    let stays = audience == Audience::System
        && obstacle::obstacle(ty).is_some_and(|found| found.is_of_threads());
    if stays || refuse_obstacle(ty, scope).is_some() {
        let ty = types::peel(ty);
        return Output::of(ty, result_or_plain(ty), self_type);
    }
    match advised(ty) {
        Some(advised) => Output::of(&advised, OutputKind::Plain, self_type),
        None => Output::unit(ty),
    }
}

/// What a reference's message says to write instead.
fn advised(ty: &Type) -> Option<Type> {
    match types::peel(ty) {
        Type::Reference(reference) => syn::parse_str(&obstacle::owner_of(&reference.elem)).ok(),
        ty @ (Type::Slice(_) | Type::TraitObject(_)) => {
            syn::parse_str(&obstacle::owner_of(ty)).ok()
        }
        _ => None,
    }
}

fn result_or_plain(ty: &Type) -> OutputKind {
    if types::is_result(ty) { OutputKind::Result } else { OutputKind::Plain }
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
    if let Some(advice) = disguise::disguise(ty) {
        scope.report(ty, advice);
        return None;
    }
    if let Some((bound, advice)) = disguise::anonymous(ty) {
        scope.report(bound, advice);
        return None;
    }
    let Some(obstacle) = obstacle::obstacle(ty) else {
        return Some(());
    };
    match obstacle {
        Obstacle::Reference(reference) => scope.report(
            reference,
            format_args!("the result leaves the replica, so it cannot borrow from it; return an owned value, `{}`", obstacle::owner_of(&reference.elem)),
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
        obstacle => obstacle.report(scope),
    }
    None
}

// === impl Output ===

impl Output {
    /// Nothing, in the place of this.
    pub(super) fn unit(at: impl ToTokens) -> Self {
        let place = Place::of(at);
        let ty = place.at(quote!(()));
        Self {
            ty: ty.clone(),
            place,
            kind: OutputKind::Plain,
            wire: WireType::called("()", place),
            error_wire: None,
            sides: Some((Written { ty, is_plain: true, is_response: true, in_json: None }, None)),
            may_hide_result: false,
        }
    }

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
        let item = types::vec_element(value).filter(|_| kind == OutputKind::ResultOfBatch);
        let is_hidden = kind != OutputKind::Plain && arguments.len() != 2
            || kind == OutputKind::ResultOfBatch && item.is_none();
        let value = item.unwrap_or(value);
        let written = |side: &Type| Written::of(side, self_type);
        let sides = (!is_hidden).then(|| (written(value), error.map(written)));
        Self {
            ty: types::without_self(ty, self_type),
            place: Place::of(ty),
            kind,
            wire: WireType::of(value),
            error_wire: error.map(WireType::of),
            sides,
            may_hide_result: kind == OutputKind::Plain && known::may_be_alias(ty),
        }
    }
}

// === impl Written ===

impl Written {
    pub(super) fn of(ty: &Type, self_type: &TokenStream) -> Self {
        Self {
            ty: types::without_self(ty, self_type),
            is_plain: known::is_plain(ty),
            is_response: known::is_response(ty),
            in_json: known::in_json(ty).map(|inner| types::without_self(inner, self_type)),
        }
    }
}
