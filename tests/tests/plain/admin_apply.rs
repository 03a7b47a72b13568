//! Applications by configuration over the admin API: one, all, what that would change, and what survives a restart.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Value, json};
use serve_core::file::ServerConfig;
use serve_core::prelude::*;
use serve_core::{
    AdminClient, AdminOptions, ClientError, Error, PlannedAction, Secret, ServeBuilder,
};
use tests::{SOON, fetch_text, stop, within};

#[derive(Deserialize)]
struct TalkArgs {
    word: String,
    #[serde(default)]
    key: Option<Secret>,
}

/// Says its word, and whatever it has been configured to add.
struct Talker {
    word: String,
    addition: std::sync::Mutex<String>,
}

#[derive(Deserialize)]
struct Addition {
    text: String,
    #[serde(default)]
    password: Option<Secret>,
}

#[deployment(route_prefix = "/talk")]
impl Talker {
    fn new(word: String) -> Result<Self, String> {
        match &*word {
            "nothing" => Err("there is nothing to say".to_owned()),
            _ => Ok(Self { word, addition: std::sync::Mutex::default() }),
        }
    }

    async fn __call__(&self) -> String {
        format!("{}{}", self.word, self.addition.lock().expect("it is held for a moment"))
    }

    fn reconfigure(&self, addition: Addition) -> Result<(), String> {
        let _ = addition.password.map(|password| password.expose().len());
        addition.text.clone_into(&mut self.addition.lock().expect("it is held for a moment"));
        Ok(())
    }
}

fn builder(options: AdminOptions) -> ServeBuilder {
    Serve::builder().http(HttpOptions::default().port(0)).admin(options.port(0)).app(
        "talk",
        |args: TalkArgs| {
            let _ = args.key.map(|key| key.expose().len());
            Talker::bind(args.word)
        },
    )
}

async fn start_with(options: AdminOptions) -> (Serve, AdminClient) {
    let serve = within(SOON, builder(options).start()).await.expect("it starts");
    let client = client_of(&serve);
    (serve, client)
}

fn client_of(serve: &Serve) -> AdminClient {
    let address = serve.admin_addr().expect("it has an admin API").to_string();
    AdminClient::new(address).expect("an address").timeout(SOON)
}

async fn start() -> (Serve, AdminClient) {
    start_with(AdminOptions::default()).await
}

fn talk(word: &str) -> Value {
    json!({ "app": "talk", "args": { "word": word } })
}

fn talk_at(name: &str, word: &str) -> Value {
    json!({ "name": name, "app": "talk", "args": { "word": word }, "route_prefix": format!("/{name}") })
}

/// A file of this test alone, which there is not yet.
fn file(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("admin");
    fs::create_dir_all(&directory).expect("a directory");
    let file = directory.join(format!("{name}-{}.json", std::process::id()));
    drop(fs::remove_file(&file));
    file
}

fn problem(error: &ClientError) -> serve_core::ApiProblem {
    error.problem().cloned().unwrap_or_else(|| panic!("no problem: {error}"))
}

// === one ===

#[tokio::test]
async fn an_application_becomes_what_is_sent_and_nothing_else_is_touched() {
    let (serve, client) = start().await;
    let planned = client.plan("talk", &talk("hello")).await.expect("a plan");
    assert_eq!(planned.deployments[0].action, PlannedAction::Start, "{planned}");
    assert!(serve.status().applications.is_empty(), "a plan does nothing");
    let there = client.apply("talk", &talk("hello")).await.expect("it is deployed");
    assert_eq!(there.revision, Some(1));
    assert_eq!(fetch_text(&serve, "/talk").await, (200, "hello".to_owned()));
    let again = client.apply("talk", &talk("hello")).await.expect("it is there");
    assert_eq!(again.tag, there.tag, "nothing has changed");
    let mut more = talk("hello");
    more["deployments"] =
        json!([{ "name": "Talker", "num_replicas": 2, "user_config": { "text": "!" } }]);
    let planned = client.plan("talk", &more).await.expect("a plan");
    assert_eq!(planned.deployments[0].action, PlannedAction::Reconfigure, "{planned}");
    let two = client.apply("talk", &more).await.expect("it is changed");
    assert_eq!(two.deployments["Talker"].running, 2);
    assert_eq!(fetch_text(&serve, "/talk").await, (200, "hello!".to_owned()));
    stop(serve).await;
}

