//! The attribute's arguments: `name = "x"`, `remote`, `autoscaling(min_replicas = 1)`. Helper attributes have the same.
//!
//! An entry that cannot be parsed is reported and skipped up to its comma, so that the others are still checked.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Lit, Token, parenthesized};

use crate::diagnostics::{Diagnostics, Scope};

/// One option as it was written.
pub(crate) struct Entry {
    pub(crate) key: Ident,
    pub(crate) value: Value,
}

/// What stands after an option's name.
pub(crate) enum Value {
    /// Nothing: `remote`.
    Flag,
    /// `= 8`, `= "10s"`.
    Literal(Lit),
    /// `= 2 * 4`, `= Self::tokens`: kept for the option that takes a path, and for the messages of all others.
    Tokens(TokenStream),
    /// `(min_replicas = 1, max_replicas = 4)`.
    List(Vec<Entry>),
}

/// Parses everything between the attribute's parentheses.
pub(crate) fn arguments(tokens: TokenStream, diagnostics: &Diagnostics) -> Vec<Entry> {
    helper_arguments(tokens, "route_prefix = \"/api\"", &diagnostics.attribute())
}

/// Parses the options of a helper attribute, such as `max_batch_size = 32` of `#[batch(..)]`.
pub(crate) fn helper_arguments(
    tokens: TokenStream,
    example: &str,
    scope: &Scope<'_>,
) -> Vec<Entry> {
    let parsed = (|input: ParseStream<'_>| Ok(entries(input, example, scope))).parse2(tokens);
    match parsed {
        Ok(entries) => entries,
        Err(error) => {
            scope.report_parse(&error);
            Vec::new()
        }
    }
}

fn entries(input: ParseStream<'_>, example: &str, scope: &Scope<'_>) -> Vec<Entry> {
    let mut entries = Vec::new();
    while !input.is_empty() {
        match entry(input, example, scope) {
            Ok(entry) => entries.push(entry),
            Err(error) => scope.report_parse(&error),
        }
        let rest = until_comma(input);
        if !rest.is_empty() {
            scope.report(rest, "expected `,` between options");
        }
        // `until_comma` has stopped at a comma or at the end, so a failure here means the end.
        let _: syn::Result<Token![,]> = input.parse();
    }
    entries
}

fn entry(input: ParseStream<'_>, example: &str, scope: &Scope<'_>) -> syn::Result<Entry> {
    if !input.peek(Ident::peek_any) {
        let wrong = until_comma(input);
        let message = format!("expected an option such as `{example}`");
        return Err(match wrong.is_empty() {
            true => input.error(message),
            false => syn::Error::new_spanned(wrong, message),
        });
    }
    let key = input.call(Ident::parse_any)?;
    let value = if input.peek(Token![-]) {
        return Err(dashed(&key, &until_comma(input)));
    } else if input.peek(Token![:]) && !input.peek(Token![::]) {
        let rest = until_comma(input);
        let value = rest.clone().into_iter().skip(1).collect::<TokenStream>();
        return Err(without_equals(&key, rest, &value));
    } else if input.peek(syn::token::Paren) {
        let content;
        parenthesized!(content in input);
        if content.peek(Lit) && !content.peek2(Token![=]) {
            let value: TokenStream = content.parse()?;
            return Err(without_equals(&key, &value, &value));
        }
        Value::List(entries(&content, "name = value", scope))
    } else if input.peek(Token![=]) {
        let equals: Token![=] = input.parse()?;
        let tokens = until_comma(input);
        if tokens.is_empty() {
            let message = format!("expected a value after `{key} =`");
            return Err(syn::Error::new_spanned(equals, message));
        }
        literal_or_tokens(tokens)
    } else {
        Value::Flag
    };
    Ok(Entry { key, value })
}

/// `num_replicas: 4`, `num_replicas(4)`
fn without_equals(key: &Ident, at: impl ToTokens, value: &TokenStream) -> syn::Error {
    syn::Error::new_spanned(at, format!("an option is written with `=`: `{key} = {value}`"))
}

/// `route-prefix = "/api"`
fn dashed(key: &Ident, rest: &TokenStream) -> syn::Error {
    let is_name = |token: &TokenTree| match token {
        TokenTree::Punct(punct) => punct.as_char() == '-',
        TokenTree::Ident(_) => true,
        _ => false,
    };
    let tail = rest.clone().into_iter().take_while(is_name).collect::<TokenStream>();
    let name: TokenStream =
        [TokenTree::from(key.clone())].into_iter().chain(tail.clone()).collect();
    let joined = format!("{key}{tail}").replace(' ', "").replace('-', "_");
    syn::Error::new_spanned(name, format!("the words of a name are joined by `_`: `{joined}`"))
}

fn literal_or_tokens(tokens: TokenStream) -> Value {
    match syn::parse2(tokens.clone()) {
        Ok(literal) => Value::Literal(literal),
        Err(_) => Value::Tokens(tokens),
    }
}

fn until_comma(input: ParseStream<'_>) -> TokenStream {
    let mut tokens = TokenStream::new();
    // A comma between the parameters of a path does not end it.
    let mut depth = 0_usize;
    while !(input.is_empty() || input.peek(Token![,]) && depth == 0) {
        let opens = input.peek(Token![::]) && input.peek3(Token![<]);
        if opens {
            // The two colons; the bracket comes next.
            for _ in 0..2 {
                if let Ok(colon) = input.parse::<TokenTree>() {
                    tokens.extend([colon]);
                }
            }
        }
        // Any token but the end is a token tree.
        let Ok(token) = input.parse::<TokenTree>() else {
            break;
        };
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == '<' && (opens || depth > 0) => depth += 1,
            TokenTree::Punct(punct) if punct.as_char() == '>' => depth = depth.saturating_sub(1),
            _ => {}
        }
        tokens.extend([token]);
    }
    tokens
}
