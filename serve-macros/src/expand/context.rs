//! What every generated item needs: paths into the runtime, the block's generics, locals out of the user's reach.

use std::fmt::Display;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::Attribute;

use super::assume;
use crate::model::{Deployment, Function, Method, Output, OutputKind};
use crate::names::local;

/// The deployment at hand, and the tokens that recur.
pub(super) struct Context<'d> {
    pub(super) deployment: &'d Deployment,
    /// `::serve_core`
    pub(super) root: TokenStream,
    /// `__serve`: `::serve_core::__private` inside the constant
    pub(super) private: TokenStream,
    /// `::serve_core::__private` outside
    pub(super) outside: TokenStream,
    /// `Greeter<T>`
    pub(super) self_type: &'d TokenStream,
    /// `<T: Clone>`
    pub(super) impl_generics: TokenStream,
    /// `<T>`
    pub(super) type_generics: TokenStream,
    /// `::<T>`
    pub(super) turbofish: TokenStream,
    /// `where T: Debug, Greeter<T>: Send + Sync`
    pub(super) where_clause: TokenStream,
    /// The same without what the types of the call's fields need not have: `where T: Debug`
    pub(super) where_fields: TokenStream,
    /// The replica's instance, in code that has the user's arguments beside it.
    pub(super) instance: Ident,
    /// The way back, in the same place.
    pub(super) reply: Ident,
}

// === impl Context ===

