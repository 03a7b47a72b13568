//! Runs the example as its user would: the file, and then the command line.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use embeddings::Answer;
use serde_json::Value;

/// The program, which ends with the test.
struct Running {
    child: Child,
    http: String,
    admin: String,
}

fn program() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_example-embeddings"));
    // The model that is shipped, for both applications.
    program.env("EMBEDDINGS_MODEL", Path::new(env!("CARGO_MANIFEST_DIR")).join("model/tiny"));
    program
}

impl Running {
    fn start() -> Self {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("serve.yaml");
        let mut child = program()
            .args(["--json", "run", "--port", "0", "--admin-port", "0"])
            .arg(file)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let lines = lines.map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap());
        let ready = lines.into_iter().find(|line| line["ready"] == true).unwrap();
        let address = |name: &str| format!("http://{}", ready[name].as_str().unwrap());
        Self { child, http: address("http"), admin: address("admin") }
    }

    /// What a verb prints.
    fn ask(&self, arguments: &[&str]) -> Value {
        let output = program().args(arguments).args(["--json", "--address", &self.admin]).output();
        let output = output.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[tokio::test]
async fn a_file_runs_two_models_and_the_command_line_shows_them() {
    let running = Running::start();
    let client = reqwest::Client::new();
    for path in ["/embed", "/tiny"] {
        let ask = client.post(format!("{}{path}", running.http));
        let ask = ask.json(&serde_json::json!({ "texts": ["Hello world"] }));
        let answer: Answer = ask.send().await.unwrap().json().await.unwrap();
        assert_eq!(answer.embeddings.len(), 1, "{path}");
    }
    let status = running.ask(&["status"]);
    for name in ["embed", "tiny"] {
        assert_eq!(status["applications"][name]["status"], "RUNNING", "{status}");
    }
    let metrics = client.get(format!("{}/metrics", running.admin)).send().await.unwrap();
    let metrics = metrics.text().await.unwrap();
    assert!(metrics.contains(r#"application="tiny""#), "{metrics}");
}
