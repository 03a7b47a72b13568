//! Configurations applied to a running server: what runs is what is said, and what has not changed is not touched.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use serde::Deserialize;
use serde_json::json;
use serve_core::file::{ApplicationConfig, ServerConfig};
use serve_core::prelude::*;
use serve_core::{AdminClient, AdminOptions, Error, PlannedAction};
use tests::{SOON, fetch_text, within};

/// Has no `PartialEq`.
#[derive(Clone)]
struct Weights(String);

struct Model {
    weights: Weights,
    made: usize,
}

#[deployment(route_prefix = "/model")]
impl Model {
    fn new(weights: Weights, count: Arc<AtomicUsize>) -> Result<Self, String> {
        let made = count.fetch_add(1, SeqCst);
        drop(count);
        match weights.0.as_str() {
            "bad" => Err("it has no weights".to_owned()),
            _ => Ok(Self { weights, made }),
        }
    }

    async fn __call__(&self) -> String {
        format!("{} {}", self.weights.0, self.made)
    }
}

#[derive(Deserialize)]
struct ModelArgs {
    weights: String,
}

async fn start() -> Serve {
    let count = Arc::<AtomicUsize>::default();
    let builder = Serve::builder().app("model", move |args: ModelArgs| {
        Model::bind(Weights(args.weights), Arc::clone(&count))
    });
    let config = config(&json!([]));
    within(SOON, builder.start_with(&config)).await.expect("it starts")
}

fn config(applications: &serde_json::Value) -> ServerConfig {
    let json = json!({ "http": { "port": 0 }, "applications": applications });
    ServerConfig::from_json(&json.to_string()).expect("it is good")
}

fn model(name: &str, prefix: &str, weights: &str) -> serde_json::Value {
    json!({ "name": name, "app": "model", "route_prefix": prefix, "args": { "weights": weights } })
}

async fn apply(serve: &Serve, applications: serde_json::Value) -> serve_core::Result<()> {
    within(SOON, serve.apply(&config(&applications))).await
}

async fn body(serve: &Serve, path: &str) -> (u16, String) {
    within(SOON, fetch_text(serve, path)).await
}

#[tokio::test]
async fn what_a_program_says_of_its_admin_api_stays_where_a_configuration_says_nothing() {
    let admin = AdminOptions::default().port(1).token("planted");
    let admin_section =
        json!({ "http": { "port": 0 }, "admin": { "port": 0 }, "applications": [] });
    let config = ServerConfig::from_json(&admin_section.to_string()).expect("it is valid");
    let serve = within(SOON, Serve::builder().admin(admin).start_with(&config)).await.unwrap();
    let address = serve.admin_addr().expect("it has one").to_string();
    let client = AdminClient::new(address).expect("an address").timeout(SOON);
    let refused = client.applications().await.expect_err("it brings no token");
    assert_eq!(refused.problem().map(|problem| problem.status), Some(401), "{refused}");
    client.token("planted").applications().await.expect("it brings the token");
    within(SOON, serve.shutdown()).await.expect("it ends");
}

#[tokio::test]
async fn what_is_gone_is_deleted_and_what_has_not_changed_is_not_touched() {
    let serve = start().await;
    let both = json!([model("a", "/a", "x"), model("b", "/b", "x")]);
    apply(&serve, both).await.expect("both run");
    let before = body(&serve, "/a").await;
    let later = json!([model("a", "/a", "x"), model("c", "/c", "y")]);
    let plan = serve.plan_apply(&config(&later));
    let actions: Vec<_> = plan
        .applications
        .iter()
        .map(|plan| (plan.application.as_str(), plan.deployments[0].action))
        .collect();
    let expected = [
        ("a", PlannedAction::Untouched),
        ("c", PlannedAction::Start),
        ("b", PlannedAction::Remove),
    ];
    assert_eq!(actions, expected);
    apply(&serve, later).await.expect("it runs");
    // The same replica, though its arguments cannot be compared.
    assert_eq!(body(&serve, "/a").await, before);
    assert_eq!(body(&serve, "/b").await.0, 404);
    assert!(body(&serve, "/c").await.1.starts_with("y "));
    assert_eq!(serve.status().applications.keys().collect::<Vec<_>>(), ["a", "c"]);
    within(SOON, serve.shutdown()).await.expect("it ends");
}

