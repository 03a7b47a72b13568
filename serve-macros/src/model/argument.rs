//! One argument: what the handle takes for it, and how it reaches the user's function.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;
use syn::{Attribute, Pat, PatTupleStruct, PatType, Path, Type, TypeReference};

use super::function::Surroundings;
use super::known;
use super::obstacle::{self, Obstacle};
use super::types::{self, WireType};
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
    /// Whether every reader knows that it can go to another thread.
    pub(crate) is_plain: bool,
    /// Whether its type is wrong and has been reported. Then callers may pass anything, so that they are not told as well.
    pub(crate) is_unknown: bool,
    /// What `bind` takes for it.
    pub(crate) bound: BoundAs,
}

/// What `bind` takes for an argument of the constructor.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum BoundAs {
    /// Whatever becomes the value.
    Any,
    /// `Arc<dyn Model>`: the value itself, so that an `Arc<Llama>` is one.
    Coerced,
    /// `Vec<AHandle>`: the same collection of bound deployments.
    Handles,
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

/// Reads one argument. Where something is wrong with it, that is reported, and its type is unknown. `unnamed` names it if it
/// is `_`.
pub(super) fn read(
    typed: &PatType,
    unnamed: &Ident,
    surroundings: &Surroundings,
    scope: &Scope<'_>,
) -> Argument {
    refuse_cfg(&typed.attrs, scope);
    let read = pattern(&typed.pat, unnamed, scope).and_then(|pattern| {
        let pattern = refuse_reply(pattern, scope);
        read_named(typed, pattern, surroundings, scope)
    });
    read.unwrap_or_else(|| Argument::unknown(typed, unnamed, surroundings))
}

/// The name that an argument has, if it is `name`, `mut name` or `Json(name)`.
pub(super) fn name(pattern: &Pat) -> Option<&Ident> {
    match pattern {
        Pat::Ident(name) => Some(&name.ident),
        Pat::TupleStruct(wrapper) if wrapper.elems.len() == 1 => {
            wrapper.elems.first().and_then(name)
        }
        Pat::Paren(paren) => name(&paren.pat),
        _ => None,
    }
}

fn read_named(
    typed: &PatType,
    pattern: Pattern<'_>,
    surroundings: &Surroundings,
    scope: &Scope<'_>,
) -> Option<Argument> {
    let (ident, ty, wrapper) = match pattern {
        Pattern::Name(ident) => (ident, &*typed.ty, None),
        // `RawQuery(query): RawQuery`: there is no type inside that a caller could pass instead.
        Pattern::Wrapper(pattern, ident) if is_bare(pattern, &typed.ty) => {
            (ident, &*typed.ty, None)
        }
        Pattern::Wrapper(pattern, ident) => {
            (ident, wrapped_type(pattern, &typed.ty, scope)?, Some(&pattern.path))
        }
    };
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
        is_plain: known::is_plain_argument(ty),
        is_unknown: false,
        bound: known::bound_as(&typed.ty),
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
    unnamed: &Ident,
    surroundings: &Surroundings,
    scope: &Scope<'_>,
) -> Argument {
    refuse_cfg(&typed.attrs, scope);
    let read = pattern(&typed.pat, unnamed, scope).and_then(|pattern| {
        let pattern = refuse_reply(pattern, scope);
        read_item(typed, pattern, surroundings, scope)
    });
    read.unwrap_or_else(|| Argument::unknown(typed, unnamed, surroundings))
}

fn read_item(
    typed: &PatType,
    pattern: Pattern<'_>,
    surroundings: &Surroundings,
    scope: &Scope<'_>,
) -> Option<Argument> {
    let ident = match pattern {
        Pattern::Name(ident) => ident,
        Pattern::Wrapper(wrapper, ident) => {
            scope.report(
                wrapper,
                format_args!("a batch comes from calls by handle and not from a request; take `{ident}: Vec<T>`"),
            );
            return None;
        }
    };
    let ty = types::peel(&typed.ty);
    let Some(item) = types::vec_element(ty) else {
        let advice = match ty {
            Type::Reference(reference) => obstacle::owner_of(&reference.elem),
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
        is_plain: known::is_plain(item),
        is_unknown: false,
        bound: known::bound_as(&typed.ty),
    })
}

