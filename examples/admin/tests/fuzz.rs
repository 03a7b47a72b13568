//! Lets Schemathesis read what the admin API says of itself, and send it whatever it can think of.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use serde_json::json;
use serve_core::prelude::*;
use serve_core::{AdminClient, AdminOptions};

fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    let said = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    assert!(output.status.success(), "{command:?} failed:\n{}\n{}", said[0], said[1]);
    output
}

/// A Python that has what the tests need. It is installed once, below the target directory.
static PYTHON: LazyLock<PathBuf> = LazyLock::new(|| {
    let requirements = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/requirements.txt");
    let name = fs::read_to_string(&requirements).unwrap().trim().replace('\n', "-");
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let python = directory.join("bin/python");
    if !python.exists() {
        // Somewhere else first, so that it is there as a whole or not at all.
        let parts = format!("{}-{}", directory.display(), std::process::id());
        run(Command::new("python3").args(["-m", "venv", &parts]));
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
        run(Command::new(format!("{parts}/bin/python")).args(pip).arg(requirements));
        let renamed = fs::rename(&parts, &directory);
        assert!(python.exists(), "{renamed:?}");
    }
    python
});

/// A server with an application, and where its admin API is.
async fn serve(name: &str) -> (Serve, String, PathBuf) {
    let state =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    let (http, admin) = (HttpOptions::default().port(0), AdminOptions::default().port(0));
    let serve = steered::server(http, admin, &state).start().await.unwrap();
    let address = serve.admin_addr().unwrap().to_string();
    let config = json!({ "app": "greeter", "args": { "greeting": "Hi" } });
    AdminClient::new(&address).unwrap().apply("hello", &config).await.unwrap();
    (serve, format!("http://{address}"), state)
}

async fn in_python(code: &'static str, arguments: Vec<String>) -> String {
    let running = tokio::task::spawn_blocking(move || {
        let mut python = Command::new(&*PYTHON);
        // What it keeps for its next run does not belong among the sources.
        python.current_dir(env!("CARGO_TARGET_TMPDIR")).env("no_proxy", "*");
        run(python.args(["-c", code]).args(arguments))
    });
    String::from_utf8_lossy(&running.await.unwrap().stdout).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_sent_no_answer_is_a_servers_error() {
    let (serve, address, state) = serve("fuzzed").await;
    let document = format!("{address}/api/v1/openapi.json");
    let arguments = [
        "run",
        &document,
        "--checks=not_a_server_error",
        "--phases=coverage,fuzzing",
        "--max-examples=10",
        "--seed=1",
        "--request-timeout=20",
        "--wait-for-schema=10",
        // They do not end by themselves.
        "--exclude-path=/api/v1/tap",
        "--exclude-path=/-/healthz",
        "--exclude-path=/-/ready",
        // It does what it says.
        "--exclude-path=/api/v1/shutdown",
        "--generation-database=none",
        "--no-color",
    ];
    let arguments = arguments.map(str::to_owned).into();
    let said =
        in_python("from schemathesis.cli import schemathesis; schemathesis()", arguments).await;
    // It says so with its status if one was.
    assert!(said.contains("21 passed"), "{said}");
    // It is still there, and answers.
    AdminClient::new(&address).unwrap().snapshot().await.unwrap();
    serve.shutdown().await.unwrap();
    fs::remove_file(state).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_documents_are_what_openapi_says_that_they_are() {
    let (serve, address, state) = serve("described").await;
    let code = "import json, sys, urllib.request\n\
                from openapi_spec_validator import validate\n\
                for url in sys.argv[1:]:\n    validate(json.load(urllib.request.urlopen(url)))\n";
    let documents = ["", "?version=3.0"];
    let urls = documents.map(|query| format!("{address}/api/v1/openapi.json{query}"));
    in_python(code, urls.into()).await;
    serve.shutdown().await.unwrap();
    fs::remove_file(state).unwrap();
}