#[tokio::test]
async fn an_application_that_fails_stays_what_it_was_and_the_others_go_on() {
    let serve = start().await;
    apply(&serve, json!([model("a", "/a", "x")])).await.expect("it runs");
    let before = body(&serve, "/a").await;
    let later = json!([model("a", "/a", "bad"), model("b", "/b", "y")]);
    let error = apply(&serve, later).await.expect_err("one fails");
    assert!(error.to_string().contains("it has no weights"), "{error}");
    assert_eq!(body(&serve, "/a").await, before);
    assert_eq!(body(&serve, "/b").await.0, 200);
    let kept =
        serve.application_config("a").map(|config| serde_json::to_value(config).expect("JSON"));
    assert_eq!(kept, Some(model("a", "/a", "x")));
    within(SOON, serve.shutdown()).await.expect("it ends");
}

#[tokio::test]
async fn a_configuration_that_does_not_fit_changes_nothing() {
    let serve = start().await;
    apply(&serve, json!([model("a", "/a", "x")])).await.expect("it runs");
    let bad = json!([{ "name": "a", "app": "modell" }, model("b", "/b", "y")]);
    let error = apply(&serve, bad).await.expect_err("there is no such builder");
    assert!(error.to_string().contains("write `model`"), "{error}");
    assert_eq!(serve.status().applications.len(), 1);
    within(SOON, serve.shutdown()).await.expect("it ends");
}

#[tokio::test]
async fn what_needs_a_restart_is_refused_by_name() {
    let serve = start().await;
    let json = r#"{ "http": { "port": 0, "host": "0.0.0.0" }, "logging": { "level": "debug" }, "applications": [] }"#;
    let other = ServerConfig::from_json(json).expect("it is good");
    let error = serve.apply(&other).await.expect_err("it cannot be");
    assert!(error.to_string().contains("`http` and `logging`"), "{error}");
    assert!(!serve.plan_apply(&other).is_possible());
    within(SOON, serve.shutdown()).await.expect("it ends");
}

#[tokio::test]
async fn prefixes_that_move_along_a_chain_are_free_in_their_turn() {
    let serve = start().await;
    let all = |a: &str, b: &str, c: &str| {
        json!([model("a", a, "x"), model("b", b, "y"), model("c", c, "z")])
    };
    apply(&serve, all("/1", "/2", "/3")).await.expect("they run");
    apply(&serve, all("/2", "/3", "/4")).await.expect("each waits for the next");
    serve.shutdown().await.expect("it ends");
}

#[tokio::test]
async fn a_prefix_goes_from_an_application_that_is_deleted_to_a_new_one() {
    let serve = start().await;
    apply(&serve, json!([model("old", "/m", "x")])).await.expect("it runs");
    apply(&serve, json!([model("new", "/m", "y")])).await.expect("the prefix is free by then");
    assert!(body(&serve, "/m").await.1.starts_with("y "));
    within(SOON, serve.shutdown()).await.expect("it ends");
}

#[tokio::test]
async fn what_the_program_runs_itself_is_left_alone() {
    let serve = start().await;
    let own = Model::bind(Weights("own".to_owned()), Arc::default()).route_prefix("/own");
    within(SOON, serve.run_named("own", own)).await.expect("it runs");
    apply(&serve, json!([])).await.expect("there is nothing to do");
    assert_eq!(body(&serve, "/own").await.0, 200);
    within(SOON, serve.shutdown()).await.expect("it ends");
}

#[tokio::test]
async fn one_application_is_planned_run_and_shown_by_its_configuration() {
    let serve = start().await;
    let json = model("a", "/a", "x");
    let config = ApplicationConfig::from_json(&json.to_string()).expect("it is good");
    assert_eq!(serve.plan_config(&config).deployments[0].action, PlannedAction::Start);
    within(SOON, serve.run_config(config.clone())).await.expect("it runs");
    assert_eq!(serve.plan_config(&config).deployments[0].action, PlannedAction::Untouched);
    assert_eq!(serve.application_configs(), [config]);
    within(SOON, serve.delete("a")).await.expect("it goes");
    assert_eq!(serve.application_config("a"), None);
    within(SOON, serve.shutdown()).await.expect("it ends");
}

#[tokio::test]
async fn a_server_whose_builders_have_one_name_twice_does_not_start() {
    let bind = || Model::bind(Weights(String::new()), Arc::default());
    let error =
        Serve::builder().app("m", bind).app("m", bind).start().await.expect_err("it is twice");
    assert!(matches!(error, Error::InvalidConfig { .. }), "{error}");
    assert!(error.to_string().contains("two builders with the name `m`"), "{error}");
}
