//! The runtime's side of `#[batch]`: which methods have it, what an item costs, and how a batch is run.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ExprPath;

use super::context::{Context, idents};
use super::{call, config};
use crate::model::{Batch, Function, Method, OutputKind};
use crate::names::local;
use crate::place::Place;

/// The trait's items, where there is a batched method.
pub(super) fn items(context: &Context<'_>) -> TokenStream {
    if context.deployment.methods.iter().all(|method| method.function.batch().is_none()) {
        return TokenStream::new();
    }
    let parts = [batches(context), batch(context), cost(context), dispatch_batch(context)];
    quote!(#(#parts)*)
}

/// The batched methods, with what their attribute says.
fn batched<'d>(context: &Context<'d>) -> impl Iterator<Item = (&'d Method, &'d Batch)> {
    let methods = context.deployment.methods.iter();
    methods.filter_map(|method| Some((method, method.function.batch()?)))
}

// const BATCHES: &'static [BatchInfo] = &[BatchInfo::new("embed").max_batch_size(32)];
fn batches(context: &Context<'_>) -> TokenStream {
    let private = &context.private;
    let batches = batched(context).map(|(method, batch)| {
        let (cfg, name) = (&method.function.carried.cfg, &method.name);
        let setters = config::setters(context, &batch.settings);
        quote!(#(#cfg)* #private::BatchInfo::new(#name) #setters,)
    });
    quote! {
        const BATCHES: &'static [#private::BatchInfo] = &[#(#batches)*];
    }
}

// fn batch(call: &Self::Call) -> Option<&'static str> {
//     match *call {
//         GreeterCall::Embed { .. } => Option::Some("embed"),
//         GreeterCall::SayHello { .. } => Option::None,
//     }
// }
fn batch(context: &Context<'_>) -> TokenStream {
    let arms = call::arms(context, |method| {
        let name = &method.name;
        let batch = match method.function.batch() {
            Some(_) => quote!(::core::option::Option::Some(#name)),
            None => quote!(::core::option::Option::None),
        };
        (quote!(..), batch)
    });
    quote! {
        fn batch(call: &Self::Call) -> ::core::option::Option<&'static str> {
            match *call { #arms }
        }
    }
}

// fn cost(call: &Self::Call) -> usize {
//     match *call {
//         GreeterCall::Embed { texts: ref item, .. } => Self::tokens(item),
//         GreeterCall::SayHello { .. } => 1,
//     }
// }
fn cost(context: &Context<'_>) -> TokenStream {
    if batched(context).all(|(_, batch)| batch.cost.is_none()) {
        return TokenStream::new();
    }
    let arms = call::arms(context, |method| {
        match method.function.batch().and_then(|batch| batch.cost.as_ref()) {
            Some(function) => cost_of_item(&method.function, function),
            None => (quote!(..), quote!(1)),
        }
    });
    quote! {
        fn cost(call: &Self::Call) -> usize {
            match *call { #arms }
        }
    }
}

/// The field with the item, and the call of the user's function, all of it at its path: another type is reported there.
fn cost_of_item(function: &Function, cost: &ExprPath) -> (TokenStream, TokenStream) {
    let (item, arguments) = (local("item"), idents(function));
    let call = Place::of(cost).around(TokenStream::new(), cost, quote!((#item)));
    (quote!(#(#arguments: ref #item,)* ..), call)
}

// #[allow(unreachable_patterns, unused_variables)]
// async fn dispatch_batch(instance: Instance<Self>, method: &'static str, calls: Vec<Self::Call>) {
//     match method {
//         "embed" => {
//             let (items, replies) = unbatch(calls, |call| match call {
//                 GreeterCall::Embed { texts, reply } => Option::Some((texts, reply)),
//                 _ => Option::None,
//             });
//             let result = invoke_embed(instance, items).await;
//             replies.values(result);
//         }
//         _ => {}
//     }
// }
fn dispatch_batch(context: &Context<'_>) -> TokenStream {
    let Context { private, instance, reply, .. } = context;
    let call_enum = &context.deployment.header.names.call;
    let (method_name, calls, call) = (local("method"), local("calls"), local("call"));
    let (items, replies) = (local("items"), local("replies"));
    let arms = batched(context).map(|(method, _)| {
        let (cfg, name, variant) =
            (&method.function.carried.cfg, &method.name, &method.names.variant);
        let (arguments, run) = (idents(&method.function), run(context, &method.function));
        quote! {
            #(#cfg)*
            #name => {
                let (#items, #replies) = #private::unbatch(#calls, |#call| match #call {
                    #call_enum::#variant { #(#arguments,)* #reply } => {
                        ::core::option::Option::Some((#(#arguments,)* #reply))
                    }
                    _ => ::core::option::Option::None,
                });
                #run
            }
        }
    });
    quote! {
        #[allow(unreachable_patterns, unused_variables)]
        async fn dispatch_batch(
            #instance: #private::Instance<Self>,
            #method_name: &'static str,
            #calls: #private::std::vec::Vec<Self::Call>,
        ) {
            match #method_name {
                #(#arms)*
                _ => {}
            }
        }
    }
}

// let (items, replies) = batch_of_one(texts, reply);
// let result = invoke_embed(instance, items).await;
// replies.values(result);
pub(super) fn dispatch_one(context: &Context<'_>, function: &Function) -> TokenStream {
    let Context { private, reply, .. } = context;
    let (items, replies, arguments) = (local("items"), local("replies"), idents(function));
    let run = run(context, function);
    quote! {
        let (#items, #replies) = #private::batch_of_one(#(#arguments,)* #reply);
        #run
    }
}

// let result = invoke_embed(instance, items).await;
// replies.values(result);              // or `replies.each(result)`, `replies.whole(ResultLike::into_result(result))`
fn run(context: &Context<'_>, function: &Function) -> TokenStream {
    let Context { private, turbofish, instance, .. } = context;
    let (items, replies, result) = (local("items"), local("replies"), local("result"));
    let invoke = &function.invoke;
    let complete = match function.output.kind {
        OutputKind::Plain => quote!(#replies.values(#result);),
        OutputKind::Result => quote!(#replies.each(#result);),
        OutputKind::ResultOfBatch => {
            quote!(#replies.whole(#private::ResultLike::into_result(#result));)
        }
    };
    let complete = function.output.place.at(complete);
    quote! {
        let #result = #invoke #turbofish(#instance, #items).await;
        #complete
    }
}
