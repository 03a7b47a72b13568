//! `http()`: from a request to a method's arguments, and from its result to a response.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::context::{Context, idents, tuple};
use crate::model::{Argument, Method, OutputKind, Pass, Shape};
use crate::names::local;

// async fn http(instance: Instance<Self>, route: &'static str, request: HttpRequest) -> HttpOutcome {
//     match route {
//         "item" => { .. }
//         _ => not_found(),
//     }
// }
pub(super) fn http(context: &Context<'_>) -> TokenStream {
    let Context { private, instance, .. } = context;
    let (route, request) = (local("route"), local("request"));
    let mut reachable =
        context.deployment.methods.iter().filter(|method| method.is_reachable()).peekable();
    if reachable.peek().is_none() {
        return TokenStream::new();
    }
    let arms = reachable.map(|method| arm(context, method));
    quote! {
        async fn http(#instance: #private::Instance<Self>, #route: &'static str, #request: #private::HttpRequest) -> #private::HttpOutcome {
            match #route {
                #(#arms)*
                _ => #private::not_found(),
            }
        }
    }
}

// "item" => {
//     let (mut parts, body) = request.into_parts();
//     let Path(id) = extract_parts::<Path<u32>>(&mut parts).await?;
//     let Query(page) = extract::<Query<Page>, _>(HttpRequest::from_parts(parts, body)).await?;
//     let result = <ItemSpec as Invoke>::invoke(instance, (id, page)).await;
//     respond_result!(result)
// }
fn arm(context: &Context<'_>, method: &Method) -> TokenStream {
    let (cfg, name) = (&method.function.carried.cfg, &method.name);
    let private = &context.private;
    let (extract, respond) = match method.function.is_wrong {
        true => (TokenStream::new(), quote!(#private::not_found())),
        false => (extract(context, &method.function.arguments), respond(context, method)),
    };
    quote! {
        #(#cfg)*
        #name => {
            #extract
            #respond
        }
    }
}

/// The last argument takes the request with its body; those before it take what they need of its head.
fn extract(context: &Context<'_>, arguments: &[Argument]) -> TokenStream {
    let private = &context.private;
    let (request, parts, body) = (local("request"), local("parts"), local("body"));
    let Some((last, leading)) = arguments.split_last() else {
        return TokenStream::new();
    };
    let (split, whole) = if leading.is_empty() {
        (TokenStream::new(), quote!(#request))
    } else {
        (
            quote!(let (mut #parts, #body) = #request.into_parts();),
            quote!(#private::HttpRequest::from_parts(#parts, #body)),
        )
    };
    let leading = leading.iter().map(|argument| {
        let function = match argument.is_plain_extractor() {
            true => quote!(#private::extract_plain_parts::<),
            false => quote!(#private::extract_parts::<),
        };
        bind(argument, function, &quote!(>(&mut #parts)))
    });
    let function = match last.is_plain_extractor() {
        true => quote!(#private::extract_plain::<),
        false => quote!(#private::extract::<),
    };
    let last = bind(last, function, &quote!(, _>(#whole)));
    quote! {
        #split
        #(#leading)*
        #last
    }
}

// let Path(id) = extract_parts::<Path<u32>>(&mut parts).await?;
fn bind(argument: &Argument, before: TokenStream, after: &TokenStream) -> TokenStream {
    let ident = &argument.ident;
    let pattern = match &argument.pass {
        Pass::Wrap(path) => quote!(#path(#ident)),
        Pass::Value | Pass::Deref | Pass::Borrow(_) => ident.to_token_stream(),
    };
    // What cannot be extracted is reported at its type.
    let extraction = argument.place.around(before, &argument.extracted, quote!(#after.await?));
    quote!(let #pattern = #extraction;)
}

// let result = <SayHelloSpec as Invoke>::invoke(instance, (name,)).await;
// respond(result)             // or `respond_result!(result)`
//
// respond_stream!(move |items| <TokensSpec as Produce>::produce(instance, (prompt,), items))
//
// What cannot be a response is reported at the return type, all of it or the type of a stream's items.
fn respond(context: &Context<'_>, method: &Method) -> TokenStream {
    let Context { private, instance, .. } = context;
    let function = &method.function;
    let (spec, values) = (context.spec(method), tuple(&idents(function)));
    let (result, items, place) = (local("result"), local("items"), function.output.place);
    let respond = match (&function.shape, function.output.kind) {
        (Shape::Stream, _) => {
            return place.at(quote! {
                #private::respond_stream!(move |#items| <#spec>::produce(#instance, #values, #items))
            });
        }
        (Shape::Value | Shape::Batch(_), OutputKind::Plain) => quote!(#private::respond(#result)),
        (Shape::Value | Shape::Batch(_), OutputKind::Result | OutputKind::ResultOfBatch) => {
            // Where the error can be no answer, that is said at the method's result.
            quote!(#private::respond_result!(#result, reply))
        }
    };
    let respond = place.at(respond);
    quote! {
        let #result = <#spec>::invoke(#instance, #values).await;
        #respond
    }
}
