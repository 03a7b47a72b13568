//! Servers that do not answer as they should: what each verb says of them, in one line, and its status.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::json;
use tests::certificates::Certified;
use tests::folder::Folder;
use tests::within_thread;

use super::program::{
    File, HELLO, PATIENCE, Server, command, deployable, signal_to, told, told_by,
};
use super::scripted::{Answer, Scripted, answer, no_events};

/// Every verb that asks a server.
fn verbs(file: &str) -> Vec<Vec<&str>> {
    vec![
        vec!["deploy", file],
        vec!["deploy", file, "--no-wait"],
        vec!["deploy", file, "--dry-run"],
        vec!["plan", file],
        vec!["config"],
        vec!["status"],
        vec!["status", "hello"],
        vec!["status", "--watch"],
        vec!["events"],
        vec!["events", "--follow"],
        vec!["scale", "hello", "Greeter", "2"],
        vec!["unpin", "hello", "Greeter"],
        vec!["restart", "hello"],
        vec!["rollback", "hello"],
        vec!["delete", "hello"],
        vec!["explain", "an-id"],
        vec!["debug", "dump", "--output", "-"],
        vec!["shutdown"],
    ]
}

/// Changes that are waited for, which is without end.
fn changes(file: &str) -> Vec<Vec<&str>> {
    let is_change = |verb: &Vec<&str>| {
        matches!(
            verb[..],
            ["deploy", _] | ["scale" | "unpin" | "restart" | "rollback" | "delete", ..]
        )
    };
    verbs(file).into_iter().filter(is_change).collect()
}

/// Whoever asks is told one line with all of these words, and nothing else.
#[track_caller]
fn asked(address: &str, verbs: Vec<Vec<&str>>, options: &[&str], status: i32, words: &[&str]) {
    for verb in verbs {
        let arguments = [&verb[..], &["--address", address], options].concat();
        let (found, output, complaint) = told(&arguments);
        assert_eq!((found, &*output), (status, ""), "{verb:?}: {complaint}");
        assert_eq!(complaint.lines().count(), 1, "{verb:?}: {complaint}");
        assert!(complaint.starts_with("error: "), "{verb:?}: {complaint}");
        for word in words {
            assert!(complaint.contains(word), "{verb:?} without {word:?}: {complaint}");
        }
        let (found, _, complaint) = told(&[&arguments[..], &["--json"]].concat());
        let json: serde_json::Value = serde_json::from_str(&complaint).expect("JSON");
        assert_eq!((found, &json["status"]), (status, &json!(status)), "{verb:?}: {complaint}");
    }
}

fn file() -> File {
    // Tests run side by side, and each file goes with its test.
    let name = std::thread::current().name().unwrap_or_default().replace(':', "-");
    File::new(&format!("{name}.yaml"), &deployable(HELLO))
}

/// Operators' demand 15: a server that is not there is no success.
#[test]
fn one_that_is_not_there_is_looked_for_elsewhere() {
    let file = file();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it listens").to_string();
    drop(listener);
    asked(&address, verbs(file.path()), &[], 69, &[&address, "is it running", "`--address`"]);
}

/// Operators' demand 15: nor is one that takes connections and says nothing.
#[test]
fn one_that_hangs_is_given_up() {
    let file = file();
    let hanging = Scripted::start(|_| Answer::Hang);
    let words = ["has not answered within 200ms", "`--timeout`"];
    asked(&hanging.address, verbs(file.path()), &["--timeout", "200ms"], 69, &words);
}

#[test]
fn a_change_that_is_late_is_made_all_the_same() {
    let file = file();
    let late = Scripted::start(|line| no_events(line).unwrap_or(Answer::Hang));
    let words = ["has not answered within 200ms", "is done all the same", "`status`"];
    asked(&late.address, changes(file.path()), &["--timeout", "200ms"], 4, &words);
}

#[test]
fn one_that_wants_a_token_says_how_to_give_it() {
    let file = file();
    let problem = json!({
        "type": "urn:serve:unauthorized", "title": "Unauthorized", "status": 401,
        "detail": "the token is not one of this server's",
    });
    let problem = problem.to_string();
    let refusing = Scripted::start(move |_| {
        answer("401 Unauthorized", "content-type: application/problem+json\r\n", &problem)
    });
    let words = ["access denied", "the token is not one", "`--token`", "SERVE_ADMIN_TOKEN"];
    asked(&refusing.address, verbs(file.path()), &["--token", "sesame"], 77, &words);
}

