//! What counts as another signature, and what does not.

use std::collections::BTreeMap;

use proc_macro2::{TokenStream, TokenTree};

use super::support::expand;

/// The signatures of a deployment's methods by their names.
fn signatures(block: &str) -> BTreeMap<String, String> {
    let tokens = expand(&format!("#[deployment] impl Shop {{ {block} }}"));
    let words = words(tokens);
    let mut found = BTreeMap::new();
    let mut method = String::new();
    for window in words.windows(2) {
        match &window[0][..] {
            // `const NAME: &'static str = "name"`
            "str" if window[1].starts_with('"') => method.clone_from(&window[1]),
            // `const SIGNATURE: u64 = 1234`
            "u64" if window[1].starts_with(|first: char| first.is_ascii_digit()) => {
                drop(found.insert(method.clone(), window[1].clone()));
            }
            _ => {}
        }
    }
    found
}

/// All identifiers and literals.
fn words(tokens: TokenStream) -> Vec<String> {
    tokens
        .into_iter()
        .flat_map(|token| match token {
            TokenTree::Group(group) => words(group.stream()),
            TokenTree::Punct(_) => Vec::new(),
            word @ (TokenTree::Ident(_) | TokenTree::Literal(_)) => vec![word.to_string()],
        })
        .collect()
}

const SHOP: &str = "fn price(&self, item: &str) -> Result<u32, Missing> { 1 }
    fn count(&self) -> impl Stream<Item = u32> { stream() }";

#[test]
fn order_docs_bodies_and_how_a_method_runs_do_not_count() {
    let before = signatures(SHOP);
    assert_eq!(before.len(), 2);
    let after = signatures(
        "fn count(&self) -> impl Stream<Item = u32> { other_stream() }
        /// Documented by now.
        #[idempotent]
        pub async fn price(&mut self, item: String) -> Result<u32, Missing> { 2 }",
    );
    assert_eq!(before, after);
}

#[test]
fn whatever_both_ends_must_agree_on_counts() {
    let before = signatures(SHOP);
    for price in [
        "fn price(&self, name: &str) -> Result<u32, Missing>",
        "fn price(&self, item: u64) -> Result<u32, Missing>",
        "fn price(&self, item: &str, shelf: u8) -> Result<u32, Missing>",
        "fn price(&self) -> Result<u32, Missing>",
        "fn price(&self, item: &str) -> Result<u64, Missing>",
        "fn price(&self, item: &str) -> Result<u32, Other>",
        "fn price(&self, item: &str) -> u32",
        "fn price(&self, item: &str)",
        "fn price(&self, item: &str) -> impl Stream<Item = Result<u32, Missing>>",
    ] {
        let after = signatures(&format!("{price} {{ body() }}"));
        assert_ne!(before["\"price\""], after["\"price\""], "{price}");
    }
}
