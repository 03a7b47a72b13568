//! What makes the type findable by its name in a process that is started to be a replica of it.

use proc_macro2::TokenStream;
use quote::quote;

use super::context::Context;

// inventory::submit! { <Probe<Greeter>>::REPLICA_TYPE.of_package(option_env!("CARGO_PKG_NAME")) }
//
// A generic type has no end of versions, of which only the running program knows the ones it uses.
pub(super) fn submission(context: &Context<'_>) -> Option<TokenStream> {
    let Context { private, self_type, deployment, .. } = context;
    (!deployment.header.is_generic()).then(|| {
        quote! {
            #private::inventory::submit! {
                <#private::Probe<#self_type>>::REPLICA_TYPE.of_package(::core::option_env!("CARGO_PKG_NAME"))
            }
        }
    })
}
