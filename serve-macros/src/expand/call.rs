//! `GreeterCall`: the closed enum of calls, what moves from a handle to a replica.

use proc_macro2::TokenStream;
use quote::quote;

use super::context::{Context, doc};
use crate::model::{Method, Shape};

// /// One call of a method of `Greeter`, as a value.
// pub enum GreeterCall {
//     /// A call of `Greeter::say_hello`.
//     SayHello {
//         /// The argument `name`.
//         name: String,
//         /// Takes the result.
//         reply: Reply<String>,               // or `StreamReply<String>`
//     },
// }
pub(super) fn definition(context: &Context<'_>) -> TokenStream {
    let Context { deployment, impl_generics, where_fields, .. } = context;
    let names = &deployment.header.names;
    let call = &names.call;
    let docs = doc(format_args!(
        "One call of a method of `{}`, as a value: what a mock receives.",
        names.deployment
    ));
    let variants = deployment.methods.iter().map(|method| variant(context, method));
    let marker = deployment.header.is_generic().then(|| marker(context));
    let keyword = context.at_name(quote!(pub enum));
    quote! {
        #docs
        #keyword #call #impl_generics #where_fields {
            #(#variants)*
            #marker
        }
    }
}

fn variant(context: &Context<'_>, method: &Method) -> TokenStream {
    let outside = &context.outside;
    let carried = &method.function.carried;
    let (cfg, hidden, deprecated, lints) =
        (&carried.cfg, &carried.hidden, &carried.deprecated, &carried.lints);
    let deployment = &context.deployment.header.names.deployment;
    let docs = doc(format_args!("A call of `{deployment}::{}`.", method.name));
    let variant = &method.names.variant;
    let fields = method.function.arguments.iter().map(|argument| {
        let (ident, owned) = (&argument.ident, &argument.owned);
        let docs = match method.function.shape {
            Shape::Value | Shape::Stream => doc(format_args!("The argument `{ident}`.")),
            Shape::Batch(_) => doc(format_args!("One item of the argument `{ident}`.")),
        };
        quote!(#docs #ident: #owned,)
    });
    let (wrapper, reply_docs) = match method.function.shape {
        Shape::Value | Shape::Batch(_) => ("Reply", "Takes the result."),
        Shape::Stream => ("StreamReply", "Takes the items."),
    };
    let (reply, reply_docs) =
        (context.with_sides(outside, wrapper, &method.function.output), doc(reply_docs));
    quote! {
        #(#cfg)*
        #docs
        #hidden
        #deprecated
        #(#lints)*
        #variant {
            #(#fields)*
            #reply_docs
            reply: #reply,
        },
    }
}

/// Uses the type parameters that no method uses. Uninhabited, so that a `match` on a call does not need it.
fn marker(context: &Context<'_>) -> TokenStream {
    let parameters = context.deployment.header.type_parameters();
    quote! {
        #[doc(hidden)]
        __Generics(
            ::core::convert::Infallible,
            ::core::marker::PhantomData<(#(::core::marker::PhantomData<#parameters>,)*)>,
        ),
    }
}

// impl Debug for GreeterCall { .. }       // `SayHello { .. }`: arguments need not be `Debug`
pub(super) fn implementations(context: &Context<'_>) -> TokenStream {
    let Context { private, self_type, impl_generics, where_clause, .. } = context;
    let call = context.call_type();
    quote! {
        impl #impl_generics ::core::fmt::Debug for #call #where_clause {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                #private::debug_call::<#self_type>(self, f)
            }
        }
    }
}

/// One arm per variant: the fields taken from it, and what is made of them.
pub(super) fn arms(
    context: &Context<'_>,
    arm: impl Fn(&Method) -> (TokenStream, TokenStream),
) -> TokenStream {
    let arms = context.deployment.methods.iter().map(|method| {
        let (cfg, variant) = (&method.function.carried.cfg, &method.names.variant);
        let (fields, value) = arm(method);
        let call = &context.deployment.header.names.call;
        quote!(#(#cfg)* #call::#variant { #fields } => #value,)
    });
    let call = &context.deployment.header.names.call;
    let marker = context
        .deployment
        .header
        .is_generic()
        .then(|| quote!(#call::__Generics(never, _) => match never {},));
    quote!(#(#arms)* #marker)
}
