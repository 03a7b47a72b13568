//! Who may see the handle: whoever may see the constructor or any of the methods.

use quote::ToTokens;
use syn::{Visibility, parse_quote};

/// The least visibility that is at least as wide as each of these.
pub(crate) fn widest<'v>(visibilities: impl IntoIterator<Item = &'v Visibility>) -> Visibility {
    visibilities.into_iter().fold(Visibility::Inherited, wider)
}

fn wider(left: Visibility, right: &Visibility) -> Visibility {
    let (left_rank, right_rank) = (rank(&left), rank(right));
    if left_rank < right_rank {
        return right.clone();
    }
    // `pub(super)` and `pub(in some::path)` cannot be compared from here; the crate holds both.
    let incomparable = left_rank == right_rank && left_rank == 1 && !same(&left, right);
    if incomparable { parse_quote!(pub(crate)) } else { left }
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
