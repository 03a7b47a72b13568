//! Runs every example as a user would: the program as a process, a client over HTTP, a signal to end.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

/// A program that serves; killed if a test fails before it ends it.
struct Program {
    child: Child,
    port: u16,
}

impl Program {
    /// Starts a program on a free port and waits until it has printed `ready`.
    fn start(path: &str, ready: &str) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut child = Command::new(path)
            .env("SERVE_HTTP_PORT", port.to_string())
            .env("PORT", port.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
        let found = lines.any(|line| line.unwrap().contains(ready));
        assert!(found, "{path} ended without printing `{ready}`");
        Self { child, port }
    }

    fn curl(&self, arguments: &[&str], path: &str) -> String {
        let output = Command::new("curl")
            .args([
                "--silent",
                "--show-error",
                "--max-time",
                "10",
                "--retry-connrefused",
                "--retry",
                "5",
            ])
            .args(arguments)
            .arg(format!("http://127.0.0.1:{}{path}", self.port))
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Sends the signal of Ctrl-C and waits for the program to end.
    fn interrupt(mut self) -> ExitStatus {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        for _ in 0..2000 {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("the program does not end");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a program to its end and returns what it printed.
fn printed_by(path: &str) -> String {
    let mut child =
        Command::new(path).env("SERVE_HTTP_PORT", "0").stdout(Stdio::piped()).spawn().unwrap();
    let mut text = String::new();
    child.stdout.take().unwrap().read_to_string(&mut text).unwrap();
    assert!(child.wait().unwrap().success());
    text
}

#[test]
fn methods_prints_what_the_page_says() {
    assert_eq!(printed_by(env!("CARGO_BIN_EXE_methods")), "__call__: hi\nMethod1: hi\n");
}

#[test]
fn sync_async_computes_the_same_both_ways() {
    assert_eq!(
        printed_by(env!("CARGO_BIN_EXE_sync_async")),
        "sync: 10\nall: [1, 2, 5, 10]\nat least one of 4 is ready\nasync: 17\n"
    );
}

#[test]
fn greeter_answers_by_http_and_ends_on_ctrl_c() {
    let greeter = Program::start(env!("CARGO_BIN_EXE_greeter"), "by handle: Hello Alice!");
    assert_eq!(greeter.curl(&[], "/api?name=Alice"), "Hello Alice!");
    assert_eq!(greeter.curl(&[], "/api"), "query parameter `name` is missing");
    assert!(greeter.interrupt().success());
}

#[test]
fn composition_passes_an_unfinished_result_on() {
    let composition = Program::start(env!("CARGO_BIN_EXE_composition"), "by handle: 42");
    let json = ["--header", "content-type: application/json", "--data", "20"];
    assert_eq!(composition.curl(&json, "/"), "42");
    assert!(composition.interrupt().success());
}

#[test]
fn a_crash_of_native_code_costs_one_call_and_the_server_goes_on() {
    let crash = Program::start(env!("CARGO_BIN_EXE_crash"), "try: curl");
    assert_eq!(crash.curl(&[], "/decode?depth=3"), "3 levels\n");
    for _ in 0..3 {
        let answer = crash.curl(&[], "/decode?depth=1000000000");
        assert_eq!(answer, "the decoder crashed on this input\n");
        assert_eq!(crash.curl(&[], "/decode?depth=3"), "3 levels\n");
        assert_eq!(crash.curl(&[], "/native/3"), "3 levels\n");
        // Without curl's retries, which a 500 would set off.
        let answer = crash.curl(&["--retry", "0"], "/native/1000000000");
        assert_eq!(answer, "Internal Server Error");
    }
    assert!(crash.interrupt().success());
}

#[test]
fn an_existing_axum_application_scales_out_through_a_handle() {
    let axum = Program::start(env!("CARGO_BIN_EXE_existing_axum"), "curl");
    assert_eq!(axum.curl(&[], "/primes/1000000"), "78498\n");
    assert!(axum.interrupt().success());
}

#[test]
fn token_stream_sends_each_token_as_an_event() {
    let chat =
        Program::start(env!("CARGO_BIN_EXE_token_stream"), "by handle: jumps over the lazy dog");
    let events = chat.curl(&["--no-buffer"], "/chat?prompt=the+quick+brown+fox+jumps");
    assert_eq!(events, "data: over\n\ndata: the\n\ndata: lazy\n\ndata: dog\n\n");
    assert!(chat.interrupt().success());
}

#[test]
fn multiplexed_picks_the_model_of_the_header() {
    let greeter = Program::start(env!("CARGO_BIN_EXE_multiplexed"), "de: Guten Tag Alice!");
    let french = ["--header", "serve_multiplexed_model_id: fr"];
    assert_eq!(greeter.curl(&french, "/greet?name=Bob"), "Bonjour Bob!");
    // Without curl's retries, which a 500 would set off.
    let unknown = ["--retry", "0", "--header", "serve_multiplexed_model_id: xx"];
    assert_eq!(greeter.curl(&unknown, "/greet?name=Bob"), "Internal Server Error");
    assert!(greeter.curl(&[], "/greet?name=Bob").starts_with("the request names no model"));
    assert!(greeter.interrupt().success());
}

#[test]
fn pipeline_answers_what_its_three_stages_make_of_a_text() {
    let pipeline = Program::start(env!("CARGO_BIN_EXE_pipeline"), "by handle: hello: 2");
    let data = ["--data", "One, two, two."];
    assert_eq!(pipeline.curl(&data, "/"), "two: 2");
    assert!(pipeline.interrupt().success());
}

#[test]
fn redeploy_updates_and_goes_back_without_a_failed_call() {
    let printed = printed_by(env!("CARGO_BIN_EXE_redeploy"));
    let expected = [
        "  Untouched   Greeter\n",
        "  Replace     Greeter: argument `version` changed\nit serves: Hello Alice! (version 2, ",
        "there is no model for version 3",
        "still there: Hello Alice! (version 2, ",
        "refused: deployment `Greeter`: `user_config` does not fit at `greeting`",
        "Error: the greeting is empty",
        "it serves: Good day Alice! (version 2, ",
        "4 replicas take calls; 2 are declared",
        "it serves: Hello Alice! (version 2, ",
        " 6 Running    rollback to revision 2",
    ];
    let mut rest = printed.as_str();
    for text in expected {
        let found = rest.split_once(text);
        (_, rest) = found.unwrap_or_else(|| panic!("`{text}` is missing in: {printed}"));
    }
    let calls = rest.lines().last().and_then(|line| line.strip_prefix("0 of "));
    let calls = calls.and_then(|line| line.strip_suffix(" calls failed"));
    let calls: u64 = calls.unwrap_or_else(|| panic!("{printed}")).parse().unwrap();
    assert!(calls > 100, "{calls} calls are no load");
}

#[test]
fn autoscaling_goes_to_none_and_back_and_says_why() {
    let printed = printed_by(env!("CARGO_BIN_EXE_autoscaling"));
    // Two threads print, so what each prints is looked at by itself.
    let (decisions, told): (Vec<_>, Vec<_>) =
        printed.lines().partition(|line| line.contains(" by load: "));
    let counts = decisions.iter().map(|line| {
        let (change, reason) = line.split_once(" by load: ").unwrap();
        let reasons = [" wants ", " want ", "calls came while there was no replica"];
        assert!(reasons.iter().any(|words| reason.contains(words)), "{line}");
        let (from, to) = change.split_once(" s ").unwrap().1.split_once(" → ").unwrap();
        (from.trim().parse::<u32>().unwrap(), to.parse::<u32>().unwrap())
    });
    let counts: Vec<_> = counts.collect();
    let mut count = 1;
    for &(from, to) in &counts {
        assert_eq!(from, count, "{printed}");
        count = to;
    }
    assert_eq!(count, 0, "{printed}");
    assert!(counts.contains(&(0, 1)) && counts.iter().any(|&(_, to)| to > 1), "{printed}");
    assert!(decisions.iter().any(|line| line.ends_with("calls came while there was no replica")));
    let expected = ["0 replicas", "\"7 s of speech\" after ", " replicas; 0 of ", "0 replicas"];
    let mut rest = told.iter();
    for text in expected {
        assert!(rest.any(|line| line.contains(text)), "`{text}` is missing in: {printed}");
    }
    let calls = told.iter().find_map(|line| line.split_once("; 0 of ")?.1.split_once(' '));
    let calls: u32 = calls.unwrap().0.parse().unwrap();
    assert!(calls > 50, "{calls} calls are no load");
}
