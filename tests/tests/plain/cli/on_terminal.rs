//! The command line on a terminal: colours, what fits, what is drawn again, Ctrl-C.

use super::program::{File, HELLO, Server, deployable, told};
use super::terminal::{Ended, Terminal};

const WIDE: (u16, u16) = (80, 200);
const NARROW: (u16, u16) = (40, 200);

const CTRL_C: &str = "\x03";

const LONG_NAME: &str = "an-application-of-which-the-name-is-longer-than-a-narrow-terminal";

fn two_applications() -> String {
    let long = format!(
        "{{ name: {LONG_NAME}, app: hello, route_prefix: /{LONG_NAME}, args: {{ greeting: Ho }} }}"
    );
    HELLO.replace("}]", &format!("}}, {long}]"))
}

/// Asks a server from a terminal of its own.
fn shown(size: (u16, u16), server: &Server, arguments: &[&str]) -> Ended {
    let all = [arguments, &["--address", &server.admin]].concat();
    Terminal::start(size, &[], &all).end()
}

/// What the terminal had to fold itself. A usage is of one piece.
fn overflown(ended: &Ended) -> Vec<&String> {
    ended.overflown.iter().filter(|line| !line.starts_with("Usage: ")).collect()
}

/// Each verb, its status, and whether what it shows is for people, who have a terminal of a certain width.
fn verbs<'a>(file: &'a str, bad: &'a str) -> Vec<(Vec<&'a str>, i32, bool)> {
    vec![
        (vec!["status"], 0, true),
        (vec!["status", "hello"], 0, true),
        (vec!["status", LONG_NAME], 0, true),
        (vec!["status", "nobody"], 3, true),
        (vec!["plan", file], 0, true),
        (vec!["deploy", file, "--dry-run"], 0, true),
        (vec!["deploy", file], 0, true),
        (vec!["deploy", file, "--no-wait"], 0, true),
        (vec!["scale", "hello", "Greeter", "2"], 0, true),
        (vec!["unpin", "hello", "Greeter"], 0, true),
        (vec!["restart", "hello"], 0, true),
        (vec!["restart", "hello", "Greeter"], 0, true),
        (vec!["rollback", "nobody"], 3, true),
        (vec!["config"], 0, false),
        (vec!["config", "hello"], 0, false),
        (vec!["explain", "no-such-id"], 3, true),
        (vec!["debug", "dump", "--output", "-"], 0, false),
        (vec!["check", file], 0, true),
        (vec!["check", bad], 78, false),
        (vec!["schema"], 0, false),
        (vec!["completions", "bash"], 0, false),
        (vec!["man"], 0, false),
        (vec!["--help"], 0, true),
        (vec!["check", "--help"], 0, true),
        (vec!["chekc"], 2, false),
        (vec!["events"], 0, true),
        (vec!["delete", LONG_NAME], 0, true),
    ]
}

#[test]
fn every_verb_fits_a_wide_and_a_narrow_terminal() {
    let text = two_applications();
    let running = File::new("two.yaml", &deployable(&text));
    let file = File::new("two-later.yaml", &deployable(&text.replace("Hi", "Hello")));
    let bad = File::new("terminal-bad.yaml", "applications: [{ name: helo }]\n");
    for size in [WIDE, NARROW] {
        let server = Server::start(&[running.path()]);
        for (arguments, status, is_for_people) in verbs(file.path(), bad.path()) {
            let ended = shown(size, &server, &arguments);
            let seen = ended.rows.join("\n");
            assert_eq!(ended.status, status, "{arguments:?} at {size:?}:\n{seen}");
            assert!(!seen.is_empty(), "{arguments:?} at {size:?} shows nothing");
            let is_folded = !is_for_people || overflown(&ended).is_empty();
            assert!(is_folded, "{arguments:?} at {size:?}: {:#?}", ended.overflown);
        }
        assert_eq!(shown(size, &server, &["shutdown"]).status, 0);
    }
}

