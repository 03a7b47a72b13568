//! Tokens to syntax. Nothing is judged here beyond what cannot be parsed.
//!
//! - [`arguments()`]: the attribute's options, as written. [`helper_arguments`]: those of a helper attribute.
//! - [`block()`]: the `impl` block: its header, and its functions with their bodies left as raw tokens.

mod arguments;
mod block;
mod function;
mod item;

pub(crate) use arguments::{Entry, Value, arguments, helper_arguments};
pub(crate) use block::{Block, Item, block, block_of_type};
pub(crate) use function::Function;
