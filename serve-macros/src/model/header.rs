//! The block's header: on what type the deployment stands, and with which generics.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::{Attribute, GenericParam, Generics, Type, TypeParamBound, WherePredicate, parse_quote};

use super::attributes::Carried;
use super::obstacle::{self, Obstacle};
use super::types;
use crate::diagnostics::{Diagnostics, Scope};
use crate::names::DeploymentNames;
use crate::parse::Block;
use crate::render::render;

/// `impl<T> Greeter<T> where ..`.
pub(crate) struct Header {
    pub(crate) names: DeploymentNames,
    /// The type, with its arguments.
    pub(crate) self_type: TokenStream,
    /// The block's own, with what a deployment asks of every type parameter added.
    pub(crate) generics: Generics,
    /// `#[cfg]`s written below the attribute, which hold for everything generated.
    pub(crate) cfg: Vec<Attribute>,
    /// From the first to the last token of the block.
    pub(crate) extent: Extent,
    /// Whether something about it is wrong and has been reported. Then no method can be called.
    pub(crate) is_wrong: bool,
}

/// Where the block begins and ends.
#[derive(Clone, Copy)]
pub(crate) struct Extent {
    start: Span,
    end: Span,
}

/// Reads the header. What is wrong with it is reported. `None` if there is nothing to generate for.
pub(super) fn read(block: &Block, diagnostics: &Diagnostics) -> Option<Header> {
    let scope = diagnostics.attribute();
    let Some(segment) = types::last_segment(&block.self_type) else {
        scope.report(
            &block.self_type,
            "a deployment is a struct or an enum of your own, as in `impl Greeter { .. }`",
        );
        return None;
    };
    let ident = &segment.ident;
    let scope = diagnostics.deployment(ident);
    if is_foreign(block) {
        let written = render(&block.self_type);
        scope.report(
            &block.self_type,
            format_args!("`{written}` is not a type of this crate; wrap it, as in `struct Greeter({written});`, and write `impl Greeter {{ .. }}`"),
        );
        return None;
    }
    if let Some(trait_) = &block.trait_ {
        scope.report(
            trait_,
            format_args!(
                "this goes on an inherent block; write `impl {ident} {{ .. }}` with the methods that can be called, and leave \
                 the trait's `impl` without the attribute"
            ),
        );
    }
    refuse_attributes(block, &diagnostics.deployment(ident));
    for lifetime in block.generics.lifetimes() {
        scope.report(
            lifetime,
            "a deployment outlives every borrow, so it has no lifetime parameters; let it own its data, or share it by `Arc`",
        );
    }
    if block.generics.lifetimes().next().is_none()
        && let Some(Obstacle::Lifetime(lifetime)) = obstacle::obstacle(&block.self_type)
    {
        scope.report(
            lifetime,
            "a deployment outlives every borrow; let it own its data, or share it by `Arc`",
        );
    }
    let self_type = types::peel(&block.self_type).to_token_stream();
    // The lifetimes in the type have been reported; as if it owned its data, they are `'static`.
    let self_type = if scope.failed() { static_lifetimes(self_type) } else { self_type };
    let generics = match generics(block, &self_type) {
        Ok(generics) => generics,
        Err(error) => {
            scope.report_parse(&error);
            return None;
        }
    };
    Some(Header {
        names: DeploymentNames::new(ident),
        generics,
        self_type,
        cfg: Carried::read(&block.attributes).cfg,
        extent: Extent::of(block),
        is_wrong: block.is_wrong
            || scope.failed()
            || block.generics.params.iter().any(|parameter| !is_used(parameter, block)),
    })
}

fn refuse_attributes(block: &Block, scope: &Scope<'_>) {
    for attribute in block.attributes.iter().filter(|attribute| is_misplaced(attribute)) {
        let path = attribute.path();
        if path.segments.last().is_some_and(|last| last.ident == "deployment") {
            scope.report(path, "`#[deployment]` is given twice; remove one of the two");
        } else {
            let advice = "methods of a deployment may be `async` as they are; remove this";
            scope.report(attribute, advice);
        }
    }
}

/// An attribute on the block that would expand it again, or into something else.
pub(crate) fn is_misplaced(attribute: &Attribute) -> bool {
    let last = attribute.path().segments.last();
    last.is_some_and(|last| last.ident == "deployment" || last.ident == "async_trait")
}

/// Types of the standard library that no crate can have methods for.
const FOREIGN: &[&str] = &[
    "Arc", "Box", "HashMap", "Option", "Rc", "String", "Vec", "bool", "char", "f32", "f64", "i16",
    "i32", "i64", "i8", "isize", "str", "u16", "u32", "u64", "u8", "usize",
];