impl<'d> Context<'d> {
    pub(super) fn new(deployment: &'d Deployment) -> Self {
        let crate_path = &deployment.crate_path;
        let outside = quote!(#crate_path::__private);
        let (impl_generics, type_generics, where_clause) =
            deployment.header.generics.split_for_impl();
        let declared = where_clause.iter().flat_map(|clause| &clause.predicates);
        let assumed = assume::predicates(deployment, &outside);
        let aliases = assume::of_aliases(deployment, &outside);
        let bounds: Vec<_> = declared.map(ToTokens::to_token_stream).collect();
        Self {
            deployment,
            root: quote!(#crate_path),
            private: quote!(__serve),
            outside,
            self_type: &deployment.header.self_type,
            turbofish: type_generics.as_turbofish().to_token_stream(),
            impl_generics: deployment.header.wide_generics(&impl_generics),
            type_generics: type_generics.to_token_stream(),
            where_clause: quote!(where #(#bounds,)* #(#assumed,)*),
            where_fields: quote!(where #(#bounds,)* #(#aliases,)*),
            instance: local("instance"),
            reply: local("reply"),
        }
    }

    /// `Handle<Greeter<T>>`: not by its alias, whose name the user may have given to something else.
    pub(super) fn handle_type(&self) -> TokenStream {
        let (root, self_type) = (&self.root, self.self_type);
        quote!(#root::Handle<#self_type>)
    }

    /// The visibility and the keyword of an item that the user sees. It begins at the deployment's name and should end there,
    /// because that is where a second item of the same name is reported.
    pub(super) fn head(&self, keyword: &TokenStream) -> TokenStream {
        let visibility = &self.deployment.visibility;
        self.at_name(quote!(#visibility #keyword))
    }

    /// These tokens at the deployment's name. They count as generated, so that no lint of the user's is about the item.
    pub(super) fn at_name(&self, tokens: TokenStream) -> TokenStream {
        let name = self.deployment.header.names.deployment.span();
        let tokens = tokens.into_iter().map(|mut token| {
            token.set_span(Span::call_site().located_at(name));
            token
        });
        tokens.collect()
    }

    /// `GreeterMethods<T>`
    pub(super) fn methods_type(&self) -> TokenStream {
        self.generic(&self.deployment.header.names.methods)
    }

    /// `GreeterCall<T>`
    pub(super) fn call_type(&self) -> TokenStream {
        self.generic(&self.deployment.header.names.call)
    }

    /// A generated type with the block's parameters.
    pub(super) fn generic(&self, ident: &Ident) -> TokenStream {
        let type_generics = &self.type_generics;
        quote!(#ident #type_generics)
    }

    /// `SayHelloSpec<T>`
    pub(super) fn spec(&self, method: &Method) -> TokenStream {
        self.generic(&method.names.spec)
    }

    /// The block's parameters, as `use<..>` lists them.
    pub(super) fn captured(&self) -> Vec<&Ident> {
        let generics = &self.deployment.header.generics;
        let types = generics.type_params().map(|parameter| &parameter.ident);
        let constants = generics.const_params().map(|parameter| &parameter.ident);
        types.chain(constants).collect()
    }

    /// What the user gets out of a result: `T`, and `E` where there is one.
    pub(super) fn sides(&self, output: &Output) -> (TokenStream, Option<TokenStream>) {
        Self::sides_in(&self.private, output)
    }

    fn sides_in(private: &TokenStream, output: &Output) -> (TokenStream, Option<TokenStream>) {
        let ty = &output.ty;
        if let Some((value, error)) = &output.sides {
            return (value.ty.clone(), error.as_ref().map(|error| error.ty.clone()));
        }
        let side = |side| output.place.around(quote!(#private::#side<), ty, quote!(>));
        let (value, error) = (side(quote!(OkOf)), side(quote!(ErrOf)));
        // An alias hides its `Vec`, so that too is found by a trait.
        let value = if output.kind == OutputKind::ResultOfBatch {
            output.place.around(quote!(#private::ItemOf<), value, quote!(>))
        } else {
            value
        };
        (value, Some(error))
    }

    /// The error's type, which is uninhabited where there is no error.
    pub(super) fn error_type(&self, output: &Output) -> TokenStream {
        let (_, error) = self.sides(output);
        error.unwrap_or_else(|| quote!(::core::convert::Infallible))
    }

    /// `Wrapper<T>`, `WrapperOf<Result<T, E>>` or `Wrapper<T, E>`, in the runtime at this path.
    pub(super) fn with_sides(
        &self,
        private: &TokenStream,
        wrapper: &str,
        output: &Output,
    ) -> TokenStream {
        let plain = format_ident!("{wrapper}");
        if output.kind == OutputKind::Result && output.sides.is_none() {
            let wrapper = format_ident!("{wrapper}Of");
            return output.place.around(quote!(#private::#wrapper<), &output.ty, quote!(>));
        }
        match Self::sides_in(private, output) {
            (value, None) => quote!(#private::#plain<#value>),
            (value, Some(error)) => quote!(#private::#plain<#value, #error>),
        }
    }
}

/// `name: T, count: usize`, of owned types.
pub(super) fn owned_parameters(function: &Function) -> TokenStream {
    let parameters = function.arguments.iter().map(|argument| {
        let (ident, owned) = (&argument.ident, &argument.owned);
        quote!(#ident: #owned)
    });
    quote!(#(#parameters),*)
}

/// The names of a function's arguments.
pub(super) fn idents(function: &Function) -> Vec<&Ident> {
    function.arguments.iter().map(|argument| &argument.ident).collect()
}

/// A tuple, with its comma where it has one element.
pub(super) fn tuple(elements: &[impl ToTokens]) -> TokenStream {
    let comma = (elements.len() == 1).then(|| quote!(,));
    quote!((#(#elements),* #comma))
}

/// The user's docs, and a paragraph of ours.
pub(super) fn paragraphs(docs: &[Attribute], text: impl Display) -> TokenStream {
    let break_ = (!docs.is_empty()).then(|| quote!(#[doc = ""]));
    let text = doc(text);
    quote!(#(#docs)* #break_ #text)
}

/// `/// text`
pub(super) fn doc(text: impl Display) -> TokenStream {
    let text = format!(" {text}");
    quote!(#[doc = #text])
}
