//! Calls and constructors as bytes, and back: what crosses between processes.

use proc_macro2::TokenStream;
use quote::quote;

use super::constructor::default;
use super::context::{Context, idents, tuple};
use super::{call, wire};
use crate::model::{Constructor, Function};
use crate::names::local;

// fn encode(call: Self::Call) -> Outgoing {
//     match call { GreeterCall::SayHello { name, reply } => <SayHelloSpec>::encode((name,), reply) }
// }
pub(super) fn encode(context: &Context<'_>) -> TokenStream {
    let Context { private, reply, .. } = context;
    let call = local("call");
    let arms = call::arms(context, |method| {
        let (idents, spec) = (idents(&method.function), context.spec(method));
        let values = tuple(&idents);
        (quote!(#(#idents,)* #reply), quote!(<#spec>::encode(#values, #reply)))
    });
    quote! {
        fn encode(#call: Self::Call) -> #private::Outgoing {
            match #call { #arms }
        }
    }
}

// fn decode(method: &str, arguments: &Bytes, answer: &mut Answer) -> DecodedCall<Self> {
//     match method {
//         "say_hello" => <SayHelloSpec>::decode(arguments, answer),
//         _ => unknown_method(method),
//     }
// }
pub(super) fn decode(context: &Context<'_>) -> TokenStream {
    let Context { private, deployment, .. } = context;
    let arms = deployment.methods.iter().map(|method| {
        let (cfg, name) = (&method.function.carried.cfg, &method.name);
        let spec = context.spec(method);
        quote!(#(#cfg)* #name => <#spec>::decode(arguments, answer),)
    });
    quote! {
        fn decode(
            method: &::core::primitive::str,
            arguments: &#private::Bytes,
            answer: &mut #private::Answer,
        ) -> #private::DecodedCall<Self> {
            match method {
                #(#arms)*
                _ => #private::unknown_method(method),
            }
        }
    }
}

// let mut arguments = Arguments::new();
// arguments.add("greeting", greeting, <Probe<String>>::CODEC);
fn add(context: &Context<'_>, function: &Function) -> TokenStream {
    let (private, arguments) = (&context.private, local("arguments"));
    let adds = function.arguments.iter().map(|argument| {
        let (ident, name) = (&argument.ident, argument.ident.to_string());
        let codec = wire::codec(context, &argument.wire, &argument.owned);
        quote!(#arguments.add(#name, #ident, #codec);)
    });
    let mutable = (!function.arguments.is_empty()).then(|| quote!(mut));
    quote! {
        let #mutable #arguments = #private::Arguments::new();
        #(#adds)*
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

// fn construct(arguments: &Bytes) -> Constructed<Self> {
//     let mut arguments = ArgumentReader::new(arguments);
//     let greeting = arguments.next("greeting", <Probe<String>>::CODEC)?;
//     arguments.end()?;
//     Constructing::new(__construct(greeting))                   // or `construct_default::<Greeter>(arguments)`
// }
pub(super) fn construct(context: &Context<'_>) -> TokenStream {
    let Context { private, turbofish, .. } = context;
    let arguments = local("arguments");
    if context.deployment.header.is_wrong {
        return TokenStream::new();
    }
    let constructors = context.deployment.constructors.iter().map(|constructor| {
        let (cfg, construct) = match constructor {
            Constructor::New(function) => {
                let (idents, read) = (idents(function), read(context, function));
                let construct = quote! {
                    #read
                    #private::Constructing::new(__construct #turbofish(#(#idents),*))
                };
                (&function.carried.cfg, construct)
            }
            Constructor::Default(cfg) => {
                (cfg, default(context, &quote!(construct_default), &quote!(#arguments)))
            }
        };
        quote! {
            #(#cfg)*
            fn construct(#arguments: &#private::Bytes) -> #private::Constructed<Self> {
                #construct
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
    let (pattern, add) = (tuple(&idents(function)), add(context, function));
    quote! {
        |#bound, #handles| {
            let #pattern = #private::BorrowTuple::refs(#bound, #handles);
            #add
            #arguments.finish()
        }
    }
}
