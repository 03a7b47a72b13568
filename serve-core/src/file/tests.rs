//! Configurations of applications: what is read, what is refused with which words, what is made of them.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::json;

use super::{ApplicationConfig, Builders, ConfigError};
use crate::controller::named;
use crate::prelude::*;
use crate::{DeploymentConfig, Secret};

struct Greeter(#[expect(dead_code, reason = "nobody calls")] String);

#[deployment(route_prefix = "/", max_ongoing_requests = 5, max_queued_requests = 50)]
impl Greeter {
    fn new(greeting: String) -> Self {
        Self(greeting)
    }

    fn hello(&self) {}

    async fn __call__(&self) -> String {
        String::new()
    }

    fn reconfigure(&self, config: Settings) -> Result<(), HttpError> {
        let _ = config;
        Ok(())
    }
}

struct Ingress(#[expect(dead_code, reason = "nobody calls")] Vec<GreeterHandle>);

#[deployment(route_prefix = "/")]
impl Ingress {
    fn new(greeters: Vec<GreeterHandle>) -> Self {
        Self(greeters)
    }

    async fn __call__(&self) -> String {
        String::new()
    }
}

#[derive(Clone, Copy, Deserialize)]
#[expect(dead_code, reason = "it is only read")]
struct Settings {
    loud: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HelloArgs {
    greeting: String,
    #[serde(default)]
    key: Option<Secret>,
}

fn builders() -> Builders {
    Builders::default()
        .app("hello", |args: HelloArgs| {
            drop(args.key);
            Greeter::bind(args.greeting).max_queued_requests(60)
        })
        .app("two", || Ingress::bind(vec![Greeter::bind("a"), Greeter::bind("b")]))
        .app("picky", || Err::<Application<Greeter>, _>("it is not the day for it"))
        .app("wild", || -> Application<Greeter> { panic!("no luck") })
}

fn read(json: &serde_json::Value) -> Result<ApplicationConfig, ConfigError> {
    ApplicationConfig::from_json(&json.to_string())
}

fn made(json: &serde_json::Value) -> Vec<(Arc<str>, DeploymentConfig)> {
    let node = builders().build(&mut read(json).unwrap()).unwrap();
    named(&node).into_iter().map(|(name, node)| (name, node.config().clone())).collect()
}

/// Everything that is said of it.
fn said(json: &serde_json::Value) -> Vec<String> {
    let error = match read(json) {
        Ok(mut config) => builders().check(&mut config).expect_err("it is wrong"),
        Err(error) => error,
    };
    error.problems().iter().map(ToString::to_string).collect()
}

#[test]
fn the_file_wins_over_the_builder_and_that_over_the_attribute() {
    let deployments = json!([{ "name": "Greeter", "num_replicas": 3 }]);
    let made = made(&json!({
        "name": "hello", "route_prefix": "/hi", "args": { "greeting": "Hi" }, "deployments": deployments
    }));
    let [(name, config)] = &made[..] else { panic!("{made:?}") };
    assert_eq!(&**name, "Greeter");
    let limits = (config.max_ongoing_requests, config.max_queued_requests, config.num_replicas);
    assert_eq!(limits, (5, 60, crate::NumReplicas::Fixed(3)));
    assert_eq!(config.route_prefix.as_deref(), Some("/hi"));
}

#[test]
fn deployments_have_the_names_that_they_run_under() {
    let made = made(&json!({
        "name": "pair", "app": "two",
        "deployments": [
            { "name": "Greeter_1", "max_ongoing_requests": 1 },
            { "name": "Ingress", "max_ongoing_requests": 2 },
            { "name": "Greeter", "route_prefix": null },
        ]
    }));
    let limits: Vec<_> =
        made.iter().map(|(name, config)| (&**name, config.max_ongoing_requests)).collect();
    assert_eq!(limits, [("Greeter", 5), ("Greeter_1", 1), ("Ingress", 2)]);
    assert_eq!(made[0].1.route_prefix, None);
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let said = said(&json!({
        "nam": "hello", "route_prefix": "hi", "args": 1, "import_path": "a:b",
        "deployments": [
            { "name": "Greeter", "num_replica": 3, "request_timeout": 5, "health_check_period": "10 parsecs" },
            { "num_replicas": "many", "isolation": "proces", "gpus": [0, -1], "max_surge_percent": 0.5 },
            { "name": "Greeter", "num_replicas": 2, "autoscaling": { "min": 1 }, "request_timeout_s": 1,
              "request_timeout": "1s", "health_check_timeout": null },
        ],
    }));
    let expected = [
        "nam: `nam` is no option of an application; write `name`",
        "route_prefix: `route_prefix` is `hi`; it must start with `/`",
        "import_path: `import_path` of Ray Serve has no meaning here; name a builder of the program instead: \
         `app: hello` for `.app(\"hello\", ..)`",
        "deployments[0].num_replica: `num_replica` is no option of a deployment; write `num_replicas`",
        "deployments[0].request_timeout: `5` has no unit; write `5s` or `5ms`",
        "deployments[0].health_check_period: `parsecs` is no unit; write `250ms`, `10s`, `5m` or `1h`",
        "deployments[1].num_replicas: `many` is text; it takes a whole number from 1 to 10000, or `auto`",
        "deployments[1].isolation: `proces` is none of them; it takes `task`, `thread` or `process`; write `process`",
        "deployments[1].gpus[1]: `-1` does not fit; it takes a whole number from 0 on",
        "deployments[1].max_surge_percent: `0.5` does not fit; it takes a whole number from 0 to 100; \
         it is in percent: write `50`",
        "deployments[1]: a deployment needs `name`; write `name: ..`",
        "deployments[2].autoscaling.min: `min` is no option of `autoscaling`; write `min_replicas`",
        "deployments[2].request_timeout_s: `request_timeout_s` says the same as `request_timeout`; leave one of them out",
        "deployments[2].health_check_timeout: this is empty; it takes a time such as `250ms`, `10s`, `5m` or `1h`; \
         write one, or leave the line out",
        "an application needs `name`; write `name: ..`",
        "deployments[2].name: deployment `Greeter` is there twice; put its options together",
        "deployments[2].num_replicas: this is 2, and there is `autoscaling`; write `auto`, or leave `autoscaling` out",
    ];
    for sentence in expected {
        assert!(
            said.iter().any(|said| said.starts_with(sentence)),
            "{sentence}\nis not in\n{said:#?}"
        );
    }
    assert_eq!(said.len(), expected.len(), "{said:#?}");
}

#[test]
fn what_does_not_fit_the_program_is_told_at_once() {
    let said = said(&json!({
        "name": "pair", "app": "two", "route_prefix": "/x",
        "deployments": [
            { "name": "Greter" }, { "name": "Greeter", "user_config": { "loud": 1 } },
            { "name": "Ingress", "route_prefix": "/y", "gpus": [0] },
        ],
    }));
    assert_eq!(
        said,
        [
            "deployments[0].name: the application has no deployment `Greter`; write `Greeter`",
            "deployments[1].user_config: `user_config` does not fit at `loud`: invalid type: integer `1`, expected a boolean",
            "deployments[2].route_prefix: `Ingress` answers for the application, which has a `route_prefix`; \
             leave one of them out",
            "deployments[2]: deployment `Ingress`: `gpus` is set, but replicas share the server's process; \
             add `isolation = \"process\"`",
        ]
    );
}

#[test]
fn a_builder_that_fails_is_told_with_its_reason() {
    assert_eq!(
        said(&json!({ "name": "helo" })),
        ["name: the program has no builder `helo`; name a builder with `app`: write `hello`"]
    );
    assert_eq!(
        said(&json!({ "name": "a", "app": "nothing" })),
        ["app: the program has no builder `nothing`; there are `hello`, `picky`, `two`, `wild`"]
    );
    assert_eq!(
        said(&json!({ "name": "hello", "args": { "greeting": "a", "shout": 1 } })),
        [
            "args.shout: the argument of `hello` does not fit: unknown field `shout`, expected `greeting` or `key`"
        ]
    );
    assert_eq!(
        said(&json!({ "name": "hello" })),
        ["args: the argument of `hello` does not fit: missing field `greeting`"]
    );
    assert_eq!(
        said(&json!({ "name": "two", "args": [1] })),
        ["args: the argument of `two` does not fit: it takes no argument"]
    );
    assert_eq!(
        said(&json!({ "name": "picky" })),
        ["the builder `picky` failed: it is not the day for it"]
    );
    assert_eq!(
        said(&json!({ "name": "wild" })),
        ["the builder `wild` failed: it panicked: no luck"]
    );
    assert_eq!(
        said(&json!(["hello"])),
        ["this is a list, where a table of the options of an application should be"]
    );
}

#[test]
fn names_that_are_there_twice_are_told() {
    let error =
        ApplicationConfig::from_json(r#"{ "name": "a", "args": { "x": 1, "x": 2 }, "name": "b" }"#);
    let said: Vec<_> = error.unwrap_err().problems().iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "name: `name` is there twice; leave one of them out",
            "args.x: `x` is there twice; leave one of them out"
        ]
    );
}

#[test]
fn secrets_are_not_shown() {
    let json = json!({ "name": "hello", "args": { "greeting": "Hi", "key": "hunter2" } });
    let mut config = read(&json).unwrap();
    builders().check(&mut config).unwrap();
    let shown = serde_json::to_value(&config).unwrap();
    assert_eq!(shown, json!({ "name": "hello", "args": { "greeting": "Hi", "key": "***" } }));
    assert!(!format!("{config:?}").contains("hunter2"), "{config:?}");
    assert_eq!(
        said(&shown),
        ["args.key: this is a secret as it is shown, not the secret itself; \
          write `${NAME}` or `file:/path`, so that it is in no file"]
    );
}

#[test]
fn references_are_followed_and_shown_as_they_are() {
    let json = json!({ "name": "hello", "args": { "greeting": "${NO_SUCH_VARIABLE:-Hi} $${x}" } });
    let config = read(&json).unwrap();
    assert_eq!(config.origin(), r#"hello {"greeting":"Hi ${x}"}"#);
    assert_eq!(serde_json::to_value(&config).unwrap(), json);
}

#[test]
fn an_application_whose_name_is_known_need_not_say_it() {
    let named = |json: &str| {
        ApplicationConfig::from_json_as("hello", json).map(|config| config.name().to_owned())
    };
    assert_eq!(named(r#"{ "args": {} }"#), Ok("hello".to_owned()));
    assert_eq!(named(r#"{ "name": "hello" }"#), Ok("hello".to_owned()));
    assert_eq!(named(r#"{ "name": "${NO_SUCH_VARIABLE:-hello}" }"#), Ok("hello".to_owned()));
    assert_eq!(
        named(r#"{ "name": "ahoy" }"#).unwrap_err().to_string(),
        "name: this is `ahoy`, and the application is `hello`; leave the name out"
    );
}

#[test]
fn names_of_builders_are_checked() {
    let error =
        builders().app("two", || Greeter::bind("x")).app("a/b", || Greeter::bind("x")).validate();
    assert_eq!(
        error.unwrap_err().to_string(),
        "invalid options: there are two builders with the name `two`; the name of the builder, `a/b`, contains `/`; \
         use no `#`, no `/` and no control characters"
    );
}

#[test]
fn a_secret_that_is_partly_a_reference_is_not_shown() {
    for (key, shown) in [
        ("planted-${NO_SUCH_VARIABLE:-x}", "***"),
        ("planted-$${x}", "***"),
        ("${NO_SUCH_VARIABLE:-x}", "${NO_SUCH_VARIABLE:-x}"),
    ] {
        let mut config =
            read(&json!({ "name": "hello", "args": { "greeting": "Hi", "key": key } })).unwrap();
        builders().check(&mut config).unwrap();
        let text = format!("{config:?} {}", serde_json::to_string(&config).unwrap());
        assert!(text.contains(shown) && !text.contains("planted"), "{text}");
    }
}

#[test]
fn what_a_reference_leads_to_is_not_in_the_message_that_it_does_not_fit() {
    let deployments = json!([{ "name": "Greeter", "num_replicas": "${PATH}" }]);
    let args = json!({ "greeting": "Hi" });
    let said = said(&json!({ "name": "hello", "args": args, "deployments": deployments }));
    let told = "deployments[0].num_replicas: what `${PATH}` leads to does not fit; it takes";
    assert!(said.len() == 1 && said[0].starts_with(told), "{said:?}");
}
