//! Which methods can cross processes: found out where it is welcome, required where it was asked for.

use proc_macro2::TokenStream;
use quote::quote;

use super::context::Context;
use crate::model::{Method, WireType};

/// One type that a call carries.
struct Carriage<'m> {
    what: String,
    wire: &'m WireType,
    ty: TokenStream,
}

// MethodInfo::new("say_hello").wire(&[
//     WireCheck { what: "argument `name`", ty: "String", capable: <Probe<String>>::CAPABLE },
//     WireCheck { what: "result", ty: "String", capable: <Probe<String>>::CAPABLE },
// ]),
pub(super) fn methods(context: &Context<'_>) -> TokenStream {
    let private = &context.private;
    let methods = context.deployment.methods.iter().map(|method| {
        let (cfg, name) = (&method.function.carried.cfg, &method.name);
        let checks = carriages(context, method).into_iter().map(|Carriage { what, wire, ty }| {
            let text = &wire.text;
            let capable = match wire.reference {
                Some(_) => quote!(false),
                None => quote!(<#private::Probe<#ty>>::CAPABLE),
            };
            quote!(#private::WireCheck { what: #what, ty: #text, capable: #capable })
        });
        quote!(#(#cfg)* #private::MethodInfo::new(#name).wire(&[#(#checks),*]),)
    });
    quote!(#(#methods)*)
}

// fn need_wire_say_hello() {
//     fn need_wire<T: WireType>() {}
//     need_wire::<String>();
// }
pub(super) fn requirements(context: &Context<'_>) -> TokenStream {
    if !context.deployment.needs_wire {
        return TokenStream::new();
    }
    let Context { private, impl_generics, where_clause, .. } = context;
    let methods = context.deployment.methods.iter().map(|method| {
        let cfg = &method.function.carried.cfg;
        let types = carriages(context, method).into_iter().map(|carriage| carriage.ty);
        quote! {
            #(#cfg)*
            const _: () = {
                fn need_wire<T: #private::WireType + ?::core::marker::Sized>() {}
                fn check #impl_generics () #where_clause {
                    #(need_wire::<#types>();)*
                }
            };
        }
    });
    quote!(#(#methods)*)
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
    carriages.push(Carriage { what: "result".to_owned(), wire: &output.wire, ty: value });
    carriages.extend(error.zip(output.error_wire.as_ref()).map(|(ty, wire)| Carriage { what: "error".to_owned(), wire, ty }));
    carriages
}
