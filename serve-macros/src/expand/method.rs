//! `GreeterSayHelloMethod`: what stands behind `handle.say_hello`, and what the runtime knows of the method.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

use super::context::{Context, doc, idents, tuple};
use super::{invoke, signature, wire};
use crate::model::{Method, Shape};

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

// impl GreeterSayHelloMethod {
//     pub fn remote(..) -> ObjectRef<String> { .. }
//     pub fn call(..) -> impl Future<..> { .. }
//     pub fn broadcast(..) -> Vec<ObjectRef<String>> { .. }
//     batch_options! {"embed"}             // where the method is batched
// }
// method_field! { [] GreeterSayHelloMethod, "GreeterSayHelloMethod", [] }
// struct SayHelloSpec(PhantomData<fn() -> Greeter>);
// impl MethodSpec for SayHelloSpec { .. }
// impl Invoke for SayHelloSpec { .. }      // or `Produce`, or `InvokeBatch`
//
// The specification is a type of its own, which nobody sees: what the handle's type says would have to be as visible as
// that, and the types of private methods need not be.
pub(super) fn implementations(context: &Context<'_>, method: &Method) -> TokenStream {
    let Context { private, self_type, impl_generics, where_clause, .. } = context;
    let (cfg, name) = (&method.function.carried.cfg, &method.name);
    let (method_type, marker) = (context.generic(&method.names.method), &method.names.spec);
    let type_name = method.names.method.to_string();
    let (remote, call, broadcast) =
        (remote(context, method), call(context, method), broadcast(context, method));
    let batch_options = method.function.batch().map(|_| quote!(#private::batch_options! { #name }));
    let (spec, invoke) = (spec(context, method), invoke::method(context, method));
    quote! {
        #(#cfg)*
        impl #impl_generics #method_type #where_clause {
            #remote
            #call
            #broadcast
            #batch_options
        }

        #(#cfg)*
        #private::method_field! { [#impl_generics] #method_type, #type_name, [#where_clause] }

        #(#cfg)*
        struct #marker #impl_generics (::core::marker::PhantomData<fn() -> #self_type>) #where_clause;

        #(#cfg)*
        #spec

        #(#cfg)*
        #invoke
    }
}

// /// Says hello.
// pub fn remote(&self, name: impl IntoArg<String>) -> ObjectRef<String> {
//     <SayHelloSpec>::remote(&self.0, (name,))
// }
fn remote(context: &Context<'_>, method: &Method) -> TokenStream {
    let (docs, signature) = (signature::remote_docs(method), signature::remote(context, method));
    start(context, method, &docs, &signature, &quote!(remote))
}

// /// Says hello.
// pub fn call<__Arg0: IntoArg<String>>(&self, name: __Arg0) -> impl Future<Output = CallResult<String>> + Send + use<__Arg0> {
//     <SayHelloSpec>::call(&self.0, (name,))           // or `call_as_value`
// }
fn call(context: &Context<'_>, method: &Method) -> TokenStream {
    let function = match (&method.function.shape, method.idempotent) {
        (Shape::Value, false) | (Shape::Stream, _) => quote!(call),
        (Shape::Value, true) | (Shape::Batch(_), _) => quote!(call_as_value),
    };
    let (docs, signature) = (signature::call_docs(method), signature::call(context, method));
    start(context, method, &quote!(#docs #[inline]), &signature, &function)
}

// /// Says hello.
// pub fn broadcast<__Arg0: IntoArg<String> + Clone>(&self, name: __Arg0) -> Vec<ObjectRef<String>> {
//     <SayHelloSpec>::broadcast(&self.0, (name,))
// }
fn broadcast(context: &Context<'_>, method: &Method) -> Option<TokenStream> {
    let (docs, signature) =
        (signature::broadcast_docs(method), signature::broadcast(context, method));
    let docs = quote!(#docs #[must_use = "each of these is the result of a replica"]);
    method.has_broadcast().then(|| start(context, method, &docs, &signature, &quote!(broadcast)))
}

/// A way to start a call. What is said of a field is said of `handle.remote(..)` as well, which goes past it.
fn start(
    context: &Context<'_>,
    method: &Method,
    docs: &TokenStream,
    signature: &TokenStream,
    function: &TokenStream,
) -> TokenStream {
    let carried = &method.function.carried;
    let (deprecated, lints) = (&carried.deprecated, &carried.lints);
    let attributes = method.is_call.then(|| quote!(#deprecated #(#lints)*));
    let passed = method.function.arguments.iter().map(|argument| match argument.is_unknown {
        true => argument.owned.clone(),
        false => argument.ident.to_token_stream(),
    });
    let (spec, arguments) = (context.spec(method), tuple(&passed.collect::<Vec<_>>()));
    quote! {
        #docs
        #attributes
        pub #signature {
            <#spec>::#function(&self.0, #arguments)
        }
    }
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
