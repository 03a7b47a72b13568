//! Which methods can cross processes: found out where it is welcome, required where it was asked for.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::context::Context;
use crate::model::{Function, Method, OutputKind, Shape, WireType};

/// One type that a call carries.
struct Carriage<'m> {
    what: String,
    wire: &'m WireType,
    ty: TokenStream,
}

// MethodInfo::new("say_hello").signature(1234).wire(&[ // `.streaming()`, `.idempotent()` come before
//     WireCheck { what: "argument `name`", ty: "String", capable: <Probe<String>>::CAPABLE },
//     WireCheck { what: "result", ty: "String", capable: <Probe<String>>::CAPABLE },
// ]),
pub(super) fn methods(context: &Context<'_>) -> TokenStream {
    let private = &context.private;
    let methods = context.deployment.methods.iter().map(|method| {
        let (cfg, name) = (&method.function.carried.cfg, &method.name);
        let signature = Literal::u64_unsuffixed(method.signature);
        let checks = carriages(context, method).into_iter().map(|Carriage { what, wire, ty }| {
            let text = &wire.text;
            let capable = if wire.reference.is_some() {
                quote!(false)
            } else {
                quote!(<#private::Probe<#ty>>::CAPABLE)
            };
            quote!(#private::WireCheck { what: #what, ty: #text, capable: #capable })
        });
        let streaming = matches!(method.function.shape, Shape::Stream).then(|| quote!(.streaming()));
        let idempotent = method.idempotent.then(|| quote!(.idempotent()));
        quote!(#(#cfg)* #private::MethodInfo::new(#name) #streaming #idempotent .signature(#signature).wire(&[#(#checks),*]),)
    });
    quote!(#(#methods)*)
}

// const _: () = {
//     fn check() where String: Send, <Result<u32, E> as ResultLike>::Err: Send {}
// };
//
// Each bound at the type it is about, and before everything else, so that of all that the compiler has to say about a
// type that cannot be sent the first thing points at it. Where the deployment is `remote`, of methods without a route also
//
//     fn need_wire<T: WireType>() {}
//     fn check_wire() { need_wire::<String>(); }
pub(super) fn requirements(context: &Context<'_>) -> TokenStream {
    let Context { impl_generics, deployment, .. } = context;
    let methods = deployment.methods.iter().map(|method| {
        let cfg = &method.function.carried.cfg;
        let carriages = carriages(context, method);
        let bounds = carriages.iter().map(|Carriage { wire, ty, .. }| {
            wire.place.around(TokenStream::new(), ty, quote!(: ::core::marker::Send))
        });
        let declared =
            deployment.header.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
        let special = special_bounds(context, method);
        let where_clause = quote!(where #(#declared,)* #(#bounds,)* #(#special,)*);
        let wire = (deployment.needs_wire && !method.is_reachable())
            .then(|| need_wire(context, &carriages));
        quote! {
            #(#cfg)*
            const _: () = {
                fn check #impl_generics () #where_clause {}
                #wire
            };
        }
    });
    quote!(#(#methods)*)
}

// String: IdempotentArgument           // a call that may run again keeps its arguments
// EmbedError: BatchError               // an error of a whole batch goes to each of its calls
fn special_bounds(context: &Context<'_>, method: &Method) -> Vec<TokenStream> {
    let private = &context.private;
    let function = &method.function;
    let mut bounds = Vec::new();
    if method.idempotent {
        bounds.extend(function.arguments.iter().map(|argument| {
            let bound = quote!(: #private::IdempotentArgument);
            argument.place.around(TokenStream::new(), &argument.owned, bound)
        }));
    }
    if function.output.kind == OutputKind::ResultOfBatch
        && let (Some(wire), (_, Some(error))) =
            (&function.output.error_wire, context.sides(&function.output))
    {
        let (place, bound) = (wire.place, quote!(: #private::BatchError));
        bounds.push(place.around(TokenStream::new(), place.at(error), bound));
    }
    bounds
}

fn need_wire(context: &Context<'_>, carriages: &[Carriage<'_>]) -> TokenStream {
    let Context { private, impl_generics, where_clause, .. } = context;
    // Those with references have been reported.
    let calls = carriages
        .iter()
        .filter(|carriage| carriage.wire.reference.is_none())
        .map(|Carriage { wire, ty, .. }| wire.place.around(quote!(need_wire::<), ty, quote!(>();)));
    quote! {
        fn need_wire<T: #private::WireType>() {}
        fn check_wire #impl_generics () #where_clause {
            #(#calls)*
        }
    }
}

// <Probe<String>>::CODEC                  // `None` where the type is no serde value
pub(super) fn codec(context: &Context<'_>, wire: &WireType, ty: &TokenStream) -> TokenStream {
    let private = &context.private;
    if wire.reference.is_some() {
        quote!(::core::option::Option::None)
    } else {
        quote!(<#private::Probe<#ty>>::CODEC)
    }
}

// const { &Codecs::result(<Probe<String>>::CODEC, NEVER) }         // or `item(..)`
/// The codecs of what a method returns: of its value, or of its items, and of its error.
pub(super) fn output_codecs(context: &Context<'_>, function: &Function) -> TokenStream {
    let private = &context.private;
    let output = &function.output;
    let (value, error) = context.sides(output);
    let side = |wire: &WireType, ty| codec(context, wire, &wire.place.at(ty));
    let error = match output.error_wire.as_ref().zip(error) {
        Some((wire, ty)) => side(wire, ty),
        None => quote!(#private::NEVER),
    };
    let value = side(&output.wire, value);
    let what = match function.shape {
        Shape::Value | Shape::Batch(_) => quote!(result),
        Shape::Stream => quote!(item),
    };
    quote!(const { &#private::Codecs::#what(#value, #error) })
}

fn carriages<'m>(context: &Context<'_>, method: &'m Method) -> Vec<Carriage<'m>> {
    let output = &method.function.output;
    let (value, error) = context.sides(output);
    let mut carriages: Vec<_> = method
        .function
        .arguments
        .iter()
        .map(|argument| Carriage {
            what: format!("argument `{}`", argument.ident),
            wire: &argument.wire,
            ty: argument.owned.clone(),
        })
        .collect();
    let mut side = |what: &str, wire: &'m WireType, ty| {
        carriages.push(Carriage { what: what.to_owned(), wire, ty: wire.place.at(ty) });
    };
    let what = if matches!(method.function.shape, Shape::Stream) { "item" } else { "result" };
    side(what, &output.wire, value);
    if let Some((wire, ty)) = output.error_wire.as_ref().zip(error) {
        side("error", wire, ty);
    }
    carriages
}
