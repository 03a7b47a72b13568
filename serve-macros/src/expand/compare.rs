//! What changed between two binds: a call for each argument of the constructor.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;

use super::context::{Context, idents, tuple};
use crate::model::Function;
use crate::names::local;

// |(greeting,), (before0,), differences| {
//     differences.argument("greeting", "String", greeting, before0, equality!(String));
// }
pub(super) fn arguments(context: &Context<'_>, function: &Function) -> TokenStream {
    let private = &context.private;
    if function.arguments.is_empty() {
        return quote!(#private::no_differences);
    }
    let differences = local("differences");
    let before = (0..function.arguments.len()).map(|index| local(&format!("before{index}")));
    let before = before.collect::<Vec<_>>();
    let calls = function.arguments.iter().zip(&before).map(|(argument, before)| {
        let (ident, ty, owned) = (&argument.ident, &argument.wire.text, &argument.owned);
        let name = ident.unraw().to_string();
        quote!(#differences.argument(#name, #ty, #ident, #before, #private::equality!(#owned));)
    });
    let (now, before) = (tuple(&idents(function)), tuple(&before));
    quote! {
        |#now, #before, #differences| {
            #(#calls)*
        }
    }
}