#[test]
fn a_table_is_cut_where_it_is_too_wide_and_stacked_where_nothing_would_be_left() {
    let file = File::new("tables.yaml", &deployable(&two_applications()));
    let server = Server::start(&[file.path()]);
    let wide = shown(WIDE, &server, &["status"]).rows;
    let expected = [
        "APPLICATION           STATUS   ROUTE                 REVISION  REPLICAS  MESSAGE",
        "an-application-of-w…  RUNNING  /an-application-of-…  1         1/1",
        "hello                 RUNNING  /                     1         1/1",
    ];
    assert_eq!(wide, expected);
    let narrow = shown(NARROW, &server, &["status"]).rows;
    let expected = [
        "APPLICATION  an-application-of-which-the",
        "             -name-is-longer-than-a-narr",
        "             ow-terminal",
        "STATUS       RUNNING",
        "ROUTE        /an-application-of-which-th",
        "             e-name-is-longer-than-a-nar",
        "             row-terminal",
        "REVISION     1",
        "REPLICAS     1/1",
        "",
        "APPLICATION  hello",
        "STATUS       RUNNING",
        "ROUTE        /",
        "REVISION     1",
        "REPLICAS     1/1",
    ];
    assert_eq!(narrow, expected);
    // A pipe has no width, and whoever reads it wants all of it.
    let (_, piped, _) = server.ask(&["status"]);
    assert!(piped.contains(LONG_NAME) && !piped.contains('…'), "{piped}");
    assert_eq!(server.end(), Some(0));
}

#[test]
fn there_are_colours_unless_somebody_does_not_want_them() {
    let server = Server::start(&["hello", "--set", "greeting=Hi"]);
    let status = ["status", "hello", "--address", &server.admin];
    let failing = ["status", "nobody", "--address", &server.admin];
    for (variables, has_colours) in [
        (&[][..], true),
        (&[("NO_COLOR", "")], true),
        (&[("NO_COLOR", "1")], false),
        (&[("TERM", "dumb")], false),
    ] {
        for arguments in [&status, &failing] {
            let ended = Terminal::start(WIDE, variables, arguments).end();
            let is_coloured = ended.raw.contains("\x1b[3");
            assert_eq!(is_coloured, has_colours, "{variables:?}: {:?}", ended.raw);
        }
    }
    let json = [&status[..], &["--json"]].concat();
    assert!(!Terminal::start(WIDE, &[], &json).end().raw.contains('\x1b'));
    assert_eq!(server.end(), Some(0));
}

#[test]
fn a_deploy_is_shown_replica_by_replica_and_leaves_nothing_half_drawn() {
    let server = Server::start(&["hello", "--set", "greeting=Hi"]);
    let text = "applications: [{ name: hello, args: { greeting: Ho }, deployments: [{ name: Greeter, num_replicas: 2 }] }]\n";
    let file = File::new("shown.yaml", &deployable(text));
    let mut rows = shown(WIDE, &server, &["deploy", file.path()]).rows;
    rows.sort();
    assert_eq!(rows.len(), 5, "{rows:#?}");
    for (row, words) in rows.iter().zip([
        "+ hello#Greeter#",
        "+ hello#Greeter#",
        "+ hello: ",
        "- hello: ",
        "hello RUNNING /",
    ]) {
        assert!(row.starts_with(words), "{rows:#?}");
    }
    let failing = text.replace("Ho", "''").replace("2 }", "2, max_constructor_retry_count: 1 }");
    let file = File::new("shown-failing.yaml", &deployable(&failing));
    let ended = shown(WIDE, &server, &["deploy", file.path()]);
    let seen = ended.rows.join("\n");
    assert_eq!(ended.status, 1, "{seen}");
    assert!(
        seen.contains("! hello#Greeter#") && seen.contains("there is nothing to say"),
        "{seen}"
    );
    assert!(seen.contains("serves as before") && !seen.contains('…'), "{seen}");
    // It was there: a line that is drawn again and again.
    assert!(ended.raw.contains("… hello: 0 replicas up, "), "{:?}", ended.raw);
    assert_eq!(server.end(), Some(0));
}

