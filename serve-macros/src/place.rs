//! Where in the user's source a piece of generated code belongs.
//!
//! The compiler reports at the code it reads. Code that can fail on account of a type is therefore put at that type, all
//! of it, so that the report is at the type and the same report from two places is one.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::ToTokens;

/// From the first to the last token of something the user wrote.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    start: Span,
    end: Span,
}

// === impl Place ===

impl Place {
    pub(crate) fn of(tokens: impl ToTokens) -> Self {
        let mut spans = tokens.into_token_stream().into_iter().map(|token| match token {
            TokenTree::Group(group) => (group.span_open(), group.span_close()),
            token => (token.span(), token.span()),
        });
        let (start, first_end) = spans.next().unwrap_or((Span::call_site(), Span::call_site()));
        let end = spans.last().map_or(first_end, |(_, end)| end);
        Self { start, end }
    }

    /// All of these tokens at this place.
    pub(crate) fn at(self, tokens: TokenStream) -> TokenStream {
        let mut tokens = tokens.into_iter();
        let first: TokenStream = tokens.next().into_iter().collect();
        self.around(first, TokenStream::new(), tokens.collect())
    }

    /// These tokens in brackets that stand at this place.
    pub(crate) fn group(self, delimiter: Delimiter, inner: TokenStream) -> TokenTree {
        let mut group = Group::new(delimiter, inner);
        group.set_span(Span::call_site().located_at(self.start));
        group.into()
    }

    /// These tokens around what stands at this place already.
    pub(crate) fn around(
        self,
        before: TokenStream,
        inner: impl ToTokens,
        after: TokenStream,
    ) -> TokenStream {
        let mut tokens = respan(before, self.start);
        inner.to_tokens(&mut tokens);
        tokens.extend(respan(after, self.end));
        tokens
    }
}

/// Moves tokens. Segments of paths move entirely; a lone name keeps its hygiene, because it may be a local.
fn respan(tokens: TokenStream, span: Span) -> TokenStream {
    let mut after_colon = false;
    let mut tokens = tokens.into_iter().peekable();
    let mut output = TokenStream::new();
    while let Some(mut token) = tokens.next() {
        let before_colon = tokens.peek().is_some_and(is_colon);
        if let TokenTree::Group(group) = &token {
            token = Group::new(group.delimiter(), respan(group.stream(), span)).into();
        }
        let is_local = matches!(&token, TokenTree::Ident(ident) if ident != "await")
            && !after_colon
            && !before_colon;
        after_colon = is_colon(&token);
        token.set_span(if is_local { token.span().located_at(span) } else { span });
        output.extend([token]);
    }
    output
}

fn is_colon(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':')
}
