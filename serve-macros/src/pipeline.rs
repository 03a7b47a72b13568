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
    let (block, mut output) = match parse::block(item.clone(), &diagnostics) {
        Some(block) => {
            let is_foreign = model::is_foreign(&block);
            let output = if is_foreign { TokenStream::new() } else { expand::block(&block) };
            (block, output)
        }
        // Its handle is there all the same, because the rest of the program may name it.
        None => match parse::block_of_type(item.clone()) {
            Some(block) => {
                diagnostics.mute();
                (block, item)
            }
            None => return diagnostics.append_to(item),
        },
    };
    if let Some(deployment) = model::lower(&arguments, &block, &diagnostics) {
        output.extend(expand::deployment(&deployment));
    }
    diagnostics.append_to(output)
}
