//! `GreeterMethods`: the fields behind a handle.

use proc_macro2::TokenStream;
use quote::quote;

use super::context::{Context, doc};
use crate::model::Method;

// /// The methods of `GreeterHandle`.
// pub struct GreeterMethods {
//     /// Says hello.
//     pub say_hello: GreeterSayHelloMethod,
//     __core: HandleCore<Greeter>,
// }
pub(super) fn definition(context: &Context<'_>) -> TokenStream {
    let Context { private, self_type, deployment, impl_generics, where_clause, .. } = context;
    let names = &deployment.header.names;
    let methods = &names.methods;
    let docs = doc(format_args!("The methods of `{}`.", names.handle));
    let fields = deployment.methods.iter().map(|method| field(context, method));
    quote! {
        #docs
        pub struct #methods #impl_generics #where_clause {
            #(#fields)*
            __core: #private::HandleCore<#self_type>,
        }
    }
}

fn field(context: &Context<'_>, method: &Method) -> TokenStream {
    let carried = &method.function.carried;
    let (cfg, docs, deprecated, lints) =
        (&carried.cfg, &carried.docs, &carried.deprecated, &carried.lints);
    let deployment = &context.deployment.header.names.deployment;
    let fallback = docs.is_empty().then(|| doc(format_args!("`{deployment}::{}`", method.name)));
    let hidden = match (&carried.hidden, method.is_call) {
        (Some(hidden), _) => quote!(#hidden),
        // `handle.remote(..)` says the same in fewer words.
        (None, true) => quote!(#[doc(hidden)]),
        (None, false) => TokenStream::new(),
    };
    let (visibility, ident) = (&method.visibility, &method.function.ident);
    let method_type = context.generic(&method.names.method);
    quote! {
        #(#cfg)*
        #(#docs)*
        #fallback
        #hidden
        #deprecated
        #(#lints)*
        #visibility #ident: #method_type,
    }
}

// impl Debug for GreeterMethods { .. }
pub(super) fn implementations(context: &Context<'_>) -> TokenStream {
    let Context { impl_generics, where_clause, .. } = context;
    let methods = context.methods_type();
    let name = context.deployment.header.names.methods.to_string();
    quote! {
        #[automatically_derived]
        impl #impl_generics ::core::fmt::Debug for #methods #where_clause {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                formatter.debug_struct(#name).finish_non_exhaustive()
            }
        }
    }
}
