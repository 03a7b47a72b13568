//! Applications: deployments bound to their arguments, and through them to each other.
//!
//! `bind` keeps the arguments; a bound deployment among them is a child. Nothing runs before `run`,
//! which names the nodes, makes handles for the children and constructs replicas with them. A child
//! must exist before its parent can be bound, so a cycle cannot be written.

mod argument;
mod around;
mod bind;
mod handles;
mod options;

mod node;

mod compare;

mod blueprint;
mod recipe;

#[cfg(test)]
mod tests;

pub use argument::{BindArg, Bound};
pub use bind::Application;
pub use handles::BindHandles;

pub use argument::{BorrowTuple, BoundTuple};
pub(crate) use blueprint::Blueprint;
pub(crate) use compare::Comparison;
pub use compare::{
    Differences, EqualByPointer, EqualByValue, EqualShared, Equality, NeverEqual, no_differences,
};
#[cfg(feature = "admin")]
pub(crate) use node::Configured;
pub(crate) use node::{AnyNode, ArgumentBytes, Scope};
