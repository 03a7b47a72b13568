//! The attribute macro behind `serve_core::deployment`.
//!
//! Use it through `serve-core`, where its documentation stands: an attribute cannot run doctests that need the
//! runtime, and generated code names the runtime's private door, so the two crates only work as a pair.
//!
//! Reading order: `pipeline` is the whole macro on one screen; `parse` turns tokens into syntax, `model` turns syntax
//! into plain data and makes every check, `expand` turns the data into code and decides nothing.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod diagnostics;
mod expand;
mod model;
mod names;
mod nearest;
mod parse;
mod pipeline;
mod place;
mod render;

#[cfg(test)]
mod tests;

/// Turns an inherent `impl` block into a deployment. Documented at `serve_core::deployment`.
#[proc_macro_attribute]
pub fn deployment(
    arguments: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    pipeline::deployment(arguments.into(), item.into()).into()
}
