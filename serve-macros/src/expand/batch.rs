//! The runtime's side of `#[batch]`: which methods have it, what an item costs, and how a batch is run.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ExprPath;

use super::context::{Context, idents};
use super::{call, config};
use crate::model::{Batch, Function, Method};
use crate::names::local;
use crate::place::Place;

/// The trait's items, where there is a batched method.
pub(super) fn items(context: &Context<'_>) -> TokenStream {
    if context.deployment.methods.iter().all(|method| method.function.batch().is_none()) {
        return TokenStream::new();
    }
    let parts = [batches(context), cost(context), dispatch_batch(context)];
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

// fn cost(call: &Self::Call) -> usize {
//     match *call {
//         GreeterCall::Embed { texts: ref item, .. } => Self::tokens(item),
//         GreeterCall::SayHello { .. } => 1,
//     }
// }
fn cost(context: &Context<'_>) -> TokenStream {
    if batched(context).all(|(method, batch)| batch.cost.is_none() || method.function.is_wrong) {
        return TokenStream::new();
    }
    let arms = call::arms(context, |method| {
        let batch = method.function.batch().filter(|_| !method.function.is_wrong);
        match batch.and_then(|batch| batch.cost.as_ref()) {
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

// #[allow(unused_variables)]
// async fn dispatch_batch(instance: Instance<Self>, method: &'static str, calls: Vec<Self::Call>) {
//     match method {
//         "embed" => <EmbedSpec>::run_all(instance, calls).await,
//         _ => {}
//     }
// }
fn dispatch_batch(context: &Context<'_>) -> TokenStream {
    let private = &context.private;
    let arms = batched(context).map(|(method, _)| {
        let (cfg, name) = (&method.function.carried.cfg, &method.name);
        let spec = context.spec(method);
        quote!(#(#cfg)* #name => <#spec>::run_all(instance, calls).await,)
    });
    quote! {
        async fn dispatch_batch(
            instance: #private::Instance<Self>,
            method: &'static ::core::primitive::str,
            calls: #private::Vec<Self::Call>,
        ) {
            match method {
                #(#arms)*
                _ => {}
            }
        }
    }
}
