//! The `#[get]`-style routes of one deployment: axum finds the method and the path's parameters.
//!
//! It is asked with a request that has no body and whose answer is the route. What extractors look for later, it leaves
//! among the request's extensions. Nothing else can put path parameters there, so a replica's process asks once more.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::future::{Ready, ready};

use axum::routing::{MethodFilter, MethodRouter};
use futures_util::FutureExt;
use http::{Method, Uri, header};
use tower_service::Service;

use super::missing::Missing;
use crate::config::canonical;
use crate::info::RouteInfo;
use crate::web::{HttpRequest, HttpResponse};

/// Finds the method for a request.
///
/// Without the deployment's type, so that axum's part of it is compiled once.
#[derive(Clone, Default)]
pub(super) struct Paths {
    /// `None` where there is `entry` alone.
    routes: Option<axum::Router>,
    /// What takes every request that no route does.
    entry: Option<&'static RouteInfo>,
}

/// The answer to whoever asks for a route.
#[derive(Clone)]
enum Answer {
    Found(&'static RouteInfo),
    NoPath,
    NoMethod,
}

impl Paths {
    /// These routes below a prefix.
    ///
    /// # Errors
    ///
    /// Two of them overlap.
    pub(super) fn of(routes: &'static [RouteInfo], prefix: &str) -> Result<Self, String> {
        let entry = routes.iter().find(|route| route.pattern().is_none());
        let prefix = canonical(prefix);
        let prefix = if prefix == "/" { "" } else { &prefix };
        let mut by_path = BTreeMap::<String, MethodRouter>::new();
        let mut taken = HashSet::new();
        for info in routes {
            let Some((method, path)) = info.pattern() else { continue };
            let path = full_path(prefix, &canonical_route(path));
            let methods = by_path.remove(&path).unwrap_or_default();
            // Two ways to write one path are one, and axum would panic.
            if !taken.insert((path.clone(), method)) {
                let method = method.map_or("any", Method::as_str);
                return Err(format!("route `{method} {path}` is there twice"));
            }
            let methods = match method {
                None => methods.fallback(move |request| give_back(Answer::Found(info), request)),
                Some(method) => {
                    let filter = MethodFilter::try_from(method.clone());
                    let filter = filter.map_err(|error| error.to_string())?;
                    methods.on(filter, move |request| give_back(Answer::Found(info), request))
                }
            };
            by_path.insert(path, methods);
        }
        if by_path.is_empty() {
            return Ok(Self { routes: None, entry });
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
        let otherwise = entry.map_or(Answer::NoPath, Answer::Found);
        let routes = routes
            .method_not_allowed_fallback(|request| give_back(Answer::NoMethod, request))
            .fallback(move |request| give_back(otherwise.clone(), request));
        // Without a state that is to come, axum makes its services once and not for each request.
        Ok(Self { routes: Some(routes.with_state(())), entry })
    }

    /// The route for a request, which gets the parameters of its path.
    ///
    /// # Errors
    ///
    /// There is none.
    pub(super) fn find(&self, request: &mut HttpRequest) -> Result<&'static RouteInfo, Missing> {
        match (&self.routes, self.entry) {
            (Some(routes), _) => ask(routes.clone(), request),
            (None, Some(entry)) => Ok(entry),
            (None, None) => Err(Missing::NotFound),
        }
    }
}

fn ask(mut routes: axum::Router, request: &mut HttpRequest) -> Result<&'static RouteInfo, Missing> {
    let mut question = HttpRequest::default();
    question.method_mut().clone_from(request.method());
    // axum compares paths as they are written.
    *question.uri_mut() = canonical_uri(request.uri()).unwrap_or_else(|| request.uri().clone());
    std::mem::swap(question.extensions_mut(), request.extensions_mut());
    let answer = routes.call(question).now_or_never();
    let Ok(mut answer) = answer.expect("what axum does here waits for nothing");
    std::mem::swap(request.extensions_mut(), answer.extensions_mut());
    match request.extensions_mut().remove() {
        Some(Answer::Found(route)) => Ok(route),
        Some(Answer::NoMethod) => {
            Err(Missing::Method { allowed: answer.headers().get(header::ALLOW).cloned() })
        }
        Some(Answer::NoPath) | None => Err(Missing::NotFound),
    }
}

/// Answers with this, and what axum has found out on the way to it.
fn give_back(found: Answer, mut request: HttpRequest) -> Ready<HttpResponse> {
    let mut answer = HttpResponse::default();
    std::mem::swap(answer.extensions_mut(), request.extensions_mut());
    answer.extensions_mut().insert(found);
    ready(answer)
}

fn full_path(prefix: &str, path: &str) -> String {
    match (prefix, path) {
        (prefix, "/") if !prefix.is_empty() => prefix.to_owned(),
        (prefix, path) => format!("{prefix}{path}"),
    }
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