/// Whether the block cannot be compiled at all, because the type is not one of the crate's. Then it is left out.
pub(crate) fn is_foreign(block: &Block) -> bool {
    block.trait_.is_none()
        && match types::last_segment(&block.self_type) {
            Some(segment) => {
                FOREIGN.contains(&segment.ident.to_string().as_str())
                    || is_projection(&block.self_type)
            }
            None => true,
        }
}

/// `<A as T>::X`
fn is_projection(ty: &Type) -> bool {
    matches!(types::peel(ty), Type::Path(path) if path.qself.is_some())
}

fn generics(block: &Block, self_type: &TokenStream) -> syn::Result<Generics> {
    let mut written = block.generics.clone();
    let is_wrong = written.lifetimes().next().is_some();
    let params = written.params.into_iter();
    written.params = params.filter(|parameter| is_used(parameter, block)).collect();
    let written = &written;
    let mut generics: Generics = syn::parse2(types::without_self(written, self_type))?;
    if let Some(clause) = &written.where_clause {
        let clause = types::without_self(clause, self_type);
        let clause = if is_wrong { static_lifetimes(clause) } else { clause };
        generics.where_clause = Some(syn::parse2(clause)?);
    }
    // Where the user bounds the parameter, because bounds in two places are held against a crate.
    let bound_below = |name: &Ident| {
        let mut clauses = written.where_clause.iter().flat_map(|clause| &clause.predicates);
        clauses.any(|predicate| {
            matches!(predicate, WherePredicate::Type(predicate) if types::is_named(&predicate.bounded_ty, name))
        })
    };
    let mut below: Vec<WherePredicate> = Vec::new();
    for parameter in generics.type_params_mut() {
        let ident = &parameter.ident;
        if bound_below(ident) {
            below.push(parse_quote!(#ident: ::core::marker::Send + ::core::marker::Sync + 'static));
        } else {
            let bounds: [TypeParamBound; 3] = [
                parse_quote!(::core::marker::Send),
                parse_quote!(::core::marker::Sync),
                parse_quote!('static),
            ];
            parameter.bounds.extend(bounds);
        }
    }
    if !below.is_empty() {
        generics.make_where_clause().predicates.extend(below);
    }
    Ok(generics)
}

/// Whether a parameter of the block belongs to the deployment. The compiler reports those that nothing constrains.
fn is_used(parameter: &GenericParam, block: &Block) -> bool {
    let ident = match parameter {
        GenericParam::Lifetime(_) => return false,
        GenericParam::Type(parameter) => &parameter.ident,
        GenericParam::Const(parameter) => &parameter.ident,
    };
    let clause = block.generics.where_clause.to_token_stream();
    let bounds = block.generics.type_params().flat_map(|parameter| &parameter.bounds);
    let bounds = bounds.map(ToTokens::to_token_stream);
    let places = [block.self_type.to_token_stream(), clause].into_iter().chain(bounds);
    places.into_iter().any(|tokens| types::mentions(&tokens, ident))
}

/// A deployment owns its data, so the lifetimes in its type are `'static`; any other has been reported.
fn static_lifetimes(tokens: TokenStream) -> TokenStream {
    let mut after_quote = false;
    let tokens = tokens.into_iter().map(|mut token| {
        match &token {
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), static_lifetimes(group.stream()));
                inner.set_span(group.span());
                token = inner.into();
            }
            TokenTree::Ident(ident) if after_quote => {
                token = Ident::new("static", ident.span()).into();
            }
            _ => {}
        }
        after_quote = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '\'');
        token
    });
    tokens.collect()
}

// === impl Header ===

impl Header {
    /// The generics of a generated item. Where there are none, brackets that reach from one end of the block to the other:
    /// else the compiler would propose, for each unknown type and each item that has it, to make it a parameter of that item.
    pub(crate) fn wide_generics(&self, written: &impl ToTokens) -> TokenStream {
        let tokens = written.to_token_stream();
        if tokens.is_empty() { self.extent.brackets() } else { tokens }
    }

    /// Whether the block has parameters.
    pub(crate) fn is_generic(&self) -> bool {
        !self.generics.params.is_empty()
    }

    /// The type parameters, as types.
    pub(crate) fn type_parameters(&self) -> impl Iterator<Item = Type> {
        self.generics.params.iter().filter_map(|parameter| match parameter {
            GenericParam::Type(parameter) => {
                let ident = &parameter.ident;
                Some(parse_quote!(#ident))
            }
            GenericParam::Lifetime(_) | GenericParam::Const(_) => None,
        })
    }
}

// === impl Extent ===

impl Extent {
    pub(crate) fn of(block: &Block) -> Self {
        Self { start: block.impl_token.span, end: block.brace.span.close() }
    }

    /// `<>`, all over the block.
    pub(crate) fn brackets(self) -> TokenStream {
        let mut brackets = quote_spanned!(self.start=> <);
        brackets.extend(quote_spanned!(self.end=> >));
        brackets
    }
}
