//! Tests of the macro as a function of tokens: no compiler, no runtime.
//!
//! - [`expansions`]: whole expansions against files.
//! - [`errors`]: what is reported, where, and what is generated nevertheless.
//! - [`hygiene`]: names that generated code must not mention.
//! - [`units`]: the small parsers.

mod errors;
mod expansions;
mod hygiene;
mod signatures;
mod support;
mod units;
