//! All routes: one table, of which the router and the OpenAPI document are made.

use axum::Router;
use axum::response::IntoResponse;
use http::{StatusCode, Uri};

use super::endpoint::Endpoint;
use super::problem::ApiProblem;
use super::server::Admin;
use super::{
    NO_SUCH_ROUTE, applications, configuration, deployments, events, health, log_level, openapi,
    ray, shutdown, sight, tap,
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    [
        applications::endpoints(),
        configuration::endpoints(),
        deployments::endpoints(),
        sight::endpoints(),
        events::endpoints(),
        tap::endpoints(),
        log_level::endpoints(),
        shutdown::endpoints(),
        openapi::endpoints(),
        ray::endpoints(),
        health::endpoints(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub(super) fn router(admin: Admin) -> Router {
    let routes = endpoints().into_iter();
    let router = routes.fold(Router::new(), |router, it| router.route(it.path, it.router));
    router.fallback(unknown).method_not_allowed_fallback(not_allowed).with_state(admin)
}

async fn unknown(uri: Uri) -> impl IntoResponse {
    let detail =
        format!("there is nothing at `{}`; /api/v1/openapi.json lists what there is", uri.path());
    ApiProblem::new(StatusCode::NOT_FOUND, NO_SUCH_ROUTE, detail)
}

async fn not_allowed(method: http::Method, uri: Uri) -> impl IntoResponse {
    let detail = format!("`{}` does not take {method}; `Allow` lists what it takes", uri.path());
    ApiProblem::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", detail)
}
