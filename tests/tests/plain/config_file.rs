//! The configuration file: what its mistakes are told with, and what it means.
//!
//! Each file in `golden/config` is read and checked against the builders here; what is said of it is in the `.txt` beside
//! it. `UPDATE_EXPECT=1` writes those.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serve_core::Secret;
use serve_core::file::{Builders, ServerConfig, Verbosity};
use serve_core::prelude::*;

struct Greeter(String);

#[deployment(route_prefix = "/")]
impl Greeter {
    fn new(greeting: String) -> Self {
        Self(greeting)
    }

    async fn __call__(&self) -> String {
        self.0.clone()
    }

    fn reconfigure(&self, settings: Settings) -> Result<(), HttpError> {
        let _ = settings;
        Ok(())
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
    Builders::default().app("hello", |args: HelloArgs| {
        drop(args.key);
        Greeter::bind(args.greeting)
    })
}

fn golden_files() -> Vec<PathBuf> {
    let files = fs::read_dir("golden/config").expect("there are some").flatten();
    let mut files: Vec<_> = files.map(|file| file.path()).collect();
    files.retain(|path| path.extension().is_some_and(|it| it == "yaml" || it == "toml"));
    files.sort();
    files
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

/// Operators' demand 13: all mistakes at once, each with its place and with what to write.
#[test]
fn every_typical_mistake_is_told_with_its_place_and_what_to_write() {
    let mut wrong = Vec::new();
    for path in golden_files() {
        let said = match builders().read(&path) {
            Ok(_) => "fine\n".to_owned(),
            Err(error) => error.excerpts(false) + "\n",
        };
        let expected = PathBuf::from(format!("{}.txt", path.display()));
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&expected, &said).expect("it can be written");
        }
        if fs::read_to_string(&expected).unwrap_or_default() != said {
            wrong.push(format!("{}:\n{said}", name(&path)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_good_is_fine_in_yaml_and_in_toml_alike() {
    let yaml = builders().read("golden/config/good.yaml").expect("it is good");
    let toml = builders().read("golden/config/good.toml").expect("it is good");
    assert_eq!(yaml, toml);
    let http = yaml.http(HttpOptions::default());
    assert_eq!((http.port, http.max_body_bytes, http.access_log), (0, 16 << 20, true));
    assert_eq!(yaml.log_level(), Some(Verbosity::Info));
    let json = serde_json::to_string(&yaml).expect("it can be written");
    assert_eq!(builders().read_json(&json).expect("it can be read again"), yaml);
    assert!(json.contains("${SERVE_TEST_TOKEN:-a-token}"), "{json}");
}

#[test]
fn a_file_for_ray_serve_is_converted_by_its_messages_alone() {
    let error = builders().read("golden/config/ray_serve.yaml").expect_err("it is Ray Serve's");
    let told: Vec<_> = error.problems().iter().map(|problem| problem.path.as_str()).collect();
    let expected = [
        "proxy_location",
        "grpc_options",
        "logging_config.logs_dir",
        "applications[0].import_path",
        "applications[0].runtime_env",
        "applications[0].deployments[0].max_queued_requests",
        "applications[0].deployments[0].autoscaling_config.metrics_interval_s",
        "applications[0].deployments[0].graceful_shutdown_wait_loop_s",
        "applications[0].deployments[0].rolling_update_percentage",
        "applications[0].deployments[0].ray_actor_options",
    ];
    assert_eq!(told, expected);
    assert!(error.problems().iter().all(|problem| problem.help.is_some()));
    builders().read("golden/config/ray_converted.yaml").expect("all has been done as told");
    // The guide shows the way.
    let guide = include_str!("../../../serve-core/src/docs/ray_serve.md");
    let lines: Vec<_> = guide.lines().map(str::trim).collect();
    for file in ["ray_serve.yaml", "ray_converted.yaml"] {
        let text = fs::read_to_string(format!("golden/config/{file}")).expect("it is there");
        let text: Vec<_> = text.lines().map(str::trim).collect();
        assert!(lines.windows(text.len()).any(|window| window == text), "{file}");
    }
    for help in error.problems().iter().filter_map(|problem| problem.help.as_deref()) {
        assert!(guide.contains(help), "{help}");
    }
}

/// The mistakes that the text alone does not show, or that YAML's own rules are about.
const ONLY_READERS_SEE: [&str; 17] = [
    "argument_misfit.yaml",
    "argument_missing.yaml",
    "bare_reference.yaml",
    "broken.toml",
    "fixed_and_auto.yaml",
    "min_above_max.yaml",
    "name_twice.yaml",
    "no_secret_file.yaml",
    "no_variable.yaml",
    "option_twice.yaml",
    "prefix_twice.yaml",
    "process_options.yaml",
    "tab.yaml",
    "unknown_application.yaml",
    "unknown_deployment.yaml",
    "user_config_misfit.yaml",
    "wide_letters.yaml",
];

#[test]
fn schema_and_reader_agree_on_every_file() {
    let schema = jsonschema::validator_for(&ServerConfig::schema()).expect("it is a schema");
    for path in golden_files() {
        let name = name(&path);
        let text = fs::read_to_string(&path).expect("it is there");
        let value: Result<serde_json::Value, String> = match name.ends_with("toml") {
            true => toml::from_str(&text).map_err(|error| error.to_string()),
            false => serde_saphyr::from_str(&text).map_err(|error| error.to_string()),
        };
        let Ok(value) = value else {
            assert!(ONLY_READERS_SEE.contains(&name), "{name} cannot be read");
            continue;
        };
        let is_good = builders().read(&path).is_ok();
        let is_valid = schema.is_valid(&value);
        if is_good || !ONLY_READERS_SEE.contains(&name) {
            assert_eq!(is_valid, is_good, "{name}: {:?}", schema.iter_errors(&value).next());
        }
    }
}

#[test]
fn a_thousand_deployments_are_read_and_their_mistakes_found() {
    let mut text = "applications:\n".to_owned();
    for number in 0..1000 {
        write!(
            text,
            "  - name: app{number}\n    app: hello\n    route_prefix: /{number}\n    args: {{ greeting: Hi }}\n    \
             deployments:\n      - {{ name: Greeter, num_replicas: 2, health_check_period: 5s }}\n"
        )
        .expect("a text takes everything");
    }
    let config = builders().read_yaml(&text).expect("it is good");
    assert_eq!(config.applications().len(), 1000);
    let error = builders().read_yaml(&text.replace("5s", "5")).expect_err("there is no unit");
    assert_eq!(error.problems().len(), 1000);
    assert_eq!(error.problems()[999].position.map(|at| at.line), Some(6001));
}

#[test]
fn a_secret_is_in_nothing_that_is_shown() {
    let text = "admin: { token: hunter2 }\napplications: [{ name: hello, args: { greeting: Hi, key: hunter3 } }]\n";
    let config = builders().read_yaml(text).expect("it is good");
    let shown =
        format!("{config:?} {}", serde_json::to_string(&config).expect("it can be written"));
    // The text of the file is kept for what may have to be said of it.
    assert!(!shown.contains("hunter"), "{shown}");
}
