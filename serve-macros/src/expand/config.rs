//! `config()`: the attribute's options as code; and those of helper attributes.

use std::time::Duration;

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::context::Context;
use crate::model::{Group, Setpoint, Setting};
use crate::names::local;

// fn config() -> DeploymentConfig {
//     let mut config = DeploymentConfig::default();
//     config.route_prefix = text("/api");
//     config.max_ongoing_requests = 8;
//     config
// }
pub(super) fn config(context: &Context<'_>) -> TokenStream {
    let root = &context.root;
    let ty = quote!(#root::DeploymentConfig);
    let body = filled(context, &ty, &context.deployment.settings);
    quote! {
        fn config() -> #ty {
            #body
        }
    }
}

/// A default with these fields set.
fn filled(context: &Context<'_>, ty: &TokenStream, settings: &[Setting]) -> TokenStream {
    let default = quote!(<#ty as ::core::default::Default>::default());
    if settings.is_empty() {
        return default;
    }
    let config = local("config");
    let lines = settings.iter().map(|setting| {
        let (field, value) =
            (format_ident!("{}", setting.field), setpoint(context, &setting.value));
        quote!(#config.#field = #value;)
    });
    quote! {
        let mut #config = #default;
        #(#lines)*
        #config
    }
}

// .max_batch_size(32).batch_wait_timeout(Duration::new(0, 5000000))
pub(super) fn setters(context: &Context<'_>, settings: &[Setting]) -> TokenStream {
    let setters = settings.iter().map(|setting| {
        let (method, value) =
            (format_ident!("{}", setting.field), setpoint(context, &setting.value));
        quote!(.#method(#value))
    });
    quote!(#(#setters)*)
}

fn setpoint(context: &Context<'_>, value: &Setpoint) -> TokenStream {
    let Context { root, private, .. } = context;
    match value {
        Setpoint::True => quote!(true),
        Setpoint::Count(count) => number(*count),
        Setpoint::OptionalCount(count) => some(&number(*count)),
        Setpoint::Number(value) => {
            let literal = Literal::f64_unsuffixed(*value);
            quote!(#literal)
        }
        Setpoint::Duration(value) => duration(*value),
        Setpoint::OptionalDuration(value) => some(&duration(*value)),
        Setpoint::OptionalText(text) => quote!(#private::text(#text)),
        Setpoint::Json(text) => some(&quote!(#private::user_config(#text))),
        Setpoint::ReplicasAuto => quote!(#root::NumReplicas::Auto),
        Setpoint::ReplicasFixed(count) => {
            let count = number(*count);
            quote!(#root::NumReplicas::Fixed(#count))
        }
        Setpoint::Isolation(variant) => {
            let variant = format_ident!("{variant}");
            quote!(#root::Isolation::#variant)
        }
        Setpoint::Numbers(numbers) => {
            let numbers = numbers.iter().map(|number| self::number(*number));
            some(&quote!(#private::numbers(&[#(#numbers),*])))
        }
        Setpoint::Size(bytes) => size(*bytes),
        Setpoint::OptionalSize(bytes) => some(&size(*bytes)),
        Setpoint::Variables(variables) => {
            let variables = variables.iter().map(|(name, value)| quote!((#name, #value)));
            quote!(#private::variables(&[#(#variables),*]))
        }
        Setpoint::Group(group) => self::group(context, group),
    }
}

// Option::Some({ let mut config = AutoscalingConfig::default(); config.min_replicas = 1; config })
fn group(context: &Context<'_>, group: &Group) -> TokenStream {
    let root = &context.root;
    let type_name = format_ident!("{}", group.type_name);
    let filled = filled(context, &quote!(#root::#type_name), &group.settings);
    let value = quote!({ #filled });
    if group.optional { some(&value) } else { value }
}

fn number(value: u32) -> TokenStream {
    let literal = Literal::u32_unsuffixed(value);
    quote!(#literal)
}

fn size(bytes: u64) -> TokenStream {
    let literal = Literal::u64_unsuffixed(bytes);
    quote!(#literal)
}

fn some(value: &TokenStream) -> TokenStream {
    quote!(::core::option::Option::Some(#value))
}

fn duration(value: Duration) -> TokenStream {
    let seconds = Literal::u64_unsuffixed(value.as_secs());
    let nanoseconds = Literal::u32_unsuffixed(value.subsec_nanos());
    quote!(::core::time::Duration::new(#seconds, #nanoseconds))
}
