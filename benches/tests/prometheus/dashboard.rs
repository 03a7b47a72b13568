//! The queries of dashboards: ours, as it is in `grafana/serve.json`, and Ray Serve's.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// A query of a panel.
#[derive(Clone, Debug)]
pub(super) struct Query {
    /// The panel's title, and which of its queries it is: `Requests by route A`.
    pub(super) name: String,
    pub(super) expression: String,
}

/// All queries of our dashboard, for all applications and deployments of the last five minutes.
pub(super) fn ours() -> Vec<Query> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../grafana/serve.json");
    let dashboard: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let queries = panels.iter().flat_map(|panel| {
        let title = panel["title"].as_str().unwrap();
        let targets = panel["targets"].as_array().into_iter().flatten();
        targets.map(move |target| Query {
            name: format!("{title} {}", target["refId"].as_str().unwrap()),
            expression: target["expr"]
                .as_str()
                .unwrap()
                .replace("$__rate_interval", "5m")
                .replace("$application", ".*")
                .replace("$deployment", ".*"),
        })
    });
    queries.collect()
}

/// Those of Ray Serve's dashboards that ask for something which exists here.
pub(super) fn rays() -> Vec<Query> {
    let of_application = r#"application!~"",route!~"/-/.*""#;
    let rate = |name: &str, by: &str, filter: &str| {
        format!("sum(rate(ray_serve_{name}{{{filter}}}[5m])) by ({by})")
    };
    let quantile = |share: f64, name: &str, by: &str, filter: &str| {
        format!(
            "histogram_quantile({share}, sum(rate(ray_serve_{name}_bucket{{{filter}}}[5m])) by ({by}, le))"
        )
    };
    let sum = |name: &str, by: &str| format!("sum(ray_serve_{name}) by ({by})");
    let (route, deployment) = ("application, route", "application, deployment");
    let replica = "application, deployment, replica";
    let mut queries = vec![
        ("QPS per application", rate("num_http_requests_total", route, of_application)),
        (
            "Error QPS per application",
            rate(
                "num_http_error_requests_total",
                "application, route, error_code",
                of_application,
            ),
        ),
        (
            "Error QPS of HTTP per deployment",
            rate("num_deployment_http_error_requests_total", deployment, ""),
        ),
        ("Replicas per deployment", sum("deployment_replica_healthy", deployment)),
        ("QPS per deployment", rate("deployment_request_counter_total", deployment, "")),
        ("Error QPS per deployment", rate("deployment_error_counter_total", deployment, "")),
        ("Queue size per deployment", sum("deployment_queued_queries", deployment)),
        ("Ongoing HTTP requests", "ray_serve_num_ongoing_http_requests".to_owned()),
        ("Control loop duration", "ray_serve_controller_control_loop_duration_s".to_owned()),
        ("Number of control loops", "ray_serve_controller_num_control_loops".to_owned()),
        ("QPS per replica", rate("deployment_request_counter_total", replica, "")),
        ("Error QPS per replica", rate("deployment_error_counter_total", replica, "")),
        ("Processing queries per replica", sum("replica_processing_queries", replica)),
        ("Multiplexed models per replica", sum("num_multiplexed_models", replica)),
        ("Replica starts", rate("deployment_replica_starts_total", deployment, "")),
        ("Batches", rate("batches_processed_total", deployment, "")),
        (
            "Batch size",
            "sum(rate(ray_serve_actual_batch_size_sum[5m])) / sum(rate(ray_serve_actual_batch_size_count[5m]))"
                .to_owned(),
        ),
    ];
    for (name, share) in [("P50", 0.5), ("P90", 0.9), ("P99", 0.99)] {
        let metric = "http_request_latency_ms";
        queries.push((name, quantile(share, metric, route, of_application)));
    }
    for (name, share) in
        [("P50 of a deployment", 0.5), ("P90 of a deployment", 0.9), ("P99 of a deployment", 0.99)]
    {
        let metric = "deployment_processing_latency_ms";
        queries.push((name, quantile(share, metric, deployment, "")));
    }
    let metric = "deployment_processing_latency_ms";
    queries.push(("P99 of a replica", quantile(0.99, metric, replica, "")));
    queries.extend(of_models(replica, &rate));
    let metric = "multiplexed_model_load_latency_ms";
    queries.push(("P99 of loading a model", quantile(0.99, metric, replica, "")));
    queries.push(("P99 in the queue", {
        quantile(0.99, "request_router_fulfillment_time_ms", deployment, "")
    }));
    let query = |(name, expression): (&str, String)| Query { name: name.to_owned(), expression };
    queries.into_iter().map(query).collect()
}

fn of_models(
    replica: &str,
    rate: &dyn Fn(&str, &str, &str) -> String,
) -> [(&'static str, String); 3] {
    let loads = rate("multiplexed_models_load_counter_total", replica, "");
    let unloads = rate("multiplexed_models_unload_counter_total", replica, "");
    let requests = rate("multiplexed_get_model_requests_counter_total", replica, "");
    let hits = format!("1 - {loads} / {requests}");
    [
        ("Models loaded per replica", loads),
        ("Models unloaded per replica", unloads),
        ("Hit rate of models per replica", hits),
    ]
}
