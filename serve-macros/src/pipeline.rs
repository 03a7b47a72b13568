//! The macro on one screen: parse, lower, expand.
//!
//! Each phase survives the errors of the one before it. The user's block is emitted whatever happens, because code
//! that calls its methods should not break on account of a misspelt option, and an editor should go on completing.

use proc_macro2::TokenStream;

use crate::diagnostics::Diagnostics;
use crate::{expand, model, parse};

/// `#[deployment(arguments)] item`, in and out.
pub(crate) fn deployment(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let diagnostics = Diagnostics::new();

    let arguments = parse::arguments(arguments, &diagnostics);
    let Some(block) = parse::block(item.clone(), &diagnostics) else {
        return diagnostics.append_to(item);
    };
    let mut output = expand::block(&block);
    if let Some(deployment) = model::lower(&arguments, &block, &diagnostics) {
        output.extend(expand::deployment(&deployment));
    }
    diagnostics.append_to(output)
}
