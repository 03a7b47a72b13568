//! The contents page: which items there are, and where each of them goes.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Visibility;

use super::context::Context;
use super::{
    alias, call, constructor, hook, implementation, invoke, method, methods, register, wire,
};
use crate::model::{Constructor, Deployment, Method};

// pub type GreeterHandle = Handle<Greeter>;   // the public types, here or as aliases
// pub enum GreeterCall { .. }
// const _: () = {                             // everything that need not be named
//     impl ::serve_core::Deployment for Greeter { .. }
//     ..
// };
//
// An associated type must be as visible as the type that has it, which the macro cannot see. Types that should be less
// than `pub` are therefore `pub` inside the constant, where nobody can name them, with narrower aliases outside.
pub(crate) fn deployment(deployment: &Deployment) -> TokenStream {
    let context = Context::new(deployment);
    let (root, cfg) = (&context.root, &deployment.header.cfg);
    let (allow, allow_undocumented) = (allow(deployment, true), allow(deployment, false));
    let fields = deployment.methods.iter().map(|method| method::definition(&context, method));
    let (methods, call) = (methods::definition(&context), call::definition(&context));
    let types = [quote!(#allow #methods), quote!(#allow_undocumented #call)];
    let types = types.into_iter().chain(fields.map(|item| quote!(#allow_undocumented #item)));
    let (outside, inside): (Vec<_>, Vec<_>) = match deployment.visibility {
        Visibility::Public(_) => (types.collect(), Vec::new()),
        Visibility::Restricted(_) | Visibility::Inherited => (Vec::new(), types.collect()),
    };
    let aliases = [alias::handle(&context)].into_iter().chain(alias::call(&context));
    let outside = aliases.map(|item| quote!(#allow_undocumented #item)).chain(outside);
    let outside = outside.map(|item| quote!(#(#cfg)* #item));
    let names = alias::imported(&context).into_iter().chain(alias::macro_types(&context));
    let names = names.map(|name| quote!(#(#cfg)* #name));
    let implementations = implementations(&context);
    quote! {
        #(#names)*
        #(#outside)*

        #(#cfg)*
        #allow
        const _: () = {
            use #root::__private as __serve;
            use __serve::traits::*;

            #(#inside)*
            #implementations
        };
    }
}

/// Everything but the types.
fn implementations(context: &Context<'_>) -> TokenStream {
    let methods = &context.deployment.methods;
    let mut output = wire::requirements(context);
    output.extend(methods::implementations(context));
    output.extend(call::implementations(context));
    output.extend(methods.iter().map(|method| method::implementations(context, method)));
    output.extend(invoke::hooks(context));
    output.extend(hook::parsers(context));
    output.extend(implementation::implementation(context));
    output.extend(constructor::functions(context));
    output.extend(register::submission(context));
    output
}

/// What a strict crate would hold against items that it did not write, where the user's own names are in them. Only what
/// there is a reason for: what a crate forbids cannot be allowed. `has_docs` says whether the user's docs are there.
fn allow(deployment: &Deployment, has_docs: bool) -> TokenStream {
    let methods = || deployment.methods.iter();
    let carried = methods().map(|method| &method.function.carried);
    let constructors = deployment.constructors.iter().filter_map(Constructor::function);
    let constructors = constructors.map(|function| &function.carried);
    let carried: Vec<_> = carried.chain(constructors).collect();
    let deprecated = carried.iter().any(|carried| carried.deprecated.is_some());
    let documented = has_docs && carried.iter().any(|carried| !carried.docs.is_empty());
    // A method's types need not be as visible as the deployment.
    let is_public = |method: &Method| matches!(method.visibility, Visibility::Public(_));
    let private = methods().any(|method| !is_public(method) && !method.function.is_plain());
    let lints = [
        deprecated.then(|| quote!(deprecated)),
        documented.then(|| quote!(rustdoc::broken_intra_doc_links)),
        private.then(|| quote!(private_bounds, private_interfaces)),
    ];
    let lints: Vec<_> = lints.into_iter().flatten().collect();
    if lints.is_empty() { TokenStream::new() } else { quote!(#[allow(#(#lints),*)]) }
}
