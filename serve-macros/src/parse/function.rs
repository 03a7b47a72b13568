//! A function of the block: attributes, visibility and signature parsed, the body kept as it is.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::parse::discouraged::Speculative;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, FnArg, Signature, Token, Visibility};

use crate::names;

/// `#[attributes] pub async fn name(&self) -> T { body }`.
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) defaultness: Option<Token![default]>,
    pub(crate) signature: Signature,
    /// The braces and what is in them; a `;` where the body is missing, which is the compiler's to report.
    pub(crate) body: TokenTree,
    /// Whether this is no function but what is left of one that cannot be parsed.
    pub(crate) is_broken: bool,
    /// Attributes of arguments that only another framework knows, taken off.
    pub(crate) stray: Vec<Attribute>,
}

/// What other frameworks write before an argument.
const STRAY: &[&str] = &[
    "body",
    "cookie",
    "data",
    "form",
    "from_request",
    "header",
    "json",
    "param",
    "path",
    "query",
    "state",
];

// === impl Function ===

impl Function {
    /// Takes off what is reported when this is read. A function that is only the user's keeps all it has.
    fn take_stray(&mut self) {
        if self.signature.receiver().is_none() && self.signature.ident != names::NEW {
            return;
        }
        for input in &mut self.signature.inputs {
            if let FnArg::Typed(typed) = input {
                let is_stray = |attribute: &Attribute| {
                    STRAY.iter().any(|name| attribute.path().is_ident(name))
                };
                let (stray, rest) =
                    std::mem::take(&mut typed.attrs).into_iter().partition(is_stray);
                typed.attrs = rest;
                self.stray.extend::<Vec<_>>(stray);
            }
        }
    }

    /// What is left of a function whose signature is not Rust: its name, and the names of its arguments.
    pub(super) fn broken(tokens: &TokenStream) -> Option<Self> {
        let (attributes, visibility, rest) = broken_head.parse2(tokens.clone()).ok()?;
        let rest: Vec<_> = rest.into_iter().collect();
        let is_arguments = |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis);
        let end = rest.iter().position(is_arguments).unwrap_or(rest.len());
        let words = rest[..end].iter().filter_map(|token| match token {
            TokenTree::Ident(word) => Some(word),
            _ => None,
        });
        let keywords = ["fn", "async", "unsafe", "extern", "const", "default"];
        let name =
            words.into_iter().find(|word| !keywords.iter().any(|keyword| word == keyword))?;
        let (has_receiver, arguments) = match rest.get(end) {
            Some(TokenTree::Group(group)) => broken_arguments(group.stream()),
            _ => (true, Vec::new()),
        };
        let receiver = has_receiver.then(|| quote!(&self,));
        let signature = syn::parse2(
            quote!(fn #name(#receiver #(#arguments: impl ::core::marker::Sized),*) -> !),
        )
        .ok()?;
        let body =
            quote!({ const { ::core::panic!("`#[deployment]` cannot read this function") } });
        let body = body.into_iter().next()?;
        Some(Self {
            attributes,
            visibility,
            defaultness: None,
            signature,
            body,
            is_broken: true,
            stray: Vec::new(),
        })
    }

    /// The function's tokens after its attributes.
    pub(crate) fn without_attributes(&self) -> TokenStream {
        let mut tokens = TokenStream::new();
        self.visibility.to_tokens(&mut tokens);
        self.defaultness.to_tokens(&mut tokens);
        self.signature.to_tokens(&mut tokens);
        self.body.to_tokens(&mut tokens);
        tokens
    }
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut function = Self {
            attributes: input.call(Attribute::parse_outer)?,
            visibility: input.parse()?,
            defaultness: default_keyword(input)?,
            signature: input.parse()?,
            body: body(input)?,
            is_broken: false,
            stray: Vec::new(),
        };
        function.take_stray();
        Ok(function)
    }
}

fn broken_head(input: ParseStream<'_>) -> syn::Result<(Vec<Attribute>, Visibility, TokenStream)> {
    let mut attributes = Vec::new();
    while input.peek(Token![#]) {
        let ahead = input.fork();
        match ahead.call(Attribute::parse_outer) {
            Ok(parsed) => {
                input.advance_to(&ahead);
                attributes.extend(parsed);
            }
            // `#[]`
            Err(_) => {
                input.parse::<TokenTree>()?;
                input.parse::<TokenTree>()?;
            }
        }
    }
    Ok((attributes, input.parse()?, input.parse()?))
}

/// Whether the first argument is the instance, and the names of the others.
fn broken_arguments(tokens: TokenStream) -> (bool, Vec<Ident>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let is_comma =
        |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
    let names = tokens.split(is_comma).enumerate().filter_map(|(index, argument)| {
        let mut words = argument.iter().filter_map(|token| match token {
            TokenTree::Ident(word) if word != "mut" => Some(word.clone()),
            _ => None,
        });
        let name = words.next();
        name.or_else(|| (!argument.is_empty()).then(|| format_ident!("arg{index}")))
    });
    let names: Vec<_> = names.collect();
    let (receivers, names): (Vec<_>, Vec<_>) = names.into_iter().partition(|name| name == "self");
    (!receivers.is_empty(), names)
}

fn default_keyword(input: ParseStream<'_>) -> syn::Result<Option<Token![default]>> {
    if input.peek(Token![default]) { input.parse().map(Some) } else { Ok(None) }
}

fn body(input: ParseStream<'_>) -> syn::Result<TokenTree> {
    // As any token, because `$body` of a `macro_rules!` comes in an invisible group.
    if input.peek(syn::token::Brace) || input.peek(Token![;]) {
        input.parse()
    } else {
        Err(input.error("expected the function's body"))
    }
}
