//! One argument: what the handle takes for it, and how it reaches the user's function.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Attribute, Pat, PatTupleStruct, PatType, Path, Type, TypeReference};

use super::function::Surroundings;
use super::types::{self, Obstacle, WireType};
use crate::diagnostics::Scope;
use crate::names;
use crate::place::Place;
use crate::render::render;

/// `name: &str`, `Json(item): Json<Item>`.
pub(crate) struct Argument {
    pub(crate) ident: Ident,
    /// What the handle takes and the call carries.
    pub(crate) owned: TokenStream,
    /// What an HTTP request is extracted into: `Json<Item>`.
    pub(crate) extracted: TokenStream,
    pub(crate) wire: WireType,
    pub(crate) pass: Pass,
    /// Where the type was written, for what the compiler has to say about it.
    pub(crate) place: Place,
}

/// How the owned value becomes what the function takes.
pub(crate) enum Pass {
    /// `T`: as it is.
    Value,
    /// `&str`, `&[T]`: borrowed, the compiler finds the way.
    Deref,
    /// `&T`: borrowed as this type.
    Borrow(TokenStream),
    /// `Json(item): Json<Item>`: wrapped again by this constructor.
    Wrap(Path),
}

/// An argument's pattern, once it is known to be one that has a name.
enum Pattern<'p> {
    Name(Ident),
    Wrapper(&'p PatTupleStruct, Ident),
}

/// What of an argument depends on its type alone.
struct Owned {
    tokens: TokenStream,
    wire: WireType,
    pass: Pass,
}

/// Reads one argument, or reports what is wrong with it. Its position names it where it is `_`.
pub(super) fn read(
    typed: &PatType,
    index: usize,
    surroundings: &Surroundings,
    scope: &Scope<'_>,
) -> Option<Argument> {
    refuse_cfg(&typed.attrs, scope);
    let pattern = pattern(&typed.pat, index, scope)?;
    let (ident, ty, wrapper) = match pattern {
        Pattern::Name(ident) => (ident, &*typed.ty, None),
        Pattern::Wrapper(pattern, ident) => {
            (ident, wrapped_type(pattern, &typed.ty, scope)?, Some(&pattern.path))
        }
    };
    refuse_reply(&ident, scope)?;
    let mut owned = if wrapper.is_some() {
        owned_value(ty, scope)?
    } else {
        owned_type(ty, &surroundings.private, scope)?
    };
    let mut extracted = owned.tokens.clone();
    if let Some(path) = wrapper {
        owned.pass = Pass::Wrap(path.clone());
        extracted = typed.ty.to_token_stream();
    }
    Some(Argument {
        ident,
        owned: types::without_self(owned.tokens, &surroundings.self_type),
        extracted: types::without_self(extracted, &surroundings.self_type),
        wire: owned.wire,
        place: Place::of(ty),
        pass: match owned.pass {
            Pass::Borrow(target) => {
                Pass::Borrow(types::without_self(target, &surroundings.self_type))
            }
            pass => pass,
        },
    })
}

/// Reads the argument of a batch, as the one item of it that a call gives.
pub(super) fn read_batched(
    typed: &PatType,
    surroundings: &Surroundings,
    scope: &Scope<'_>,
) -> Option<Argument> {
    refuse_cfg(&typed.attrs, scope);
    let ident = match pattern(&typed.pat, 0, scope)? {
        Pattern::Name(ident) => ident,
        Pattern::Wrapper(wrapper, ident) => {
            scope.report(
                wrapper,
                format_args!("a batch comes from calls by handle and not from a request; take `{ident}: Vec<T>`"),
            );
            return None;
        }
    };
    refuse_reply(&ident, scope)?;
    let ty = types::peel(&typed.ty);
    let Some(item) = types::vec_element(ty) else {
        let advice = match ty {
            Type::Reference(reference) => types::owner_of(&reference.elem),
            _ => "Vec<T>".to_owned(),
        };
        scope.report(
            ty,
            format_args!("a batch owns the items of many calls, one of each; take `{advice}`"),
        );
        return None;
    };
    let owned = owned_value(item, scope)?;
    let tokens = types::without_self(owned.tokens, &surroundings.self_type);
    Some(Argument {
        ident,
        owned: tokens.clone(),
        extracted: tokens,
        wire: owned.wire,
        pass: owned.pass,
        place: Place::of(item),
    })
}

