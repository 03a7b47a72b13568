//! `GreeterSayHelloMethod`: what stands behind `handle.say_hello`, and what the runtime knows of the method.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::context::{Context, doc, idents, tuple};
use super::{invoke, wire};
use crate::model::{Method, Shape};
use crate::names;

// /// `handle.say_hello`: calls `Greeter::say_hello` on a replica.
// pub struct GreeterSayHelloMethod(HandleCore<Greeter>);
pub(super) fn definition(context: &Context<'_>, method: &Method) -> TokenStream {
    let Context { outside, self_type, deployment, impl_generics, where_clause, .. } = context;
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
        pub struct #ident #impl_generics (#outside::HandleCore<#self_type>) #where_clause;
    }
}

// start_value! { impl GreeterSayHelloMethod .. }      // or `start_stream`, or `start_batch`: `remote`, `call` and so on
// enum SayHelloSpec {}                     // or `struct SayHelloSpec<T>(PhantomData<fn() -> Greeter<T>>);`
// impl MethodSpec for SayHelloSpec { .. }
// impl Invoke for SayHelloSpec { .. }      // or `Produce`, or `InvokeBatch`
//
// The specification is a type of its own, which nobody sees: what the handle's type says would have to be as visible as
// that, and the types of private methods need not be.
pub(super) fn implementations(context: &Context<'_>, method: &Method) -> TokenStream {
    let Context { self_type, impl_generics, where_clause, .. } = context;
    let (cfg, marker) = (&method.function.carried.cfg, &method.names.spec);
    let starts = starts(context, method);
    let (spec, invoke) = (spec(context, method), invoke::method(context, method));
    let marker = match context.deployment.header.is_generic() {
        true => quote! {
            struct #marker #impl_generics (::core::marker::PhantomData<fn() -> #self_type>) #where_clause;
        },
        false => quote!(enum #marker {}),
    };
    quote! {
        #(#cfg)*
        #starts

        #(#cfg)*
        #marker

        #(#cfg)*
        #spec

        #(#cfg)*
        #invoke
    }
}

// start_value! {
//     impl [] GreeterSayHelloMethod [] []
//     [/// Says hello.] [] SayHelloSpec: call [remote call broadcast]          // or `call_as_value`
//     (name: __Arg0 [IntoArg<String>] [Clone] name) use [] -> [ObjectRef<String>] [CallResult<String>]
// }
//
// What is said of a field is said of `handle.remote(..)` as well, which goes past it.
fn starts(context: &Context<'_>, method: &Method) -> TokenStream {
    let Context { private, impl_generics, type_generics, where_clause, .. } = context;
    let (function, method_type) = (&method.function, &method.names.method);
    let (start, here, reference) = match (&function.shape, method.idempotent) {
        (Shape::Value, false) => (quote!(start_value), quote!(call), "ObjectRef"),
        (Shape::Value, true) => (quote!(start_value), quote!(call_as_value), "ObjectRef"),
        (Shape::Stream, _) => (quote!(start_stream), quote!(call), "ResponseStream"),
        (Shape::Batch(_), _) => (quote!(start_batch), quote!(call_as_value), "ObjectRef"),
    };
    let names = ["remote", "call", "broadcast"].map(|name| at_method(method, name));
    let arguments = function.arguments.iter().enumerate().map(|(index, argument)| {
        let (ident, owned, generic) =
            (&argument.ident, &argument.owned, format_ident!("__Arg{index}"));
        match argument.is_unknown {
            true => quote!(#ident: #generic [::core::marker::Sized] [::core::clone::Clone] #owned),
            false => {
                quote!(#ident: #generic [#private::IntoArg<#owned>] [::core::clone::Clone] #ident)
            }
        }
    });
    let carried = &function.carried;
    let (deprecated, lints) = (&carried.deprecated, &carried.lints);
    let attributes = method.is_call.then(|| quote!(#deprecated #(#lints)*));
    let break_ = (!carried.summary.is_empty()).then(|| quote!(#[doc = ""]));
    let (spec, captured, summary) = (context.spec(method), context.captured(), &carried.summary);
    let reference = context.with_sides(private, reference, &function.output);
    let result = context.with_sides(private, "CallResult", &function.output);
    quote! {
        #private::#start! {
            impl [#impl_generics] #method_type [#type_generics] [#where_clause]
            [#(#summary)* #break_] [#attributes] #spec: #here [#(#names)*]
            (#(#arguments),*) use [#(#captured,)*] -> [#reference] [#result]
        }
    }
}

/// A name that stands where the user's method does, so that "defined here" leads there.
fn at_method(method: &Method, name: &str) -> Ident {
    names::again(&Ident::new(name, method.function.ident.span()))
}

// impl MethodSpec for SayHelloSpec {
//     type On = Greeter;
//     type Args = (String,);
//     type Value = String;
//     type Error = Infallible;
//     type Shape = Unary;                                                      // or `Streaming`
//     const NAME: &'static str = "say_hello";
//     const SIGNATURE: u64 = 1234;
//     const PARAMETERS: Specs<Self> = (("name", "String", <Probe<String>>::CODEC),);
//     const OUTPUT: Codecs<Self::Value, Self::Error> = Codecs::result(["String", "Infallible"], <Probe<Self::Value>>::CODEC, NEVER);
//     const REPEAT: Option<Repeat<Self::Args>> = Option::Some(Clone::clone);      // where it is idempotent
//     const IS_BATCHED: bool = true;                                                         // where it is
//     fn wrap((name,): Self::Args, reply: ReplyTo<Self>) -> GreeterCall { GreeterCall::SayHello { name, reply } }
// }
fn spec(context: &Context<'_>, method: &Method) -> TokenStream {
    let Context { private, self_type, impl_generics, where_clause, reply, .. } = context;
    let (function, name) = (&method.function, &method.name);
    let spec = context.spec(method);
    let owned: Vec<_> = function.arguments.iter().map(|argument| &argument.owned).collect();
    let (arguments, (value, _)) = (tuple(&owned), context.sides(&function.output));
    let error = context.error_type(&function.output);
    let shape = match function.shape {
        Shape::Value | Shape::Batch(_) => quote!(Unary),
        Shape::Stream => quote!(Streaming),
    };
    let signature = Literal::u64_unsuffixed(method.signature);
    let parameters = wire::parameters(context, function);
    let output = wire::output(context, function);
    let repeat = method.idempotent.then(|| {
        quote! {
            const REPEAT: ::core::option::Option<#private::Repeat<Self::Args>> =
                ::core::option::Option::Some(::core::clone::Clone::clone);
        }
    });
    let batched = function.batch().map(|_| {
        quote!(
            const IS_BATCHED: ::core::primitive::bool = true;
        )
    });
    let (call, variant, idents) =
        (&context.deployment.header.names.call, &method.names.variant, idents(function));
    let (call_type, pattern) = (context.call_type(), tuple(&idents));
    quote! {
        impl #impl_generics #private::MethodSpec for #spec #where_clause {
            type On = #self_type;
            type Args = #arguments;
            type Value = #value;
            type Error = #error;
            type Shape = #private::#shape;
            const NAME: &'static ::core::primitive::str = #name;
            const SIGNATURE: ::core::primitive::u64 = #signature;
            const PARAMETERS: #private::Specs<Self> = #parameters;
            const OUTPUT: #private::Codecs<Self::Value, Self::Error> = #output;
            #repeat
            #batched

            fn wrap(#pattern: Self::Args, #reply: #private::ReplyTo<Self>) -> #call_type {
                #call::#variant { #(#idents,)* #reply }
            }
        }
    }
}
