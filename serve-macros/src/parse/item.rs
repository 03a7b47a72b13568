//! What an item is, before it is parsed: an `impl` block or something else, a function of the block or something else.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Token, Visibility};

use super::block::Item;
use crate::diagnostics::Diagnostics;

/// Where the attribute stands on something that is not an `impl` block: the token to point at, and what to say.
pub(super) fn not_a_block(tokens: TokenStream) -> Option<(Ident, String)> {
    let keyword = |input: ParseStream<'_>| {
        input.call(Attribute::parse_outer)?;
        input.parse::<Visibility>()?;
        let mut keyword = None;
        while !input.is_empty() {
            match input.parse::<TokenTree>()? {
                TokenTree::Ident(ident) if keyword.is_none() => {
                    let text = ident.to_string();
                    match text.as_str() {
                        // What may stand before the word that names the kind of item.
                        "unsafe" | "default" | "async" | "const" | "extern" | "auto" => {}
                        _ => keyword = Some(ident),
                    }
                }
                _ => {}
            }
        }
        Ok(keyword)
    };
    let keyword = keyword.parse2(tokens).ok().flatten()?;
    let advice = match keyword.to_string().as_str() {
        "impl" => return None,
        "struct" | "enum" | "union" => "did you mean the `impl` block that holds its methods?",
        "trait" => {
            "did you mean the `impl` block of one type? A deployment is a type, and its handle is typed by that block"
        }
        "fn" => {
            "did you mean a method? Put it in `impl SomeType { .. }` as `__call__`, with `#[deployment]` on the block"
        }
        _ => "move it there",
    };
    let message = format!(
        "this goes on an inherent `impl` block, as in `#[deployment] impl Greeter {{ .. }}`, not on this `{keyword}`; {advice}"
    );
    Some((keyword, message))
}

/// The items between the block's braces.
pub(super) fn items(input: ParseStream<'_>, diagnostics: &Diagnostics) -> syn::Result<Vec<Item>> {
    let mut items = Vec::new();
    while !input.is_empty() {
        items.push(item(input, diagnostics)?);
    }
    Ok(items)
}

fn item(input: ParseStream<'_>, diagnostics: &Diagnostics) -> syn::Result<Item> {
    let ahead = input.fork();
    let kind = Kind::of(&ahead)?;
    if let Kind::Function = kind {
        let ahead = input.fork();
        match ahead.parse() {
            Ok(function) => {
                input.advance_to(&ahead);
                return Ok(Item::Function(function));
            }
            // The block is emitted all the same, so the compiler has its say too where this is not Rust.
            Err(error) => diagnostics.attribute().report_parse(&error),
        }
    }
    raw_item(input, &kind).map(Item::Other)
}

enum Kind {
    Function,
    /// `const X: T = ..;`, `type X = ..;`: ends at its semicolon, wherever braces may come before.
    Semicolon,
    /// A macro call: ends at its braces or at its semicolon.
    Other,
}

impl Kind {
    fn of(ahead: ParseStream<'_>) -> syn::Result<Self> {
        ahead.call(Attribute::parse_outer)?;
        ahead.parse::<Visibility>()?;
        if ahead.peek(Token![default]) {
            ahead.parse::<Token![default]>()?;
        }
        let signature = ahead.peek(Token![fn])
            || ahead.peek(Token![async])
            || ahead.peek(Token![unsafe])
            || ahead.peek(Token![extern])
            || ahead.peek(Token![const]) && !ahead.peek3(Token![:]);
        Ok(if signature {
            Self::Function
        } else if ahead.peek(Token![const])
            || ahead.peek(Token![type])
            || ahead.peek(Token![static])
        {
            Self::Semicolon
        } else {
            Self::Other
        })
    }
}

/// One item's tokens, unparsed.
fn raw_item(input: ParseStream<'_>, kind: &Kind) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    while !input.is_empty() {
        let token: TokenTree = input.parse()?;
        let ends = match &token {
            TokenTree::Punct(punct) => punct.as_char() == ';',
            TokenTree::Group(group) => {
                group.delimiter() == Delimiter::Brace && !matches!(kind, Kind::Semicolon)
            }
            TokenTree::Ident(_) | TokenTree::Literal(_) => false,
        };
        tokens.extend([token]);
        if ends {
            break;
        }
    }
    Ok(tokens)
}