#[tokio::test]
async fn a_version_that_cannot_be_made_is_refused_with_its_cause_and_the_old_one_serves() {
    let (serve, client) = start().await;
    client.apply("talk", &talk("hello")).await.expect("it is deployed");
    let mut broken = talk("nothing");
    broken["deployments"] = json!([{ "name": "Talker", "max_constructor_retry_count": 1 }]);
    let refused = problem(&client.apply("talk", &broken).await.expect_err("it cannot be made"));
    assert_eq!((refused.status, &*refused.kind), (422, "urn:serve:deploy-failed"));
    assert!(refused.detail.contains("there is nothing to say"), "{refused}");
    assert_eq!(fetch_text(&serve, "/talk").await, (200, "hello".to_owned()));
    let config = client.config().await.expect("it answers");
    assert_eq!(config["applications"][0]["args"]["word"], "hello", "{config}");
    stop(serve).await;
}

/// Operators' demand 13: all that is wrong at once, each with where it is and what to write instead.
#[tokio::test]
async fn everything_that_is_wrong_with_a_configuration_is_told_at_once() {
    let (serve, client) = start().await;
    let wrong = json!({
        "app": "talk",
        "route_prefx": "/x",
        "args": { "word": "hello" },
        "deployments": [{ "name": "Talker", "num_replicas": 0, "health_check_period": "soon" }],
    });
    let refused = problem(&client.apply("talk", &wrong).await.expect_err("it is wrong"));
    assert_eq!((refused.status, &*refused.kind), (400, "urn:serve:invalid"), "{refused}");
    let places: Vec<_> = refused.errors.iter().filter_map(|it| it.at.as_deref()).collect();
    for place in
        ["route_prefx", "deployments[0].num_replicas", "deployments[0].health_check_period"]
    {
        assert!(places.contains(&place), "{refused}");
    }
    assert!(refused.to_string().contains("`route_prefix`"), "{refused}");
    for (config, word) in [
        (json!({ "app": "tlk" }), "`talk`"),
        (json!({ "app": "talk" }), "word"),
        (json!({ "app": "talk", "args": { "word": 7 } }), "args.word"),
        (json!({ "name": "other", "app": "talk", "args": { "word": "a" } }), "`other`"),
        (json!([]), "is"),
    ] {
        let refused = problem(&client.apply("talk", &config).await.expect_err("it is wrong"));
        assert_eq!(refused.status, 400, "{refused}");
        assert!(refused.to_string().contains(word), "{config}: {refused}");
    }
    assert!(serve.status().applications.is_empty());
    stop(serve).await;
}

/// Operators' demand 12: two of different applications both survive; of the same, for what both have seen, one.
#[tokio::test]
async fn two_that_are_sent_at_once_both_survive_unless_they_are_for_the_same_state() {
    let (serve, client) = start().await;
    let (one, other) = (talk_at("one", "a"), talk_at("other", "b"));
    let both =
        futures::future::join(client.apply("one", &one), client.apply("other", &other)).await;
    assert!(both.0.is_ok() && both.1.is_ok(), "{both:?}");
    let tag = client.application("one").await.expect("it is there").tag.expect("a tag");
    let expecting = client.expecting(&*tag);
    let (one, other) = (talk_at("one", "first"), talk_at("one", "second"));
    let both =
        futures::future::join(expecting.apply("one", &one), expecting.apply("one", &other)).await;
    let (made, refused) = match both {
        (Ok(_), Err(refused)) => ("first", refused),
        (Err(refused), Ok(_)) => ("second", refused),
        both => panic!("one is made: {both:?}"),
    };
    assert!(matches!(refused, ClientError::Precondition(_)), "{refused:?}");
    assert_eq!(fetch_text(&serve, "/one").await, (200, made.to_owned()));
    let stale = expecting.apply("one", &one).await;
    assert!(matches!(stale, Err(ClientError::Precondition(_))), "{stale:?}");
    stop(serve).await;
}

