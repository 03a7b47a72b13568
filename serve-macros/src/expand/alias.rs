//! `GreeterHandle`, and `GreeterCall` where the enum of that name cannot be seen.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Visibility;

use super::context::{Context, doc};
use crate::names;

// /// A handle to the deployment `Greeter`: one field per method, called as `handle.say_hello.remote(..)`. ..
// pub type GreeterHandle = ::serve_core::Handle<Greeter>;
pub(super) fn handle(context: &Context<'_>) -> TokenStream {
    let Context { root, self_type, deployment, .. } = context;
    let (handle, visibility) =
        (&deployment.header.names.handle, names::visible_again(&deployment.visibility));
    let (parameters, summary) = (parameters(context), doc(summary(context)));
    let keyword = context.keyword(quote!(type));
    quote! {
        #summary
        #visibility #keyword #handle #parameters = #root::Handle<#self_type>;
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
    let (names, visibility) =
        (&deployment.header.names, names::visible_again(&deployment.visibility));
    if let Visibility::Public(_) = visibility {
        return None;
    }
    let (call, parameters) = (&names.call, parameters(context));
    let docs = doc(format_args!("One call of a method of `{}`, as a value.", names.deployment));
    let keyword = context.keyword(quote!(type));
    Some(quote! {
        #docs
        #visibility #keyword #call #parameters = <#self_type as #root::Deployment>::Call;
    })
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
