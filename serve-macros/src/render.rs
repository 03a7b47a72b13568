//! Types as a reader would write them: `Vec<String>`, not `Vec < String >`.
//!
//! The text goes into error messages and into the table of methods, where `TokenStream::to_string` is too airy and
//! differs between compiler versions.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

/// These tokens, spaced like source.
pub(crate) fn render(tokens: impl ToTokens) -> String {
    let mut text = String::new();
    write(tokens.into_token_stream(), &mut text);
    text
}

fn write(tokens: TokenStream, text: &mut String) {
    let mut tight = true;
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{ ", " }"),
                    Delimiter::None => ("", ""),
                };
                text.push_str(open);
                write(group.stream(), text);
                text.push_str(close);
                tight = false;
            }
            TokenTree::Punct(punct) => {
                tight = write_punct(punct.as_char(), punct.spacing(), text);
            }
            word @ (TokenTree::Ident(_) | TokenTree::Literal(_)) => {
                let needs_space =
                    !tight && text.ends_with(|last: char| last.is_alphanumeric() || last == '_');
                if needs_space {
                    text.push(' ');
                }
                text.push_str(&word.to_string());
                tight = false;
            }
        }
    }
}

/// Writes one sign and says whether the next word follows it without a space.
fn write_punct(sign: char, spacing: Spacing, text: &mut String) -> bool {
    match sign {
        ',' | ';' => text.extend([sign, ' ']),
        '+' | '=' => text.extend([' ', sign, ' ']),
        '-' if spacing == Spacing::Joint => text.push_str(" -"),
        '>' if text.ends_with(" -") => text.push_str("> "),
        '\'' if text.ends_with(|last: char| last.is_alphanumeric()) => text.push_str(" '"),
        _ => text.push(sign),
    }
    true
}
