//! `check_health()`, `reconfigure()`, `warm_up()` and `on_shutdown()`, where the user wrote them.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::context::{Context, idents, owned_parameters};
use super::invoke::or_failure;
use crate::model::{Access, Hook};
use crate::names::{self, local};

/// The trait's items for each hook.
pub(super) fn hooks(context: &Context<'_>) -> TokenStream {
    let deployment = context.deployment;
    let mut output = TokenStream::new();
    output.extend(
        deployment
            .health_checks
            .iter()
            .map(|hook| plain(context, hook, "HAS_HEALTH_CHECK", "check_health")),
    );
    output.extend(deployment.reconfigures.iter().map(|hook| reconfigure(context, hook)));
    output.extend(
        deployment.warm_ups.iter().map(|hook| plain(context, hook, "HAS_WARM_UP", "warm_up")),
    );
    output.extend(deployment.shutdowns.iter().map(|hook| on_shutdown(context, hook)));
    output
}

// `check_health` and `warm_up`, which take nothing but the instance:
//
// const HAS_HEALTH_CHECK: bool = true;
// async fn check_health(instance: Instance<Self>) -> Result<(), Failure> {
//     or_failure(invoke_check_health(instance).await)
// }
fn plain(context: &Context<'_>, hook: &Hook, constant: &str, function: &str) -> TokenStream {
    let Context { private, turbofish, instance, .. } = context;
    let (cfg, invoke) = (&hook.function.carried.cfg, &hook.function.invoke);
    let (constant, function) = (format_ident!("{constant}"), format_ident!("{function}"));
    let result = quote!(#invoke #turbofish(#instance).await);
    let result = or_failure(context, &hook.function, &result);
    quote! {
        #(#cfg)*
        const #constant: bool = true;

        #(#cfg)*
        async fn #function(#instance: #private::Instance<Self>) -> ::core::result::Result<(), #private::Failure> {
            #result
        }
    }
}

// fn parse_reconfigure(config: UserConfig) -> Result<Settings, Failure> {
//     config.parse()
// }
//
// One function for both who read it, so that a type that cannot be read is reported once, where it is written.
pub(super) fn parsers(context: &Context<'_>) -> TokenStream {
    let Context { private, impl_generics, where_clause, .. } = context;
    let config = local("config");
    let hooks = context.deployment.reconfigures.iter().map(|hook| &hook.function);
    let parsers = hooks.filter_map(|function| {
        let (cfg, parse) = (&function.carried.cfg, names::parse(&function.ident));
        let argument = function.arguments.first()?;
        let (owned, body) = (&argument.owned, argument.place.at(quote!(#config.parse())));
        Some(quote! {
            #(#cfg)*
            fn #parse #impl_generics (#config: #private::UserConfig) -> ::core::result::Result<#owned, #private::Failure> #where_clause {
                #body
            }
        })
    });
    parsers.collect()
}

// const HAS_RECONFIGURE: bool = true;
// async fn reconfigure(instance: Instance<Self>, config: UserConfig) -> Result<(), Failure> {
//     let settings: Settings = parse_reconfigure(config)?;
//     or_failure(invoke_reconfigure(instance, settings).await)
// }
// fn check_user_config(config: &UserConfig) -> Result<(), Failure> {
//     parse_reconfigure(Clone::clone(config)).map(drop)
// }
fn reconfigure(context: &Context<'_>, hook: &Hook) -> TokenStream {
    let Context { private, turbofish, instance, .. } = context;
    let (cfg, invoke) = (&hook.function.carried.cfg, &hook.function.invoke);
    let (parameters, arguments) = (owned_parameters(&hook.function), idents(&hook.function));
    let (config, parse) = (local("config"), names::parse(&hook.function.ident));
    let result = quote!(#invoke #turbofish(#instance, #(#arguments),*).await);
    let result = or_failure(context, &hook.function, &result);
    quote! {
        #(#cfg)*
        const HAS_RECONFIGURE: bool = true;

        #(#cfg)*
        async fn reconfigure(#instance: #private::Instance<Self>, #config: #private::UserConfig) -> ::core::result::Result<(), #private::Failure> {
            let #parameters = #parse #turbofish(#config)?;
            #result
        }

        #(#cfg)*
        fn check_user_config(#config: &#private::UserConfig) -> ::core::result::Result<(), #private::Failure> {
            #parse #turbofish(::core::clone::Clone::clone(#config)).map(::core::mem::drop)
        }
    }
}

// const ON_SHUTDOWN: ShutdownHook = ShutdownHook::Borrowed;               // or `Owned`
// async fn on_shutdown(instance: Instance<Self>) -> Result<(), Failure> { // or `on_shutdown_owned(value: Self)`
//     or_failure(invoke_on_shutdown(instance).await)
// }
fn on_shutdown(context: &Context<'_>, hook: &Hook) -> TokenStream {
    let Context { private, turbofish, instance, .. } = context;
    let (cfg, invoke) = (&hook.function.carried.cfg, &hook.function.invoke);
    let result = quote!(#invoke #turbofish(#instance).await);
    let result = or_failure(context, &hook.function, &result);
    let (kind, function, ty) = if hook.function.access == Some(Access::Owned) {
        (quote!(Owned), quote!(on_shutdown_owned), quote!(Self))
    } else {
        (quote!(Borrowed), quote!(on_shutdown), quote!(#private::Instance<Self>))
    };
    quote! {
        #(#cfg)*
        const ON_SHUTDOWN: #private::ShutdownHook = #private::ShutdownHook::#kind;

        #(#cfg)*
        async fn #function(#instance: #ty) -> ::core::result::Result<(), #private::Failure> {
            #result
        }
    }
}
