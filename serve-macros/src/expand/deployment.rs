//! The contents page: which items there are, and where each of them goes.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Visibility;

use super::context::Context;
use super::{
    alias, call, constructor, handle, hook, implementation, invoke, method, methods, register, wire,
};
use crate::model::Deployment;

// pub struct GreeterHandle { .. }             // the public types, here or as aliases
// const _: () = {                             // everything that need not be named
//     impl GreeterHandle { .. }
//     impl ::serve_core::Deployment for Greeter { .. }
//     ..
// };
//
// An associated type must be as visible as the type that has it, which the macro cannot see. Types that should be less
// than `pub` are therefore `pub` inside the constant, where nobody can name them, with narrower aliases outside.
pub(crate) fn deployment(deployment: &Deployment) -> TokenStream {
    let context = Context::new(deployment);
    let (outside, inside) = match deployment.visibility {
        Visibility::Public(_) => (definitions(&context), Vec::new()),
        Visibility::Restricted(_) | Visibility::Inherited => {
            (alias::aliases(&context), definitions(&context))
        }
    };
    let (private, cfg, allow) = (&context.private, &deployment.header.cfg, allow());
    let outside = outside.iter().map(|item| quote!(#(#cfg)* #allow #item));
    let implementations = implementations(&context);
    quote! {
        #(#outside)*

        #(#cfg)*
        #allow
        const _: () = {
            use #private::NotCapable as _;

            #(#inside)*
            #implementations
        };
    }
}

/// The types.
fn definitions(context: &Context<'_>) -> Vec<TokenStream> {
    let mut items =
        vec![handle::definition(context), methods::definition(context), call::definition(context)];
    items.extend(
        context.deployment.methods.iter().map(|method| method::definition(context, method)),
    );
    items
}

/// Everything but the types.
fn implementations(context: &Context<'_>) -> TokenStream {
    let methods = &context.deployment.methods;
    let mut output = wire::requirements(context);
    output.extend(handle::implementations(context));
    output.extend(methods::implementations(context));
    output.extend(call::implementations(context));
    output.extend(methods.iter().map(|method| method::implementations(context, method)));
    output.extend(invoke::functions(context));
    output.extend(hook::parsers(context));
    output.extend(implementation::implementation(context));
    output.extend(constructor::functions(context));
    output.extend(register::submission(context));
    output
}

/// What a strict crate would hold against code that it did not write.
fn allow() -> TokenStream {
    quote! {
        #[allow(
            dead_code,
            deprecated,
            non_snake_case,
            private_bounds,
            private_interfaces,
            trivial_bounds,
            unreachable_code,
            unreachable_pub,
            clippy::all,
            clippy::nursery,
            clippy::pedantic,
            clippy::restriction,
            rustdoc::broken_intra_doc_links
        )]
    }
}
