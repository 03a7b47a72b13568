//! The names of the handle and of the call enum, where they are less than `pub`.

use proc_macro2::TokenStream;
use quote::quote;

use super::context::{Context, doc};

// /// A handle to the deployment `Greeter`.
// pub(crate) type GreeterHandle = <Greeter as ::serve_core::Deployment>::Handle;
// /// One call of `Greeter` as a value.
// pub(crate) type GreeterCall = <Greeter as ::serve_core::Deployment>::Call;
pub(super) fn aliases(context: &Context<'_>) -> Vec<TokenStream> {
    let Context { root, self_type, deployment, .. } = context;
    let (names, visibility) = (&deployment.header.names, &deployment.visibility);
    let (handle, call) = (&names.handle, &names.call);
    let parameters = parameters(context);
    let (handle_doc, call_doc) = (
        doc(format_args!(
            "A handle to the deployment `{}`: one field per method.",
            names.deployment
        )),
        doc(format_args!("One call of a method of `{}`, as a value.", names.deployment)),
    );
    vec![
        quote! {
            #handle_doc
            #visibility type #handle #parameters = <#self_type as #root::Deployment>::Handle;
        },
        quote! {
            #call_doc
            #visibility type #call #parameters = <#self_type as #root::Deployment>::Call;
        },
    ]
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
