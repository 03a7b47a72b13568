//! What there is to see of the whole server: the snapshot, slow requests, metrics.

use axum::response::IntoResponse;
use http::{Method, header};
use serde::{Deserialize, Serialize};

use super::applications::NoQuery;
use super::endpoint::{AdminAnswer, Endpoint, json};
use super::reading::AdminRequest;
use super::server::Admin;
use crate::observe::SlowRequest;
use crate::report::{CONTENT_TYPE, Snapshot};

/// Slow requests, as `GET /api/v1/slow` tells them.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[non_exhaustive]
pub struct SlowList {
    /// The slowest first.
    pub requests: Vec<SlowRequest>,
}

#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Slow {
    /// Only those of this application.
    application: Option<String>,
    /// Only those of deployments of this name.
    deployment: Option<String>,
    /// At most so many.
    limit: Option<usize>,
}

pub(super) fn endpoints() -> Vec<Endpoint> {
    let metrics = "For Prometheus, in the spelling of the server's options.";
    vec![
        Endpoint::new(
            Method::GET,
            "/api/v1/snapshot",
            "getSnapshot",
            "Everything there is to see",
            snapshot,
        )
        .query::<NoQuery>()
        .answers::<Snapshot>(200, "The server at this moment"),
        Endpoint::new(Method::GET, "/api/v1/slow", "listSlowRequests", "Where the time went", slow)
            .details("Of each deployment the slowest hundred requests of the last ten minutes.")
            .query::<Slow>()
            .answers::<SlowList>(200, "The slowest first"),
        Endpoint::new(
            Method::GET,
            "/metrics",
            "getMetrics",
            "All metrics as OpenMetrics text",
            metrics_text,
        )
        .details(metrics)
        .answers_as::<String>(200, "All metrics", CONTENT_TYPE),
    ]
}

async fn snapshot(admin: Admin, asked: AdminRequest) -> AdminAnswer {
    let NoQuery {} = asked.query()?;
    json(&admin.serve()?.snapshot())
}

async fn slow(admin: Admin, asked: AdminRequest) -> AdminAnswer {
    let Slow { application, deployment, limit } = asked.query()?;
    let mut requests = admin.serve()?.slow_requests();
    requests.retain(|request| {
        application.as_ref().is_none_or(|name| *name == request.application)
            && deployment.as_ref().is_none_or(|name| *name == request.deployment)
    });
    requests.truncate(limit.unwrap_or(usize::MAX));
    json(&SlowList { requests })
}

async fn metrics_text(admin: Admin, _: AdminRequest) -> AdminAnswer {
    let text = admin.serve()?.metrics();
    Ok(([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response())
}
