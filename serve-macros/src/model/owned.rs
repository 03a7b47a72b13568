//! What a call carries for an argument, and how the method gets it back.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Type, TypeReference};

use super::argument::Pass;
use super::obstacle::{self, Obstacle};
use super::types::{self, WireType};
use crate::diagnostics::Scope;
use crate::place::Place;
use crate::render::render;

/// What of an argument depends on its type alone.
pub(super) struct Owned {
    pub(super) tokens: TokenStream,
    pub(super) wire: WireType,
    pub(super) pass: Pass,
}

/// `&T` is taken as what owns a `T`; anything else as it is.
pub(super) fn owned_type(ty: &Type, private: &TokenStream, scope: &Scope<'_>) -> Option<Owned> {
    match types::peel(ty) {
        Type::Reference(reference)
            if reference.lifetime.as_ref().is_none_or(|lifetime| lifetime.ident != "static") =>
        {
            owned_reference(reference, private, scope)
        }
        _ => owned_value(ty, scope),
    }
}

fn owned_reference(
    reference: &TypeReference,
    private: &TokenStream,
    scope: &Scope<'_>,
) -> Option<Owned> {
    let target = types::peel(&reference.elem);
    if let Some(lifetime) = &reference.lifetime {
        let elided = render(target);
        scope.report(
            lifetime,
            format_args!(
                "an argument is borrowed for the call alone; write `&{elided}` without the lifetime"
            ),
        );
        return None;
    }
    if let Some(mutability) = &reference.mutability {
        let inner = obstacle::owner_of(target);
        scope.report(mutability, format_args!("a caller's value cannot be changed from a replica; take `{inner}` and return the new value"));
        return None;
    }
    if let Type::TraitObject(object) = target {
        let inner = obstacle::sendable(object);
        scope.report(reference, format_args!("a borrowed trait object has no owner to send; take `Arc<{inner}>` or `Box<{inner}>`"));
        return None;
    }
    refuse(obstacle::target_obstacle(target), scope)?;
    let place = Place::of(target);
    Some(match target {
        Type::Path(path) if path.path.is_ident("str") => Owned {
            tokens: place.at(quote!(#private::String)),
            wire: WireType::called("String", place),
            pass: Pass::Deref,
        },
        Type::Slice(slice) => {
            let element = &slice.elem;
            let mut wire = WireType::of(element);
            wire.text = format!("Vec<{}>", wire.text);
            Owned {
                tokens: place.around(quote!(#private::Vec<), element, quote!(>)),
                wire,
                pass: Pass::Deref,
            }
        }
        _ => Owned {
            tokens: place.around(owner(target, private), target, quote!(>)),
            wire: WireType::of(target),
            pass: Pass::Borrow(target.to_token_stream()),
        },
    })
}

/// `OwnedOf<`, or `ToOwnedOf<` where the name says that the type has no size, as that of `Utf8Path` does.
fn owner(target: &Type, private: &TokenStream) -> TokenStream {
    let name =
        types::last_segment(target).map(|segment| segment.ident.to_string()).unwrap_or_default();
    let is_std = ["Path", "OsStr", "CStr"].contains(&name.as_str());
    if !is_std && (name.ends_with("Path") || name.ends_with("Str") || name == "RawValue") {
        quote!(#private::ToOwnedOf<)
    } else {
        quote!(#private::OwnedOf<)
    }
}

/// Anything as it is.
pub(super) fn owned_value(ty: &Type, scope: &Scope<'_>) -> Option<Owned> {
    refuse_obstacle(ty, scope)?;
    Some(Owned { tokens: ty.to_token_stream(), wire: WireType::of(ty), pass: Pass::Value })
}

/// Refuses what cannot be owned or named.
fn refuse_obstacle(ty: &Type, scope: &Scope<'_>) -> Option<()> {
    refuse(obstacle::obstacle(ty), scope)
}

fn refuse(obstacle: Option<Obstacle<'_>>, scope: &Scope<'_>) -> Option<()> {
    let Some(obstacle) = obstacle else {
        return Some(());
    };
    match obstacle {
        Obstacle::Reference(reference) => {
            let owner = obstacle::owner_of(&reference.elem);
            scope.report(
                reference,
                format_args!("only an argument as a whole can be borrowed, not what is in it; write `{owner}` here"),
            );
        }
        Obstacle::Lifetime(lifetime) => scope.report(
            lifetime,
            "a call outlives its caller's borrows; take an owned type, or borrow the argument as a whole without naming the lifetime, as in `&str`",
        ),
        Obstacle::ImplTrait(impl_trait) => scope.report(
            impl_trait,
            "the call is an enum, so its arguments have names; take a concrete type, or `Box<dyn Trait + Send>`",
        ),
        obstacle => obstacle.report(scope),
    }
    None
}
