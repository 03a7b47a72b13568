//! `GreeterHandle`: the one thing that users hold.

use proc_macro2::TokenStream;
use quote::quote;

use super::context::{Context, doc, idents};
use super::signature;
use crate::model::Method;

// /// A handle to the deployment `Greeter`: one field per method, called as `handle.say_hello.remote(..)`. ..
// pub struct GreeterHandle {
//     __methods: Arc<GreeterMethods>,
// }
pub(super) fn definition(context: &Context<'_>) -> TokenStream {
    let Context { private, deployment, impl_generics, where_clause, .. } = context;
    let handle = &deployment.header.names.handle;
    let methods = context.methods_type();
    let summary = doc(summary(context));
    let detail =
        doc("A clone costs one reference count. Handles work from any task and from any thread.");
    quote! {
        #summary
        ///
        #detail
        pub struct #handle #impl_generics #where_clause {
            __methods: #private::std::sync::Arc<#methods>,
        }
    }
}

fn summary(context: &Context<'_>) -> String {
    let deployment = &context.deployment.header.names.deployment;
    match context.deployment.methods.iter().find(|method| !method.is_call) {
        Some(method) => format!(
            "A handle to the deployment `{deployment}`: one field per method, called as `handle.{}.remote(..)`.",
            method.name
        ),
        None => {
            format!("A handle to the deployment `{deployment}`, called as `handle.remote(..)`.")
        }
    }
}

// impl Clone for GreeterHandle { .. }
// impl PartialEq for GreeterHandle { .. }, impl Eq for GreeterHandle {}
// impl Debug for GreeterHandle { .. }
// impl Deref for GreeterHandle { type Target = GreeterMethods; .. }
// impl GreeterHandle { pub fn mock(..) -> Self; pub fn dispatch(&self, call: GreeterCall); .. }
// impl Serialize for GreeterHandle { .. }, impl Deserialize for GreeterHandle { .. }
pub(super) fn implementations(context: &Context<'_>) -> TokenStream {
    let Context { private, impl_generics, where_clause, self_type, deployment, .. } = context;
    let (handle, methods, call) =
        (context.handle_type(), context.methods_type(), context.call_type());
    let name = deployment.header.names.handle.to_string();
    let direct = deployment
        .methods
        .iter()
        .filter(|method| method.is_call)
        .map(|method| direct(context, method));
    let serde = serde(context);
    quote! {
        #[automatically_derived]
        impl #impl_generics ::core::clone::Clone for #handle #where_clause {
            fn clone(&self) -> Self {
                Self { __methods: ::core::clone::Clone::clone(&self.__methods) }
            }
        }

        /// Equal handles lead to the same deployment of the same server, or to the same mock.
        #[automatically_derived]
        impl #impl_generics ::core::cmp::PartialEq for #handle #where_clause {
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                self.__methods.__core == other.__methods.__core
            }
        }

        #[automatically_derived]
        impl #impl_generics ::core::cmp::Eq for #handle #where_clause {}

        #[automatically_derived]
        impl #impl_generics ::core::fmt::Debug for #handle #where_clause {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                formatter.debug_struct(#name).finish_non_exhaustive()
            }
        }

        #[automatically_derived]
        impl #impl_generics ::core::ops::Deref for #handle #where_clause {
            type Target = #methods;

            fn deref(&self) -> &Self::Target {
                &self.__methods
            }
        }

        impl #impl_generics #handle #where_clause {
            /// A handle over a closure, to test deployments that call this one. A call that the closure drops without
            /// a reply fails.
            pub fn mock(mock: impl ::core::ops::Fn(#call) + ::core::marker::Send + ::core::marker::Sync + 'static) -> Self {
                #private::mock::<#self_type>(mock)
            }

            /// Sends a call that already is a value, such as one that a mock has received, to a replica.
            pub fn dispatch(&self, call: #call) {
                #private::dispatch(&self.__methods.__core, call);
            }

            #(#direct)*
        }

        #serde
    }
}

