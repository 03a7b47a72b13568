//! The block's header: on what type the deployment stands, and with which generics.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, GenericParam, Generics, Type, parse_quote};

use super::attributes::Carried;
use super::types::{self, Obstacle};
use crate::diagnostics::Diagnostics;
use crate::names::DeploymentNames;
use crate::parse::Block;

/// `impl<T> Greeter<T> where ..`.
pub(crate) struct Header {
    pub(crate) names: DeploymentNames,
    /// The type, with its arguments.
    pub(crate) self_type: TokenStream,
    /// The block's own, with what a deployment asks of every type parameter added.
    pub(crate) generics: Generics,
    /// `#[cfg]`s written below the attribute, which hold for everything generated.
    pub(crate) cfg: Vec<Attribute>,
}

/// Reads the header. With a wrong one there is nothing to generate for.
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
    if let Some(trait_) = &block.trait_ {
        scope.report(
            trait_,
            format_args!(
                "this goes on an inherent block; write `impl {ident} {{ .. }}` with the methods that can be called, and leave \
                 the trait's `impl` without the attribute"
            ),
        );
    }
    for lifetime in block.generics.lifetimes() {
        scope.report(
            lifetime,
            "a deployment outlives every borrow, so it has no lifetime parameters; let it own its data, or share it by `Arc`",
        );
    }
    if block.generics.lifetimes().next().is_none()
        && let Some(Obstacle::Lifetime(lifetime)) = types::obstacle(&block.self_type)
    {
        scope.report(
            lifetime,
            "a deployment outlives every borrow; let it own its data, or share it by `Arc`",
        );
    }
    if scope.failed() {
        return None;
    }
    let self_type = types::peel(&block.self_type).to_token_stream();
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
    })
}

fn generics(block: &Block, self_type: &TokenStream) -> syn::Result<Generics> {
    let written = &block.generics;
    let mut generics: Generics = syn::parse2(types::without_self(written, self_type))?;
    if let Some(clause) = &written.where_clause {
        generics.where_clause = Some(syn::parse2(types::without_self(clause, self_type))?);
    }
    let parameters: Vec<_> =
        generics.type_params().map(|parameter| parameter.ident.clone()).collect();
    for parameter in parameters {
        generics
            .make_where_clause()
            .predicates
            .push(parse_quote!(#parameter: ::core::marker::Send + ::core::marker::Sync + 'static));
    }
    Ok(generics)
}

// === impl Header ===

impl Header {
    /// Whether an option of the user's type is left open.
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