#[tokio::test]
async fn whoever_expects_none_makes_an_application_only_if_there_is_none() {
    let (serve, _client) = start().await;
    let address = serve.admin_addr().expect("it has an admin API");
    let put = async |word: &str| {
        let asked = tests::client().put(format!("http://{address}/api/v1/applications/talk"));
        let asked = asked.header("if-none-match", "*").json(&talk(word));
        within(SOON, asked.send()).await.expect("it answers").status().as_u16()
    };
    assert_eq!((put("first").await, put("second").await), (200, 412));
    assert_eq!(fetch_text(&serve, "/talk").await, (200, "first".to_owned()));
    stop(serve).await;
}

// === all ===

#[tokio::test]
async fn what_is_gone_from_the_whole_is_deleted_but_not_what_the_program_runs() {
    let (serve, client) = start().await;
    serve.run_named("own", Talker::bind("own").route_prefix("/own")).await.expect("it runs");
    let two = json!({ "applications": [talk_at("a", "1"), talk_at("b", "2")] });
    let list = client.apply_all(&two).await.expect("they are deployed");
    assert_eq!(list.applications.keys().collect::<Vec<_>>(), ["a", "b", "own"]);
    assert_eq!(client.config().await.expect("it answers"), two);
    // What is wrong with one changes none.
    let unknown = json!({ "name": "b", "app": "nobody" });
    for (wrong, place) in [
        (json!([talk_at("a", "9"), unknown]), "applications[1].app"),
        (json!([talk_at("a", "9"), talk_at("a", "1")]), "applications[1].name"),
    ] {
        let refused = client.apply_all(&json!({ "applications": wrong })).await;
        let refused = problem(&refused.expect_err("it is wrong"));
        let places: Vec<_> = refused.errors.iter().filter_map(|it| it.at.as_deref()).collect();
        assert_eq!((refused.status, &*places), (400, &[place][..]), "{refused}");
    }
    let other_port = json!({ "http": { "port": 1 }, "applications": [] });
    let refused = problem(&client.apply_all(&other_port).await.expect_err("it needs a restart"));
    assert!(refused.status == 400 && refused.to_string().contains("`http`"), "{refused}");
    assert_eq!(fetch_text(&serve, "/a").await, (200, "1".to_owned()));
    // The prefix of what goes is free for what comes.
    let mut next = talk_at("c", "3");
    next["route_prefix"] = json!("/b");
    let list = client.apply_all(&json!({ "applications": [talk_at("a", "1"), next] })).await;
    let list = list.expect("it is changed");
    assert_eq!(list.applications.keys().collect::<Vec<_>>(), ["a", "c", "own"]);
    assert_eq!(list.applications["a"].revision, Some(1), "it is untouched");
    assert_eq!(fetch_text(&serve, "/b").await, (200, "3".to_owned()));
    let list = client.apply_all(&json!({ "applications": [] })).await.expect("all goes");
    assert_eq!(list.applications.keys().collect::<Vec<_>>(), ["own"]);
    stop(serve).await;
}

#[tokio::test]
async fn what_is_sent_says_of_the_server_nothing_or_what_it_was_started_with() {
    let http = json!({ "port": 0, "request_timeout": "30s" });
    let config = json!({ "http": http, "admin": { "port": 0 }, "applications": [] });
    let config = ServerConfig::from_json(&config.to_string()).expect("it is valid");
    let builder = builder(AdminOptions::default());
    let serve = within(SOON, builder.start_with(&config)).await.expect("it starts");
    let client = client_of(&serve);
    let silent = json!({ "applications": [talk_at("one", "hello")] });
    client.apply_all(&silent).await.expect("it says nothing of the server");
    assert_eq!(fetch_text(&serve, "/one").await, (200, "hello".to_owned()));
    let same = json!({ "http": http, "applications": [talk_at("one", "hello")] });
    client.apply_all(&same).await.expect("it says the same");
    let other = json!({ "http": { "port": 0 }, "applications": [] });
    let refused = client.apply_all(&other).await.expect_err("it says something else");
    let shown = refused.to_string();
    assert!(shown.contains("what `http` says is not how this server was started"), "{shown}");
    assert_eq!(fetch_text(&serve, "/one").await, (200, "hello".to_owned()));
    stop(serve).await;
}

#[tokio::test]
async fn a_change_that_is_refused_leaves_an_application_to_the_program() {
    let (serve, client) = start().await;
    serve.run_named("own", Talker::bind("own").route_prefix("/own")).await.expect("it runs");
    let refused = client.clone().expecting("99").apply("own", &talk("other")).await;
    assert_eq!(problem(&refused.expect_err("it is another revision")).status, 412);
    let list =
        client.apply_all(&json!({ "applications": [] })).await.expect("nothing is to be done");
    assert_eq!(list.applications.keys().collect::<Vec<_>>(), ["own"]);
    stop(serve).await;
}

