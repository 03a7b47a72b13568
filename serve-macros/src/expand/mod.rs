//! Plain data to code. One file per generated item; each shows the code it makes before it makes it.
//!
//! - [`block`](mod@block): the user's block, without our attributes.
//! - [`deployment`](mod@deployment): the contents page, and where each item goes.
//! - [`methods`], [`method`], [`call`]: the public types. [`alias`]: names for them.
//! - [`implementation`]: the runtime's trait, with [`config`], [`http`], [`hook`] and [`wire`] for its larger parts.
//! - [`batch`]: the trait's items for `#[batch]`.
//! - [`invoke`]: the one place that calls the user's methods. [`constructor`]: `bind`, `deploy` and their like.
//! - [`assume`]: what is asked of the user's types. [`compare`]: what changed between two binds.
//! - [`transfer`]: calls and constructors as bytes, and back. [`register`]: what makes the type findable by name.
//! - [`context`]: paths, generics and locals that they all use.

mod alias;
mod assume;
mod batch;
mod block;
mod call;
mod compare;
mod config;
mod constructor;
mod context;
mod deployment;
mod hook;
mod http;
mod implementation;
mod invoke;
mod method;
mod methods;
mod register;
mod transfer;
mod wire;

pub(crate) use block::block;
pub(crate) use deployment::deployment;
