//! Secrets that are planted wherever one can be, and looked for in everything that any verb says.

use super::program::{File, Server, command, output};

/// What every planted secret begins with.
const PLANTED: &str = "planted-";

const TOKEN: &str = "planted-token";

fn applications(key: &str, word: &str) -> String {
    format!(
        "applications:\n  - name: guarded\n    args:\n      word: {word}\n      key: planted-literal\n      pin: {key}\n      \
         from_variable: \"${{SERVE_TEST_PLANTED}}\"\n      from_file: \"file:FILE\"\n    deployments:\n      - name: Guarded\n        \
         user_config: {{ password: planted-password }}\n        max_constructor_retry_count: 1\n"
    )
}

/// Everything that is said, whoever says it.
struct Heard<'a> {
    server: &'a Server,
    all: String,
}

impl Heard<'_> {
    #[track_caller]
    fn ask(&mut self, arguments: &[&str], expected: i32) -> String {
        for json in [&[][..], &["--json"]] {
            let mut command = command(&[arguments, json].concat());
            command.env("SERVE_ADMIN_ADDRESS", &self.server.admin).env("SERVE_ADMIN_TOKEN", TOKEN);
            command.env("SERVE_TEST_PLANTED", "planted-variable");
            let (status, told, complaint) = output(command);
            assert_eq!(status, expected, "{arguments:?}: {told}{complaint}");
            for text in [&told, &complaint] {
                assert!(!text.contains(PLANTED), "{arguments:?}: {text}");
            }
            self.all += &told;
            self.all += &complaint;
        }
        std::mem::take(&mut self.all)
    }
}

/// Operators' demand 14: a planted secret is in no message, table, plan or bundle.
#[test]
fn a_planted_secret_is_in_nothing_that_any_verb_says() {
    let secret = File::new("secret-file", "planted-content\n");
    let with_file = |text: String| text.replace("FILE", secret.path());
    let sections = format!("http: {{ port: 0 }}\nadmin: {{ port: 0, token: {TOKEN} }}\n");
    let whole = |key: &str, word: &str| with_file(sections.clone() + &applications(key, word));
    let good = File::new("guarded.yaml", &whole("planted-pin", "hello"));
    let later = File::new("guarded-later.yaml", &whole("planted-later", "bye"));
    let refused = File::new("guarded-refused.yaml", &whole("planted-pin", "quote"));
    let failing = File::new("guarded-failing.yaml", &whole("planted-pin", "fail"));
    let misfit = File::new(
        "guarded-misfit.yaml",
        &whole("planted-pin", "hello").replace("planted-literal", "[planted-misfit]"),
    );
    let typo = whole("planted-pin", "hello").replace("word:", "wrod:");
    let typo = File::new("guarded-typo.yaml", &typo);
    let beside = format!("admin: {{ prot: 1, token: {TOKEN} }}\napplications: []\n");
    let beside = File::new("guarded-beside.yaml", &beside);
    let broken = format!("admin: {{ token: {TOKEN}, : }}\n");
    let broken = File::new("guarded-broken.yaml", &broken);
    let variables = [("SERVE_TEST_PLANTED", "planted-variable")];
    let server = Server::start_in(&variables, &[good.path()]);
    let mut heard = Heard { server: &server, all: String::new() };
    assert!(heard.ask(&["status"], 0).contains("guarded"));
    heard.ask(&["status", "guarded"], 0);
    let config = heard.ask(&["config"], 0);
    assert!(config.contains("***") && config.contains("${SERVE_TEST_PLANTED}"), "{config}");
    heard.ask(&["config", "guarded"], 0);
    for file in [&good, &later, &failing] {
        heard.ask(&["plan", file.path()], 0);
        heard.ask(&["check", file.path()], 0);
    }
    heard.ask(&["deploy", later.path()], 0);
    // A builder, and a constructor, that repeat what they were given.
    for verb in ["check", "deploy"] {
        assert!(heard.ask(&[verb, refused.path()], 78).contains("the builder `guarded` failed"));
        heard.ask(&[verb, misfit.path()], 78);
        heard.ask(&[verb, typo.path()], 78);
        heard.ask(&[verb, beside.path()], 78);
        heard.ask(&[verb, broken.path()], 78);
    }
    heard.ask(&["run", refused.path()], 78);
    heard.ask(&["run", broken.path()], 78);
    assert!(heard.ask(&["deploy", failing.path()], 1).contains("cannot be made"));
    heard.ask(&["run", "guarded", "--set", "planted-set"], 2);
    heard.ask(&["run", "guarded", "--set", "key=planted-set", "--set", "word=7"], 78);
    heard.ask(&["status", "--token", "planted-wrong"], 77);
    heard.ask(&["status", "--token", "planted\nnewline"], 2);
    heard.ask(&["status", "--address", "http://ann:planted-password@127.0.0.1:1"], 2);
    for arguments in [
        &["events"][..],
        &["scale", "guarded", "Guarded", "2"],
        &["unpin", "guarded", "Guarded"],
        &["restart", "guarded"],
        &["rollback", "guarded"],
        &["debug", "dump", "--output", "-"],
    ] {
        heard.ask(arguments, 0);
    }
    // Each verb was asked for twice, and the second rollback undoes the first.
    assert_eq!(server.get("/guarded"), "bye planted-literal planted-variable planted-content");
    let (status, said, complaints) = server.ended();
    assert_eq!(status, Some(0));
    let said = said + &complaints;
    assert!(said.contains("guarded") && !said.contains(PLANTED), "{said}");
}