#[test]
fn ctrl_c_ends_a_verb_with_130_and_clears_what_was_under_way() {
    let server = Server::start(&["hello", "--set", "greeting=Hi"]);
    let slow =
        File::new("slow-terminal.yaml", &deployable(&HELLO.replace("}]", "}, { name: slow }]")));
    let arguments = ["deploy", slow.path(), "--address", &server.admin];
    let mut deploying = Terminal::start(NARROW, &[], &arguments);
    deploying.until("it is under way", |seen| seen.contains("… slow: 0 replicas up, "));
    deploying.press(CTRL_C);
    let ended = deploying.end();
    assert_eq!(ended.status, 130);
    assert!(!ended.rows.iter().any(|row| row.contains('…')), "{:#?}", ended.rows);
    for arguments in [&["events", "--follow"][..], &["status", "--watch"]] {
        let all = [arguments, &["--address", &server.admin]].concat();
        let mut watching = Terminal::start(WIDE, &[], &all);
        watching.until("it shows something", |seen| seen.contains("hello"));
        watching.press(CTRL_C);
        assert_eq!(watching.end().status, 130, "{arguments:?}");
    }
    assert_eq!(server.end(), Some(0));
}

/// What waits for a text that somebody types can be left as well.
#[test]
fn ctrl_c_ends_a_verb_that_reads_the_standard_input() {
    let mut deploying = Terminal::start(WIDE, &[], &["deploy", "-"]);
    deploying.press("applications: []\n");
    deploying.until("it is typed", |seen| seen.contains("applications"));
    deploying.until_read();
    deploying.press(CTRL_C);
    assert_eq!(deploying.end().status, 130);
}

#[test]
fn what_is_watched_is_drawn_again_in_its_place() {
    let server = Server::start(&["hello", "--set", "greeting=Hi"]);
    let arguments = ["status", "--watch", "--address", &server.admin];
    let mut watching = Terminal::start(WIDE, &[], &arguments);
    watching.until("it shows one replica", |seen| seen.contains("1/1"));
    assert_eq!(server.ask(&["scale", "hello", "Greeter", "3"]).0, 0);
    watching.until("it shows three", |seen| seen.contains("3/3"));
    watching.press(CTRL_C);
    let rows = watching.end().rows;
    let of_hello = rows.iter().filter(|row| row.starts_with("hello ")).count();
    assert_eq!((of_hello, rows[0].starts_with("APPLICATION")), (1, true), "{rows:#?}");
    assert_eq!(server.end(), Some(0));
}

#[test]
fn more_than_there_is_room_for_is_counted() {
    let server = Server::start(&["hello", "--set", "greeting=Hi"]);
    assert_eq!(server.ask(&["scale", "hello", "Greeter", "30"]).0, 0);
    let arguments = ["status", "hello", "--watch", "--address", &server.admin];
    let mut watching = Terminal::start((80, 20), &[], &arguments);
    watching.until("it shows the end", |seen| seen.contains("lines more"));
    watching.press(CTRL_C);
    let rows = watching.end().rows;
    assert!(rows[0].starts_with("hello RUNNING"), "{rows:#?}");
    assert_eq!(server.end(), Some(0));
}

#[test]
fn a_server_says_where_to_look_and_ends_with_ctrl_c() {
    let arguments = ["run", "hello", "--set", "greeting=Hi", "--port", "0", "--admin-port", "0"];
    let mut running = Terminal::start(WIDE, &[], &arguments);
    running.until("it runs", |seen| seen.contains("Ctrl-C ends it"));
    running.press(CTRL_C);
    let ended = running.end();
    assert_eq!(ended.status, 0, "{:#?}", ended.rows);
    for words in ["+ hello#Greeter#", "hello RUNNING http://127.0.0.1:", "the admin API is at"] {
        assert!(ended.rows.iter().any(|row| row.starts_with(words)), "{words}: {:#?}", ended.rows);
    }
    let mut starting = Terminal::start(WIDE, &[], &["run", "slow", "--port", "0"]);
    starting.until("it is under way", |seen| seen.contains("… slow: 0 replicas up, "));
    starting.press(CTRL_C);
    let ended = starting.end();
    assert_eq!(ended.status, 130, "{:#?}", ended.rows);
    assert!(!ended.rows.iter().any(|row| row.contains('…')), "{:#?}", ended.rows);
}

#[test]
fn help_is_as_wide_as_the_terminal_and_has_the_program_s_own_name() {
    let ended = Terminal::start(NARROW, &[], &["deploy", "--help"]).end();
    assert!(overflown(&ended).is_empty(), "{:#?}", ended.rows);
    let (_, help, _) = told(&["deploy", "--help"]);
    assert!(help.contains("Usage: cli_program deploy"), "{help}");
    assert!(help.contains("Examples:\n  cli_program deploy serve.yaml\n"), "{help}");
}
