//! A program with a command line, its files, and one that is a server.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, ChildStdout, Command, Output, Stdio};
use std::time::Duration;

use tests::within_thread;

/// A guard against hanging.
pub(super) const PATIENCE: Duration = Duration::from_secs(120);

pub(super) const PROGRAM: &str = env!("CARGO_BIN_EXE_cli_program");

/// What of the environment of the tests would change what it does.
pub(super) const VARIABLES: [&str; 4] =
    ["SERVE_ADMIN_ADDRESS", "SERVE_ADMIN_TOKEN", "SERVE_ADMIN_CA", "NO_COLOR"];

pub(super) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).stdin(Stdio::null());
    for name in VARIABLES {
        command.env_remove(name);
    }
    command
}

/// What it has said when it has ended.
pub(super) fn output(mut command: Command) -> (i32, String, String) {
    let output = within_thread(PATIENCE, move || command.output()).expect("the program runs");
    told_by(&output)
}

pub(super) fn told_by(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

/// The status, and both outputs.
pub(super) fn told(arguments: &[&str]) -> (i32, String, String) {
    output(command(arguments))
}

/// A file that goes with the test.
pub(super) struct File(PathBuf);

impl File {
    pub(super) fn new(name: &str, text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("serve-cli-{}-{name}", std::process::id()));
        std::fs::write(&path, text).expect("it can be written");
        Self(path)
    }

    pub(super) fn path(&self) -> &str {
        self.0.to_str().expect("it is text")
    }
}

impl Drop for File {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.0));
    }
}

/// A program that runs applications.
pub(super) struct Server {
    pub(super) child: Child,
    lines: BufReader<ChildStdout>,
    complaints: BufReader<ChildStderr>,
    pub(super) http: String,
    pub(super) admin: String,
    /// Everything it has said on its standard output so far.
    said: String,
}

impl Server {
    pub(super) fn start(arguments: &[&str]) -> Self {
        Self::start_in(&[], arguments)
    }

    /// With these variables of the environment.
    pub(super) fn start_in(variables: &[(&str, &str)], arguments: &[&str]) -> Self {
        Self::start_of(command(&["run", "--json", "--admin-port", "0"]), variables, arguments)
    }

    /// With the port of the admin API that there is if none is said.
    pub(super) fn start_at_usual_port(arguments: &[&str]) -> Self {
        Self::start_of(command(&["run", "--json"]), &[], arguments)
    }

    fn start_of(mut command: Command, variables: &[(&str, &str)], arguments: &[&str]) -> Self {
        let mut child = command
            .args(["--port", "0"])
            .args(arguments)
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let lines = BufReader::new(child.stdout.take().expect("it is piped"));
        let complaints = BufReader::new(child.stderr.take().expect("it is piped"));
        let (http, admin, said) = (String::new(), String::new(), String::new());
        let server = Self { child, lines, complaints, http, admin, said };
        within_thread(PATIENCE, move || server.until_ready())
    }

    fn line(&mut self) -> serde_json::Value {
        let mut line = String::new();
        let length = self.lines.read_line(&mut line).expect("it says something");
        assert!(length > 0, "it has ended too early");
        self.said += &line;
        serde_json::from_str(&line).expect("JSON")
    }

    fn until_ready(mut self) -> Self {
        loop {
            let line = self.line();
            if line["ready"] == true {
                let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
                (self.http, self.admin) = (text("http"), text("admin"));
                return self;
            }
        }
    }

    /// Asks it by the command line.
    pub(super) fn ask(&self, arguments: &[&str]) -> (i32, String, String) {
        let mut all = arguments.to_vec();
        all.extend(["--address", &self.admin]);
        told(&all)
    }

    /// The same where others have work to do meanwhile.
    pub(super) async fn ask_beside(&self, arguments: &[&str]) -> (i32, String, String) {
        let mut all: Vec<_> = arguments.iter().map(|it| (*it).to_owned()).collect();
        all.extend(["--address".to_owned(), self.admin.clone()]);
        let asking = tokio::task::spawn_blocking(move || {
            told(&all.iter().map(String::as_str).collect::<Vec<_>>())
        });
        asking.await.expect("no panic")
    }

    pub(super) fn get(&self, path: &str) -> String {
        get(&self.http, path)
    }

    pub(super) fn signal(&self, signal: &str) {
        signal_to(&self.child, signal);
    }

    /// What it says until a kind of event.
    fn until(&mut self, kind: &str) -> serde_json::Value {
        loop {
            let event = self.line();
            if event["kind"] == kind {
                return event;
            }
        }
    }

    /// Waits until it has become what it was told to.
    pub(super) fn until_updated(mut self) -> Self {
        within_thread(PATIENCE, move || {
            self.until("update_finished");
            self
        })
    }

    /// Waits until it has complained in these words.
    pub(super) fn until_complaint(mut self, words: &str) -> Self {
        let words = words.to_owned();
        within_thread(PATIENCE, move || {
            let mut line = String::new();
            while !line.contains(&words) {
                line.clear();
                assert!(self.complaints.read_line(&mut line).expect("it says something") > 0);
            }
            self
        })
    }

    pub(super) fn end(self) -> Option<i32> {
        self.ended().0
    }

    /// Ends it, and gives its status and everything that it has said on its two outputs.
    pub(super) fn ended(mut self) -> (Option<i32>, String, String) {
        self.signal("TERM");
        within_thread(PATIENCE, move || {
            let (mut said, mut complaints) = (std::mem::take(&mut self.said), String::new());
            self.lines.read_to_string(&mut said).expect("it is text");
            self.complaints.read_to_string(&mut complaints).expect("it is text");
            let status = self.child.wait().expect("it ends");
            (status.code(), said, complaints)
        })
    }
}

/// Does not outlive a test that fails.
impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Sends a signal to a process of the test's own.
pub(super) fn signal_to(child: &Child, signal: &str) {
    let status =
        Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status();
    assert!(status.expect("there is `kill`").success());
}

/// What a server answers, without the head.
pub(super) fn get(address: &str, path: &str) -> String {
    let mut stream = std::net::TcpStream::connect(address).expect("it listens");
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default()
}

pub(super) const HELLO: &str = "applications: [{ name: hello, args: { greeting: Hi } }]\n";

/// A file for a server that was started without one, on any port.
pub(super) fn deployable(applications: &str) -> String {
    format!("http: {{ port: 0 }}\nadmin: {{ port: 0 }}\n{applications}")
}
