//! `GreeterMethods`: the fields of a handle.

use proc_macro2::TokenStream;
use quote::quote;

use super::context::{Context, doc};
use crate::model::Method;
use crate::names;

// /// The methods of `GreeterHandle`.
// pub struct GreeterMethods {
//     /// Says hello.
//     pub say_hello: GreeterSayHelloMethod,
// }
pub(super) fn definition(context: &Context<'_>) -> TokenStream {
    let Context { self_type, deployment, impl_generics, where_clause, .. } = context;
    let names = &deployment.header.names;
    let methods = &names.methods;
    let docs = doc(format_args!("The methods of `{}`.", names.handle));
    let fields = deployment.methods.iter().map(|method| field(context, method));
    // Parameters that no field has.
    let marker = deployment.header.is_generic().then(
        || quote!(#[doc(hidden)] __deployment: ::core::marker::PhantomData<fn() -> #self_type>,),
    );
    let keyword = context.at_name(quote!(pub struct));
    quote! {
        #docs
        #keyword #methods #impl_generics #where_clause {
            #(#fields)*
            #marker
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
    let (visibility, ident) =
        (names::visible_again(&method.visibility), names::again(&method.function.ident));
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

// impl Deref for GreeterMethods { type Target = GreeterCallMethod; .. }
//
// So that `handle.remote(..)` calls `__call__`, and `handle.timeout(..).remote(..)` as well.
pub(super) fn implementations(context: &Context<'_>) -> TokenStream {
    let Context { impl_generics, where_clause, .. } = context;
    let (methods, name) =
        (context.methods_type(), context.deployment.header.names.methods.to_string());
    // Every one, so that none counts as never read.
    let fields =
        context.deployment.methods.iter().filter(|method| method.function.carried.cfg.is_empty());
    let fields = fields.map(|method| {
        let (ident, name) = (names::again(&method.function.ident), &method.name);
        quote!(.field(#name, &self.#ident))
    });
    let entries = context.deployment.methods.iter().filter(|method| method.is_call);
    let entries = entries.map(|method| {
        let (cfg, ident) = (&method.function.carried.cfg, &method.function.ident);
        let target = context.generic(&method.names.method);
        quote! {
            #(#cfg)*
            impl #impl_generics ::core::ops::Deref for #methods #where_clause {
                type Target = #target;

                fn deref(&self) -> &Self::Target {
                    &self.#ident
                }
            }
        }
    });
    quote! {
        impl #impl_generics ::core::fmt::Debug for #methods #where_clause {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct(#name)#(#fields)*.finish()
            }
        }
        #(#entries)*
    }
}

// fn methods(core: &HandleCore<Self>) -> Self::Methods {
//     GreeterMethods { say_hello: GreeterSayHelloMethod(core.share()) }
// }
pub(super) fn constructor(context: &Context<'_>) -> TokenStream {
    let Context { private, deployment, .. } = context;
    let methods = &deployment.header.names.methods;
    let fields = deployment.methods.iter().map(|method| {
        let (cfg, ident, method_type) =
            (&method.function.carried.cfg, &method.function.ident, &method.names.method);
        quote!(#(#cfg)* #ident: #method_type(core.share()),)
    });
    let marker =
        deployment.header.is_generic().then(|| quote!(__deployment: ::core::marker::PhantomData,));
    quote! {
        fn methods(core: &#private::HandleCore<Self>) -> Self::Methods {
            #methods { #(#fields)* #marker }
        }
    }
}
