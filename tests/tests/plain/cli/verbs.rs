//! What each verb does to a server, and to files.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use tests::within_thread;

use super::program::{
    File, HELLO, PATIENCE, Server, command, deployable, signal_to, told, told_by,
};

/// Operators' demand 15: statuses tell what has happened.
#[test]
fn the_status_tells_what_has_happened() {
    let good = File::new("good.yaml", HELLO);
    let bad = File::new("bad.yaml", "applications: [{ name: helo }]\n");
    let failing = File::new(
        "failing.yaml",
        "http: { port: 0 }\napplications: [{ name: hello, args: { greeting: '' } }]\n",
    );
    let nobody = ["--address", "http://127.0.0.1:1"];
    let cases: [(&[&str], i32); 13] = [
        (&["check", good.path()], 0),
        (&["schema"], 0),
        (&["completions", "bash"], 0),
        (&["--version"], 0),
        (&["check", bad.path()], 78),
        (&["check", "/no/such/file.yaml"], 78),
        (&["run", bad.path()], 78),
        (&["run", failing.path()], 1),
        (&["run", "nothing-of-that-name"], 3),
        (&["chekc"], 2),
        (&["run", "hello", "--set", "greeting"], 2),
        (&["status", nobody[0], nobody[1]], 69),
        (&["status", "--address", "ftp://x"], 2),
    ];
    for (arguments, expected) in cases {
        let (status, output, complaint) = told(arguments);
        assert_eq!(status, expected, "{arguments:?}: {output}{complaint}");
        assert!((status == 0) == complaint.is_empty(), "{arguments:?}: {complaint}");
    }
}

#[test]
fn what_runs_by_name_has_an_admin_api_without_being_asked_for_one() {
    let server = Server::start_at_usual_port(&["hello", "--set", "greeting=Hi"]);
    // At the usual port, or somewhere else if somebody has that.
    let second = Server::start_at_usual_port(&["hello", "--set", "greeting=Hi"]);
    assert_ne!(server.admin, second.admin);
    for server in [&server, &second] {
        assert_eq!(server.ask(&["status", "hello"]).0, 0, "{}", server.admin);
    }
    let file = File::new("no-admin.yaml", HELLO);
    let server = Server::start_at_usual_port(&[file.path()]);
    assert_eq!(server.admin, "", "a file says whether there is one");
}

