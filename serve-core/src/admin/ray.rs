//! The same in Ray Serve's shape, for tools that read its dashboard's API. Read only: what is written there names Python.

use std::time::UNIX_EPOCH;

use axum::response::IntoResponse;
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::VERSION;
use super::applications::NoQuery;
use super::endpoint::{AdminAnswer, Endpoint, json as answer};
use super::reading::AdminRequest;
use super::server::Admin;
use crate::report::{ApplicationSnapshot, DeploymentSnapshot, ReplicaSnapshot, Snapshot};

#[derive(Debug, Deserialize, schemars::JsonSchema)]
struct ApiType {
    /// Whatever they were deployed by; `imperative`, `declarative` and `unknown` are what Ray knows.
    api_type: Option<String>,
}

pub(super) fn endpoints() -> Vec<Endpoint> {
    let path = "/api/serve/applications/";
    let details = "The answer of Ray Serve's dashboard, as far as there is such a thing here.";
    vec![
        Endpoint::new(
            Method::GET,
            path,
            "getRayApplications",
            "Applications in Ray Serve's shape",
            applications,
        )
        .details(details)
        .query::<ApiType>()
        .answers::<Map<String, Value>>(200, "Ray's `ServeInstanceDetails`"),
        Endpoint::new(
            Method::GET,
            "/api/ray/version",
            "getRayVersion",
            "The version, in Ray's shape",
            version,
        )
        .query::<NoQuery>()
        .answers::<Map<String, Value>>(200, "Versions"),
    ]
}

async fn version(_: Admin, asked: AdminRequest) -> AdminAnswer {
    let NoQuery {} = asked.query()?;
    // The first is that of Ray's own API, whose shape this is.
    answer(&json!({ "version": "4", "ray_version": VERSION, "ray_commit": "", "session_name": "" }))
}

async fn applications(admin: Admin, asked: AdminRequest) -> AdminAnswer {
    let ApiType { api_type } = asked.query()?;
    if let Some(other) =
        api_type.filter(|it| !["imperative", "declarative", "unknown"].contains(&&**it))
    {
        let text = format!(
            "'{other}' is not a valid API type. Valid values are 'imperative', 'declarative' and 'unknown'."
        );
        return Ok((StatusCode::BAD_REQUEST, text).into_response());
    }
    answer(&details(&admin.serve()?.snapshot()))
}

fn details(snapshot: &Snapshot) -> Value {
    let applications = snapshot.applications.iter();
    let applications: Map<_, _> = applications
        .map(|(name, found)| (name.clone(), application(snapshot, name, found)))
        .collect();
    let http = snapshot.listeners.first().map_or(
        Value::Null,
        |address| json!({ "host": address.ip().to_string(), "port": address.port() }),
    );
    json!({
        "controller_info": {},
        "proxy_location": "HeadOnly",
        "http_options": http,
        "grpc_options": null,
        "proxies": {},
        "deploy_mode": "MULTI_APP",
        "applications": applications,
        "target_capacity": null,
        "target_groups": [],
    })
}

fn application(snapshot: &Snapshot, name: &str, found: &ApplicationSnapshot) -> Value {
    let deployed = found
        .revisions
        .last()
        .and_then(|last| Some(last.submitted_at.duration_since(UNIX_EPOCH).ok()?.as_secs_f64()));
    let deployments = found.deployments.iter();
    let deployments: Map<_, _> =
        deployments.map(|(name, it)| (name.clone(), deployment(snapshot, name, it))).collect();
    let nodes = found.deployments.keys().map(|deployment| {
        let handles = snapshot.topology.iter();
        let called = handles.filter(|it| it.application == name && it.caller == *deployment);
        let called: Vec<_> =
            called.map(|it| json!({ "name": it.callee, "app_name": name })).collect();
        let is_ingress = found.ingress.as_ref() == Some(deployment);
        let node = json!({
            "name": deployment,
            "app_name": name,
            "outbound_deployments": called,
            "is_ingress": is_ingress,
        });
        (deployment.clone(), node)
    });
    let nodes: Map<_, _> = nodes.collect();
    json!({
        "name": name,
        "route_prefix": found.route_prefix,
        "docs_path": null,
        "status": found.status,
        "message": found.message,
        "last_deployed_time_s": deployed,
        "deployed_app_config": null,
        "source": "imperative",
        "deployments": deployments,
        "external_scaler_enabled": false,
        "deployment_topology": {
            "app_name": name,
            "ingress_deployment": found.ingress,
            "nodes": nodes,
        },
    })
}

fn deployment(snapshot: &Snapshot, name: &str, found: &DeploymentSnapshot) -> Value {
    let decisions: Vec<_> = found
        .scaling
        .iter()
        .map(|it| {
            json!({
                "timestamp_s": it.at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64(),
                "reason": it.reason,
                "prev_num_replicas": it.from,
                "curr_num_replicas": it.to,
                "policy": it.by,
            })
        })
        .collect();
    let scaling_status =
        match found.counts.target.cmp(&u32::try_from(found.running).unwrap_or(u32::MAX)) {
            std::cmp::Ordering::Greater => "UPSCALING",
            std::cmp::Ordering::Less => "DOWNSCALING",
            std::cmp::Ordering::Equal => "STABLE",
        };
    json!({
        "name": name,
        "status": found.status,
        "status_trigger": found.status_trigger,
        "message": found.message,
        "deployment_config": { "name": name, "num_replicas": found.counts.declared },
        "target_num_replicas": found.counts.target,
        "required_resources": {},
        "replicas": found.replicas.iter().map(|it| replica(snapshot, it)).collect::<Vec<_>>(),
        "autoscaling_detail": {
            "scaling_status": scaling_status,
            "decisions": decisions,
            "metrics": {},
            "metrics_health": "healthy",
            "errors": [],
        },
    })
}

fn replica(snapshot: &Snapshot, found: &ReplicaSnapshot) -> Value {
    let started = snapshot.at.checked_sub(found.age);
    let started = started.and_then(|at| Some(at.duration_since(UNIX_EPOCH).ok()?.as_secs_f64()));
    json!({
        "replica_id": found.id,
        "state": found.state,
        "pid": found.pid,
        "node_id": null,
        "node_ip": null,
        "actor_id": null,
        "actor_name": found.id,
        "worker_id": null,
        "log_file_path": null,
        "start_time_s": started,
    })
}
