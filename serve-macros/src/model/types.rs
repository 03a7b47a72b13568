//! What the checks ask of a type: what it is called, what it consists of.

use proc_macro2::{Group, Ident, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::Visit;
use syn::{
    GenericArgument, ParenthesizedGenericArguments, PathArguments, PathSegment, TraitBound, Type,
    TypeFnPtr, TypeParamBound, TypeReference,
};

use crate::place::Place;
use crate::render::render;

/// What the table of methods says about a type.
#[derive(Clone)]
pub(crate) struct WireType {
    /// The type as its reader would write it.
    pub(crate) text: String,
    /// Where it was written.
    pub(crate) place: Place,
    /// A reference in it, which no bytes can be turned into. Such a type is not probed: the compiler would choose without
    /// regard to lifetimes, and then refuse its own choice.
    pub(crate) reference: Option<TokenStream>,
}

/// Whether the name stands somewhere in these tokens.
pub(crate) fn mentions(tokens: &TokenStream, name: &Ident) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == *name,
        TokenTree::Group(group) => mentions(&group.stream(), name),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// The first reference in a type, `'static` ones included: what no bytes can be turned into.
fn reference(ty: &Type) -> Option<&TypeReference> {
    let mut search = References { found: None };
    search.visit_type(ty);
    search.found
}

/// The type without the invisible and the written parentheses around it.
pub(super) fn peel(mut ty: &Type) -> &Type {
    loop {
        ty = match ty {
            Type::Group(group) => &group.elem,
            Type::Paren(paren) => &paren.elem,
            _ => return ty,
        };
    }
}

/// The last segment of a path type, as in `Result<T>` of `std::io::Result<T>`.
pub(super) fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match peel(ty) {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

/// Whether a type is called `Result`, whatever its path and parameters.
pub(super) fn is_result(ty: &Type) -> bool {
    last_segment(ty).is_some_and(|segment| segment.ident == "Result")
}

/// The `T` of a type called `Vec<T>`, whatever its path.
pub(super) fn vec_element(ty: &Type) -> Option<&Type> {
    let segment = last_segment(ty).filter(|segment| segment.ident == "Vec")?;
    match *type_arguments(segment) {
        [element] => Some(element),
        _ => None,
    }
}

/// The type arguments of a path segment: `[T, E]` of `Result<T, E>`.
pub(super) fn type_arguments(segment: &PathSegment) -> Vec<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return Vec::new();
    };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.collect()
}

/// The `T` of a bound such as `Stream<Item = T>`.
pub(super) fn associated_type<'t>(bound: &'t TraitBound, name: &str) -> Option<&'t Type> {
    let PathArguments::AngleBracketed(arguments) = &bound.path.segments.last()?.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::AssocType(binding) if binding.ident == name => Some(&binding.ty),
        _ => None,
    })
}

/// The name of a bound's trait, as `Stream` of `futures::Stream<Item = T>`, and the bound; `None` for a lifetime.
pub(super) fn named_bound(bound: &TypeParamBound) -> Option<(String, &TraitBound)> {
    let TypeParamBound::Trait(bound) = bound else { return None };
    Some((bound.path.segments.last()?.ident.to_string(), bound))
}

pub(super) fn is_unit(ty: &Type) -> bool {
    matches!(peel(ty), Type::Tuple(tuple) if tuple.elems.is_empty())
}

/// Whether this is `Self`, or the deployment's own type by name.
pub(super) fn is_self(ty: &Type, deployment: &Ident) -> bool {
    last_segment(ty).is_some_and(|segment| segment.ident == "Self" || segment.ident == *deployment)
}

/// Whether this is that name, and nothing else.
pub(super) fn is_named(ty: &Type, name: &Ident) -> bool {
    matches!(peel(ty), Type::Path(path) if path.path.is_ident(name))
}

/// Whether this is `Self`, literally.
pub(super) fn is_self_keyword(ty: &Type) -> bool {
    matches!(peel(ty), Type::Path(path) if path.path.is_ident("Self"))
}

/// The tokens with `Self` replaced by the type it stands for, for use outside the user's block.
pub(super) fn without_self(tokens: impl ToTokens, self_type: &TokenStream) -> TokenStream {
    let mut output = TokenStream::new();
    let mut tokens = tokens.into_token_stream().into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(ident) if ident == "Self" => {
                let qualifies = matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == ':' && next.spacing() == Spacing::Joint);
                output.extend(if qualifies {
                    quote::quote!(<#self_type>)
                } else {
                    self_type.clone()
                });
            }
            TokenTree::Group(group) => {
                let mut inner =
                    Group::new(group.delimiter(), without_self(group.stream(), self_type));
                inner.set_span(group.span());
                output.extend([TokenTree::Group(inner)]);
            }
            token => output.extend([token]),
        }
    }
    output
}

struct References<'t> {
    found: Option<&'t TypeReference>,
}

// === impl WireType ===

impl WireType {
    /// A type that was not written out.
    pub(super) fn called(text: &str, place: Place) -> Self {
        Self { text: text.to_owned(), place, reference: None }
    }

    pub(super) fn of(ty: &Type) -> Self {
        Self {
            text: render(ty),
            place: Place::of(ty),
            reference: reference(ty).map(ToTokens::to_token_stream),
        }
    }
}

// === impl References ===

impl<'t> Visit<'t> for References<'t> {
    fn visit_type_reference(&mut self, reference: &'t TypeReference) {
        self.found.get_or_insert(reference);
    }

    fn visit_type_fn_ptr(&mut self, _: &'t TypeFnPtr) {}

    fn visit_parenthesized_generic_arguments(&mut self, _: &'t ParenthesizedGenericArguments) {}
}
