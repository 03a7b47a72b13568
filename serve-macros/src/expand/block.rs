//! The user's block, as it was written but for our attributes. Emitted whatever else is wrong.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use crate::model::{Extent, is_helper, is_misplaced};
use crate::parse::{Block, Function, Item};

/// The block without helper attributes.
pub(crate) fn block(block: &Block) -> TokenStream {
    let attributes = block.attributes.iter().filter(|attribute| !is_misplaced(attribute));
    let Block { qualifiers, impl_token, generics, trait_, self_type, inner_attributes, .. } = block;
    let where_clause = &generics.where_clause;
    let written = generics.to_token_stream();
    let is_wide = written.is_empty() && trait_.is_none();
    let generics = if is_wide { Extent::of(block).brackets() } else { written };
    let mut output =
        quote!(#(#attributes)* #qualifiers #impl_token #generics #trait_ #self_type #where_clause);
    block.brace.surround(&mut output, |inside| {
        inside.extend(inner_attributes.iter().map(ToTokens::to_token_stream));
        inside.extend(block.items.iter().map(item));
    });
    output
}

fn item(item: &Item) -> TokenStream {
    match item {
        Item::Function(function) => self::function(function),
        Item::Other(tokens) => tokens.clone(),
    }
}

fn function(function: &Function) -> TokenStream {
    let attributes = function.attributes.iter().filter(|attribute| !is_helper(attribute));
    let rest = function.without_attributes();
    quote!(#(#attributes)* #rest)
}
