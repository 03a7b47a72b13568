//! Which methods can cross processes: found out where it is welcome, required where it was asked for.

use proc_macro2::TokenStream;
use quote::quote;

use super::context::{Context, tuple};
use crate::model::{Function, Method, OutputKind, Shape, WireType};

/// One type that a call carries.
struct Carriage<'m> {
    wire: &'m WireType,
    ty: TokenStream,
}

// const _: () = {
//     fn check() where String: Send, <Result<u32, E> as ResultLike>::Err: Send {}
// };
//
// Each bound at the type it is about, and before everything else, so that of all that the compiler has to say about a
// type that cannot be sent the first thing points at it. Where the deployment is `remote`, of methods without a route also
//
//     fn need_wire<T: WireType>() {}
//     fn check_wire() { need_wire::<String>(); }
pub(super) fn requirements(context: &Context<'_>) -> TokenStream {
    let Context { impl_generics, deployment, .. } = context;
    let methods = deployment.methods.iter().map(|method| {
        let cfg = &method.function.carried.cfg;
        let carriages = carriages(context, method);
        let bounds = carriages.iter().map(|Carriage { wire, ty, .. }| {
            wire.place.around(TokenStream::new(), ty, quote!(: ::core::marker::Send))
        });
        let declared =
            deployment.header.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
        let special = special_bounds(context, method);
        let where_clause = quote!(where #(#declared,)* #(#bounds,)* #(#special,)*);
        let wire = (deployment.needs_wire && !method.is_reachable())
            .then(|| need_wire(context, &carriages));
        quote! {
            #(#cfg)*
            const _: () = {
                fn check #impl_generics () #where_clause {}
                #wire
            };
        }
    });
    quote!(#(#methods)*)
}

// String: IdempotentArgument           // a call that may run again keeps its arguments
// EmbedError: BatchError               // an error of a whole batch goes to each of its calls
fn special_bounds(context: &Context<'_>, method: &Method) -> Vec<TokenStream> {
    let private = &context.private;
    let function = &method.function;
    let mut bounds = Vec::new();
    if method.idempotent {
        bounds.extend(function.arguments.iter().map(|argument| {
            let bound = quote!(: #private::IdempotentArgument);
            argument.place.around(TokenStream::new(), &argument.owned, bound)
        }));
    }
    if function.output.kind == OutputKind::ResultOfBatch
        && let (Some(wire), (_, Some(error))) =
            (&function.output.error_wire, context.sides(&function.output))
    {
        let (place, bound) = (wire.place, quote!(: #private::BatchError));
        bounds.push(place.around(TokenStream::new(), place.at(error), bound));
    }
    bounds
}

fn need_wire(context: &Context<'_>, carriages: &[Carriage<'_>]) -> TokenStream {
    let Context { private, impl_generics, where_clause, .. } = context;
    // Those with references have been reported.
    let calls = carriages
        .iter()
        .filter(|carriage| carriage.wire.reference.is_none())
        .map(|Carriage { wire, ty, .. }| wire.place.around(quote!(need_wire::<), ty, quote!(>();)));
    quote! {
        fn need_wire<T: #private::WireType>() {}
        fn check_wire #impl_generics () #where_clause {
            #(#calls)*
        }
    }
}

// <Probe<String>>::CODEC                  // `None` where the type is no serde value
pub(super) fn codec(context: &Context<'_>, wire: &WireType, ty: &TokenStream) -> TokenStream {
    let private = &context.private;
    if wire.reference.is_some() {
        quote!(::core::option::Option::None)
    } else {
        quote!(<#private::Probe<#ty>>::CODEC)
    }
}

// (("name", "String", <Probe<String>>::CODEC),)
/// What a method's arguments are called, and how they become bytes.
pub(super) fn parameters(context: &Context<'_>, function: &Function) -> TokenStream {
    let parameters = function.arguments.iter().map(|argument| {
        let (name, text) = (argument.ident.to_string(), &argument.wire.text);
        let codec = codec(context, &argument.wire, &argument.owned);
        quote!((#name, #text, #codec))
    });
    tuple(&parameters.collect::<Vec<_>>())
}

// Codecs::result(["String", "Infallible"], <Probe<Self::Value>>::CODEC, NEVER)         // or `item(..)`
/// How what a method returns becomes bytes: its value, or its items, and its error.
pub(super) fn output(context: &Context<'_>, function: &Function) -> TokenStream {
    let private = &context.private;
    let output = &function.output;
    let (text, value) = (&output.wire.text, codec(context, &output.wire, &quote!(Self::Value)));
    let (error_text, error) = match &output.error_wire {
        Some(wire) => (wire.text.clone(), codec(context, wire, &quote!(Self::Error))),
        None => ("Infallible".to_owned(), quote!(#private::NEVER)),
    };
    let what = match function.shape {
        Shape::Value | Shape::Batch(_) => quote!(result),
        Shape::Stream => quote!(item),
    };
    quote!(#private::Codecs::#what([#text, #error_text], #value, #error))
}

fn carriages<'m>(context: &Context<'_>, method: &'m Method) -> Vec<Carriage<'m>> {
    let output = &method.function.output;
    let (value, error) = context.sides(output);
    let arguments = method.function.arguments.iter();
    let mut carriages: Vec<_> = arguments
        .map(|argument| Carriage { wire: &argument.wire, ty: argument.owned.clone() })
        .collect();
    let sides = output.error_wire.as_ref().zip(error);
    for (wire, ty) in [(&output.wire, value)].into_iter().chain(sides) {
        carriages.push(Carriage { wire, ty: wire.place.at(ty) });
    }
    carriages
}
