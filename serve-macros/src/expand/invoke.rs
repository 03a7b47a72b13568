//! `invoke_say_hello`: the one place that calls the user's method. Owned arguments in, a `Result` out; or the items of a
//! stream one by one; or a batch as the method takes and gives it.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::context::{Context, owned_parameters};
use crate::model::{Access, Batch, Function, OutputKind, Pass, Run, Shape};
use crate::names::local;
use crate::place::Place;

/// One function per method, and one per hook.
pub(super) fn functions(context: &Context<'_>) -> TokenStream {
    let deployment = context.deployment;
    let functions =
        deployment.methods.iter().map(|method| &method.function).chain(deployment.hooks());
    functions.map(|function| self::function(context, function)).collect()
}

// fn invoke_say_hello(instance: Instance<Greeter>, name: String) -> impl Future<Output = Result<String, Infallible>> + Send {
//     async move {
//         let this = instance.get();
//         let result = <Greeter>::say_hello(this, &name);
//         Result::Ok(result)
//     }
// }
//
// Not an `async fn`: the bound on the future, at the method's name, is where a future that is not `Send` is reported,
// and the code that uses this function need not report it again.
fn function(context: &Context<'_>, function: &Function) -> TokenStream {
    let Context { private, self_type, impl_generics, where_clause, instance, .. } = context;
    let (cfg, lints, invoke) = (&function.carried.cfg, &function.carried.lints, &function.invoke);
    let Parts { parameters, output, body } = match &function.shape {
        Shape::Value => value(context, function),
        Shape::Stream => stream(context, function),
        Shape::Batch(batch) => self::batch(context, function, batch),
    };
    let future = send_future(function, &output);
    let taken = match function.access {
        Some(Access::Owned) => quote!(#self_type),
        _ => quote!(#private::Instance<#self_type>),
    };
    quote! {
        #(#cfg)*
        #(#lints)*
        fn #invoke #impl_generics (#instance: #taken, #parameters) -> #future #where_clause {
            async move {
                #body
            }
        }
    }
}

/// What depends on how many values a function gives.
struct Parts {
    /// After the instance.
    parameters: TokenStream,
    /// Of the future.
    output: TokenStream,
    body: TokenStream,
}

// let result = <Greeter>::say_hello(this, &name);
// Result::Ok(result)
fn value(context: &Context<'_>, function: &Function) -> Parts {
    let (value, _) = context.sides(&function.output);
    let error = context.error_type(&function.output);
    let (run, wrap) = (run(context, function, &local("result")), wrap(context, function));
    Parts {
        parameters: owned_parameters(function),
        output: quote!(::core::result::Result<#value, #error>),
        body: quote!(#run #wrap),
    }
}

// let stream = <Greeter>::tokens(this, &prompt);
// items.forward(stream, Result::Ok).await;             // or `ResultLike::into_result`
//
// The instance is kept for as long as the stream lives, because the stream borrows it.
fn stream(context: &Context<'_>, function: &Function) -> Parts {
    let private = &context.private;
    let (stream, items, owned) = (local("stream"), local("items"), owned_parameters(function));
    let comma = (!function.arguments.is_empty()).then(|| quote!(,));
    let (value, _) = context.sides(&function.output);
    let error = context.error_type(&function.output);
    let wrap = match function.output.kind {
        OutputKind::Plain => quote!(::core::result::Result::Ok),
        OutputKind::Result | OutputKind::ResultOfBatch => {
            quote!(#private::ResultLike::into_result)
        }
    };
    let run = run(context, function, &stream);
    Parts {
        parameters: quote!(#owned #comma #items: #private::Items<#value, #error>),
        output: quote!(()),
        body: quote! {
            #run
            #items.forward(#stream, #wrap).await;
        },
    }
}

// let result = <Greeter>::embed(this, texts);
// result
fn batch(context: &Context<'_>, function: &Function, batch: &Batch) -> Parts {
    let private = &context.private;
    let result = local("result");
    let parameters = function.arguments.iter().map(|argument| {
        let (ident, owned) = (&argument.ident, &argument.owned);
        quote!(#ident: #private::std::vec::Vec<#owned>)
    });
    let run = run(context, function, &result);
    Parts {
        parameters: quote!(#(#parameters),*),
        output: batch.returned.clone(),
        body: quote!(#run #result),
    }
}

/// `impl Future<Output = ..> + Send`, at the name of the user's function.
pub(super) fn send_future(function: &Function, output: &TokenStream) -> TokenStream {
    Place::of(&function.ident).around(
        quote!(impl ::core::future::Future<Output =),
        output,
        quote!(> + ::core::marker::Send),
    )
}

// let this = instance.get();
// let result = <Greeter>::say_hello(this, &name);
fn run(context: &Context<'_>, function: &Function, result: &Ident) -> TokenStream {
    let Context { self_type, instance, .. } = context;
    let this = local("this");
    let exclusive = context.deployment.exclusive;
    let access = function.access.unwrap_or(Access::Shared);
    if access == Access::Owned {
        // The runtime calls it where it may block, so `#[blocking]` makes no difference.
        let call = call(context, function, &quote!(#instance));
        return quote!(let #result = #call;);
    }
    if function.run == Run::Blocking {
        let call = call(context, function, &quote!(#this));
        let (method, borrow) = match (exclusive, access) {
            (false, _) => (quote!(blocking), quote!(&#self_type)),
            (true, Access::Shared | Access::Owned) => (quote!(blocking_read), quote!(&#self_type)),
            (true, Access::Exclusive) => (quote!(blocking_write), quote!(&mut #self_type)),
        };
        return quote!(let #result = #instance.#method(move |#this: #borrow| #call).await;);
    }
    let (acquire, borrow) = match (exclusive, access) {
        (false, _) => (quote!(let #this = #instance.get();), quote!(#this)),
        (true, Access::Shared | Access::Owned) => {
            (quote!(let #this = #instance.read().await;), quote!(&#this))
        }
        (true, Access::Exclusive) => {
            (quote!(let mut #this = #instance.write().await;), quote!(&mut #this))
        }
    };
    let call = call(context, function, &borrow);
    quote! {
        #acquire
        let #result = #call;
    }
}

// <Greeter>::say_hello(this, &name)
// <Greeter>::item(this, Path(id)).await
pub(super) fn call(
    context: &Context<'_>,
    function: &Function,
    receiver: &TokenStream,
) -> TokenStream {
    let self_type = context.self_type;
    let ident = &function.ident;
    let arguments = function.arguments.iter().map(|argument| {
        let ident = &argument.ident;
        match &argument.pass {
            Pass::Value => quote!(#ident),
            Pass::Deref => quote!(&#ident),
            Pass::Borrow(target) => quote!(::core::borrow::Borrow::<#target>::borrow(&#ident)),
            Pass::Wrap(path) => quote!(#path(#ident)),
        }
    });
    let receiver = (!receiver.is_empty()).then(|| receiver.to_token_stream());
    let arguments = receiver.into_iter().chain(arguments);
    let wait = (function.run == Run::Async).then(|| quote!(.await));
    quote!(<#self_type>::#ident(#(#arguments),*) #wait)
}

// Result::Ok(result)
// ResultLike::into_result(result)
pub(super) fn wrap(context: &Context<'_>, function: &Function) -> TokenStream {
    let private = &context.private;
    let result = local("result");
    match function.output.kind {
        OutputKind::Plain => quote!(::core::result::Result::Ok(#result)),
        OutputKind::Result | OutputKind::ResultOfBatch => {
            quote!(#private::ResultLike::into_result(#result))
        }
    }
}
