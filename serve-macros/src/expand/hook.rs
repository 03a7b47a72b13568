//! `check_health()` and `reconfigure()`, where the user wrote them.

use proc_macro2::TokenStream;
use quote::quote;

use super::context::{Context, idents, owned_parameters};
use crate::model::Hook;
use crate::names::local;

/// The trait's items for each hook.
pub(super) fn hooks(context: &Context<'_>) -> TokenStream {
    let mut output = TokenStream::new();
    output.extend(context.deployment.health_checks.iter().map(|hook| check_health(context, hook)));
    output.extend(context.deployment.reconfigures.iter().map(|hook| reconfigure(context, hook)));
    output
}

// const HAS_HEALTH_CHECK: bool = true;
// async fn check_health(instance: Instance<Self>) -> Result<(), Failure> {
//     invoke_check_health(instance).await.map_err(Failure::new)
// }
fn check_health(context: &Context<'_>, hook: &Hook) -> TokenStream {
    let Context { private, turbofish, instance, .. } = context;
    let (cfg, invoke) = (&hook.function.carried.cfg, &hook.function.invoke);
    quote! {
        #(#cfg)*
        const HAS_HEALTH_CHECK: bool = true;

        #(#cfg)*
        async fn check_health(#instance: #private::Instance<Self>) -> ::core::result::Result<(), #private::Failure> {
            #invoke #turbofish(#instance).await.map_err(#private::Failure::new)
        }
    }
}

// const HAS_RECONFIGURE: bool = true;
// async fn reconfigure(instance: Instance<Self>, config: UserConfig) -> Result<(), Failure> {
//     let settings: Settings = config.parse()?;
//     invoke_reconfigure(instance, settings).await.map_err(Failure::new)
// }
fn reconfigure(context: &Context<'_>, hook: &Hook) -> TokenStream {
    let Context { private, turbofish, instance, .. } = context;
    let (cfg, invoke) = (&hook.function.carried.cfg, &hook.function.invoke);
    let (parameters, arguments) = (owned_parameters(&hook.function), idents(&hook.function));
    let config = local("config");
    // What cannot be read is reported at its type.
    let parse =
        hook.function.arguments.first().map(|argument| argument.place.at(quote!(#config.parse())));
    quote! {
        #(#cfg)*
        const HAS_RECONFIGURE: bool = true;

        #(#cfg)*
        async fn reconfigure(#instance: #private::Instance<Self>, #config: #private::UserConfig) -> ::core::result::Result<(), #private::Failure> {
            let #parameters = #parse?;
            #invoke #turbofish(#instance, #(#arguments),*).await.map_err(#private::Failure::new)
        }
    }
}
