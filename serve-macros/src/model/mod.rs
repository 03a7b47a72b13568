//! Syntax to plain data, with every check on the way.
//!
//! `expand` finds nothing to refuse and nothing to decide. A method with an error is there as if the advice had been followed,
//! so that what uses it is not reported as well; only the call of the user's function is missing.
//!
//! - [`lower`](mod@lower): the contents page, from the block to a [`Deployment`].
//! - [`header`]: the type and its generics. [`visibility`]: who may see the handle.
//! - [`attributes`]: helper attributes, and those that carry over to generated items.
//! - [`function`], with [`argument`] (its [`pattern`], as what it is [`owned`], and as what it is [`bound`]), [`output`] and [`receiver`]: one function of the user's, and how to run it.
//! - [`stream`], [`batch`]: functions that give many values for a call, and that take many calls at once.
//! - [`fingerprint`]: what two builds compare. [`constructor`], [`hook`], [`method`]: the three roles a function can have. [`route`]: a method's HTTP routes.
//! - [`options`], [`path`]: the options of the attribute and of helper attributes.
//! - [`types`]: what the checks ask of a type. [`known`]: types known by their names. [`obstacle`]: what keeps a type from being
//!   carried by a call. [`disguise`]: return types that only look right.

mod argument;
mod attributes;
mod batch;
mod bound;
mod constructor;
mod disguise;
mod fingerprint;
mod function;
mod header;
mod hook;
mod known;
mod lower;
mod method;
mod obstacle;
mod options;
mod output;
mod owned;
mod path;
mod pattern;
mod receiver;
mod route;
mod stream;
mod types;
mod visibility;

pub(crate) use argument::{Argument, Pass};
pub(crate) use attributes::is_helper;
pub(crate) use batch::Batch;
pub(crate) use bound::BoundAs;
pub(crate) use constructor::Constructor;
pub(crate) use function::{Function, Run, Shape};
pub(crate) use header::{Extent, Header, is_foreign, is_misplaced};
pub(crate) use hook::Hook;
pub(crate) use lower::lower;
pub(crate) use method::Method;
pub(crate) use options::{Group, Setpoint, Setting};
pub(crate) use output::{Output, OutputKind};
pub(crate) use receiver::Access;
pub(crate) use types::{WireType, mentions};
pub(crate) use visibility::widest;

#[cfg(test)]
pub(crate) use {
    options::{check_json, parse_duration, parse_size},
    path::{check_prefix, check_route, shape},
};

use syn::{Path, Visibility};

/// Which generated functions have their names for themselves. Where the user has written one of that name it has been
/// reported, and generating the others beside it would only add to the noise.
#[derive(Clone, Copy)]
pub(crate) struct NamesFree {
    /// `bind`, `deploy`, `deploy_blocking`.
    pub(crate) constructors: bool,
    /// `get_handle`, `current_handle`.
    pub(crate) handles: bool,
}

/// A deployment, ready to be written out.
pub(crate) struct Deployment {
    pub(crate) header: Header,
    /// The runtime crate, as generated code names it.
    pub(crate) crate_path: Path,
    /// As the user has named it. It is imported once, because a wrong path would be reported wherever it stands.
    pub(crate) crate_written: Option<Path>,
    /// Of the handle and everything beside it.
    pub(crate) visibility: Visibility,
    /// As it is known at run time.
    pub(crate) name: String,
    pub(crate) settings: Vec<Setting>,
    pub(crate) sharing: Sharing,
    /// Whether every type must be able to cross processes.
    pub(crate) needs_wire: bool,
    pub(crate) methods: Vec<Method>,
    pub(crate) names_free: NamesFree,
    /// More than one only under different `#[cfg]`s.
    pub(crate) constructors: Vec<Constructor>,
    /// More than one only under different `#[cfg]`s.
    pub(crate) health_checks: Vec<Hook>,
    /// More than one only under different `#[cfg]`s.
    pub(crate) reconfigures: Vec<Hook>,
    /// More than one only under different `#[cfg]`s.
    pub(crate) warm_ups: Vec<Hook>,
    pub(crate) shutdowns: Vec<Hook>,
}

/// How the instance is kept, as its functions need it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sharing {
    /// No function needs it for itself: there is no lock.
    Shared,
    /// Some do and some do not: a lock for readers and writers.
    Exclusive,
    /// All do: a lock that lets in one at a time, so the type need not be `Sync`.
    Alone,
}

impl Sharing {
    fn of(accesses: impl Iterator<Item = Access>) -> Self {
        let (mut shared, mut exclusive) = (false, false);
        for access in accesses {
            match access {
                Access::Shared => shared = true,
                Access::Exclusive => exclusive = true,
                Access::Owned => {}
            }
        }
        match (shared, exclusive) {
            (_, false) => Self::Shared,
            (true, true) => Self::Exclusive,
            (false, true) => Self::Alone,
        }
    }
}

impl Deployment {
    /// The functions that the runtime calls, and no handle.
    pub(crate) fn hooks(&self) -> impl Iterator<Item = &Function> {
        let hooks = self.health_checks.iter().chain(&self.reconfigures);
        let hooks = hooks.chain(&self.warm_ups).chain(&self.shutdowns);
        hooks.map(|hook| &hook.function)
    }
}
