//! What an item is, before it is parsed: an `impl` block or something else, a function of the block or something else.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Generics, Token, Visibility};

use super::block::Item;
use super::function::Function;

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

/// The name and the parameters of a `struct` or an `enum`.
pub(super) fn head_of_type(input: ParseStream<'_>) -> syn::Result<(Ident, Generics)> {
    input.call(Attribute::parse_outer)?;
    input.parse::<Visibility>()?;
    if input.peek(Token![enum]) {
        input.parse::<Token![enum]>()?;
    } else {
        input.parse::<Token![struct]>()?;
    }
    let head = (input.parse()?, input.parse()?);
    input.parse::<TokenStream>()?;
    Ok(head)
}

/// The items between the block's braces.
pub(super) fn items(input: ParseStream<'_>) -> syn::Result<Vec<Item>> {
    let mut items = Vec::new();
    while !input.is_empty() {
        // `//! ..`: the compiler has refused it.
        if input.peek(Token![#]) && input.peek2(Token![!]) {
            for _ in 0..3 {
                input.parse::<TokenTree>()?;
            }
            continue;
        }
        items.push(item(input)?);
    }
    Ok(items)
}

fn item(input: ParseStream<'_>) -> syn::Result<Item> {
    let ahead = input.fork();
    let kind = Kind::of(&ahead).unwrap_or(Kind::Function);
    if let Kind::Function = kind {
        let ahead = input.fork();
        if let Ok(function) = ahead.parse() {
            input.advance_to(&ahead);
            return Ok(Item::Function(function));
        }
        let tokens = raw_item(input, &kind)?;
        if let Ok(function) = syn::parse2(without_wrapped_names(tokens.clone())) {
            return Ok(Item::Function(function));
        }
        // The compiler has reported it. What can be told of it stays, so that only this is reported.
        return Ok(match Function::broken(&tokens) {
            Some(function) => Item::Function(function),
            None => Item::Other(tokens),
        });
    }
    raw_item(input, &kind).map(Item::Other)
}

/// `$pattern`, as a `macro_rules!` hands a name on: out of its invisible group, in which no parser expects a pattern.
fn without_wrapped_names(tokens: TokenStream) -> TokenStream {
    let tokens = tokens.into_iter().map(|token| {
        let TokenTree::Group(group) = &token else { return token };
        let mut inner = group.stream().into_iter();
        match (group.delimiter(), inner.next(), inner.next()) {
            (Delimiter::None, Some(TokenTree::Ident(name)), None) => name.into(),
            (Delimiter::Parenthesis, ..) => {
                let mut group =
                    Group::new(group.delimiter(), without_wrapped_names(group.stream()));
                group.set_span(token.span());
                group.into()
            }
            _ => token,
        }
    });
    tokens.collect()
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
