//! `impl Deployment for Greeter`: what the runtime knows of a deployment.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::context::{Context, idents};
use super::{batch, call, config, hook, http, transfer, wire};
use crate::model::{Method, Shape};
use crate::names::local;

// impl Deployment for Greeter {
//     type Call = GreeterCall;
//     type Handle = GreeterHandle;
//     type Cell = Shared<Self>;
//     const NAME: &'static str = "Greeter";
//     const METHODS: &'static [MethodInfo] = &[MethodInfo::new("say_hello").wire(&[..])];
//     const ROUTES: &'static [RouteInfo] = &[RouteInfo::new("item", HttpMethod::GET, "/items/{id}")];
//     fn config() -> DeploymentConfig { .. }
//     fn handle(core: HandleCore<Self>) -> Self::Handle { .. }
//     fn method(call: &Self::Call) -> &'static str { .. }
//     fn watched(call: &Self::Call) -> Watched { .. }
//     async fn dispatch(instance: Instance<Self>, call: Self::Call) { .. }
//     fn encode(call: Self::Call) -> Outgoing { .. }
//     fn decode(method: &str, arguments: &Bytes, answer: &mut Answer) -> Result<Self::Call, DecodeError> { .. }
//     fn construct(arguments: &Bytes) -> Result<Constructing<Self>, DecodeError> { .. }
//     ..                                       // batches, HTTP and hooks, where there are any
// }
pub(super) fn implementation(context: &Context<'_>) -> TokenStream {
    let Context { root, private, self_type, deployment, impl_generics, where_clause, .. } = context;
    let (call, handle, name) = (context.call_type(), context.handle_type(), &deployment.name);
    let kept = if deployment.exclusive { quote!(Exclusive) } else { quote!(Shared) };
    let (methods, routes) = (wire::methods(context), routes(context));
    let parts = [
        config::config(context),
        constructor(context),
        names(context),
        watched(context),
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
            type Handle = #handle;
            type Cell = #private::#kept<Self>;
            const NAME: &'static str = #name;
            const METHODS: &'static [#private::MethodInfo] = &[#methods];
            const ROUTES: &'static [#private::RouteInfo] = &[#routes];
            #(#parts)*
        }
    }
}

// RouteInfo::new("item", HttpMethod::GET, "/items/{id}").request_timeout(Duration::new(5, 0)), RouteInfo::call("__call__"),
fn routes(context: &Context<'_>) -> TokenStream {
    let private = &context.private;
    let mut output = TokenStream::new();
    for method in &context.deployment.methods {
        let (cfg, name) = (&method.function.carried.cfg, &method.name);
        for route in &method.routes {
            let (verb, path) = (format_ident!("{}", route.verb.constant()), &route.path);
            let setters = config::setters(context, &route.settings);
            output.extend(quote!(#(#cfg)* #private::RouteInfo::new(#name, #private::HttpMethod::#verb, #path) #setters,));
        }
        if method.is_entry {
            output.extend(quote!(#(#cfg)* #private::RouteInfo::call(#name),));
        }
    }
    output
}

// fn handle(core: HandleCore<Self>) -> Self::Handle {
//     GreeterHandle {
//         __methods: Arc::new(GreeterMethods {
//             say_hello: GreeterSayHelloMethod { core: Clone::clone(&core) },
//             __core: core,
//         }),
//     }
// }
fn constructor(context: &Context<'_>) -> TokenStream {
    let Context { private, deployment, .. } = context;
    let (handle, methods) = (&deployment.header.names.handle, &deployment.header.names.methods);
    let core = local("core");
    let fields = deployment.methods.iter().map(|method| {
        let (cfg, ident, method_type) =
            (&method.function.carried.cfg, &method.function.ident, &method.names.method);
        quote!(#(#cfg)* #ident: #method_type { core: ::core::clone::Clone::clone(&#core) },)
    });
    quote! {
        fn handle(#core: #private::HandleCore<Self>) -> Self::Handle {
            #handle {
                __methods: #private::std::sync::Arc::new(#methods {
                    #(#fields)*
                    __core: #core,
                }),
            }
        }
    }
}

// fn method(call: &Self::Call) -> &'static str {
//     match *call { GreeterCall::SayHello { .. } => "say_hello" }
// }
fn names(context: &Context<'_>) -> TokenStream {
    let arms = call::names(context, |method| method.name.clone());
    quote! {
        fn method(call: &Self::Call) -> &'static str {
            match *call { #arms }
        }
    }
}

// fn watched(call: &Self::Call) -> Watched {
//     match *call { GreeterCall::SayHello { reply: ref reply, .. } => reply.watched() }
// }
fn watched(context: &Context<'_>) -> TokenStream {
    let private = &context.private;
    let arms = call::replies(context);
    quote! {
        fn watched(call: &Self::Call) -> #private::Watched {
            match *call { #arms }
        }
    }
}

// async fn dispatch(instance: Instance<Self>, call: Self::Call) {
//     match call {
//         GreeterCall::SayHello { name, reply } => { reply.complete(invoke_say_hello(instance, name).await); }
//         GreeterCall::Tokens { prompt, reply } => {
//             reply.run(move |items| invoke_tokens(instance, prompt, items)).await;
//         }
//         GreeterCall::Embed { texts, reply } => { .. }                   // a batch of one
//     }
// }
fn dispatch(context: &Context<'_>) -> TokenStream {
    let Context { private, instance, .. } = context;
    let call = local("call");
    let arms = context.deployment.methods.iter().map(|method| dispatch_arm(context, method));
    quote! {
        async fn dispatch(#instance: #private::Instance<Self>, #call: Self::Call) {
            match #call { #(#arms)* }
        }
    }
}

fn dispatch_arm(context: &Context<'_>, method: &Method) -> TokenStream {
    let Context { turbofish, instance, reply, .. } = context;
    let (call, variant) = (&context.deployment.header.names.call, &method.names.variant);
    let function = &method.function;
    let (cfg, invoke, arguments, items) =
        (&function.carried.cfg, &function.invoke, idents(function), local("items"));
    let run = match function.shape {
        Shape::Value => {
            quote!(#reply.complete(#invoke #turbofish(#instance, #(#arguments),*).await);)
        }
        Shape::Stream => {
            quote!(#reply.run(move |#items| #invoke #turbofish(#instance, #(#arguments,)* #items)).await;)
        }
        Shape::Batch(_) => batch::dispatch_one(context, function),
    };
    quote! {
        #(#cfg)*
        #call::#variant { #(#arguments,)* #reply } => {
            #run
        }
    }
}
