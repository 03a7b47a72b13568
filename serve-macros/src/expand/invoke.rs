//! `invoke()`: the one place that calls the user's method. Owned arguments in, a `Result` out; or the items of a stream
//! one by one; or a batch as the method takes and gives it.

use proc_macro2::{Delimiter, TokenStream};
use quote::{ToTokens, quote};

use super::context::{Context, idents, owned_parameters, tuple};
use crate::model::{Access, Batch, Function, Method, OutputKind, Pass, Run, Shape, Sharing};
use crate::names::{self, local};
use crate::place::Place;

/// One function per hook.
pub(super) fn hooks(context: &Context<'_>) -> TokenStream {
    context.deployment.hooks().map(|function| hook(context, function)).collect()
}

// fn invoke_check_health(instance: Instance<Greeter>) -> impl Future<Output = Result<(), HealthError>> + Send {
//     async move { .. }
// }
fn hook(context: &Context<'_>, function: &Function) -> TokenStream {
    let Context { private, self_type, impl_generics, where_clause, instance, .. } = context;
    let (cfg, lints, invoke) = (&function.carried.cfg, &function.carried.lints, &function.invoke);
    let (parameters, body) = (owned_parameters(function), value(context, function));
    let block = block(function, body);
    let future = send_future(context, function, &result(context, function));
    let taken = match function.access {
        Some(Access::Owned) => quote!(#self_type),
        _ => quote!(#private::Instance<#self_type>),
    };
    quote! {
        #(#cfg)*
        #(#lints)*
        fn #invoke #impl_generics (#instance: #taken, #parameters) -> #future #where_clause {
            #block
        }
    }
}

/// What runs a method, by its shape.
pub(super) fn method(context: &Context<'_>, method: &Method) -> TokenStream {
    match &method.function.shape {
        Shape::Value => invoke(context, method),
        Shape::Stream => produce(context, method),
        Shape::Batch(batch) => invoke_batch(context, method, batch),
    }
}

// impl Invoke for SayHelloSpec {
//     fn invoke(instance: Instance<Greeter>, (name,): Self::Args) -> impl Future<Output = Outcome<Self>> + Send {
//         async move {
//             let this = instance.get();
//             let result = <Greeter>::say_hello(this, &name);
//             Result::Ok(result)
//         }
//     }
// }
//
// Not an `async fn`: the bound on the future, at the method's name, is where a future that is not `Send` is reported,
// and the code that uses this function need not report it again.
fn invoke(context: &Context<'_>, method: &Method) -> TokenStream {
    let Context { private, self_type, impl_generics, where_clause, instance, .. } = context;
    let function = &method.function;
    let spec = context.spec(method);
    let (pattern, lints) = (tuple(&idents(function)), &function.carried.lints);
    let returned = quote!(#private::Outcome<Self>);
    let (future, body) = (send_future(context, function, &returned), value(context, function));
    let block = block(function, body);
    quote! {
        impl #impl_generics #private::Invoke for #spec #where_clause {
            #(#lints)*
            fn invoke(#instance: #private::Instance<#self_type>, #pattern: Self::Args) -> #future {
                #block
            }
        }
    }
}

// Result<String, Infallible>
fn result(context: &Context<'_>, function: &Function) -> TokenStream {
    let (value, _) = context.sides(&function.output);
    let error = context.error_type(&function.output);
    quote!(::core::result::Result<#value, #error>)
}

// let result = <Greeter>::say_hello(this, &name);
// Result::Ok(result)
fn value(context: &Context<'_>, function: &Function) -> TokenStream {
    let (run, wrap) = (run(context, function, &local("result")), wrap(context, function));
    quote!(#run #wrap)
}

// impl Produce for TokensSpec {
//     fn produce(instance: Instance<Storyteller>, (prompt,): Self::Args, items: Items<String>) -> impl Future<Output = ()> + Send {
//         async move {
//             let this = instance.get();
//             let stream = <Storyteller>::tokens(this, &prompt);
//             items.forward(stream, Result::Ok).await;             // or `ResultLike::into_result`
//         }
//     }
// }
//
// The instance is kept for as long as the stream lives, because the stream borrows it.
fn produce(context: &Context<'_>, method: &Method) -> TokenStream {
    let Context { private, self_type, impl_generics, where_clause, instance, .. } = context;
    let function = &method.function;
    let spec = context.spec(method);
    let (pattern, lints) = (tuple(&idents(function)), &function.carried.lints);
    let (stream, items) = (local("stream"), local("items"));
    let wrap = match function.output.kind {
        OutputKind::Plain => quote!(::core::result::Result::Ok),
        OutputKind::Result | OutputKind::ResultOfBatch => {
            quote!(#private::ResultLike::into_result)
        }
    };
    let (future, run) =
        (send_future(context, function, &quote!(())), run(context, function, &stream));
    let body = quote!(#run #items.forward(#stream, #wrap).await;);
    let block = block(function, body);
    quote! {
        impl #impl_generics #private::Produce for #spec #where_clause {
            #(#lints)*
            fn produce(
                #instance: #private::Instance<#self_type>,
                #pattern: Self::Args,
                #items: #private::Items<Self::Value, Self::Error>,
            ) -> #future {
                #block
            }
        }
    }
}

// impl InvokeBatch for EmbedSpec {
//     type Item = String;
//     fn unwrap(call: EmbedderCall) -> Option<(String, ReplyTo<Self>)> {
//         match call {
//             EmbedderCall::Embed { texts, reply } => Option::Some((texts, reply)),
//             _ => Option::None,
//         }
//     }
//     fn invoke(instance: Instance<Embedder>, texts: Vec<String>, replies: Replies<Vec<f32>>) -> impl Future<Output = ()> + Send {
//         async move {
//             let this = instance.get();
//             let result = <Embedder>::embed(this, texts);
//             replies.values(result);           // or `replies.each(result)`, `replies.whole(ResultLike::into_result(result))`
//         }
//     }
// }
fn invoke_batch(context: &Context<'_>, method: &Method, batch: &Batch) -> TokenStream {
    let Context { private, self_type, impl_generics, where_clause, instance, reply, .. } = context;
    let function = &method.function;
    let (spec, call_type) = (context.spec(method), context.call_type());
    let (call, variant) = (&context.deployment.header.names.call, &method.names.variant);
    let (arguments, lints) = (idents(function), &function.carried.lints);
    let item: TokenStream =
        function.arguments.iter().map(|argument| argument.owned.clone()).collect();
    let (result, replies) = (local("result"), local("replies"));
    let complete = match function.output.kind {
        OutputKind::Plain => quote!(#replies.values(#result);),
        OutputKind::Result => quote!(#replies.each(#result);),
        OutputKind::ResultOfBatch => {
            quote!(#replies.whole(#private::ResultLike::into_result(#result));)
        }
    };
    let (complete, returned) = (function.output.place.at(complete), &batch.returned);
    let (future, run) = (
        send_future(context, function, &quote!(())),
        run(context, function, &quote!(#result: #returned)),
    );
    let block = block(function, quote!(#run #complete));
    quote! {
        impl #impl_generics #private::InvokeBatch for #spec #where_clause {
            type Item = #item;

            fn unwrap(call: #call_type) -> ::core::option::Option<(#item, #private::ReplyTo<Self>)> {
                match call {
                    #call::#variant { #(#arguments,)* #reply } => {
                        ::core::option::Option::Some((#(#arguments,)* #reply))
                    }
                    _ => ::core::option::Option::None,
                }
            }

            #(#lints)*
            fn invoke(
                #instance: #private::Instance<#self_type>,
                #(#arguments)*: #private::Vec<#item>,
                #replies: #private::Replies<Self::Value, Self::Error>,
            ) -> #future {
                #block
            }
        }
    }
}

// async move { .. }
/// The call of a function, at that function, where one that leads to itself is reported.
pub(super) fn block(function: &Function, body: TokenStream) -> TokenStream {
    let body = if function.is_wrong { unreachable() } else { body };
    let place = Place::of(&function.ident);
    place.around(quote!(async move), place.group(Delimiter::Brace, body), TokenStream::new())
}

// or_failure(result)
/// A result with the text of the user's error, at the type of that, where one that has no text is reported.
pub(super) fn or_failure(
    context: &Context<'_>,
    function: &Function,
    result: &TokenStream,
) -> TokenStream {
    let (private, output) = (&context.private, &function.output);
    let error = output.sides.as_ref().and_then(|(_, error)| error.as_ref());
    let place = error.map_or(output.place, |error| Place::of(&error.ty));
    place.at(quote!(#private::or_failure(#result)))
}

/// In place of a call of the user's function, if something about that is wrong. Should the compiler have nothing against it
/// after all, this is an error where code is generated.
fn unreachable() -> TokenStream {
    quote!(const { ::core::panic!("`#[deployment]` cannot read this function") })
}

/// `impl Future<Output = ..> + Send`, at the name of the user's function.
pub(super) fn send_future(
    context: &Context<'_>,
    function: &Function,
    output: &TokenStream,
) -> TokenStream {
    let private = &context.private;
    let (before, after) =
        (quote!(impl #private::MethodFuture<Output =), quote!(> + #private::MethodSend));
    Place::of(&function.ident).around(before, output, after)
}

// let this = instance.get();
// let result = <Greeter>::say_hello(this, &name);
fn run(context: &Context<'_>, function: &Function, result: &impl ToTokens) -> TokenStream {
    let Context { self_type, instance, .. } = context;
    let this = local("this");
    let exclusive = context.deployment.sharing != Sharing::Shared;
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
    let ident = names::again(&function.ident);
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
