//! `GreeterHandle`, and `GreeterCall` where the enum of that name cannot be seen; the runtime's crate, and types that
//! macros make, by names of ours.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Visibility;

use super::context::{Context, doc};
use crate::model::Constructor;
use crate::place::Place;

// /// A handle to the deployment `Greeter`: one field per method, called as `handle.say_hello.remote(..)`. ..
// pub type GreeterHandle = ::serve_core::Handle<Greeter>;
pub(super) fn handle(context: &Context<'_>) -> TokenStream {
    let Context { root, self_type, deployment, .. } = context;
    let handle = &deployment.header.names.handle;
    let (parameters, summary) = (parameters(context), doc(summary(context)));
    let (head, end) = (context.head(&quote!(type)), context.at_name(quote!(;)));
    quote! {
        #summary
        #head #handle #parameters = #root::Handle<#self_type> #end
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

// /// One call of `Greeter` as a value.
// pub(crate) type GreeterCall = <Greeter as ::serve_core::Deployment>::Call;
pub(super) fn call(context: &Context<'_>) -> Option<TokenStream> {
    let Context { root, self_type, deployment, .. } = context;
    if let Visibility::Public(_) = deployment.visibility {
        return None;
    }
    let names = &deployment.header.names;
    let (call, parameters) = (&names.call, parameters(context));
    let docs = doc(format_args!("One call of a method of `{}`, as a value.", names.deployment));
    let (head, end) = (context.head(&quote!(type)), context.at_name(quote!(;)));
    Some(quote! {
        #docs
        #head #call #parameters = <#self_type as #root::Deployment>::Call #end
    })
}

// use renamed as __GreeterCrate;          // where the attribute says `crate = "renamed"`
pub(super) fn imported(context: &Context<'_>) -> Option<TokenStream> {
    let name = &context.deployment.header.names.imported;
    let path = context.deployment.crate_written.as_ref()?;
    Some(Place::of(path).around(quote!(use), path, quote!(as #name;)))
}

// type __GreeterType0 = items!();          // where an argument's type is what a macro makes
pub(super) fn macro_types(context: &Context<'_>) -> Vec<TokenStream> {
    let methods = context.deployment.methods.iter().map(|method| &method.function);
    let constructors = context.deployment.constructors.iter().filter_map(Constructor::function);
    let aliases = methods.chain(constructors).flat_map(|function| {
        let cfg = &function.carried.cfg;
        function.arguments.iter().filter_map(move |argument| {
            let (name, written) = (&argument.owned, argument.written.as_ref()?);
            Some(quote!(#(#cfg)* type #name = #written;))
        })
    });
    aliases.collect()
}

/// The parameters without bounds, which an alias does not check.
fn parameters(context: &Context<'_>) -> TokenStream {
    let mut generics = context.deployment.header.generics.clone();
    for parameter in generics.type_params_mut() {
        parameter.colon_token = None;
        parameter.bounds.clear();
    }
    generics.where_clause = None;
    quote!(#generics)
}