// === restarts ===

#[tokio::test]
async fn what_is_deployed_over_the_api_survives_a_restart() {
    let state = file("survives");
    let options = || AdminOptions::default().state(&state);
    let (serve, client) = start_with(options()).await;
    client.apply("kept", &talk_at("kept", "first")).await.expect("it is deployed");
    client.apply("kept", &talk_at("kept", "second")).await.expect("it is deployed");
    client.apply("back", &talk_at("back", "first")).await.expect("it is deployed");
    client.apply("back", &talk_at("back", "second")).await.expect("it is deployed");
    client.rollback("back").await.expect("it goes back");
    client.apply("gone", &talk_at("gone", "gone")).await.expect("it is deployed");
    client.delete("gone").await.expect("it is deleted");
    let config = client.config().await.expect("it answers");
    stop(serve).await;
    let (serve, client) = start_with(options()).await;
    assert_eq!(serve.status().applications.keys().collect::<Vec<_>>(), ["back", "kept"]);
    assert_eq!(fetch_text(&serve, "/kept").await, (200, "second".to_owned()));
    assert_eq!(fetch_text(&serve, "/back").await, (200, "first".to_owned()));
    assert_eq!(client.config().await.expect("it answers"), config);
    // What the program runs itself comes later, and takes its place.
    serve.run_named("kept", Talker::bind("own").route_prefix("/kept")).await.expect("it runs");
    assert_eq!(fetch_text(&serve, "/kept").await, (200, "own".to_owned()));
    stop(serve).await;
    fs::remove_file(&state).expect("it was written");
}

#[tokio::test]
async fn all_that_is_deployed_at_once_survives_a_restart_and_what_it_has_deleted_stays_gone() {
    let state = file("all-survive");
    let options = || AdminOptions::default().state(&state);
    let (serve, client) = start_with(options()).await;
    for words in [["1", "2"], ["1", "3"]] {
        let both = json!([talk_at("a", words[0]), talk_at("b", words[1])]);
        client.apply_all(&json!({ "applications": both })).await.expect("they are deployed");
    }
    let later = json!({ "applications": [talk_at("b", "3"), talk_at("c", "4")] });
    client.apply_all(&later).await.expect("it is changed");
    stop(serve).await;
    let (serve, client) = start_with(options()).await;
    assert_eq!(serve.status().applications.keys().collect::<Vec<_>>(), ["b", "c"]);
    assert_eq!(fetch_text(&serve, "/b").await, (200, "3".to_owned()));
    assert_eq!(client.config().await.expect("it answers"), later);
    stop(serve).await;
    fs::remove_file(&state).expect("it was written");
}

#[cfg(unix)]
#[tokio::test]
async fn the_state_file_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let state = file("owner");
    let (serve, client) = start_with(AdminOptions::default().state(&state)).await;
    client.apply("talk", &talk("hello")).await.expect("it is deployed");
    let mode = fs::metadata(&state).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    stop(serve).await;
    fs::remove_file(&state).expect("it was written");
}

#[tokio::test]
async fn a_state_file_that_cannot_be_used_is_an_error_that_says_what_to_do() {
    let unknown = json!({ "serve_state": 1, "applications": { "a": { "app": "nobody" } } });
    for (text, words) in [
        ("{", vec!["no state file", "move it away"]),
        ("{\"serve_state\": 2, \"applications\": {}}", vec!["the form 2", "move it away"]),
        (&unknown.to_string(), vec!["application `a`", "`nobody`", "move the file away"]),
    ] {
        let state = file("broken");
        fs::write(&state, text).expect("it is written");
        let starting = builder(AdminOptions::default().state(&state)).start();
        let error = within(SOON, starting).await.map(drop).expect_err("it is refused");
        assert!(matches!(error, Error::Admin { .. }), "{error:?}");
        words.iter().for_each(|word| assert!(error.to_string().contains(word), "{error}"));
        let left = fs::read_to_string(&state).expect("it is there");
        let same = serde_json::from_str::<Value>(&left).ok() == serde_json::from_str(text).ok();
        assert!(same, "nothing is lost: {left}");
        fs::remove_file(&state).expect("it is there");
    }
    let nowhere = AdminOptions::default().state("/no/such/directory/state.json");
    let error = within(SOON, builder(nowhere).start()).await.map(drop).expect_err("it is refused");
    assert!(error.to_string().contains("AdminOptions::state"), "{error}");
}