#[test]
fn one_of_another_version_is_told_from_ours() {
    let file = file();
    let version = "content-type: application/json\r\nserve-version: 9.0.0\r\n";
    let other = Scripted::start(move |_| answer("200 OK", version, "{\"all\": \"new\"}"));
    // Whoever only hands on what comes takes anything, and a stream has not begun with anything yet.
    let is_strict = |verb: &Vec<&str>| {
        !matches!(verb[..], ["config" | "shutdown", ..] | ["events", "--follow"])
    };
    let strict = verbs(file.path()).into_iter().filter(is_strict);
    let words = ["it is of version 9.0.0", "use the same"];
    asked(&other.address, strict.collect(), &[], 1, &words);
    // A route that it does not have.
    let problem = json!({
        "type": "urn:serve:not-found", "title": "Not Found", "status": 404, "detail": "there is nothing here",
    });
    let problem = problem.to_string();
    let headers = "content-type: application/problem+json\r\nserve-version: 9.0.0\r\n";
    let older = Scripted::start(move |_| answer("404 Not Found", headers, &problem));
    asked(&older.address, verbs(file.path()), &[], 1, &words);
}

#[test]
fn one_that_is_something_else_is_said_to_be() {
    let file = file();
    let website = "content-type: text/html\r\n";
    let other = Scripted::start(move |_| answer("404 Not Found", website, "<h1>Not Found</h1>"));
    let words = ["is that the port of the admin API"];
    asked(&other.address, verbs(file.path()), &[], 1, &words);
    let babbling = Scripted::start(|_| Answer::Say("220 mail.example.com ESMTP\r\n".to_owned()));
    asked(&babbling.address, verbs(file.path()), &[], 69, &["cannot be reached"]);
}

#[test]
fn one_that_dies_before_it_has_answered_may_have_done_it() {
    let file = file();
    let dying = Scripted::start(|line| no_events(line).unwrap_or(Answer::Leave));
    let words = ["went away before it had answered", "may have done", "`status`"];
    asked(&dying.address, changes(file.path()), &[], 69, &words);
}

#[test]
fn one_that_speaks_https_is_asked_by_those_who_know_whom_to_believe() {
    let folder = Folder::new();
    let (certificate, key) = Certified::new().write_to(&folder);
    let tls = format!("tls: {{ certificate: {}, key: {} }}", certificate.display(), key.display());
    let text = format!("admin: {{ {tls} }}\n{HELLO}");
    let server = Server::start(&[folder.write("https.yaml", text).to_str().expect("it is text")]);
    let port = server.admin.rsplit(':').next().expect("it has a port");
    let address = format!("https://localhost:{port}");
    let trusted = certificate.to_str().expect("it is text");
    let (status, output, complaint) =
        told(&["status", "--address", &address, "--ca-certificate", trusted]);
    assert_eq!(status, 0, "{complaint}");
    assert!(output.contains("hello"), "{output}");
    let words = ["nobody is believed", "`--ca-certificate`"];
    asked(&address, vec![vec!["status"]], &[], 69, &words);
    let wrong = ["--ca-certificate", key.to_str().expect("it is text")];
    asked(&address, vec![vec!["status"]], &wrong, 2, &["no certificate in PEM form"]);
    asked(&server.admin, vec![vec!["status"]], &[], 1, &["does it speak HTTPS?"]);
    assert_eq!(server.end(), Some(0));
}

/// The same with a server of ours, in the middle of a deploy.
#[test]
fn a_server_that_is_killed_in_the_middle_of_a_deploy_is_told_in_one_line() {
    let mut server = Server::start(&["hello", "--set", "greeting=Hi"]);
    let slow = deployable(&HELLO.replace("}]", "}, { name: slow }]"));
    let file = File::new("killed.yaml", &slow);
    let mut command = command(&["deploy", file.path(), "--address", &server.admin, "--json"]);
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs");
    let mut lines = BufReader::new(child.stdout.take().expect("it is piped"));
    let (status, _, complaint) = within_thread(PATIENCE, move || {
        let mut line = String::new();
        while !line.contains("update_started") || !line.contains("slow") {
            line.clear();
            assert!(lines.read_line(&mut line).expect("it is text") > 0, "it has ended");
        }
        signal_to(&server.child, "KILL");
        server.child.wait().expect("it ends");
        let output = child.wait_with_output().expect("it ends");
        told_by(&output)
    });
    assert_eq!((status, complaint.lines().count()), (69, 1), "{complaint}");
    assert!(complaint.contains("went away before it had answered"), "{complaint}");
}
