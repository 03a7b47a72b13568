//! Which methods can cross processes: found out where it is welcome, required where it was asked for.

use proc_macro2::TokenStream;
use quote::quote;

use super::assume;
use super::context::{Context, tuple};
use crate::model::{Function, Method, Shape, WireType};
use crate::place::Place;

/// One type that a call carries.
struct Carriage<'m> {
    wire: &'m WireType,
    ty: TokenStream,
}

// const _: () = {
//     fn need_send<T: Send>() {}
//     fn check<T: Model>() { need_send::<T::Input>(); }          // where the deployment has type parameters
//     fn need_wire<T: WireType>() {}
//     fn check_wire() { need_wire::<String>(); }                 // where it is `remote`, of methods without a route
//     refuse_result(<Alias<Outcome>>::IS_RESULT, "..");          // of methods without a route whose type may be an alias
// };
pub(super) fn requirements(context: &Context<'_>) -> TokenStream {
    let deployment = context.deployment;
    let methods = deployment.methods.iter().filter_map(|method| {
        let cfg = &method.function.carried.cfg;
        let open = assume::open_types(deployment, &method.function);
        let send = (!open.is_empty()).then(|| need_send(context, &open));
        let needs_wire = deployment.needs_wire && !method.is_reachable();
        let wire = needs_wire.then(|| need_wire(context, &carriages(context, method)));
        let value = refuse_result(context, method);
        (send.is_some() || wire.is_some() || value.is_some()).then(|| {
            quote! {
                #(#cfg)*
                const _: () = {
                    #send
                    #wire
                    #value
                };
            }
        })
    });
    quote!(#(#methods)*)
}

/// A caller of such a method would get the `Result` as a value. Over HTTP both are one.
fn refuse_result(context: &Context<'_>, method: &Method) -> Option<TokenStream> {
    let (private, output) = (&context.private, &method.function.output);
    let is_asked = output.may_hide_result
        && matches!(method.function.shape, Shape::Value | Shape::Stream)
        && !method.is_reachable()
        && !method.function.is_wrong
        && !context.deployment.header.is_generic();
    let (ty, text) = (&output.ty, &output.wire.text);
    let message = format!(
        "deployment `{}`, method `{}`: `{text}` is a `Result` by another name, which callers would get as a value; name the alias \
         `Result`, or write `Result<T, E>`",
        context.deployment.header.names.deployment, method.name
    );
    is_asked.then(|| {
        output
            .place
            .at(quote!(#private::refuse_result(<#private::Alias<#ty>>::IS_RESULT, #message);))
    })
}

/// Here nothing is assumed but what the user wrote.
fn need_send(context: &Context<'_>, open: &[(Place, TokenStream)]) -> TokenStream {
    let impl_generics = &context.impl_generics;
    let where_clause = &context.deployment.header.generics.where_clause;
    let calls = open.iter().map(|(place, ty)| place.around(quote!(need_send::<), ty, quote!(>();)));
    quote! {
        fn need_send<T: ::core::marker::Send>() {}
        fn check #impl_generics () #where_clause {
            #(#calls)*
        }
    }
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
        carriages.push(Carriage { wire, ty });
    }
    carriages
}
