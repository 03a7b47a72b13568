//! A function of the block: attributes, visibility and signature parsed, the body kept as it is.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Signature, Token, Visibility};

/// `#[attributes] pub async fn name(&self) -> T { body }`.
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) defaultness: Option<Token![default]>,
    pub(crate) signature: Signature,
    /// The braces and what is in them; a `;` where the body is missing, which is the compiler's to report.
    pub(crate) body: TokenTree,
}

// === impl Function ===

impl Function {
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
        Ok(Self {
            attributes: input.call(Attribute::parse_outer)?,
            visibility: input.parse()?,
            defaultness: default_keyword(input)?,
            signature: input.parse()?,
            body: body(input)?,
        })
    }
}

fn default_keyword(input: ParseStream<'_>) -> syn::Result<Option<Token![default]>> {
    if input.peek(Token![default]) { input.parse().map(Some) } else { Ok(None) }
}

fn body(input: ParseStream<'_>) -> syn::Result<TokenTree> {
    if input.peek(syn::token::Brace) {
        input.parse::<Group>().map(TokenTree::Group)
    } else if input.peek(Token![;]) {
        input.parse()
    } else {
        Err(input.error("expected the function's body"))
    }
}
