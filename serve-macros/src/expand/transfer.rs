//! Calls and constructors as bytes, and back: what crosses between processes.

use proc_macro2::TokenStream;
use quote::quote;

use super::constructor::default;
use super::context::{Context, idents, tuple};
use super::{call, wire};
use crate::model::{Constructor, Function, Method, Shape};
use crate::names::local;

// fn encode(call: Self::Call) -> Outgoing {
//     match call {
//         GreeterCall::SayHello { name, reply } => {
//             let mut arguments = Arguments::new();
//             arguments.give("name", name, <Probe<String>>::CODEC);
//             let codecs = const { &Codecs::result(<Probe<String>>::CODEC, NEVER) };     // or `item(..)`
//             arguments.call("say_hello", reply, codecs)                                 // or `.stream(..)`
//         }
//     }
// }
pub(super) fn encode(context: &Context<'_>) -> TokenStream {
    let Context { private, reply, .. } = context;
    let (call, arguments) = (local("call"), local("arguments"));
    let arms = call::arms(context, |method| {
        let (idents, name) = (idents(&method.function), &method.name);
        let add = add(context, &method.function, &quote!(give));
        let answer = answer(method);
        let codecs = wire::output_codecs(context, &method.function);
        let encode = quote!({
            #add
            #arguments.#answer(#name, #reply, #codecs)
        });
        (quote!(#(#idents,)* #reply), encode)
    });
    quote! {
        fn encode(#call: Self::Call) -> #private::Outgoing {
            match #call { #arms }
        }
    }
}

// let mut arguments = Arguments::new();
// arguments.give("name", name, <Probe<String>>::CODEC);              // or `add`, where `name` is a reference
fn add(context: &Context<'_>, function: &Function, add: &TokenStream) -> TokenStream {
    let (private, arguments) = (&context.private, local("arguments"));
    let adds = function.arguments.iter().map(|argument| {
        let (ident, name) = (&argument.ident, argument.ident.to_string());
        let codec = wire::codec(context, &argument.wire, &argument.owned);
        quote!(#arguments.#add(#name, #ident, #codec);)
    });
    let mutable = (!function.arguments.is_empty()).then(|| quote!(mut));
    quote! {
        let #mutable #arguments = #private::Arguments::new();
        #(#adds)*
    }
}

fn answer(method: &Method) -> TokenStream {
    match method.function.shape {
        Shape::Value | Shape::Batch(_) => quote!(call),
        Shape::Stream => quote!(stream),
    }
}

// fn decode(method: &str, arguments: &Bytes, answer: &mut Answer) -> Result<Self::Call, DecodeError> {
//     match method {
//         "say_hello" => {
//             let mut arguments = ArgumentReader::new(arguments);
//             let name = arguments.next("name", <Probe<String>>::CODEC)?;
//             arguments.end()?;
//             let codecs = const { &Codecs::result(<Probe<String>>::CODEC, NEVER) };     // or `item(..)`
//             let reply = answer.reply(codecs)?;                                         // or `.stream(..)`
//             Result::Ok(GreeterCall::SayHello { name, reply })
//         }
//         _ => Result::Err(DecodeError::unknown_method(method)),
//     }
// }
pub(super) fn decode(context: &Context<'_>) -> TokenStream {
    let Context { private, deployment, reply, .. } = context;
    let call = &deployment.header.names.call;
    let (method_name, arguments, answer) = (local("method"), local("arguments"), local("answer"));
    let arms = deployment.methods.iter().map(|method| {
        let function = &method.function;
        let (cfg, name, variant) = (&function.carried.cfg, &method.name, &method.names.variant);
        let (idents, read) = (idents(function), read(context, function));
        let take = match function.shape {
            Shape::Value | Shape::Batch(_) => quote!(reply),
            Shape::Stream => quote!(stream),
        };
        let codecs = wire::output_codecs(context, function);
        quote! {
            #(#cfg)*
            #name => {
                #read
                let #reply = #answer.#take(#codecs)?;
                ::core::result::Result::Ok(#call::#variant { #(#idents,)* #reply })
            }
        }
    });
    quote! {
        #[allow(unused_variables)]
        fn decode(
            #method_name: &::core::primitive::str,
            #arguments: &#private::Bytes,
            #answer: &mut #private::Answer,
        ) -> ::core::result::Result<Self::Call, #private::DecodeError> {
            match #method_name {
                #(#arms)*
                _ => ::core::result::Result::Err(#private::DecodeError::unknown_method(#method_name)),
            }
        }
    }
}

// let mut arguments = ArgumentReader::new(arguments);
// let name = arguments.next("name", <Probe<String>>::CODEC)?;
// arguments.end()?;
fn read(context: &Context<'_>, function: &Function) -> TokenStream {
    let (private, arguments) = (&context.private, local("arguments"));
    let reads = function.arguments.iter().map(|argument| {
        let (ident, owned) = (&argument.ident, &argument.owned);
        let name = argument.ident.to_string();
        let codec = wire::codec(context, &argument.wire, owned);
        quote!(let #ident = #arguments.next(#name, #codec)?;)
    });
    let mutable = (!function.arguments.is_empty()).then(|| quote!(mut));
    quote! {
        let #mutable #arguments = #private::ArgumentReader::new(#arguments);
        #(#reads)*
        #arguments.end()?;
    }
}

// fn construct(arguments: &Bytes) -> Result<Constructing<Self>, DecodeError> {
//     let mut arguments = ArgumentReader::new(arguments);
//     let greeting = arguments.next("greeting", <Probe<String>>::CODEC)?;
//     arguments.end()?;
//     Result::Ok(Constructing::new(__construct(greeting)))
// }
pub(super) fn construct(context: &Context<'_>) -> TokenStream {
    let Context { private, turbofish, .. } = context;
    let arguments = local("arguments");
    let constructors = context.deployment.constructors.iter().map(|constructor| {
        let (cfg, read, construct) = match constructor {
            Constructor::New(function) => {
                let idents = idents(function);
                let construct = quote!(__construct #turbofish(#(#idents),*));
                (&function.carried.cfg, read(context, function), construct)
            }
            Constructor::Default(cfg) => {
                let default = default(context);
                let read = quote!(#private::ArgumentReader::new(#arguments).end()?;);
                (cfg, read, quote!(async move { ::core::result::Result::Ok(#default) }))
            }
        };
        quote! {
            #(#cfg)*
            fn construct(
                #arguments: &#private::Bytes,
            ) -> ::core::result::Result<#private::Constructing<Self>, #private::DecodeError> {
                #read
                ::core::result::Result::Ok(#private::Constructing::new(#construct))
            }
        }
    });
    quote!(#(#constructors)*)
}

// |bound, handles| {
//     let (greeting,) = BorrowTuple::refs(bound, handles);
//     let mut arguments = Arguments::new();
//     arguments.add("greeting", greeting, <Probe<String>>::CODEC);
//     arguments.finish()
// }
pub(super) fn encode_constructor(context: &Context<'_>, function: &Function) -> TokenStream {
    let (private, arguments) = (&context.private, local("arguments"));
    let (bound, handles) = (local("bound"), local("handles"));
    if function.arguments.is_empty() {
        return quote!(#private::no_arguments);
    }
    let (pattern, add) = (tuple(&idents(function)), add(context, function, &quote!(add)));
    quote! {
        |#bound, #handles| {
            let #pattern = #private::BorrowTuple::refs(#bound, #handles);
            #add
            #arguments.finish()
        }
    }
}
