//! What `--json` writes, held against the table of the guide and the schemas of the server.

use serde_json::{Value, json};

use super::program::{File, HELLO, Server, deployable, get, told};

const GUIDE: &str = include_str!("../../../../serve-core/src/docs/cli.md");

/// What the guide says that a verb writes.
fn documented(verb: &str) -> String {
    let table = GUIDE.split("| verb | writes with `--json` |").nth(1).expect("the guide has it");
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let row = rows.map(|row| row.trim_matches(['|', ' '])).find_map(|row| {
        let (verbs, written) = row.split_once(" | ")?;
        verbs.split(", ").any(|it| it.trim_matches('`') == verb).then_some(written)
    });
    row.unwrap_or_else(|| panic!("the guide does not say what `{verb}` writes")).to_owned()
}

/// Whether a value is of a type of the API.
struct Schemas(Value);

impl Schemas {
    fn of(server: &Server) -> Self {
        let document = get(&server.admin, "/api/v1/openapi.json");
        Self(serde_json::from_str(&document).expect("JSON"))
    }

    #[track_caller]
    fn check(&self, kind: &str, value: &Value) {
        let reference = format!("#/components/schemas/{kind}");
        let schema = json!({ "$ref": reference, "components": self.0["components"] });
        let validator = jsonschema::validator_for(&schema).expect("it is a schema");
        let errors: Vec<_> = validator.iter_errors(value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "no {kind}: {errors:?}: {value}");
    }
}

/// What a verb writes.
enum Written {
    One(&'static str),
    Lines(&'static str),
    /// Lines, and another type in the last of them.
    LinesAnd(&'static str, &'static str),
    /// As it stands in the guide.
    Fields(&'static [&'static str]),
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

#[track_caller]
fn check(schemas: &Schemas, verb: &str, written: &Written, output: &str) {
    let documented = documented(verb);
    let is_documented = |kind: &str| {
        assert!(documented.contains(&format!("`{kind}`")), "`{verb}` writes {kind}: {documented}");
    };
    match written {
        Written::One(kind) => {
            is_documented(kind);
            schemas.check(kind, &serde_json::from_str(output).expect("JSON"));
        }
        Written::Lines(kind) => {
            is_documented(kind);
            lines(output).iter().for_each(|line| schemas.check(kind, line));
        }
        Written::LinesAnd(kind, last_kind) => {
            is_documented(kind);
            is_documented(last_kind);
            let lines = lines(output);
            let (last, before) = lines.split_last().expect("a line");
            before.iter().for_each(|line| schemas.check(kind, line));
            schemas.check(last_kind, last);
        }
        Written::Fields(names) => {
            let value: Value = serde_json::from_str(output).expect("JSON");
            let found: Vec<_> = value.as_object().expect("an object").keys().collect();
            assert_eq!(found, *names, "{verb}");
            for name in *names {
                assert!(documented.contains(&format!("\"{name}\"")), "`{verb}`: {documented}");
            }
        }
    }
}

#[test]
fn each_verb_writes_what_the_guide_says() {
    let server = Server::start(&["hello", "--set", "greeting=Hi"]);
    let schemas = Schemas::of(&server);
    let later = File::new("json.yaml", &deployable(&HELLO.replace("Hi", "Ho")));
    let file = later.path();
    assert_eq!(server.get("/"), "Hi");
    let (_, slow, _) = server.ask(&["debug", "dump", "--output", "-", "--json"]);
    let slow: Value = serde_json::from_str(&slow).expect("JSON");
    let id =
        slow["slow_requests"][0]["request_id"].as_str().expect("there was a request").to_owned();
    let into = File::new("json-dump.json", "");
    let verbs: Vec<(&str, Vec<&str>, Written)> = vec![
        ("check", vec![file], Written::One("ServerConfig")),
        ("plan", vec![file], Written::One("ServerPlan")),
        ("deploy", vec![file], Written::LinesAnd("Event", "ApplicationList")),
        ("deploy", vec![file, "--no-wait"], Written::One("ApplicationList")),
        ("config", vec![], Written::One("ServerConfig")),
        ("config", vec!["hello"], Written::One("ApplicationConfig")),
        ("status", vec![], Written::One("ApplicationList")),
        ("status", vec!["hello"], Written::One("ApplicationSnapshot")),
        ("scale", vec!["hello", "Greeter", "2"], Written::One("ApplicationSnapshot")),
        ("unpin", vec!["hello", "Greeter"], Written::One("ApplicationSnapshot")),
        ("restart", vec!["hello"], Written::One("ApplicationSnapshot")),
        ("rollback", vec!["hello"], Written::One("ApplicationSnapshot")),
        ("events", vec![], Written::Lines("Event")),
        ("explain", vec![&id], Written::One("SlowRequest")),
        ("debug dump", vec!["--output", into.path()], Written::Fields(&["written"])),
        ("delete", vec!["hello"], Written::Fields(&["deleted"])),
        ("shutdown", vec![], Written::Fields(&["shutting_down"])),
    ];
    for (verb, arguments, written) in verbs {
        let words: Vec<_> = verb.split(' ').collect();
        let (status, output, complaint) =
            server.ask(&[&words[..], &arguments[..], &["--json"]].concat());
        assert_eq!((status, &*complaint), (0, ""), "{verb} {arguments:?}: {output}");
        check(&schemas, verb, &written, &output);
    }
    let dump = std::fs::read_to_string(into.path()).expect("it has been written");
    let dump: Value = serde_json::from_str(&dump).expect("JSON");
    for name in dump.as_object().expect("an object").keys() {
        assert!(documented("debug dump").contains(&format!("`{name}`")), "{name}");
    }
    schemas.check("Snapshot", &dump["snapshot"]);
    schemas.check("LogLevel", &dump["log_level"]);
    dump["events"].as_array().expect("a list").iter().for_each(|it| schemas.check("Event", it));
    let slow = dump["slow_requests"].as_array().expect("a list");
    slow.iter().for_each(|it| schemas.check("SlowRequest", it));
    for verb in ["run", "schema", "completions", "man"] {
        documented(verb);
    }
    let (_, said, _) = server.ended();
    for line in lines(&said) {
        match line["ready"].is_null() {
            true => schemas.check("Event", &line),
            false => assert!(line["http"].is_string() && line["admin"].is_string(), "{line}"),
        }
    }
}

#[test]
fn what_fails_is_a_line_of_json() {
    let bad = File::new("json-bad.yaml", "applications:\n  - nam: hello\n");
    for (arguments, status) in [
        (&["check", bad.path()][..], 78),
        (&["run", "nothing-of-that-name"], 3),
        (&["status", "--address", "ftp://x"], 2),
        (&["status", "--address", "127.0.0.1:1"], 69),
    ] {
        let (found, output, complaint) = told(&[arguments, &["--json"]].concat());
        assert_eq!((found, &*output), (status, ""), "{arguments:?}: {complaint}");
        let complaint: Value = serde_json::from_str(&complaint).expect("a line of JSON");
        let names: Vec<_> = complaint.as_object().expect("an object").keys().collect();
        assert_eq!(names, ["error", "problems", "status"], "{complaint}");
        assert_eq!(complaint["status"], status);
        assert_eq!(complaint["problems"].is_array(), status == 78, "{complaint}");
    }
}
