//! The route table: which deployment answers a path. An immutable snapshot that the proxy reads
//! without a lock; the controller publishes a new one whenever a route comes or goes.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::mount::Mount;
use crate::config::canonical;
use crate::observe::{Meters, RouteMeter, RouteName};
use crate::striped::Striped;

/// One prefix and who answers below it.
pub(crate) struct Route {
    /// As it was given.
    pub(crate) prefix: Arc<str>,
    /// As paths are compared with it.
    canonical: Box<str>,
    pub(crate) application: Arc<str>,
    pub(super) mount: Mount,
    /// Set when the proxy publishes it; `None` where nothing is counted.
    pub(super) meter: Option<Striped<RouteMeter>>,
}

/// All routes, longest prefix first.
#[derive(Default)]
pub(crate) struct RouteTable {
    routes: Vec<Route>,
}

impl Route {
    pub(crate) fn new(prefix: &str, application: Arc<str>, mount: Mount) -> Self {
        let canonical = (&*canonical(prefix)).into();
        Self { prefix: prefix.into(), canonical, application, mount, meter: None }
    }
}

impl Route {
    fn name(&self) -> RouteName<'_> {
        RouteName {
            application: &self.application,
            route: &self.prefix,
            deployment: &self.mount.target.id().deployment,
        }
    }
}

impl RouteTable {
    pub(crate) fn new(mut routes: Vec<Route>) -> Self {
        routes.sort_by_key(|route| std::cmp::Reverse(route.canonical.len()));
        Self { routes }
    }

    /// The route with the longest prefix that `path` is below, however the client has written it.
    pub(crate) fn find(&self, path: &str) -> Option<&Route> {
        let path = canonical(path);
        self.routes.iter().find(|route| is_below(&path, &route.canonical))
    }

    /// Lets every route count in its meter; those of routes that are no more end.
    pub(super) fn count_in(&mut self, meters: &Meters) {
        let names: Vec<_> = self.routes.iter().map(Route::name).collect();
        let kept = meters.keep(&names);
        for (route, meter) in self.routes.iter_mut().zip(kept) {
            route.meter = Some(Striped::new(&meter));
        }
    }

    /// Whether there is something of the user's in it.
    pub(super) fn has_layers(&self) -> bool {
        self.routes.iter().any(|route| route.mount.is_layered())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.routes.is_empty()
    }

    /// Each prefix with the application that owns it.
    pub(crate) fn listing(&self) -> BTreeMap<&str, &str> {
        self.routes.iter().map(|route| (&*route.prefix, &*route.application)).collect()
    }
}

/// `/a` has `/a`, `/a/` and `/a/x` below it, but not `/ab`.
fn is_below(path: &str, prefix: &str) -> bool {
    prefix == "/"
        || path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_matches_whole_segments_only() {
        for (path, prefix, below) in [
            ("/a", "/a", true),
            ("/a/", "/a", true),
            ("/a/x", "/a", true),
            ("/ab", "/a", false),
            ("/", "/a", false),
            ("/anything", "/", true),
        ] {
            assert_eq!(is_below(path, prefix), below, "{path} below {prefix}");
        }
    }
}
