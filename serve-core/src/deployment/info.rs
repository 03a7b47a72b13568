//! What generated code says about a deployment's methods and routes.

use http::Method;

/// One method that can be called by handle.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct MethodInfo {
    pub name: &'static str,
    pub wire: &'static [WireCheck],
}

/// Whether one type of a method can leave the process, found by the compiler.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct WireCheck {
    pub what: &'static str,
    pub ty: &'static str,
    pub capable: bool,
}

/// One HTTP route, below the deployment's prefix.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct RouteInfo {
    pub method_name: &'static str,
    /// `None` for `__call__`, which takes everything that no other route does.
    pub route: Option<(Method, &'static str)>,
}

impl MethodInfo {
    pub const fn new(name: &'static str) -> Self {
        Self { name, wire: &[] }
    }

    #[must_use]
    pub const fn wire(mut self, checks: &'static [WireCheck]) -> Self {
        self.wire = checks;
        self
    }
}

impl RouteInfo {
    pub const fn call(method_name: &'static str) -> Self {
        Self { method_name, route: None }
    }

    pub const fn new(method_name: &'static str, method: Method, path: &'static str) -> Self {
        Self { method_name, route: Some((method, path)) }
    }
}
