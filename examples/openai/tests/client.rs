//! Lets OpenAI's own client use the server. What it does and expects is in `client.py`.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::LazyLock;
use std::time::Duration;

use openai::{Api, Embedder, Model, TEXT};
use serve_core::{Application, HttpOptions, Serve};

/// What has to be sent, as `client.py` does.
const KEY: &str = "sesame";

fn application(model: Application<Model>) -> Application<Api> {
    Api::bind(model, Embedder::bind(), Some(KEY.to_owned()))
}

async fn serve(application: Application<Api>) -> Serve {
    let options = HttpOptions::default().port(0);
    let serve = Serve::builder().http(options).start().await.unwrap();
    serve.run(application).await.unwrap();
    serve
}

fn run(command: &mut Command) {
    let status = command.status();
    assert!(status.is_ok_and(|status| status.success()), "{command:?} failed");
}

/// A Python that has the client. It is installed once, below the target directory.
static PYTHON: LazyLock<PathBuf> = LazyLock::new(|| {
    let requirements = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/requirements.txt");
    let name = fs::read_to_string(&requirements).unwrap();
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name.trim());
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

/// A run of `client.py`.
struct Client {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Client {
    fn start(checks: &str, serve: &Serve) -> Self {
        let mut child = Command::new(&*PYTHON)
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/client.py"))
            .arg(checks)
            .arg(format!("http://{}/v1", serve.http_addr().unwrap()))
            .env("no_proxy", "*")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { child, input, output }
    }

    /// The next line that it prints.
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// Lets it go on where it waits.
    fn go_on(&mut self) {
        self.input.write_all(b"\n").unwrap();
    }

    /// Waits for its end. All of its checks have to be fine.
    fn succeed(mut self) {
        let checks: Vec<_> = self.output.lines().map(Result::unwrap).collect();
        assert!(checks.iter().all(|check| check.ends_with(": ok")), "{checks:#?}");
        assert!(!checks.is_empty());
        assert!(self.child.wait().unwrap().success());
    }
}

/// The replicas of the model that have calls, and how many.
fn ongoing(serve: &Serve) -> Vec<(String, u32)> {
    let mut status = serve.status();
    let model = status.applications.remove("default").unwrap().deployments.remove("Model");
    let replicas = model.unwrap().replicas.into_iter();
    replicas.map(|replica| (replica.id, replica.ongoing)).filter(|(_, calls)| *calls > 0).collect()
}

async fn until_nothing_is_ongoing(serve: &Serve) {
    let looking = async {
        while !ongoing(serve).is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), looking).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn openais_client_finds_all_as_it_expects() {
    let serve = serve(application(Model::bind(TEXT))).await;
    Client::start("use", &serve).succeed();
    serve.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_is_a_rate_limit_to_openais_client() {
    let model = Model::bind(TEXT).num_replicas(1).max_ongoing_requests(1).max_queued_requests(1);
    let serve = serve(application(model)).await;
    Client::start("fill", &serve).succeed();
    serve.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_leaves_a_stream_ends_its_generation() {
    let serve = serve(application(Model::bind(TEXT))).await;
    let mut client = Client::start("leave", &serve);
    assert_eq!(client.line(), "reading");
    assert!(matches!(&*ongoing(&serve), [(_, 1)]), "{:?}", ongoing(&serve));
    client.go_on();
    assert_eq!(client.line(), "left");
    until_nothing_is_ongoing(&serve).await;

    // It was ended, and has not come to its end.
    let model = serve.deployment_handle::<Model>("Model", "default").unwrap();
    let generated = serve_core::get_async(model.generated.broadcast()).await.unwrap();
    let generated: u64 = generated.iter().sum();
    assert!((1..500_000).contains(&generated), "{generated} of 1000000");

    client.go_on();
    client.succeed();
    serve.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_replica_is_an_error_in_the_stream() {
    let serve = serve(application(Model::bind(TEXT))).await;
    let mut client = Client::start("lose", &serve);
    assert_eq!(client.line(), "reading");
    let [(replica, _)] = &*ongoing(&serve) else { panic!("one of them generates") };
    assert!(serve.kill_replica(replica).await);
    client.go_on();
    client.succeed();
    serve.shutdown().await.unwrap();
}
