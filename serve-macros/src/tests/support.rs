//! From source text to an expansion and back.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{File, Item, Meta};

use crate::pipeline;

/// Expands every `#[deployment]` in a source file; other items are left out.
pub(super) fn expand(source: &str) -> TokenStream {
    let file: File = syn::parse_str(source).expect("the test's source parses");
    file.items.into_iter().flat_map(expand_item).collect()
}

fn expand_item(mut item: Item) -> TokenStream {
    let attributes = match &mut item {
        Item::Impl(item) => &mut item.attrs,
        Item::Struct(item) => &mut item.attrs,
        Item::Trait(item) => &mut item.attrs,
        Item::Fn(item) => &mut item.attrs,
        _ => return TokenStream::new(),
    };
    let Some(index) =
        attributes.iter().position(|attribute| attribute.path().is_ident("deployment"))
    else {
        return TokenStream::new();
    };
    let arguments = match attributes.remove(index).meta {
        Meta::List(list) => list.tokens,
        Meta::Path(_) | Meta::NameValue(_) => TokenStream::new(),
    };
    pipeline::deployment(arguments, item.into_token_stream())
}

/// The tokens as formatted source.
pub(super) fn format(tokens: TokenStream) -> String {
    let file = syn::parse2(tokens).expect("the expansion is valid syntax");
    prettyplease::unparse(&file)
}

/// An error of an expansion: where it is, and what it says.
pub(super) struct Reported {
    /// The source text under the error.
    pub(super) at: String,
    pub(super) message: String,
}

/// The errors in the expansion of this source.
pub(super) fn errors(source: &str) -> Vec<Reported> {
    let file: File = syn::parse2(expand(source)).expect("the expansion is valid syntax");
    let lines: Vec<&str> = source.lines().collect();
    let macros = file.items.iter().filter_map(|item| match item {
        Item::Macro(item) if item.mac.path.segments.last()?.ident == "compile_error" => {
            Some(&item.mac)
        }
        _ => None,
    });
    macros
        .map(|error| {
            let start = error.path.segments[0].ident.span().start();
            let end = error.delimiter.span().close().end();
            let end = if end.line == start.line {
                end.column
            } else {
                lines[start.line - 1].chars().count()
            };
            let at = lines[start.line - 1].chars().take(end).skip(start.column).collect();
            let message: syn::LitStr =
                syn::parse2(error.tokens.clone()).expect("a message is a string");
            Reported { at, message: message.value() }
        })
        .collect()
}
