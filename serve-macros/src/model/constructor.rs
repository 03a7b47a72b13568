//! `new`, or `Default` where there is no `new`.

use proc_macro2::Ident;
use syn::{Attribute, Meta, ReturnType, parse_quote};

use super::argument::Pass;
use super::attributes::{self, Carried, Helpers};
use super::function::{self, Function, Surroundings};
use super::types;
use crate::diagnostics::Scope;
use crate::parse;

/// How a replica's instance is made.
#[expect(clippy::large_enum_variant, reason = "there is one per deployment")]
pub(crate) enum Constructor {
    /// `fn new(..) -> Self` or `Result<Self, E>`.
    New(Function),
    /// `Default`, under these `#[cfg]`s.
    Default(Vec<Attribute>),
}

/// Reads `new`. What is wrong with it is reported.
pub(super) fn read(
    function: &parse::Function,
    deployment: &Ident,
    surroundings: &Surroundings,
    scope: &Scope<'_>,
) -> Constructor {
    let signature = &function.signature;
    let shape = "`fn new(..) -> Self` or `fn new(..) -> Result<Self, E>`, with or without `async`";
    if let Some(receiver) = signature.receiver() {
        scope.report(
            receiver,
            format_args!("it makes the instance, so it has none to take; write {shape}"),
        );
    }
    attributes::refuse_helpers(
        &function.attributes,
        scope,
        "`new` makes the instance, before there is anything to call",
    );
    if !returns_self(&signature.output, deployment) {
        let message = format!("it returns the instance; write {shape}");
        match &signature.output {
            ReturnType::Default => scope.report(&signature.ident, message),
            ReturnType::Type(_, ty) => scope.report(ty, message),
        }
    }
    if scope.failed() {
        scope.mute();
    }
    let mut read = function::read_system(function, &Helpers::default(), surroundings, scope);
    for argument in &read.arguments {
        if let Pass::Wrap(path) = &argument.pass {
            scope.report(path, "no request reaches the constructor, so it has no extractors; take the value itself");
        }
    }
    read.is_wrong |= scope.failed();
    Constructor::New(read)
}

/// `Default` where none of these applies: always if there are none, never if one has no `#[cfg]`.
pub(super) fn default_beside(functions: &[&parse::Function]) -> Option<Constructor> {
    let mut conditions = Vec::new();
    for function in functions {
        let cfg = Carried::read(&function.attributes).cfg;
        if cfg.is_empty() {
            return None;
        }
        let predicates = cfg.into_iter().filter_map(|attribute| match attribute.meta {
            Meta::List(list) => Some(list.tokens),
            Meta::Path(_) | Meta::NameValue(_) => None,
        });
        conditions.push(quote::quote!(all(#(#predicates),*)));
    }
    Some(Constructor::Default(if conditions.is_empty() {
        Vec::new()
    } else {
        vec![parse_quote!(#[cfg(not(any(#(#conditions),*)))])]
    }))
}

fn returns_self(output: &ReturnType, deployment: &Ident) -> bool {
    let ReturnType::Type(_, ty) = output else {
        return false;
    };
    if types::is_self(ty, deployment) {
        return true;
    }
    let value =
        types::last_segment(ty).and_then(|segment| types::type_arguments(segment).first().copied());
    types::is_result(ty) && value.is_none_or(|value| types::is_self(value, deployment))
}

// === impl Constructor ===

impl Constructor {
    /// The function that was written.
    pub(crate) fn function(&self) -> Option<&Function> {
        match self {
            Self::New(function) => Some(function),
            Self::Default(_) => None,
        }
    }

    pub(super) fn function_mut(&mut self) -> Option<&mut Function> {
        match self {
            Self::New(function) => Some(function),
            Self::Default(_) => None,
        }
    }
}
