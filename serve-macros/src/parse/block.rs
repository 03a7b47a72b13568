//! The `impl` block: its header as syntax, its items one by one.
//!
//! Not `syn::ItemImpl`, because that parses every function body: slower, and one half-typed expression would take all
//! the generated code with it.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Generics, Lifetime, Token, Type, braced, token};

use super::function::Function;
use super::item;
use crate::diagnostics::Diagnostics;

/// `impl<T> Greeter<T> where .. { items }`.
pub(crate) struct Block {
    pub(crate) attributes: Vec<Attribute>,
    /// `default`, `unsafe`: passed on as they are, for the compiler to judge.
    pub(crate) qualifiers: TokenStream,
    pub(crate) impl_token: Token![impl],
    /// Includes the where clause.
    pub(crate) generics: Generics,
    pub(crate) trait_: Option<Trait>,
    pub(crate) self_type: Type,
    pub(crate) brace: token::Brace,
    pub(crate) inner_attributes: Vec<Attribute>,
    pub(crate) items: Vec<Item>,
    /// Whether the attribute stands on something else.
    pub(crate) is_wrong: bool,
}

/// `!Trait for`, as in a trait `impl`.
pub(crate) struct Trait {
    pub(crate) polarity: Option<Token![!]>,
    pub(crate) path: Type,
    pub(crate) for_token: Token![for],
}

/// What stands in the block.
#[expect(clippy::large_enum_variant, reason = "nearly every item is a function")]
pub(crate) enum Item {
    Function(Function),
    /// Constants, types, macro calls: passed on.
    Other(TokenStream),
}

/// Parses an `impl` block, or says what stands there instead.
pub(crate) fn block(tokens: TokenStream, diagnostics: &Diagnostics) -> Option<Block> {
    let scope = diagnostics.attribute();
    if let Some((at, message)) = item::not_a_block(tokens.clone()) {
        scope.report(at, message);
        return None;
    }
    let parsed = parse_block.parse2(tokens);
    match parsed {
        Ok(block) => Some(block),
        Err(error) => {
            scope.report_parse(&error);
            None
        }
    }
}

/// A block without methods for a `struct` or an `enum`, where the attribute stands on that.
pub(crate) fn block_of_type(tokens: TokenStream) -> Option<Block> {
    let (ident, generics) = item::head_of_type.parse2(tokens).ok()?;
    let (generics, arguments, where_clause) = generics.split_for_impl();
    let block = quote::quote!(impl #generics #ident #arguments #where_clause {});
    let mut block = parse_block.parse2(block).ok()?;
    block.is_wrong = true;
    Some(block)
}

fn parse_block(input: ParseStream<'_>) -> syn::Result<Block> {
    let attributes = input.call(Attribute::parse_outer)?;
    let mut qualifiers = TokenStream::new();
    while !input.peek(Token![impl]) {
        qualifiers.extend([input.parse::<TokenTree>()?]);
    }
    let impl_token = input.parse()?;
    let mut generics = if has_generics(input) { input.parse()? } else { Generics::default() };
    let polarity = input.parse()?;
    let first: Type = input.parse()?;
    let (trait_, self_type) = if input.peek(Token![for]) {
        let for_token = input.parse()?;
        let trait_ = Trait { polarity, path: first, for_token };
        (Some(trait_), input.parse()?)
    } else {
        (None, first)
    };
    generics.where_clause = input.parse()?;
    let content;
    let brace = braced!(content in input);
    Ok(Block {
        attributes,
        qualifiers,
        impl_token,
        generics,
        trait_,
        self_type,
        brace,
        inner_attributes: content.call(Attribute::parse_inner)?,
        items: item::items(&content)?,
        is_wrong: false,
    })
}

/// `impl<T> ..` declares parameters; `impl <T as Trait>::Type { .. }` does not.
fn has_generics(input: ParseStream<'_>) -> bool {
    let named = input.peek2(Lifetime) || input.peek2(syn::Ident);
    let continues = input.peek3(Token![>])
        || input.peek3(Token![,])
        || input.peek3(Token![=])
        || input.peek3(Token![:]) && !input.peek3(Token![::]);
    let attribute_or_const = input.peek2(Token![#]) || input.peek2(Token![const]);
    input.peek(Token![<]) && (input.peek2(Token![>]) || attribute_or_const || named && continues)
}

// === impl Trait ===

impl ToTokens for Trait {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.polarity.to_tokens(tokens);
        self.path.to_tokens(tokens);
        self.for_token.to_tokens(tokens);
    }
}
