//! `impl Deployment for Greeter`: what the runtime knows of a deployment.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::context::{Context, idents, tuple};
use super::{batch, call, config, hook, http, methods, transfer};
use crate::model::{Method, Shape, Sharing};
use crate::names::local;

// impl Deployment for Greeter {
//     type Call = GreeterCall;
//     type Methods = GreeterMethods;
//     type Cell = Shared<Self>;
//     const NAME: &'static str = "Greeter";
//     const METHODS: &'static [MethodInfo] = &[<SayHelloSpec as MethodSpec>::INFO];
//     const ROUTES: &'static [RouteInfo] = &[RouteInfo::new("item", HttpMethod::GET, "/items/{id}")];
//     fn config() -> DeploymentConfig { .. }
//     fn methods(core: &HandleCore<Self>) -> Self::Methods { .. }
//     fn parts(call: &Self::Call) -> CallParts<'_> { .. }
//     async fn dispatch(instance: Instance<Self>, call: Self::Call) { .. }
//     fn encode(call: Self::Call) -> Outgoing { .. }
//     fn decode(method: &str, arguments: &Bytes, answer: &mut Answer) -> Result<Self::Call, DecodeError> { .. }
//     fn construct(arguments: &Bytes) -> Result<Constructing<Self>, DecodeError> { .. }
//     ..                                       // batches, HTTP and hooks, where there are any
// }
pub(super) fn implementation(context: &Context<'_>) -> TokenStream {
    let Context { root, private, self_type, deployment, impl_generics, where_clause, .. } = context;
    let (call, methods_type, name) =
        (context.call_type(), context.methods_type(), &deployment.name);
    let kept = match deployment.sharing {
        Sharing::Shared => quote!(Shared),
        Sharing::Exclusive => quote!(Exclusive),
        Sharing::Alone => quote!(Alone),
    };
    let (infos, routes) = (infos(context), routes(context));
    let items = [
        config::config(context),
        methods::constructor(context),
        parts(context),
        dispatch(context),
        transfer::encode(context),
        transfer::decode(context),
        transfer::construct(context),
        batch::items(context),
        http::http(context),
        hook::hooks(context),
    ];
    quote! {
        #[automatically_derived]
        impl #impl_generics #root::Deployment for #self_type #where_clause {
            type Call = #call;
            type Methods = #methods_type;
            type Cell = #private::#kept<Self>;
            const NAME: &'static str = #name;
            const METHODS: &'static [#private::MethodInfo] = &[#infos];
            const ROUTES: &'static [#private::RouteInfo] = &[#routes];
            #(#items)*
        }
    }
}

// <SayHelloSpec as MethodSpec>::INFO,
fn infos(context: &Context<'_>) -> TokenStream {
    let infos = context.deployment.methods.iter().map(|method| {
        let cfg = &method.function.carried.cfg;
        let spec = context.spec(method);
        quote!(#(#cfg)* <#spec>::INFO,)
    });
    quote!(#(#infos)*)
}

// RouteInfo::new("item", HttpMethod::GET, "/items/{id}").request_timeout(Duration::new(5, 0)),
// RouteInfo::any("file", "/files/{*path}"), RouteInfo::call("__call__"),
fn routes(context: &Context<'_>) -> TokenStream {
    let private = &context.private;
    let mut output = TokenStream::new();
    for method in &context.deployment.methods {
        let (cfg, name) = (&method.function.carried.cfg, &method.name);
        for route in &method.routes {
            let path = &route.path;
            let setters = config::setters(context, &route.settings);
            let made = match route.verb.constant() {
                Some(verb) => {
                    let verb = format_ident!("{verb}");
                    quote!(new(#name, #private::HttpMethod::#verb, #path))
                }
                None => quote!(any(#name, #path)),
            };
            output.extend(quote!(#(#cfg)* #private::RouteInfo::#made #setters,));
        }
        if method.is_entry {
            output.extend(quote!(#(#cfg)* #private::RouteInfo::call(#name),));
        }
    }
    output
}

// fn parts(call: &Self::Call) -> CallParts<'_> {
//     match *call { GreeterCall::SayHello { ref reply, .. } => <SayHelloSpec>::parts(reply) }
// }
fn parts(context: &Context<'_>) -> TokenStream {
    let Context { private, reply, .. } = context;
    let arms = call::arms(context, |method| {
        let spec = context.spec(method);
        let parts = quote!(<#spec>::parts(#reply));
        (quote!(ref #reply, ..), parts)
    });
    quote! {
        fn parts(call: &Self::Call) -> #private::CallParts<'_> {
            match *call { #arms }
        }
    }
}

// async fn dispatch(instance: Instance<Self>, call: Self::Call) {
//     match call {
//         GreeterCall::SayHello { name, reply } => {
//             reply.complete(<SayHelloSpec as Invoke>::invoke(instance, (name,)).await)
//         }
//         GreeterCall::Tokens { prompt, reply } => {
//             reply.run(move |items| <TokensSpec as Produce>::produce(instance, (prompt,), items)).await
//         }
//         GreeterCall::Embed { texts, reply } => <EmbedSpec>::run_one(instance, texts, reply).await,
//     }
// }
//
// The method's future is awaited right here: another `async fn` around it would hold the arguments once more.
fn dispatch(context: &Context<'_>) -> TokenStream {
    let Context { private, instance, reply, .. } = context;
    let call = local("call");
    let arms = call::arms(context, |method| {
        let arguments = idents(&method.function);
        (quote!(#(#arguments,)* #reply), dispatch_one(context, method))
    });
    quote! {
        async fn dispatch(#instance: #private::Instance<Self>, #call: Self::Call) {
            match #call { #arms }
        }
    }
}

fn dispatch_one(context: &Context<'_>, method: &Method) -> TokenStream {
    let Context { instance, reply, .. } = context;
    let (function, spec) = (&method.function, context.spec(method));
    let (arguments, items) = (idents(function), local("items"));
    let values = tuple(&arguments);
    match function.shape {
        Shape::Value => {
            quote!(#reply.complete(<#spec>::invoke(#instance, #values).await))
        }
        Shape::Stream => {
            quote!(#reply.run(move |#items| <#spec>::produce(#instance, #values, #items)).await)
        }
        Shape::Batch(_) => {
            quote!(<#spec>::run_one(#instance, #(#arguments)*, #reply).await)
        }
    }
}