#[test]
fn a_program_runs_an_application_by_name_and_is_steered() {
    let server = Server::start(&["hello", "--set", "greeting=Hi"]);
    assert_eq!(server.get("/"), "Hi");
    let (status, output, complaint) = server.ask(&["status"]);
    assert_eq!(status, 0, "{complaint}");
    assert!(output.contains("hello") && output.contains("RUNNING"), "{output}");
    assert!(!output.contains('\x1b'), "colours without a terminal: {output:?}");
    let cases: [(&[&str], i32); 12] = [
        (&["status", "hello"], 0),
        (&["status", "nobody"], 3),
        (&["scale", "hello", "Greeter", "2"], 0),
        (&["scale", "hello", "Greeter", "0"], 1),
        (&["scale", "hello", "Nobody", "2"], 3),
        (&["unpin", "hello", "Greeter"], 0),
        (&["restart", "hello"], 0),
        (&["rollback", "nobody"], 3),
        (&["events"], 0),
        (&["explain", "no-such-id"], 3),
        (&["debug", "dump", "--output", "-"], 0),
        (&["config", "nobody"], 3),
    ];
    for (arguments, expected) in cases {
        let (status, output, complaint) = server.ask(arguments);
        assert_eq!(status, expected, "{arguments:?}: {output}{complaint}");
    }
    let (_, output, _) = server.ask(&["status", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&output).expect("JSON");
    assert_eq!(json["applications"]["hello"]["status"], "RUNNING");
    assert_eq!(server.end(), Some(0));
}

#[test]
fn a_configuration_is_planned_deployed_and_shown() {
    let server = Server::start(&["hello", "--set", "greeting=Hi"]);
    let sections =
        format!("http: {{ port: 0 }}\nadmin: {{ port: 0 }}\n{}", HELLO.replace("Hi", "Ho"));
    let later = File::new("later.yaml", &sections);
    let (status, output, complaint) = server.ask(&["plan", later.path()]);
    assert_eq!(status, 0, "{complaint}");
    assert!(output.contains("Replace"), "{output}");
    assert_eq!(server.ask(&["deploy", later.path(), "--dry-run"]).0, 0);
    assert_eq!(server.get("/"), "Hi");
    let (status, _, complaint) = server.ask(&["deploy", later.path(), "--timeout", "60s"]);
    assert_eq!(status, 0, "{complaint}");
    assert_eq!(server.get("/"), "Ho");
    let (_, output, _) = server.ask(&["config"]);
    assert!(output.contains("\"greeting\": \"Ho\""), "{output}");
    let bad =
        File::new("bad-deploy.yaml", &sections.replace("name: hello", "name: hello, app: helo"));
    let (status, _, complaint) = server.ask(&["deploy", bad.path()]);
    assert_eq!(status, 78, "{complaint}");
    assert!(complaint.contains("write `hello`") && complaint.contains("3 |"), "{complaint}");
    let slow = File::new("slow.yaml", &sections.replace("}]", "}, { name: slow }]"));
    let (status, _, complaint) = server.ask(&["deploy", slow.path(), "--timeout", "100ms"]);
    assert_eq!(status, 4, "{complaint}");
    assert_eq!(server.end(), Some(0));
}

#[test]
fn a_file_is_read_again_on_sighup_and_a_bad_one_costs_nothing() {
    let file = File::new("reload.yaml", HELLO);
    let server = Server::start(&[file.path()]);
    std::fs::write(file.path(), HELLO.replace("Hi", "Ho")).expect("it can be written");
    server.signal("HUP");
    let server = server.until_updated();
    assert_eq!(server.get("/"), "Ho");
    std::fs::write(file.path(), "applications: 7").expect("it can be written");
    server.signal("HUP");
    let server = server.until_complaint("what ran before still runs");
    assert_eq!(server.get("/"), "Ho");
    std::fs::write(file.path(), HELLO.replace("Hi", "Ha")).expect("it can be written");
    server.signal("HUP");
    let server = server.until_updated();
    assert_eq!(server.get("/"), "Ha");
    assert_eq!(server.end(), Some(0));
}

#[test]
fn a_replica_in_a_process_finds_its_way_through_main() {
    let server = Server::start(&["apart"]);
    let pid: u32 = server.get("/").parse().expect("a number");
    assert_ne!(pid, server.child.id());
    assert_eq!(server.end(), Some(0));
}

#[test]
fn a_token_is_asked_for_and_never_shown() {
    let text = format!("admin: {{ token: hunter2-hunter2 }}\n{HELLO}");
    let file = File::new("token.yaml", &text);
    let server = Server::start(&[file.path()]);
    let (status, _, complaint) = server.ask(&["status"]);
    assert_eq!(status, 77, "{complaint}");
    let token = ["--token", "hunter2-hunter2"];
    for arguments in [&["status"][..], &["config"], &["debug", "dump", "-o", "-"], &["events"]] {
        let (status, output, complaint) = server.ask(&[arguments, &token].concat());
        assert_eq!(status, 0, "{complaint}");
        assert!(!output.contains("hunter2"), "{arguments:?}: {output}");
    }
    assert_eq!(server.end(), Some(0));
}

#[test]
fn a_reader_that_has_read_enough_ends_it_quietly() {
    let mut child = command(&["schema"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    drop(child.stdout.take());
    let output = within_thread(PATIENCE, move || child.wait_with_output()).expect("it ends");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_pipe_that_closes_is_no_failure_of_any_verb() {
    let server = Server::start(&["hello", "--set", "greeting=Hi"]);
    let later = File::new("closed.yaml", &deployable(&HELLO.replace("Hi", "Ho")));
    for arguments in [
        &["--help"][..],
        &["man"],
        &["completions", "bash"],
        &["check", later.path()],
        &["plan", later.path()],
        &["deploy", later.path()],
        &["status", "--watch"],
        &["events", "--follow"],
        &["config"],
        &["debug", "dump", "--output", "-"],
        &["restart", "hello"],
    ] {
        let mut command = command(&[arguments, &["--address", &server.admin]].concat());
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        drop(child.stdout.take());
        let output = within_thread(PATIENCE, move || child.wait_with_output()).expect("it ends");
        let (status, _, complaint) = told_by(&output);
        assert_eq!((status, &*complaint), (0, ""), "{arguments:?}");
    }
    // What has been asked for is done all the same.
    assert_eq!(server.get("/"), "Ho");
    assert_eq!(server.end(), Some(0));
}

/// Operators' demand 13: all mistakes at once, each with its place and what to write; and what needs a restart is refused
/// by its name.
#[test]
fn a_file_that_is_wrong_changes_nothing_and_is_told_as_a_whole() {
    let server = Server::start(&["hello", "--set", "greeting=Hi"]);
    let wrong = "htpp: {}\napplications:\n  - name: hello\n    args: { greting: Ho }\n    deployments:\n      - name: Greter\n        \
                 num_replica: 2\n        health_check_period: 5\n";
    let file = File::new("wrong.yaml", &deployable(wrong));
    for (verb, expected) in [("check", 78), ("plan", 78), ("deploy", 78)] {
        let (status, output, complaint) = server.ask(&[verb, file.path()]);
        assert_eq!((status, &*output), (expected, ""), "{verb}: {complaint}");
        for words in ["write `http`", "write `num_replicas`", "health_check_period", "3 | htpp"] {
            assert!(complaint.contains(words), "{verb} without {words}: {complaint}");
        }
    }
    // What only the server can see, at the lines of the file.
    let text =
        deployable(HELLO).replace("name: hello", "name: hello, deployments: [{ name: Greter }]");
    let unknown = File::new("unknown.yaml", &text);
    let (status, _, complaint) = server.ask(&["deploy", unknown.path()]);
    assert_eq!(status, 78, "{complaint}");
    assert!(complaint.contains("`Greeter`") && complaint.contains("3 | app"), "{complaint}");
    let restart = File::new("restart.yaml", &deployable(HELLO).replace("port: 0", "port: 1"));
    for verb in ["plan", "deploy"] {
        let (status, output, complaint) = server.ask(&[verb, restart.path()]);
        assert_eq!(status, 78, "{verb}: {complaint}");
        let told = output + &complaint;
        assert!(told.contains("`http` and `admin`") && told.contains("started anew"), "{told}");
    }
    assert_eq!(server.get("/"), "Hi");
    assert_eq!(server.end(), Some(0));
}

#[test]
fn a_server_is_ended_by_the_command_line() {
    let mut server = Server::start(&["hello", "--set", "greeting=Hi"]);
    let (status, _, complaint) = server.ask(&["shutdown"]);
    assert_eq!(status, 0, "{complaint}");
    let status = within_thread(PATIENCE, move || server.child.wait()).expect("it ends");
    assert_eq!(status.code(), Some(0));
}

#[test]
fn who_is_interrupted_says_so() {
    let server = Server::start(&["hello", "--set", "greeting=Hi"]);
    let mut command = command(&["events", "--follow", "--json", "--address", &server.admin]);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("the program runs");
    let mut lines = BufReader::new(child.stdout.take().expect("it is piped"));
    let status = within_thread(PATIENCE, move || {
        // It is under way by then.
        lines.read_line(&mut String::new()).expect("something has happened");
        signal_to(&child, "INT");
        child.wait().expect("it ends")
    });
    assert_eq!(status.code(), Some(130));
    assert_eq!(server.end(), Some(0));
}

#[test]
fn a_file_is_watched() {
    let file = File::new("watched.yaml", HELLO);
    let server = Server::start(&[file.path(), "--watch"]);
    std::fs::write(file.path(), HELLO.replace("Hi", "Ho")).expect("it can be written");
    let server = server.until_updated();
    assert_eq!(server.get("/"), "Ho");
    assert_eq!(server.end(), Some(0));
}

#[test]
fn what_is_wrong_is_json_where_that_is_asked_for() {
    let bad = File::new("bad-json.yaml", "applications:\n  - nam: hello\n");
    let (status, output, complaint) = told(&["check", bad.path(), "--json"]);
    assert_eq!((status, output.as_str()), (78, ""));
    let complaint: serde_json::Value = serde_json::from_str(&complaint).expect("JSON");
    assert_eq!(complaint["status"], 78);
    assert_eq!(complaint["problems"][0]["position"], serde_json::json!({ "line": 2, "column": 5 }));
    assert_eq!(complaint["problems"][0]["help"], "write `name`");
}
