//! What generated code says about a deployment, its methods and its routes, as data: for code that is compiled once for
//! all of them. `deployment/info.rs` makes it of their types.

use std::borrow::Cow;
use std::time::Duration;

use http::Method;

use serde::{Deserialize, Serialize};

/// One method that can be called by handle.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct MethodInfo {
    pub name: &'static str,
    /// The number of its name between processes.
    pub(crate) id: u64,
    /// A hash of its arguments and its result as they are written. Builds that differ in it do not call
    /// each other's.
    pub(crate) signature: u64,
    /// Its result is a stream.
    pub(crate) streaming: bool,
    /// Its calls run together.
    pub(crate) batched: bool,
    /// A call of it may run twice.
    pub(crate) idempotent: bool,
    pub(crate) wire: fn() -> Vec<WireCheck>,
}

/// Whether one type of a method can leave the process, found by the compiler.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct WireCheck {
    pub what: Cow<'static, str>,
    pub ty: &'static str,
    pub capable: bool,
}

/// One HTTP route, below the deployment's prefix.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct RouteInfo {
    pub method_name: &'static str,
    /// `None` for `__call__`, which takes everything that no other route does, and for those of `any`.
    pub route: Option<(Method, &'static str)>,
    /// The path of a route for every method that no other route of the path takes.
    pub any: Option<&'static str>,
    /// A deadline for each of its requests, instead of the deployment's.
    pub request_timeout: Option<Duration>,
    /// The largest body of its requests, in bytes, instead of the deployment's.
    pub max_body_size: Option<u64>,
}

/// The options of one batched method.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct BatchInfo {
    pub method: &'static str,
    pub max_batch_size: usize,
    pub batch_wait_timeout: Duration,
    pub max_concurrent_batches: u32,
    pub max_batch_cost: Option<usize>,
}

/// A change of one option of a batched method.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BatchChange {
    /// Zero counts as one.
    MaxSize(usize),
    Wait(Duration),
    MaxCost(usize),
}

/// How `on_shutdown` takes the value, if there is one.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShutdownHook {
    None,
    /// `&self` or `&mut self`
    Borrowed,
    /// `self`
    Owned,
}

/// What a deployment's type is, for code that is compiled once for all of them.
pub(crate) struct TypeInfo {
    /// The name of the type, with its module.
    pub(crate) key: fn() -> &'static str,
    pub(crate) name: &'static str,
    pub(crate) methods: &'static [MethodInfo],
    pub(crate) routes: &'static [RouteInfo],
    pub(crate) batches: &'static [BatchInfo],
    pub(crate) has_health_check: bool,
    pub(crate) has_warm_up: bool,
    pub(crate) on_shutdown: ShutdownHook,
    /// Whether a call may have to wait for another to end.
    pub(crate) is_locked: bool,
}

impl BatchInfo {
    /// The defaults: up to 32 items, taken as they are, one batch at a time on each replica.
    pub const fn new(method: &'static str) -> Self {
        Self {
            method,
            max_batch_size: 32,
            batch_wait_timeout: Duration::ZERO,
            max_concurrent_batches: 1,
            max_batch_cost: None,
        }
    }

    #[must_use]
    pub const fn max_batch_size(mut self, items: usize) -> Self {
        self.max_batch_size = items;
        self
    }

    #[must_use]
    pub const fn batch_wait_timeout(mut self, wait: Duration) -> Self {
        self.batch_wait_timeout = wait;
        self
    }

    #[must_use]
    pub const fn max_concurrent_batches(mut self, batches: u32) -> Self {
        self.max_concurrent_batches = batches;
        self
    }

    #[must_use]
    pub const fn max_batch_cost(mut self, cost: usize) -> Self {
        self.max_batch_cost = Some(cost);
        self
    }
}

impl TypeInfo {
    /// Whether a call of a method may run twice.
    pub(crate) fn is_idempotent(&self, method: &str) -> bool {
        self.methods.iter().any(|info| info.name == method && info.idempotent)
    }
}

impl MethodInfo {
    #[cfg(test)]
    pub(crate) const fn named(name: &'static str, signature: u64) -> Self {
        let id = crate::id::method_id(name);
        Self {
            name,
            id,
            signature,
            streaming: false,
            batched: false,
            idempotent: false,
            wire: Vec::new,
        }
    }

    /// All types of a call, and whether they can leave the process.
    pub fn wire(&self) -> Vec<WireCheck> {
        (self.wire)()
    }

    /// Whether all of them can.
    pub(crate) fn is_capable(&self) -> bool {
        self.wire().iter().all(|check| check.capable)
    }
}

impl RouteInfo {
    pub const fn call(method_name: &'static str) -> Self {
        Self { method_name, route: None, any: None, request_timeout: None, max_body_size: None }
    }

    pub const fn new(method_name: &'static str, method: Method, path: &'static str) -> Self {
        let route = Some((method, path));
        Self { method_name, route, any: None, request_timeout: None, max_body_size: None }
    }

    /// Whatever the method.
    pub const fn any(method_name: &'static str, path: &'static str) -> Self {
        let any = Some(path);
        Self { method_name, route: None, any, request_timeout: None, max_body_size: None }
    }

    /// Its path, and the method if it is for one; `None` for `__call__`.
    pub(crate) fn pattern(&self) -> Option<(Option<&Method>, &'static str)> {
        let one = self.route.as_ref().map(|(method, path)| (Some(method), *path));
        one.or(self.any.map(|path| (None, path)))
    }

    #[must_use]
    pub const fn request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = Some(timeout);
        self
    }

    #[must_use]
    pub const fn max_body_size(mut self, bytes: u64) -> Self {
        self.max_body_size = Some(bytes);
        self
    }
}
