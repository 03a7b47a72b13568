//! Who may see the handle: whoever may see any of the methods.

use quote::ToTokens;
use syn::{Visibility, parse_quote};

/// The least visibility that is at least as wide as each of these.
pub(crate) fn widest<'v>(visibilities: impl IntoIterator<Item = &'v Visibility>) -> Visibility {
    visibilities.into_iter().fold(Visibility::Inherited, |widest, next| wider(widest, next))
}

fn wider(left: Visibility, right: &Visibility) -> Visibility {
    match rank(&left).cmp(&rank(right)) {
        std::cmp::Ordering::Less => right.clone(),
        std::cmp::Ordering::Greater => left,
        // `pub(super)` and `pub(in some::path)` cannot be compared from here; the crate holds both.
        std::cmp::Ordering::Equal if rank(right) == 1 && !same(&left, right) => parse_quote!(pub(crate)),
        std::cmp::Ordering::Equal => left,
    }
}

fn rank(visibility: &Visibility) -> u8 {
    match visibility {
        Visibility::Public(_) => 3,
        Visibility::Restricted(restricted) if restricted.path.is_ident("crate") => 2,
        Visibility::Restricted(restricted) if restricted.path.is_ident("self") => 0,
        Visibility::Restricted(_) => 1,
        Visibility::Inherited => 0,
    }
}

fn same(left: &Visibility, right: &Visibility) -> bool {
    left.to_token_stream().to_string() == right.to_token_stream().to_string()
}