// impl Serialize for GreeterHandle { .. }
// impl<'de> Deserialize<'de> for GreeterHandle { .. }
//
// So that a handle may be an argument, or a part of one, wherever the deployment that gets it lives.
fn serde(context: &Context<'_>) -> TokenStream {
    let Context { private, impl_generics, where_clause, self_type, deployment, .. } = context;
    let handle = context.handle_type();
    let parameters = &deployment.header.generics.params;
    quote! {
        #[automatically_derived]
        impl #impl_generics #private::serde::Serialize for #handle #where_clause {
            fn serialize<__Serializer: #private::serde::Serializer>(
                &self,
                serializer: __Serializer,
            ) -> ::core::result::Result<__Serializer::Ok, __Serializer::Error> {
                #private::serialize_handle(&self.__methods.__core, serializer)
            }
        }

        #[automatically_derived]
        impl<'de, #parameters> #private::serde::Deserialize<'de> for #handle #where_clause {
            fn deserialize<__Deserializer: #private::serde::Deserializer<'de>>(
                deserializer: __Deserializer,
            ) -> ::core::result::Result<Self, __Deserializer::Error> {
                #private::deserialize_handle::<#self_type, __Deserializer>(deserializer)
            }
        }
    }
}

// /// docs of `__call__`
// pub fn remote(&self, request: impl IntoArg<Request>) -> ObjectRef<String> { self.__methods.__call__.remote(request) }
// pub fn call<..>(&self, request: ..) -> impl Future<..> { self.__methods.__call__.call(request) }
// pub fn broadcast<..>(&self, request: ..) -> Vec<ObjectRef<String>> { self.__methods.__call__.broadcast(request) }
// pub fn timeout(&self, timeout: Duration) -> GreeterCallMethod { self.__methods.__call__.timeout(timeout) }
// ..
fn direct(context: &Context<'_>, method: &Method) -> TokenStream {
    let (function, carried) = (&method.function, &method.function.carried);
    let (cfg, deprecated, lints) = (&carried.cfg, &carried.deprecated, &carried.lints);
    let (field, arguments) = (&function.ident, idents(function));
    let broadcast = method.has_broadcast().then(|| {
        let (docs, signature) =
            (signature::broadcast_docs(method), signature::broadcast(context, method));
        (quote!(broadcast), docs, signature)
    });
    let functions = [
        (quote!(remote), signature::remote_docs(method), signature::remote(context, method)),
        (quote!(call), signature::call_docs(method), signature::call(context, method)),
    ];
    let functions = functions.into_iter().chain(broadcast).map(|(name, docs, signature)| {
        quote! {
            #(#cfg)*
            #docs
            #deprecated
            #(#lints)*
            pub #signature {
                self.__methods.#field.#name(#(#arguments),*)
            }
        }
    });
    let (options, choose_replica) = (options(context, method), choose_replica(context, method));
    quote! {
        #(#functions)*
        #options
        #choose_replica
    }
}

// pub fn choose_replica(&self) -> impl Future<Output = Result<ChosenReplica<GreeterCallMethod>, CallError>> + Send + use<> {
//     self.__methods.__call__.choose_replica()
// }
fn choose_replica(context: &Context<'_>, method: &Method) -> TokenStream {
    let root = &context.root;
    let (cfg, field) = (&method.function.carried.cfg, &method.function.ident);
    let (method_type, captured) = (context.generic(&method.names.method), context.captured());
    quote! {
        #(#cfg)*
        /// Chooses a replica as a call would, for a caller that has to know it first; the call is made on what this gives.
        pub fn choose_replica(&self) -> impl ::core::future::Future<
            Output = ::core::result::Result<#root::ChosenReplica<#method_type>, #root::CallError>
        > + ::core::marker::Send + use<#(#captured),*> {
            self.__methods.#field.choose_replica()
        }
    }
}

/// The options of `__call__`, so that `handle.timeout(..).remote(..)` reads like `handle.remote(..)`.
fn options(context: &Context<'_>, method: &Method) -> TokenStream {
    let private = &context.private;
    let (cfg, field) = (&method.function.carried.cfg, &method.function.ident);
    let method_type = context.generic(&method.names.method);
    let text = quote!(impl ::core::convert::Into<#private::std::string::String>);
    let options = [
        (
            "timeout",
            quote!(::core::time::Duration),
            "The same call, which fails when this time has passed.",
        ),
        (
            "multiplexed_model_id",
            text.clone(),
            "The same call, for this model: a replica that has it loaded is preferred.",
        ),
        (
            "session_id",
            text.clone(),
            "The same call, in this session: calls of one session prefer one replica.",
        ),
        ("request_id", text, "The same call, under this request id."),
    ];
    let options = options.map(|(name, ty, text)| {
        let option = proc_macro2::Ident::new(name, proc_macro2::Span::call_site());
        let docs = doc(text);
        quote! {
            #(#cfg)*
            #docs
            #[must_use]
            pub fn #option(&self, #option: #ty) -> #method_type {
                self.__methods.#field.#option(#option)
            }
        }
    });
    quote!(#(#options)*)
}