#[tokio::test]
async fn one_application_that_cannot_be_deployed_again_stops_no_other() {
    let state = file("partly");
    let broken = json!({ "app": "talk", "args": { "word": "nothing" }, "route_prefix": "/broken",
        "deployments": [{ "name": "Talker", "max_constructor_retry_count": 1 }] });
    let applications = json!({ "broken": broken, "well": talk_at("well", "well") });
    let text = json!({ "serve_state": 1, "applications": applications }).to_string();
    fs::write(&state, &text).expect("it is written");
    let (serve, client) = start_with(AdminOptions::default().state(&state)).await;
    assert_eq!(fetch_text(&serve, "/well").await, (200, "well".to_owned()));
    let shown = client.application("broken").await.expect("it is there");
    assert!(shown.message.contains("there is nothing to say"), "{shown:?}");
    client.apply("more", &talk_at("more", "more")).await.expect("it is deployed");
    let kept = fs::read_to_string(&state).expect("it is there");
    assert!(kept.contains("nothing") && kept.contains("more"), "nothing is lost: {kept}");
    stop(serve).await;
    fs::remove_file(&state).expect("it is there");
}

// === secrets ===

/// Operators' demand 14: a secret that is planted in an argument and in a `user_config` is in no answer.
#[tokio::test]
async fn a_secret_is_in_no_answer() {
    let (serve, client) = start().await;
    let config = json!({
        "app": "talk",
        "args": { "word": "hello", "key": "planted-argument" },
        "deployments": [
            { "name": "Talker", "user_config": { "text": "!", "password": "planted-user-config" } }
        ],
    });
    client.apply("talk", &config).await.expect("it is deployed");
    let mut seen = format!("{:?}", client.plan("talk", &config).await.expect("a plan"));
    let mut other = config.clone();
    other["args"]["key"] = json!("planted-later");
    seen += &format!("{:?}", client.plan("talk", &other).await.expect("a plan"));
    let mut wrong = config.clone();
    wrong["deployments"][0]["num_replicas"] = json!("planted?");
    wrong["args"]["word"] = json!(7);
    seen += &format!(
        "{:?}",
        client
            .apply("talk", &wrong)
            .await
            .expect_err("it is wrong")
            .problem()
            .map(|it| it.errors.len())
    );
    fetch_text(&serve, "/talk").await;
    let base = format!("http://{}", serve.admin_addr().expect("it has an admin API"));
    for path in [
        "/api/v1/applications",
        "/api/v1/applications/talk",
        "/api/v1/config",
        "/api/v1/snapshot",
        "/api/v1/events",
        "/api/v1/slow",
        "/api/v1/openapi.json",
        "/api/serve/applications/",
        "/metrics",
        "/-/ready",
    ] {
        let answer = within(SOON, tests::client().get(format!("{base}{path}")).send()).await;
        let (status, text) = tests::read(answer.expect("it answers")).await;
        assert_eq!(status, 200, "{path}: {text}");
        seen += &text;
    }
    assert!(seen.contains("hello") && !seen.contains("planted-"), "{seen}");
    assert_eq!(fetch_text(&serve, "/talk").await, (200, "hello!".to_owned()));
    stop(serve).await;
}

/// What a reference leads to is in no message about it either.
#[tokio::test]
async fn what_a_reference_leads_to_is_not_told_where_it_does_not_fit() {
    let (serve, client) = start().await;
    let secret = file("secret");
    fs::write(&secret, "planted \"quoted\"").expect("it is written");
    let reference = format!("file:{}", secret.display());
    for config in [
        json!({ "app": "talk", "args": reference }),
        json!({ "app": "talk", "args": { "word": "hello", "key": [reference] } }),
    ] {
        let refused = client.apply("talk", &config).await.expect_err("it does not fit");
        let refused = problem(&refused).to_string();
        assert!(refused.contains("does not fit") && !refused.contains("planted"), "{refused}");
    }
    fs::remove_file(secret).expect("it is there");
    stop(serve).await;
}
