//! `GreeterSayHelloMethod`: what stands behind `handle.say_hello`.

use proc_macro2::TokenStream;
use quote::quote;

use super::context::{Context, doc, idents, tuple};
use super::signature;
use crate::model::{Argument, Method, Shape};
use crate::names::local;

// /// `handle.say_hello`: calls `Greeter::say_hello` on a replica.
// pub struct GreeterSayHelloMethod {
//     core: HandleCore<Greeter>,
// }
pub(super) fn definition(context: &Context<'_>, method: &Method) -> TokenStream {
    let Context { private, self_type, deployment, impl_generics, where_clause, .. } = context;
    let carried = &method.function.carried;
    let (cfg, hidden, lints) = (&carried.cfg, &carried.hidden, &carried.lints);
    let ident = &method.names.method;
    let name = &method.name;
    let docs = doc(format_args!(
        "`handle.{name}`: calls `{}::{name}` on a replica.",
        deployment.header.names.deployment
    ));
    quote! {
        #(#cfg)*
        #docs
        #hidden
        #(#lints)*
        pub struct #ident #impl_generics #where_clause {
            core: #private::HandleCore<#self_type>,
        }
    }
}

// impl Clone for GreeterSayHelloMethod { .. }
// impl Debug for GreeterSayHelloMethod { .. }
// impl GreeterSayHelloMethod {
//     pub fn remote(..) -> ObjectRef<String> { .. }
//     pub fn call(..) -> impl Future<..> { .. }
//     pub fn broadcast(..) -> Vec<ObjectRef<String>> { .. }
//     call_options! {}
//     batch_options! {"embed"}             // where the method is batched
// }
pub(super) fn implementations(context: &Context<'_>, method: &Method) -> TokenStream {
    let Context { private, impl_generics, where_clause, .. } = context;
    let (cfg, name) = (&method.function.carried.cfg, &method.name);
    let method_type = context.generic(&method.names.method);
    let type_name = method.names.method.to_string();
    let (remote, call, broadcast) =
        (remote(context, method), call(context, method), broadcast(context, method));
    let batch_options = method.function.batch().map(|_| quote!(#private::batch_options! { #name }));
    quote! {
        #(#cfg)*
        #[automatically_derived]
        impl #impl_generics ::core::clone::Clone for #method_type #where_clause {
            fn clone(&self) -> Self {
                Self { core: ::core::clone::Clone::clone(&self.core) }
            }
        }

        #(#cfg)*
        #[automatically_derived]
        impl #impl_generics ::core::fmt::Debug for #method_type #where_clause {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                formatter.debug_struct(#type_name).finish_non_exhaustive()
            }
        }

        #(#cfg)*
        impl #impl_generics #method_type #where_clause {
            #remote
            #call
            #broadcast
            #private::call_options! {}
            #batch_options
        }
    }
}

// /// Says hello.
// pub fn remote(&self, name: impl IntoArg<String>) -> ObjectRef<String> {
//     remote(                                 // or `remote_idempotent`, `remote_stream`
//         &self.core,
//         "say_hello",
//         (IntoArg::into_arg(name),),
//         (|(name,), reply| GreeterCall::SayHello { name, reply }) as fn(_, _) -> _,
//     )
// }
//
// It gets a function pointer, so that it is compiled once per signature and not once per method, which would be most of
// the build of a deployment with many methods. `call` is once per method anyway, on account of the future it runs.
fn remote(context: &Context<'_>, method: &Method) -> TokenStream {
    let (private, name) = (&context.private, &method.name);
    let start = match (&method.function.shape, method.idempotent) {
        (Shape::Stream, _) => quote!(remote_stream),
        (Shape::Value | Shape::Batch(_), true) => quote!(remote_idempotent),
        (Shape::Value | Shape::Batch(_), false) => quote!(remote),
    };
    let (docs, signature) = (signature::remote_docs(method), signature::remote(context, method));
    let (values, to_call) = (values(context, method), to_call(context, method));
    quote! {
        #docs
        pub #signature {
            #private::#start(&self.core, #name, #values, (#to_call) as fn(_, _) -> _)
        }
    }
}

