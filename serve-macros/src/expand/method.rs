//! `GreeterSayHelloMethod`: what stands behind `handle.say_hello`.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::context::{Context, doc, idents, paragraphs, tuple};
use crate::model::{Argument, Method};

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
//     /// Says hello.
//     pub fn remote(&self, name: impl IntoArg<String>) -> ObjectRef<String> {
//         remote(
//             &self.core,
//             "say_hello",
//             (IntoArg::into_arg(name),),
//             (|(name,), reply| GreeterCall::SayHello { name, reply }) as fn(_, _) -> _,
//         )
//     }
//     /// Says hello.
//     pub fn call<__Arg0: IntoArg<String>>(&self, name: __Arg0) -> impl Future<Output = Result<String, CallError>> + Send + use<__Arg0> {
//         call(
//             &self.core,
//             "say_hello",
//             (IntoArg::into_arg(name),),
//             (|(name,), reply| GreeterCall::SayHello { name, reply }) as fn(_, _) -> _,
//             |instance, (name,)| invoke_say_hello(instance, name),
//         )
//     }
//     call_options! {}
// }
//
// `remote` gets a function pointer, so that it is compiled once per signature and not once per method, which would be most
// of the build of a deployment with many methods. `call` is once per method anyway, on account of the future it runs.
pub(super) fn implementations(context: &Context<'_>, method: &Method) -> TokenStream {
    let Context { private, impl_generics, where_clause, turbofish, instance, .. } = context;
    let cfg = &method.function.carried.cfg;
    let method_type = context.generic(&method.names.method);
    let type_name = method.names.method.to_string();
    let (remote, call) = (remote_signature(context, method), call_signature(context, method));
    let (remote_docs, call_docs) = (remote_docs(method), call_docs(method));
    let (name, invoke, arguments) =
        (&method.name, &method.function.invoke, idents(&method.function));
    let values = method
        .function
        .arguments
        .iter()
        .map(|argument| into_arg(context, argument))
        .collect::<Vec<_>>();
    let (values, pattern, to_call) = (tuple(&values), tuple(&arguments), to_call(context, method));
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
            #remote_docs
            pub #remote {
                #private::remote(&self.core, #name, #values, (#to_call) as fn(_, _) -> _)
            }

            #call_docs
            pub #call {
                #private::call(
                    &self.core,
                    #name,
                    #values,
                    (#to_call) as fn(_, _) -> _,
                    |#instance, #pattern| #invoke #turbofish(#instance, #(#arguments),*),
                )
            }

            #private::call_options! {}
        }
    }
}

// IntoArg::into_arg(name)           // at the argument's type, where what cannot be sent is reported
fn into_arg(context: &Context<'_>, argument: &Argument) -> TokenStream {
    let (root, ident) = (&context.root, &argument.ident);
    argument.place.at(quote!(#root::IntoArg::into_arg(#ident)))
}

// |(name,), reply| GreeterCall::SayHello { name, reply }
fn to_call(context: &Context<'_>, method: &Method) -> TokenStream {
    let (call, variant, reply) =
        (&context.deployment.header.names.call, &method.names.variant, &context.reply);
    let arguments = idents(&method.function);
    let pattern = tuple(&arguments);
    quote!(|#pattern, #reply| #call::#variant { #(#arguments,)* #reply })
}

// fn remote(&self, name: impl IntoArg<String>) -> ObjectRef<String>
pub(super) fn remote_signature(context: &Context<'_>, method: &Method) -> TokenStream {
    let root = &context.root;
    let parameters = method.function.arguments.iter().map(|argument| {
        let (ident, owned) = (&argument.ident, &argument.owned);
        quote!(#ident: impl #root::IntoArg<#owned>)
    });
    let object_ref = context.with_sides(&quote!(#root::ObjectRef), &method.function.output);
    quote!(fn remote(&self, #(#parameters),*) -> #object_ref)
}

// fn call<__Arg0: IntoArg<String>>(&self, name: __Arg0) -> impl Future<Output = Result<String, CallError>> + Send + use<__Arg0>
//
// The parameters have names because `use<..>` needs them, and without `use<..>` the future would borrow the handle.
pub(super) fn call_signature(context: &Context<'_>, method: &Method) -> TokenStream {
    let root = &context.root;
    let arguments = &method.function.arguments;
    let types: Vec<Ident> =
        (0..arguments.len()).map(|index| format_ident!("__Arg{index}")).collect();
    let bounds = arguments.iter().zip(&types).map(|(argument, ty)| {
        let owned = &argument.owned;
        quote!(#ty: #root::IntoArg<#owned>)
    });
    let parameters = arguments.iter().zip(&types).map(|(argument, ty)| {
        let ident = &argument.ident;
        quote!(#ident: #ty)
    });
    let generics = &context.deployment.header.generics;
    let captured = generics.type_params().map(|parameter| &parameter.ident);
    let constants = generics.const_params().map(|parameter| &parameter.ident);
    let (value, error) = context.sides(&method.function.output);
    let error = error.map(|error| quote!(<#error>));
    quote! {
        fn call<#(#bounds),*>(&self, #(#parameters),*) -> impl ::core::future::Future<
            Output = ::core::result::Result<#value, #root::CallError #error>
        > + ::core::marker::Send + use<#(#captured,)* #(#constants,)* #(#types),*>
    }
}

/// The user's words, then what `remote` does with them.
pub(super) fn remote_docs(method: &Method) -> TokenStream {
    let text = "Starts the call on a replica at once. The result is awaited on what this returns.";
    docs(method, text)
}

/// The user's words, then what `call` does with them.
pub(super) fn call_docs(method: &Method) -> TokenStream {
    let text = "Starts when awaited, runs in the caller's own task where the replica allows it, and is cancelled when dropped.";
    docs(method, text)
}

fn docs(method: &Method, text: &str) -> TokenStream {
    paragraphs(&method.function.carried.summary, text)
}
