//! `impl Stream<Item = T>`: a method that gives many values for one call.

use syn::visit::{self, Visit};
use syn::{ReturnType, Signature, TraitBound, Type, TypeImplTrait};

use super::attributes::Helpers;
use super::obstacle::{self, Obstacle};
use super::types;
use crate::diagnostics::Scope;

/// The bound that makes a type a stream, whatever the path before its name.
pub(super) fn bound(ty: &Type) -> Option<&TraitBound> {
    match types::peel(ty) {
        Type::ImplTrait(impl_trait) => stream_bound(impl_trait),
        _ => None,
    }
}

/// Whether a function returns a stream.
pub(super) fn is_returned(signature: &Signature) -> bool {
    matches!(&signature.output, ReturnType::Type(_, ty) if bound(ty).is_some())
}

/// The stream inside another type, such as that of `Result<impl Stream<..>, E>`.
pub(super) fn inside(ty: &Type) -> Option<&TypeImplTrait> {
    let mut search = Search { found: None };
    search.visit_type(ty);
    search.found
}

/// Reports helper attributes that a stream cannot have.
pub(super) fn refuse_helpers(helpers: &Helpers<'_>, scope: &Scope<'_>) {
    if let Some(attribute) = helpers.blocking {
        scope.report(
            attribute,
            "a stream is polled on the executor, so `#[blocking]` cannot move it; make the items on a blocking thread of \
             your own and return the receiving end of a channel, or return a `Vec`",
        );
    }
    if let Some(attribute) = helpers.batch {
        scope.report(
            attribute,
            "a batch has one result for each of its items, and a stream has many for one call; remove `#[batch]`, or return \
             `Vec<U>`",
        );
    }
    if let Some(attribute) = helpers.idempotent {
        scope.report(
            attribute,
            "a stream cannot be repeated once items are out; remove `#[idempotent]`, or return a `Vec`",
        );
    }
}

/// The type of the items, or a report of what keeps them from being sent.
pub(super) fn item<'t>(bound: &'t TraitBound, scope: &Scope<'_>) -> Option<&'t Type> {
    let Some(item) = types::associated_type(bound, "Item") else {
        scope.report(
            bound,
            "the type of the items is part of the handle's type; write `impl Stream<Item = T>`",
        );
        return None;
    };
    let Some(obstacle) = obstacle::obstacle(item) else {
        return Some(item);
    };
    match obstacle {
        Obstacle::Reference(reference) => {
            let owner = obstacle::owner_of(&reference.elem);
            let is_whole = matches!(types::peel(item), Type::Reference(_));
            let advice = if is_whole { format!("Item = {owner}") } else { owner };
            scope.report(
                reference,
                format_args!("the item leaves the replica, so it cannot borrow from it; write `{advice}` here"),
            );
        }
        Obstacle::Lifetime(lifetime) => scope.report(
            lifetime,
            "the item leaves the replica, so it cannot borrow from it; write an owned type without the lifetime",
        ),
        Obstacle::ImplTrait(impl_trait) => scope.report(
            impl_trait,
            "the item is part of the handle's type, so it needs a name; write a concrete type",
        ),
        obstacle => obstacle.report(scope),
    }
    None
}

fn stream_bound(impl_trait: &TypeImplTrait) -> Option<&TraitBound> {
    let mut bounds = impl_trait.bounds.iter().filter_map(types::named_bound);
    bounds.find_map(|(name, bound)| (name == "Stream").then_some(bound))
}

struct Search<'t> {
    found: Option<&'t TypeImplTrait>,
}

// === impl Search ===

impl<'t> Visit<'t> for Search<'t> {
    fn visit_type_impl_trait(&mut self, impl_trait: &'t TypeImplTrait) {
        if stream_bound(impl_trait).is_some() {
            self.found.get_or_insert(impl_trait);
        }
        visit::visit_type_impl_trait(self, impl_trait);
    }
}
