//! The files of `production/`: they are what systemd and Kubernetes take, they agree with each other, and the server
//! does what they count on. As the first process of a container it does that too.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]
#![cfg(target_os = "linux")]

use std::collections::HashMap;
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use serde_json::Value;
use tests::folder::Folder;
use tests::front::REQUIRED;
use tests::processes::{kill, signal};
use tests::{SOON, client, spawn, until_so, within};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::net::{TcpStream, UnixDatagram};
use tokio::process::{Child, ChildStdout, Command};

const PROGRAM: &str = env!("CARGO_BIN_EXE_cli_program");

const KUBERNETES: &str = include_str!("../../../production/kubernetes.yaml");
const SERVICE: &str = include_str!("../../../production/serve.service");
const SOCKET: &str = include_str!("../../../production/serve.socket");
const UNDER_SYSTEMD: &str = include_str!("../../../production/serve.yaml");
const CONTAINERFILE: &str = include_str!("../../../production/Containerfile");
/// Its table has all defaults.
const OPTIONS: &str = include_str!("../../../serve-core/src/docs/file_options.md");

/// What it takes to cut what has not ended when `shutdown_timeout` is over, and to say the last words.
const CUTTING: Duration = Duration::from_secs(3);

const TOKEN: &str = "a-token-that-nobody-guesses";

// === what the files say ===

/// The objects of `kubernetes.yaml`, by their kind.
fn objects() -> HashMap<String, Value> {
    let objects: Vec<Value> = serde_saphyr::from_multiple(KUBERNETES).unwrap();
    objects.into_iter().map(|object| (text(&object["kind"]), object)).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// The specification of the pods.
fn pod() -> Value {
    objects()["Deployment"]["spec"]["template"]["spec"].clone()
}

/// The one container in it.
fn container() -> Value {
    pod()["containers"][0].clone()
}

/// What the pods run.
fn in_kubernetes() -> String {
    text(&objects()["ConfigMap"]["data"]["serve.yaml"])
}

fn parsed(config: &str) -> Value {
    serde_saphyr::from_str(config).unwrap()
}

/// `25s`, `15min`, `35`.
fn time(text: &str) -> Duration {
    let (number, unit) = text.split_at(text.find(char::is_alphabetic).unwrap_or(text.len()));
    let seconds = match unit {
        "s" | "" => 1,
        "m" | "min" => 60,
        _ => panic!("{text}"),
    };
    Duration::from_secs(number.parse::<u64>().unwrap() * seconds)
}

fn default_of(option: &str) -> Duration {
    let row = OPTIONS.lines().find(|line| line.starts_with(&format!("| `{option}` |"))).unwrap();
    let default = row.split("Default ").nth(1).unwrap().split('.').next().unwrap();
    time(default)
}

/// What a unit says of an option, each time that it does.
fn said<'a>(unit: &'a str, option: &str) -> Vec<&'a str> {
    unit.lines().filter_map(|line| line.strip_prefix(option)?.strip_prefix('=')).collect()
}

/// The configuration with its token in a file of the test's own.
fn with_token(folder: &Folder, config: &str, reference: &str) -> PathBuf {
    let token = folder.write("token", TOKEN);
    assert!(config.contains(&format!("\"{reference}\"")), "{reference}");
    folder.write("serve.yaml", config.replace(reference, &format!("file:{}", token.display())))
}