// /// Says hello.
// pub fn call<__Arg0: IntoArg<String>>(&self, name: __Arg0) -> impl Future<Output = Result<String, CallError>> + Send + use<__Arg0> {
//     call(                                   // or `call_idempotent`
//         &self.core,
//         "say_hello",
//         (IntoArg::into_arg(name),),
//         (|(name,), reply| GreeterCall::SayHello { name, reply }) as fn(_, _) -> _,
//         |instance, (name,)| invoke_say_hello(instance, name),
//     )
// }
//
// A stream's `call_stream` ends in `|instance, (prompt,), items| invoke_tokens(instance, prompt, items)`. A batch is
// never run for one caller, so `call_batched` and `call_batched_idempotent` have no last argument.
fn call(context: &Context<'_>, method: &Method) -> TokenStream {
    let Context { private, turbofish, instance, .. } = context;
    let (name, invoke, arguments, items) =
        (&method.name, &method.function.invoke, idents(&method.function), local("items"));
    let pattern = tuple(&arguments);
    let run = quote!(|#instance, #pattern| #invoke #turbofish(#instance, #(#arguments),*));
    let (start, run) = match (&method.function.shape, method.idempotent) {
        (Shape::Value, false) => (quote!(call), run),
        (Shape::Value, true) => (quote!(call_idempotent), run),
        (Shape::Stream, _) => (
            quote!(call_stream),
            quote!(|#instance, #pattern, #items| #invoke #turbofish(#instance, #(#arguments,)* #items)),
        ),
        (Shape::Batch(_), false) => (quote!(call_batched), TokenStream::new()),
        (Shape::Batch(_), true) => (quote!(call_batched_idempotent), TokenStream::new()),
    };
    let (docs, signature) = (signature::call_docs(method), signature::call(context, method));
    let (values, to_call) = (values(context, method), to_call(context, method));
    quote! {
        #docs
        #[inline]
        pub #signature {
            #private::#start(&self.core, #name, #values, (#to_call) as fn(_, _) -> _, #run)
        }
    }
}

// /// Says hello.
// pub fn broadcast<__Arg0: IntoArg<String> + Clone>(&self, name: __Arg0) -> Vec<ObjectRef<String>> {
//     broadcast(
//         &self.core,
//         "say_hello",
//         || (IntoArg::into_arg(Clone::clone(&name)),),
//         (|(name,), reply| GreeterCall::SayHello { name, reply }) as fn(_, _) -> _,
//     )
// }
fn broadcast(context: &Context<'_>, method: &Method) -> Option<TokenStream> {
    if !method.has_broadcast() {
        return None;
    }
    let (private, name) = (&context.private, &method.name);
    let values = method.function.arguments.iter().map(|argument| {
        let ident = &argument.ident;
        into_arg(context, argument, &quote!(::core::clone::Clone::clone(&#ident)))
    });
    let values = tuple(&values.collect::<Vec<_>>());
    let (docs, signature, to_call) = (
        signature::broadcast_docs(method),
        signature::broadcast(context, method),
        to_call(context, method),
    );
    Some(quote! {
        #docs
        pub #signature {
            #private::broadcast(&self.core, #name, || #values, (#to_call) as fn(_, _) -> _)
        }
    })
}

// (IntoArg::into_arg(name),)
fn values(context: &Context<'_>, method: &Method) -> TokenStream {
    let values = method.function.arguments.iter().map(|argument| {
        let ident = &argument.ident;
        into_arg(context, argument, &quote!(#ident))
    });
    tuple(&values.collect::<Vec<_>>())
}

// IntoArg::into_arg(name)           // at the argument's type, where what cannot be sent is reported
fn into_arg(context: &Context<'_>, argument: &Argument, value: &TokenStream) -> TokenStream {
    let root = &context.root;
    argument.place.at(quote!(#root::IntoArg::into_arg(#value)))
}

// |(name,), reply| GreeterCall::SayHello { name, reply }
fn to_call(context: &Context<'_>, method: &Method) -> TokenStream {
    let (call, variant, reply) =
        (&context.deployment.header.names.call, &method.names.variant, &context.reply);
    let arguments = idents(&method.function);
    let pattern = tuple(&arguments);
    quote!(|#pattern, #reply| #call::#variant { #(#arguments,)* #reply })
}
