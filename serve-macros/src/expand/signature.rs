//! The signatures and docs of `remote`, `call` and `broadcast`, which stand behind a handle's field and, for `__call__`,
//! on the handle itself.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::context::{Context, paragraphs};
use crate::model::{Argument, Method, Shape};
use crate::names;

// fn remote(&self, name: impl IntoArg<String>) -> ObjectRef<String>
pub(super) fn remote(context: &Context<'_>, method: &Method) -> TokenStream {
    let private = &context.private;
    let parameters = method.function.arguments.iter().map(|argument| {
        let (ident, owned) = (&argument.ident, &argument.owned);
        match argument.is_unknown {
            true => quote!(#ident: impl ::core::marker::Sized),
            false => quote!(#ident: impl #private::IntoArg<#owned>),
        }
    });
    let wrapper = match method.function.shape {
        Shape::Value | Shape::Batch(_) => "ObjectRef",
        Shape::Stream => "ResponseStream",
    };
    let result = context.with_sides(private, wrapper, &method.function.output);
    let remote = at_method(method, "remote");
    quote!(fn #remote(&self, #(#parameters),*) -> #result)
}

// fn call<__Arg0: IntoArg<String>>(&self, name: __Arg0) -> impl Future<Output = CallResult<String>> + Send + use<__Arg0>
// fn call<__Arg0: IntoArg<String>>(&self, name: __Arg0) -> impl Stream<Item = CallResult<String>> + Send + use<__Arg0>
//
// The parameters have names because `use<..>` needs them, and without `use<..>` the future would borrow the handle.
pub(super) fn call(context: &Context<'_>, method: &Method) -> TokenStream {
    let private = &context.private;
    let arguments = &method.function.arguments;
    let (bounds, parameters) = generic_parameters(context, arguments, &TokenStream::new());
    let (captured, types) = (context.captured(), argument_types(arguments));
    let result = context.with_sides(private, "CallResult", &method.function.output);
    let returned = match method.function.shape {
        Shape::Value | Shape::Batch(_) => quote!(#private::Future<Output = #result>),
        Shape::Stream => quote!(#private::Stream<Item = #result>),
    };
    let call = at_method(method, "call");
    quote! {
        fn #call<#bounds>(&self, #parameters) -> impl #returned + #private::Send + use<#(#captured,)* #(#types),*>
    }
}

// fn broadcast<__Arg0: IntoArg<String> + Clone>(&self, name: __Arg0) -> Vec<ObjectRef<String>>
pub(super) fn broadcast(context: &Context<'_>, method: &Method) -> TokenStream {
    let private = &context.private;
    let arguments = &method.function.arguments;
    let (bounds, parameters) =
        generic_parameters(context, arguments, &quote!(+ ::core::clone::Clone));
    let object_ref = context.with_sides(private, "ObjectRef", &method.function.output);
    let broadcast = at_method(method, "broadcast");
    quote! {
        fn #broadcast<#bounds>(&self, #parameters) -> #private::Vec<#object_ref>
    }
}

/// A name that stands where the user's method does, so that "defined here" leads there.
fn at_method(method: &Method, name: &str) -> Ident {
    names::again(&Ident::new(name, method.function.ident.span()))
}

// __Arg0: IntoArg<String>
// name: __Arg0
fn generic_parameters(
    context: &Context<'_>,
    arguments: &[Argument],
    also: &TokenStream,
) -> (TokenStream, TokenStream) {
    let private = &context.private;
    let types = argument_types(arguments);
    let bounds = arguments.iter().zip(&types).map(|(argument, ty)| {
        let owned = &argument.owned;
        match argument.is_unknown {
            true => quote!(#ty: ::core::marker::Sized #also),
            false => quote!(#ty: #private::IntoArg<#owned> #also),
        }
    });
    let parameters = arguments.iter().zip(&types).map(|(argument, ty)| {
        let ident = &argument.ident;
        quote!(#ident: #ty)
    });
    (quote!(#(#bounds),*), quote!(#(#parameters),*))
}

fn argument_types(arguments: &[Argument]) -> Vec<Ident> {
    (0..arguments.len()).map(|index| format_ident!("__Arg{index}")).collect()
}

/// The user's words, then what `remote` does with them.
pub(super) fn remote_docs(method: &Method) -> TokenStream {
    let text = match method.function.shape {
        Shape::Value => {
            "Starts the call on a replica at once. The result is awaited on what this returns."
        }
        Shape::Batch(_) => {
            "Starts the call on a replica at once, which runs it together with others. The result is awaited on what this returns."
        }
        Shape::Stream => {
            "Starts the call on a replica at once. Items arrive through a bounded buffer, so a slow reader holds the method back. Dropping the stream cancels it."
        }
    };
    docs(method, text)
}

/// The user's words, then what `call` does with them.
pub(super) fn call_docs(method: &Method) -> TokenStream {
    let text = match method.function.shape {
        Shape::Value => {
            "Starts when awaited, runs in the caller's own task where the replica allows it, and is cancelled when dropped."
        }
        Shape::Batch(_) => {
            "Starts when awaited, runs together with other calls on a replica, and is cancelled when dropped."
        }
        Shape::Stream => {
            "Starts when first polled, runs in the caller's own task where the replica allows it, and is cancelled when dropped."
        }
    };
    docs(method, text)
}

/// The user's words, then what `broadcast` does with them.
pub(super) fn broadcast_docs(method: &Method) -> TokenStream {
    let text = "Starts the call on every replica that runs, whatever its load: one result for each. Where none runs, the one result says that the deployment is unavailable.";
    docs(method, text)
}

fn docs(method: &Method, text: &str) -> TokenStream {
    paragraphs(&method.function.carried.summary, text)
}