fn refuse_reply(ident: &Ident, scope: &Scope<'_>) -> Option<()> {
    if ident == names::REPLY {
        scope.report(ident, "`reply` is the field of the call that carries the result; give the argument another name");
        return None;
    }
    Some(())
}

fn refuse_cfg(attributes: &[Attribute], scope: &Scope<'_>) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")) {
        scope.report(
            attribute,
            "an argument cannot come and go with a `#[cfg]`; put it on two versions of the method",
        );
    }
}

// === patterns ===

fn pattern<'p>(pattern: &'p Pat, index: usize, scope: &Scope<'_>) -> Option<Pattern<'p>> {
    if let Some(ident) = plain_name(pattern, index) {
        return Some(Pattern::Name(ident));
    }
    if let Pat::TupleStruct(wrapper) = pattern
        && let Some(inner) = wrapper.elems.first().filter(|_| wrapper.elems.len() == 1)
    {
        if let Some(ident) = plain_name(inner, index) {
            return Some(Pattern::Wrapper(wrapper, ident));
        }
        let wrapper = render(&wrapper.path);
        scope.report(
            inner,
            format_args!("an argument needs one name, which its caller sees; bind the whole value, `{wrapper}(value): {wrapper}<..>`, and take it apart in the body"),
        );
        return None;
    }
    scope.report(
        pattern,
        "an argument needs a name, which its caller sees; write `name: T`, or `Json(name): Json<T>` for an extractor, and \
         take it apart in the body",
    );
    None
}

/// The name of `name`, `mut name` and `_`.
fn plain_name(pattern: &Pat, index: usize) -> Option<Ident> {
    match pattern {
        Pat::Ident(name) if name.by_ref.is_none() && name.subpat.is_none() => {
            Some(name.ident.clone())
        }
        Pat::Wild(_) => Some(format_ident!("arg{index}", span = Span::call_site())),
        _ => None,
    }
}

/// The `T` of `Json(item): Json<T>`.
fn wrapped_type<'t>(pattern: &PatTupleStruct, ty: &'t Type, scope: &Scope<'_>) -> Option<&'t Type> {
    let wrapper = pattern.path.segments.last()?;
    let inner = types::last_segment(ty)
        .filter(|segment| segment.ident == wrapper.ident)
        .map(types::type_arguments);
    if let Some([inner]) = inner.as_deref() {
        return Some(inner);
    }
    let name = &wrapper.ident;
    scope.report(ty, format_args!("the type of the pattern `{name}(..)` is written `{name}<T>`, with the one type that callers by handle pass"));
    None
}

// === types ===

/// `&T` is taken as what owns a `T`; anything else as it is.
fn owned_type(ty: &Type, private: &TokenStream, scope: &Scope<'_>) -> Option<Owned> {
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
        let inner = render(target);
        scope.report(mutability, format_args!("a caller's value cannot be changed from a replica; take `{inner}` and return the new value"));
        return None;
    }
    if let Type::TraitObject(object) = target {
        let inner = render(object);
        scope.report(reference, format_args!("a borrowed trait object has no owner to send; take `Arc<{inner}>` or `Box<{inner}>`"));
        return None;
    }
    refuse_obstacle(target, scope)?;
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
            tokens: place.around(quote!(<), target, quote!(as #private::ToOwned>::Owned)),
            wire: WireType::of(target),
            pass: Pass::Borrow(target.to_token_stream()),
        },
    })
}

fn owned_value(ty: &Type, scope: &Scope<'_>) -> Option<Owned> {
    refuse_obstacle(ty, scope)?;
    Some(Owned { tokens: ty.to_token_stream(), wire: WireType::of(ty), pass: Pass::Value })
}

/// Refuses what cannot be owned or named.
fn refuse_obstacle(ty: &Type, scope: &Scope<'_>) -> Option<()> {
    let Some(obstacle) = types::obstacle(ty) else {
        return Some(());
    };
    match obstacle {
        Obstacle::Reference(reference) => {
            let owner = types::owner_of(&reference.elem);
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
    }
    None
}
