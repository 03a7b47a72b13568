//! The `#[get]`-style routes of one deployment: axum picks the method and fills in path parameters.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use axum::routing::{MethodFilter, MethodRouter};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::Uri;
use tokio::time::Instant;
use tower_service::Service;

use super::SentResponse;
use super::body::SentBody;
use crate::call::RequestInfo;
use crate::config::canonical;
use crate::info::RouteInfo;
use crate::web::{HttpRequest, not_found};

/// Answers a request whose method is known.
pub(super) trait Respond: Send + Sync {
    fn respond(
        &self,
        method: &'static str,
        request: HttpRequest,
        info: RequestInfo,
    ) -> BoxFuture<'static, SentResponse>;
}

/// Finds the method for a request.
///
/// Without the deployment's type, so that axum's part of it is compiled once.
#[derive(Clone)]
pub(super) struct Paths(axum::Router);

/// The method that takes every request that no route does.
pub(super) fn entry(routes: &[RouteInfo]) -> Option<&'static str> {
    routes.iter().find(|route| route.route.is_none()).map(|route| route.method_name)
}

impl Paths {
    /// These routes below a prefix; `None` where there are none.
    ///
    /// # Errors
    ///
    /// Two of them overlap.
    pub(super) fn of(
        routes: &'static [RouteInfo],
        prefix: &str,
        answer: &Arc<dyn Respond>,
    ) -> Result<Option<Self>, String> {
        let has_routes = routes.iter().any(|route| route.route.is_some());
        if !has_routes {
            return Ok(None);
        }
        Self::new(routes, prefix, entry(routes), answer).map(Some)
    }

    fn new(
        routes: &'static [RouteInfo],
        prefix: &str,
        entry: Option<&'static str>,
        answer: &Arc<dyn Respond>,
    ) -> Result<Self, String> {
        let prefix = canonical(prefix);
        let prefix = if prefix == "/" { "" } else { &prefix };
        let mut by_path = BTreeMap::<String, MethodRouter>::new();
        let mut taken = HashSet::new();
        for info in routes {
            let Some((method, path)) = &info.route else { continue };
            let filter =
                MethodFilter::try_from(method.clone()).map_err(|error| error.to_string())?;
            let path = full_path(prefix, &canonical_route(path));
            let methods = by_path.remove(&path).unwrap_or_default();
            // Two ways to write one path are one, and axum would panic.
            if !taken.insert((path.clone(), method)) {
                return Err(format!("route `{method} {path}` is there twice"));
            }
            by_path.insert(path, on(methods, filter, info, Arc::clone(answer)));
        }
        // axum would panic where two paths overlap, `/{a}` and `/{b}` say; that is for a deploy error to
        // tell.
        let mut paths = matchit::Router::new();
        for path in by_path.keys() {
            paths.insert(path, ()).map_err(|error| format!("route `{path}`: {error}"))?;
        }
        let routes = by_path
            .into_iter()
            .fold(axum::Router::new(), |routes, (path, methods)| routes.route(&path, methods));
        let fallback = Arc::clone(answer);
        Ok(Self(routes.fallback(move |request: HttpRequest| {
            let (request, info) = take_info(request);
            let answered = match entry {
                Some(entry) => fallback.respond(entry, request, info),
                None => nothing(),
            };
            answered.map(|response| response.map(SentBody::into_axum))
        })))
    }

    pub(super) fn serve(
        &self,
        mut request: HttpRequest,
        info: RequestInfo,
    ) -> BoxFuture<'static, SentResponse> {
        // axum compares paths as they are written.
        let as_sent =
            canonical_uri(request.uri()).map(|uri| std::mem::replace(request.uri_mut(), uri));
        request.extensions_mut().insert(Info { info, as_sent });
        let answered = self.0.clone().call(request);
        async move {
            let Ok(response) = answered.await;
            response.map(SentBody::plain)
        }
        .boxed()
    }
}

/// What a deployment answers where it has nothing.
pub(super) fn nothing() -> BoxFuture<'static, SentResponse> {
    let (Ok(response) | Err(response)) = not_found();
    std::future::ready(response.map(SentBody::plain)).boxed()
}

fn on(
    methods: MethodRouter,
    filter: MethodFilter,
    info: &RouteInfo,
    answer: Arc<dyn Respond>,
) -> MethodRouter {
    let (name, timeout) = (info.method_name, info.request_timeout);
    methods.on(filter, move |request: HttpRequest| {
        let (request, mut info) = take_info(request);
        if let Some(deadline) = timeout.and_then(|timeout| Instant::now().checked_add(timeout)) {
            info.limit(deadline);
        }
        answer.respond(name, request, info).map(|response| response.map(SentBody::into_axum))
    })
}

fn full_path(prefix: &str, path: &str) -> String {
    match (prefix, path) {
        (prefix, "/") if !prefix.is_empty() => prefix.to_owned(),
        (prefix, path) => format!("{prefix}{path}"),
    }
}

/// The request's context on its way through axum's router.
#[derive(Clone)]
struct Info {
    info: RequestInfo,
    /// Its address, where the client has written the path in another way than we do.
    as_sent: Option<Uri>,
}

fn take_info(mut request: HttpRequest) -> (HttpRequest, RequestInfo) {
    let Some(Info { info, as_sent }) = request.extensions_mut().remove() else {
        return (request, RequestInfo::root());
    };
    if let Some(as_sent) = as_sent {
        *request.uri_mut() = as_sent;
    }
    (request, info)
}

/// The same address with its path written as routes are, if it is not.
fn canonical_uri(uri: &Uri) -> Option<Uri> {
    let Cow::Owned(path) = canonical(uri.path()) else { return None };
    let path = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path,
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(path.parse().ok()?);
    Uri::from_parts(parts).ok()
}

/// A route's own path as requests are compared with it. What it captures has any name.
fn canonical_route(path: &str) -> String {
    let segment = |segment: &'_ str| match segment.contains('{') {
        true => segment.to_owned(),
        false => canonical(segment).into_owned(),
    };
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}
