//! `Greeter::bind`, `Greeter::deploy` and the other functions that the user's type gets.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Attribute;

use super::context::{Context, idents, owned_parameters, paragraphs, tuple};
use super::{compare, invoke, transfer};
use crate::model::{BoundAs, Constructor, Function, OutputKind};
use crate::names::{self, local};
use crate::place::Place;

/// What a constructor gives to the functions made from it.
#[derive(Default)]
struct Parts {
    cfg: Vec<Attribute>,
    docs: Vec<Attribute>,
    /// `#[deprecated]`
    attributes: TokenStream,
    /// `greeting: impl BindArg<String>`
    parameters: Vec<TokenStream>,
    /// `greeting`
    arguments: TokenStream,
    /// `bind((bound(greeting),), |(greeting,)| construct(greeting), ..)`
    bind: TokenStream,
}

/// The functions, and the code that makes an instance.
pub(super) fn functions(context: &Context<'_>) -> TokenStream {
    let Context { impl_generics, where_clause, self_type, deployment, .. } = context;
    let makers = deployment.constructors.iter().filter_map(Constructor::function);
    let makers = makers.map(|function| construct(context, function));
    let constructors = deployment
        .constructors
        .iter()
        .map(|constructor| from_parts(context, &parts(context, constructor)));
    let constructors = deployment.names_free.constructors.then(|| quote!(#(#constructors)*));
    let handles = deployment.names_free.handles.then(|| handles(context));
    quote! {
        #(#makers)*

        impl #impl_generics #self_type #where_clause {
            #constructors
            #handles
        }
    }
}

// fn __construct(greeting: String) -> impl Future<Output = Result<Greeter, Failure>> + Send {
//     async move {
//         let result = <Greeter>::new(greeting);
//         or_failure(ResultLike::into_result(result))
//     }
// }
fn construct(context: &Context<'_>, function: &Function) -> TokenStream {
    let Context { private, self_type, impl_generics, where_clause, .. } = context;
    let (cfg, result, parameters) =
        (&function.carried.cfg, local("result"), owned_parameters(function));
    let future = invoke::send_future(
        context,
        function,
        &quote!(::core::result::Result<#self_type, #private::Failure>),
    );
    let (call, wrapped) =
        (invoke::call(context, function, &TokenStream::new()), invoke::wrap(context, function));
    let wrapped = match function.output.kind {
        OutputKind::Result => invoke::or_failure(context, function, &wrapped),
        OutputKind::Plain | OutputKind::ResultOfBatch => wrapped,
    };
    let block = invoke::block(function, quote!(let #result = #call; #wrapped));
    quote! {
        #(#cfg)*
        fn __construct #impl_generics (#parameters) -> #future #where_clause {
            #block
        }
    }
}

fn parts(context: &Context<'_>, constructor: &Constructor) -> Parts {
    let Context { root, private, turbofish, .. } = context;
    match constructor {
        Constructor::New(function) => {
            let (arguments, carried) = (idents(function), &function.carried);
            let (hidden, deprecated) = (&carried.hidden, &carried.deprecated);
            let pattern = tuple(&arguments);
            let bound = function.arguments.iter().map(|argument| {
                let (ident, unknown) = (&argument.ident, &argument.owned);
                match (argument.is_unknown, argument.bound) {
                    (true, _) => quote!(#private::bound(#unknown)),
                    (false, BoundAs::Handles) => quote!(#private::bound_handles(#ident)),
                    (false, _) => quote!(#private::bound(#ident)),
                }
            });
            let bound = bound.collect::<Vec<_>>();
            let bound = tuple(&bound);
            let encode = transfer::encode_constructor(context, function);
            let compare = compare::arguments(context, function);
            Parts {
                cfg: carried.cfg.clone(),
                docs: carried.summary.clone(),
                attributes: quote!(#hidden #deprecated),
                parameters: function
                    .arguments
                    .iter()
                    .map(|argument| {
                        let (ident, owned) = (&argument.ident, &argument.owned);
                        match (argument.is_unknown, argument.bound) {
                            (true, _) => quote!(#ident: impl ::core::marker::Sized),
                            (false, BoundAs::Any) => quote!(#ident: impl #root::BindArg<#owned>),
                            (false, BoundAs::Coerced) => quote!(#ident: #owned),
                            (false, BoundAs::Handles) => quote!(#ident: impl #private::BindHandles<#owned>),
                        }
                    })
                    .collect(),
                // What cannot be bound is reported at the constructor.
                bind: Place::of(&function.ident).at(quote! {
                    #private::bind(#bound, |#pattern| __construct #turbofish(#(#arguments),*), #encode, #compare)
                }),
                arguments: quote!(#(#arguments),*),
            }
        }
        Constructor::Default(cfg) => Parts {
            cfg: cfg.clone(),
            bind: default(context, &quote!(bind_default), &TokenStream::new()),
            ..Parts::default()
        },
    }
}

// bind_default::<Greeter>()          // at the type, where one without `Default` is reported
pub(super) fn default(
    context: &Context<'_>,
    function: &TokenStream,
    arguments: &TokenStream,
) -> TokenStream {
    let Context { private, self_type, .. } = context;
    let call = quote!(#private::#function::<);
    Place::of(self_type).around(call, self_type, quote!(>(#arguments)))
}

// /// Makes a greeter.
// pub fn bind(greeting: impl BindArg<String>) -> Application<Greeter> {
//     bind((bound(greeting),), |(greeting,)| __construct(greeting), |bound, handles| { .. }, |..| { .. })
// }
// pub fn deploy(greeting: impl BindArg<String>) -> impl Future<Output = Result<GreeterHandle>> + Send {
//     deploy(Self::bind(greeting))
// }
// pub fn deploy_blocking(greeting: impl BindArg<String>) -> Result<GreeterHandle> {
//     deploy_blocking(Self::bind(greeting))
// }
fn from_parts(context: &Context<'_>, parts: &Parts) -> TokenStream {
    let Context { root, private, self_type, deployment, .. } = context;
    let Parts { cfg, docs, attributes, parameters, arguments, bind } = parts;
    let handle = context.handle_type();
    let name = &deployment.header.names.deployment;
    let functions = [
        (
            format!(
                "Describes a deployment of `{name}` with these arguments, to be configured and run, or passed to another."
            ),
            quote!(fn bind(#(#parameters),*) -> #root::Application<#self_type>),
            bind.clone(),
        ),
        (
            format!(
                "Runs a deployment of `{name}` on the default instance and waits until it is ready."
            ),
            quote!(fn deploy(#(#parameters),*) -> impl #private::Future<Output = #root::Result<#handle>> + #private::Send),
            quote!(#private::deploy(Self::bind(#arguments))),
        ),
        (
            "As `deploy`, for threads without a runtime: starts one on threads of its own."
                .to_owned(),
            quote!(fn deploy_blocking(#(#parameters),*) -> #root::Result<#handle>),
            quote!(#private::deploy_blocking(Self::bind(#arguments))),
        ),
    ];
    let functions = functions.map(|(text, signature, body)| {
        let docs = paragraphs(docs, text);
        function(context, &quote!(#(#cfg)* #docs #attributes), &signature, &body)
    });
    quote!(#(#functions)*)
}

// handles! { pub, "Greeter" }              // `get_handle` and `current_handle`
fn handles(context: &Context<'_>) -> TokenStream {
    let private = &context.private;
    let visibility = names::visible_again(&context.deployment.visibility);
    let name = context.deployment.header.names.deployment.to_string();
    quote!(#private::handles! { #visibility, #name })
}

/// One function of the user's type, as visible as the handle.
fn function(
    context: &Context<'_>,
    attributes: &TokenStream,
    signature: &TokenStream,
    body: &TokenStream,
) -> TokenStream {
    let visibility = names::visible_again(&context.deployment.visibility);
    quote! {
        #attributes
        #visibility #signature {
            #body
        }
    }
}