async fn check(config: PathBuf) {
    let output = Command::new(PROGRAM).arg("check").arg(config).output();
    let output = within(SOON, output).await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Where the pods find the token: the volume of the secret, and its key.
fn token_of_pods() -> String {
    let mounts = container()["volumeMounts"].as_array().unwrap().clone();
    let mount = mounts.iter().find(|mount| mount["name"] == "admin").unwrap();
    format!("file:{}/token", text(&mount["mountPath"]))
}

#[tokio::test]
async fn the_configurations_are_right() {
    let folder = Folder::new();
    check(with_token(&folder, &in_kubernetes(), &token_of_pods())).await;
    let credential = said(SERVICE, "LoadCredential")[0].split(':').next().unwrap();
    let reference = format!("file:/run/credentials/serve.service/{credential}");
    check(with_token(&folder, UNDER_SYSTEMD, &reference)).await;
}

#[test]
fn what_belongs_together_in_kubernetes_agrees() {
    let objects = objects();
    let labels = &objects["Deployment"]["spec"]["template"]["metadata"]["labels"];
    for (who, selector) in [
        ("Deployment", &objects["Deployment"]["spec"]["selector"]["matchLabels"]),
        ("Service", &objects["Service"]["spec"]["selector"]),
        ("PodDisruptionBudget", &objects["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"]),
        ("NetworkPolicy", &objects["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"]),
        ("spread", &pod()["topologySpreadConstraints"][0]["labelSelector"]["matchLabels"]),
    ] {
        assert_eq!(selector, labels, "{who}");
    }
    let config = parsed(&in_kubernetes());
    let ports = container()["ports"].as_array().unwrap().clone();
    let port =
        |name| ports.iter().find(|port| port["name"] == name).unwrap()["containerPort"].clone();
    assert_eq!(
        (&port("http"), &port("admin")),
        (&config["http"]["port"], &config["admin"]["port"])
    );
    // The kubelet and the service come from outside of the pod.
    assert_eq!(
        (&config["http"]["host"], &config["admin"]["host"]),
        (&"0.0.0.0".into(), &"0.0.0.0".into())
    );
    let outside = objects["Service"]["spec"]["ports"].as_array().unwrap();
    assert!(outside.len() == 1 && outside[0]["targetPort"] == "http", "{outside:?}");
    let volumes = pod()["volumes"].as_array().unwrap().clone();
    let config_map = volumes.iter().find(|volume| volume["name"] == "config").unwrap();
    assert_eq!(config_map["configMap"]["name"], objects["ConfigMap"]["metadata"]["name"]);
    let mount = &container()["volumeMounts"][0];
    let file = format!("{}/serve.yaml", text(&mount["mountPath"]));
    assert_eq!(
        (&mount["name"], &container()["args"]),
        (&"config".into(), &serde_json::json!(["run", "--json", file]))
    );
}

/// Each wait is shorter than the one around it.
#[test]
fn the_times_fit_into_each_other() {
    let config = parsed(&in_kubernetes());
    let (delay, timeout) =
        (time(&text(&config["shutdown_delay"])), time(&text(&config["shutdown_timeout"])));
    let grace = Duration::from_secs(pod()["terminationGracePeriodSeconds"].as_u64().unwrap());
    assert!(timeout + CUTTING <= grace);
    // A request that has come at the end of the delay may take as long as it may.
    let longest = time(&text(&config["http"]["request_timeout"]));
    assert!(delay + longest + CUTTING <= timeout);
    let probe = |name: &str| container()[name].clone();
    let until_given_up = |probe: Value| {
        let number = |name| probe[name].as_u64().unwrap();
        Duration::from_secs(number("periodSeconds") * number("failureThreshold"))
    };
    assert!(until_given_up(probe("startupProbe")) > default_of("constructor_timeout"));
    let deployment = &objects()["Deployment"]["spec"];
    let progress = deployment["progressDeadlineSeconds"].as_u64().unwrap();
    assert!(Duration::from_secs(progress) > until_given_up(probe("startupProbe")));

    let unit = |option| time(said(SERVICE, option)[0]);
    assert!(unit("TimeoutStopSec") > default_of("shutdown_timeout") + CUTTING);
    assert!(unit("TimeoutStartSec") > default_of("constructor_timeout"));
    let of_requests = time(&text(&parsed(UNDER_SYSTEMD)["http"]["request_timeout"]));
    assert!(unit("TimeoutStopSec") > of_requests);
}

#[test]
fn the_image_runs_the_program_itself_and_not_as_root() {
    let last = CONTAINERFILE.rsplit("\nFROM ").next().unwrap();
    let said = |instruction: &str| {
        let mut lines =
            last.lines().filter_map(|line| line.strip_prefix(instruction)?.strip_prefix(' '));
        lines.next_back().unwrap_or_else(|| panic!("there is no {instruction}"))
    };
    let exec: Vec<String> = serde_json::from_str(said("ENTRYPOINT")).unwrap();
    assert!(last.contains(&format!("COPY --from=build /out/program {}", exec[0])), "{exec:?}");
    let arguments: Value = serde_json::from_str(said("CMD")).unwrap();
    assert_eq!(arguments, container()["args"]);
    let user = said("USER").split(':').next().unwrap();
    assert_eq!(user, pod()["securityContext"]["runAsUser"].to_string());
    assert_ne!(user, "0");
}

#[tokio::test]
async fn systemd_finds_nothing_wrong_with_the_units() {
    let program = said(SERVICE, "ExecStart")[0].split(' ').next().unwrap();
    let folder = Folder::new();
    let service = folder.write("serve.service", SERVICE.replace(program, PROGRAM));
    let socket = folder.write("serve.socket", SOCKET);
    let verifying = Command::new("systemd-analyze")
        .args(["verify", "--man=no"])
        .args([service, socket])
        .output();
    match within(SOON, verifying).await {
        Ok(output) => {
            let complaints = String::from_utf8_lossy(&output.stderr);
            // Of these units: others of the machine may be as they like.
            let ours = complaints.lines().filter(|line| line.contains("serve."));
            let ours: Vec<_> = ours.collect();
            assert!(output.status.success() && ours.is_empty(), "{complaints}");
        }
        Err(error) => {
            let why = format!(
                "systemd-analyze does not start: {error}; on Debian, `apt-get install systemd`"
            );
            assert!(std::env::var_os(REQUIRED).is_none(), "{why}");
            skipped(&why);
        }
    }
}

#[tokio::test]
async fn a_service_is_ready_when_all_of_its_file_serves_if_that_is_nothing_too() {
    let folder = Folder::new();
    let config = folder.write("serve.yaml", "admin: { port: 0 }\napplications: []\n");
    let notified = UnixDatagram::bind(folder.file("notify")).unwrap();
    for http in ["http.port=0", "http.enabled=false"] {
        let mut server = Command::new(PROGRAM)
            .args(["run", "--set", http])
            .arg(&config)
            .env("NOTIFY_SOCKET", folder.file("notify"))
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut text = [0; 256];
        let length = within(SOON, notified.recv(&mut text)).await.unwrap();
        assert!(text[..length].starts_with(b"READY=1"), "{http}");
        assert!(signal(server.id().unwrap(), "-TERM"));
        within(SOON, server.wait()).await.unwrap();
        within(SOON, notified.recv(&mut text)).await.unwrap();
    }
}

#[expect(clippy::print_stderr, reason = "whoever runs the tests should know which did not run")]
fn skipped(why: &str) {
    eprintln!("SKIPPED: {why}");
}

// === the first process ===

/// A program that is the first process of a namespace of its own, as it is in a container.
struct First {
    /// Ends it when it is dropped, and has its status.
    around: Child,
    /// Its id, seen from here.
    pid: u32,
    http: SocketAddr,
    admin: Option<SocketAddr>,
    /// Kept open, so that it may go on to say something.
    _lines: Lines<BufReader<ChildStdout>>,
}

const NAMESPACE: [&str; 6] =
    ["--user", "--map-root-user", "--pid", "--fork", "--mount-proc", "--kill-child"];

/// The program as the first process, not started yet. `None` where there are no such namespaces.
async fn as_first(arguments: &[&str]) -> Option<Command> {
    let trial = Command::new("unshare").args(NAMESPACE).arg("true").output();
    let why = match within(SOON, trial).await {
        Ok(trial) if trial.status.success() => None,
        Ok(trial) => Some(String::from_utf8_lossy(&trial.stderr).trim().to_owned()),
        Err(error) => Some(error.to_string()),
    };
    if let Some(why) = why {
        skipped(&format!("no process can have a namespace of its own here: {why}"));
        return None;
    }
    let mut command = Command::new("unshare");
    command
        .args(NAMESPACE)
        .args([PROGRAM, "run", "--json", "--host", "127.0.0.1", "--port", "0"])
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    Some(command)
}

impl First {
    /// `None` where there are no such namespaces.
    async fn run(arguments: &[&str]) -> Option<Self> {
        let mut command = as_first(arguments).await?;
        let mut around = command.stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(around.stdout.take().unwrap()).lines();
        let ready = loop {
            let line = within(SOON, lines.next_line()).await.unwrap().expect("it comes up");
            let line: Value = serde_json::from_str(&line).unwrap();
            if line["ready"] == true {
                break line;
            }
        };
        let address = |name: &str| ready[name].as_str().and_then(|address| address.parse().ok());
        let pid = children(around.id().unwrap())[0];
        Some(Self {
            around,
            pid,
            http: address("http").unwrap(),
            admin: address("admin"),
            _lines: lines,
        })
    }

    async fn get(&self, path: &str) -> (u16, String) {
        get(self.http, path).await.expect("it answers")
    }

    fn terminate(&self) {
        assert!(signal(self.pid, "-TERM"));
    }

    async fn end(mut self) {
        let status = within(SOON * 2, self.around.wait()).await.unwrap();
        assert_eq!(status.code(), Some(0));
    }
}

/// On a connection of its own.
async fn get(address: SocketAddr, path: &str) -> reqwest::Result<(u16, String)> {
    let asking = async {
        let answer = client().get(format!("http://{address}{path}")).send().await?;
        Ok((answer.status().as_u16(), answer.text().await?))
    };
    within(SOON * 2, asking).await
}

/// The processes that somebody has to wait for, zombies too.
fn children(parent: u32) -> Vec<u32> {
    let processes = fs::read_dir("/proc").unwrap().filter_map(|entry| {
        let id: u32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        // `id (name) state parent ..`, and a name may have anything in it.
        let parent: u32 = stat.rsplit(") ").next()?.split(' ').nth(1)?.parse().ok()?;
        Some((id, parent))
    });
    processes.filter(|(_, its)| *its == parent).map(|(id, _)| id).collect()
}

#[tokio::test]
async fn as_the_first_process_it_finishes_what_it_has_when_it_is_told_to_end() {
    let folder = Folder::new();
    let argument = format!("folder={}", folder.path().display());
    let Some(first) = First::run(&["patient", "--set", &argument]).await else { return };
    let http = first.http;
    let answer = spawn(async move { get(http, "/wait").await });
    until_so("the request is under way", || folder.file("entered").exists()).await;
    first.terminate();
    within(SOON, async { while TcpStream::connect(http).await.is_ok() {} }).await;
    folder.write("open", "");
    assert_eq!(within(SOON, answer).await.unwrap().unwrap(), (200, "at last".to_owned()));
    first.end().await;
}

/// The first process is not ended by a signal that it does not listen for, as others are. So it listens before it loads
/// what it has been told to remember, which may take long.
#[tokio::test]
async fn as_the_first_process_it_hears_that_it_shall_end_while_it_starts() {
    let folder = Folder::new();
    let kept = r#"{ "serve_state": 1, "applications": { "slow": { "name": "slow" } } }"#;
    let state = folder.write("state.json", kept);
    let config = folder
        .write("serve.yaml", format!("admin: {{ port: 0, state: {state:?} }}\napplications: []\n"));
    let Some(mut command) = as_first(&[config.to_str().unwrap()]).await else { return };
    let mut around = command.spawn().unwrap();
    let mut log = BufReader::new(around.stderr.take().unwrap()).lines();
    let starting = async {
        while !log.next_line().await.unwrap().expect("it says so").contains("is DEPLOYING") {}
    };
    within(SOON, starting).await;
    assert!(signal(children(around.id().unwrap())[0], "-TERM"));
    let status = within(SOON, around.wait()).await.unwrap();
    assert_eq!(status.code(), Some(130));
}

/// A method that blocks cannot be cut. It has no say in when the program ends.
#[tokio::test]
async fn a_method_that_blocks_for_ever_keeps_no_program_from_ending() {
    let folder = Folder::new();
    let config = format!(
        "shutdown_timeout: 300ms\napplications: [{{ name: patient, args: {{ folder: {:?} }} }}]\n",
        folder.path()
    );
    let config = folder.write("serve.yaml", config);
    let Some(first) = First::run(&[config.to_str().unwrap()]).await else { return };
    let http = first.http;
    let answer = spawn(async move { get(http, "/block").await });
    until_so("the request is under way", || folder.file("entered").exists()).await;
    first.terminate();
    first.end().await;
    drop(within(SOON, answer).await.unwrap());
}

/// What a replica has started is the first process's to wait for, once the replica is dead.
#[tokio::test]
async fn as_the_first_process_it_leaves_no_zombies() {
    let Some(first) = First::run(&["parent"]).await else { return };
    let before = first.get("/").await;
    let replica = children(first.pid)[0];
    let started = children(replica);
    assert_eq!(started.len(), 1);
    kill(replica);
    within(SOON, async {
        // While there is none, a call fails or waits.
        while !matches!(first.get("/").await, (200, ids) if ids != before.1) {}
    })
    .await;
    until_so("nobody is left but the new replica", || {
        let left = children(first.pid);
        left.len() == 1 && left[0] != replica && left[0] != started[0]
    })
    .await;
    first.terminate();
    first.end().await;
}

/// What Kubernetes does with a pod, from its probes to its end: requests come until those who send them have heard that
/// they should not.
#[tokio::test]
async fn a_pod_that_is_told_to_end_fails_no_request_of_those_who_look_whether_it_is_ready() {
    let folder = Folder::new();
    let config = with_token(&folder, &in_kubernetes(), &token_of_pods());
    let arguments =
        [config.to_str().unwrap(), "--admin-port", "0", "--set", "admin.host=127.0.0.1"];
    let Some(first) = First::run(&arguments).await else { return };
    for probe in ["startupProbe", "livenessProbe", "readinessProbe"] {
        let asked = &container()[probe]["httpGet"];
        assert_eq!(asked["port"], "http", "{probe}");
        let answer = first.get(&text(&asked["path"])).await;
        assert_eq!(answer.0, 200, "{probe}: {}", answer.1);
    }
    let metrics = format!("http://{}/metrics", first.admin.unwrap());
    let metrics = || client().get(metrics.clone());
    assert_eq!(within(SOON, metrics().send()).await.unwrap().status(), 401);
    assert_eq!(within(SOON, metrics().bearer_auth(TOKEN).send()).await.unwrap().status(), 200);

    let http = first.http;
    let answered = Arc::<AtomicUsize>::default();
    let clients: Vec<_> = std::iter::repeat_with(|| {
        let (answered, ready) =
            (Arc::clone(&answered), text(&container()["readinessProbe"]["httpGet"]["path"]));
        spawn(async move {
            while get(http, &ready).await.expect("it answers, ready or not").0 == 200 {
                let answer = get(http, "/").await.expect("it answers until the delay is over");
                assert_eq!(answer, (200, "Hi".to_owned()));
                answered.fetch_add(1, Relaxed);
            }
        })
    })
    .take(4)
    .collect();
    until_so("requests come", || answered.load(Relaxed) > 20).await;
    first.terminate();
    for client in clients {
        within(SOON, client).await.unwrap();
    }
    first.end().await;
}
