//! What generated code assumes of the user's types, so that a type which is not so is reported once.
//!
//! A bound that does not hold, of a type that has no parameters, is an error where it is written; and whatever has it may
//! take it for granted. So every generated item has all of them, each at the type it is about: the same report from many
//! places is one, and the code behind them has nothing to add.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::model::{Deployment, Function, Method, OutputKind, Shape, Sharing, mentions};
use crate::place::Place;

/// `my::Result: SentResult`: without it nothing can be said of what is in such a type.
pub(super) fn of_aliases(deployment: &Deployment, private: &TokenStream) -> Vec<TokenStream> {
    let mut predicates = Predicates::default();
    for method in &deployment.methods {
        of_alias(&method.function, private, &mut predicates);
    }
    predicates.tokens
}

/// `Greeter: Send + Sync`, `Item: Send`, `my::Result: SentResult`. Of what every reader knows there is none.
pub(super) fn predicates(deployment: &Deployment, private: &TokenStream) -> Vec<TokenStream> {
    let mut predicates = Predicates::default();
    let self_type = &deployment.header.self_type;
    let bound = match deployment.sharing {
        Sharing::Alone => quote!(: ::core::marker::Send),
        Sharing::Shared | Sharing::Exclusive => {
            quote!(: ::core::marker::Send + ::core::marker::Sync)
        }
    };
    predicates.add(Place::of(self_type), self_type, bound);
    let parameters = parameters(deployment);
    for method in &deployment.methods {
        if method.function.carried.cfg.is_empty() {
            of_method(method, private, &parameters, &mut predicates);
        }
    }
    predicates.tokens
}

/// The types of one method that a deployment with type parameters has to say something about.
pub(super) fn open_types(
    deployment: &Deployment,
    function: &Function,
) -> Vec<(Place, TokenStream)> {
    let parameters = parameters(deployment);
    sent(function)
        .into_iter()
        .filter(|(_, ty)| parameters.iter().any(|name| mentions(ty, name)))
        .collect()
}

fn parameters(deployment: &Deployment) -> Vec<&Ident> {
    deployment.header.generics.type_params().map(|parameter| &parameter.ident).collect()
}

#[derive(Default)]
struct Predicates {
    tokens: Vec<TokenStream>,
    texts: HashSet<String>,
}

fn of_method(
    method: &Method,
    private: &TokenStream,
    parameters: &[&Ident],
    predicates: &mut Predicates,
) {
    let function = &method.function;
    let output = &function.output;
    for (place, ty) in sent(function) {
        // What is asked of every parameter stands with it.
        if parameters.iter().any(|name| *name == &ty.to_string()) {
            continue;
        }
        predicates.add(place, &ty, quote!(: ::core::marker::Send));
    }
    of_alias(function, private, predicates);
    if method.is_reachable() && !function.is_wrong {
        of_request(function, private, predicates);
    }
    if method.idempotent {
        for argument in function.arguments.iter().filter(|argument| !argument.is_plain) {
            predicates.add(argument.place, &argument.owned, quote!(: #private::IdempotentArgument));
        }
    }
    if output.kind == OutputKind::ResultOfBatch
        && let Some((_, Some(error))) = &output.sides
        && !error.is_plain
    {
        predicates.add(Place::of(&error.ty), &error.ty, quote!(: #private::BatchError));
    }
}

fn of_alias(function: &Function, private: &TokenStream, predicates: &mut Predicates) {
    let output = &function.output;
    if !function.carried.cfg.is_empty() || output.sides.is_some() {
        return;
    }
    let bound = match output.kind {
        OutputKind::ResultOfBatch => quote!(: #private::BatchOutcome),
        OutputKind::Plain | OutputKind::Result => quote!(: #private::SentResult),
    };
    predicates.add(output.place, &output.ty, bound);
}

/// What a request is read into, and what it is answered with.
fn of_request(function: &Function, private: &TokenStream, predicates: &mut Predicates) {
    for argument in
        function.arguments.iter().filter(|argument| !argument.is_plain && argument.is_read())
    {
        predicates.add(argument.place, &argument.owned, quote!(: #private::ReadFromRequest));
    }
    let value = function.output.sides.as_ref().map(|(value, _)| value);
    let Some(value) = value.filter(|value| !value.is_response) else { return };
    if let Some(inner) = &value.in_json {
        predicates.add(Place::of(inner), inner, quote!(: #private::WriteToResponse));
        return;
    }
    let bound = match function.shape {
        Shape::Stream => quote!(: #private::StreamItem),
        Shape::Value | Shape::Batch(_) => quote!(: #private::ResponseValue),
    };
    predicates.add(Place::of(&value.ty), &value.ty, bound);
}

/// The types that go to another thread and of which that is not plain.
fn sent(function: &Function) -> Vec<(Place, TokenStream)> {
    let arguments = function.arguments.iter().filter(|argument| !argument.is_plain);
    let arguments = arguments.map(|argument| (argument.place, argument.owned.clone()));
    let sides =
        function.output.sides.iter().flat_map(|(value, error)| [Some(value), error.as_ref()]);
    let sides = sides.flatten().filter(|side| !side.is_plain);
    arguments.chain(sides.map(|side| (Place::of(&side.ty), side.ty.clone()))).collect()
}

// === impl Predicates ===

impl Predicates {
    fn add(&mut self, place: Place, ty: &TokenStream, bound: TokenStream) {
        if self.texts.insert(format!("{ty}{bound}")) {
            self.tokens.push(place.around(TokenStream::new(), ty, bound));
        }
    }
}