fn refuse_reply<'p>(pattern: Pattern<'p>, scope: &Scope<'_>) -> Pattern<'p> {
    let renamed = |ident: Ident| {
        if ident.unraw() != names::REPLY {
            return ident;
        }
        scope.report(&ident, "`reply` is the field of the call that carries the result; give the argument another name");
        format_ident!("{}_", ident.unraw(), span = ident.span())
    };
    match pattern {
        Pattern::Name(ident) => Pattern::Name(renamed(ident)),
        Pattern::Wrapper(wrapper, ident) => Pattern::Wrapper(wrapper, renamed(ident)),
    }
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

fn pattern<'p>(pattern: &'p Pat, unnamed: &Ident, scope: &Scope<'_>) -> Option<Pattern<'p>> {
    if let Some(ident) = plain_name(pattern, unnamed) {
        return Some(Pattern::Name(ident));
    }
    if let Pat::TupleStruct(wrapper) = pattern
        && let Some(inner) = wrapper.elems.first().filter(|_| wrapper.elems.len() == 1)
    {
        if let Some(ident) = plain_name(inner, unnamed) {
            return Some(Pattern::Wrapper(wrapper, ident));
        }
        // `Path((a, b))`: taken apart by the method itself.
        if is_irrefutable(inner) {
            return Some(Pattern::Wrapper(wrapper, named_after(&wrapper.path, unnamed)));
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

/// `Path` becomes `path`.
fn named_after(path: &Path, unnamed: &Ident) -> Ident {
    let Some(last) = path.segments.last() else { return unnamed.clone() };
    let mut name = String::new();
    for letter in last.ident.to_string().chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    Ident::new(&name, last.ident.span())
}

/// Whether a pattern takes a value apart and fits each.
fn is_irrefutable(pattern: &Pat) -> bool {
    match pattern {
        Pat::Ident(name) => name.subpat.is_none() && name.by_ref.is_none(),
        Pat::Wild(_) | Pat::Rest(_) => true,
        Pat::Tuple(tuple) => tuple.elems.iter().all(is_irrefutable),
        Pat::Paren(paren) => is_irrefutable(&paren.pat),
        Pat::Struct(fields) => fields.fields.iter().all(|field| is_irrefutable(&field.pat)),
        _ => false,
    }
}

/// The name of `name`, `mut name` and `_`.
fn plain_name(pattern: &Pat, unnamed: &Ident) -> Option<Ident> {
    match pattern {
        Pat::Ident(name) if name.by_ref.is_none() && name.subpat.is_none() => {
            Some(name.ident.clone())
        }
        Pat::Wild(_) => Some(unnamed.clone()),
        _ => None,
    }
}

/// Whether the type is the pattern's own, without parameters.
fn is_bare(pattern: &PatTupleStruct, ty: &Type) -> bool {
    let wrapper = pattern.path.segments.last();
    types::last_segment(ty).is_some_and(|segment| {
        segment.arguments.is_none() && wrapper.is_some_and(|wrapper| wrapper.ident == segment.ident)
    })
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

// === impl Argument ===

impl Argument {
    /// Whether it is what axum finds in the path.
    pub(super) fn is_path(&self) -> bool {
        matches!(&self.pass, Pass::Wrap(path) if path.segments.last().is_some_and(|last| last.ident == "Path"))
    }

    /// The name of the type that a request is taken apart into: `Json` of `Json<T>`.
    pub(super) fn extractor(&self) -> String {
        let ty = syn::parse2::<Type>(self.extracted.clone()).ok();
        let segment = ty.as_ref().and_then(types::last_segment);
        segment.map(|segment| segment.ident.to_string()).unwrap_or_default()
    }

    /// Whether it is what a request's text is read into, by serde.
    pub(crate) fn is_read(&self) -> bool {
        let readers = ["Json", "Query", "Path", "Form"];
        matches!(&self.pass, Pass::Wrap(path) if path.segments.last().is_some_and(|last| readers.iter().any(|reader| last.ident == reader)))
    }

    /// How many values it takes from the path, if that can be seen: a struct takes what has the names of its fields.
    pub(super) fn path_values(&self) -> Option<usize> {
        let ty: Type = syn::parse2(self.owned.clone()).ok()?;
        match types::peel(&ty) {
            Type::Tuple(tuple) => Some(tuple.elems.len()),
            ty => known::is_scalar(ty).then_some(1),
        }
    }

    /// One about whose type nothing is known.
    pub(super) fn unknown(typed: &PatType, unnamed: &Ident, surroundings: &Surroundings) -> Self {
        Self::wrong(name(&typed.pat).unwrap_or(unnamed).clone(), Place::of(&typed.ty), surroundings)
    }

    /// One whose type is wrong.
    pub(super) fn wrong(ident: Ident, place: Place, surroundings: &Surroundings) -> Self {
        let private = &surroundings.private;
        let unknown = quote!(#private::Unknown);
        Self {
            ident,
            owned: unknown.clone(),
            extracted: unknown,
            wire: WireType::called("_", place),
            pass: Pass::Value,
            place,
            is_plain: true,
            is_unknown: true,
            bound: BoundAs::Any,
        }
    }
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

fn owned_value(ty: &Type, scope: &Scope<'_>) -> Option<Owned> {
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
