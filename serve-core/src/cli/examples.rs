//! What is typical of each verb: examples at the end of its help and of its page.

use clap::{Command, CommandFactory};

use super::verbs::CommandLine;
use crate::admin::VERSION;

/// Arguments as somebody writes them, and what that does.
pub(super) type Example = (&'static str, &'static str);

/// By the words of the verb; none for the program itself.
const EXAMPLES: &[(&[&str], &[Example])] = &[
    (
        &[],
        &[
            ("run serve.yaml", "runs what the file says, until Ctrl-C"),
            ("status", "shows what the server of this machine runs"),
            ("deploy serve.yaml --dry-run", "shows what another file would change"),
        ],
    ),
    (
        &["run"],
        &[
            ("run serve.yaml --watch", "runs what the file says, also what it says later"),
            ("run hello --set greeting=Hi --port 0", "runs one application, on any port"),
        ],
    ),
    (
        &["check"],
        &[
            ("check serve.yaml", "tells everything that is wrong with the file"),
            ("check - --json", "the same of the standard input, for programs"),
        ],
    ),
    (&["schema"], &[("schema", "prints what an editor checks files with")]),
    (
        &["completions"],
        &[("completions bash", "prints what belongs into bash_completion.d, or is sourced")],
    ),
    (
        &["man"],
        &[
            ("man", "prints the page of the program, for `man -l -` to show"),
            ("man /usr/local/share/man/man1", "writes the page of each verb there"),
        ],
    ),
    (
        &["deploy"],
        &[
            ("deploy serve.yaml", "makes the server what the file says, and waits until it is"),
            ("deploy serve.yaml --timeout 5m", "waits no longer than that"),
        ],
    ),
    (&["plan"], &[("plan serve.yaml", "shows what `deploy` would change, and changes nothing")]),
    (
        &["config"],
        &[("config", "shows what was deployed"), ("config hello", "the same of one application")],
    ),
    (
        &["status"],
        &[
            ("status", "shows all applications in a table"),
            ("status hello --watch", "shows one with its replicas, again every second"),
        ],
    ),
    (
        &["events"],
        &[
            ("events --follow", "shows what has happened, and what happens"),
            (
                "events --application hello --json",
                "a line of JSON for each event of one application",
            ),
        ],
    ),
    (&["scale"], &[("scale hello Greeter 4", "keeps four replicas, whatever the load")]),
    (&["unpin"], &[("unpin hello Greeter", "lets the load or the file decide again")]),
    (
        &["restart"],
        &[
            ("restart hello", "makes new replicas of all deployments, then ends the old ones"),
            ("restart hello Greeter", "the same of one of them"),
        ],
    ),
    (&["rollback"], &[("rollback hello", "goes back to the revision before")]),
    (&["delete"], &[("delete hello", "lets it finish what it has, and deletes it")]),
    (
        &["explain"],
        &[("explain 4f6c1f0a", "says where the time of the request with this `X-Request-ID` went")],
    ),
    (&["debug"], &[("debug dump", "writes everything there is to see into `serve-dump.json`")]),
    (
        &["debug", "dump"],
        &[
            ("debug dump --output dump.json", "writes everything there is to see into that file"),
            ("debug dump --output -", "prints it"),
        ],
    ),
    (&["shutdown"], &[("shutdown", "lets it finish what it has, and ends it")]),
];

pub(super) fn of(verb: &[&str]) -> &'static [Example] {
    EXAMPLES.iter().find(|(words, _)| *words == verb).map_or(&[], |(_, examples)| examples)
}

/// The command line of a program of this name.
pub(super) fn command(program: &str) -> Command {
    // The version is that of the library, of which the program is made.
    let version = match program {
        "serve" => VERSION.to_owned(),
        _ => format!("(serve {VERSION})"),
    };
    let command = CommandLine::command().name(program.to_owned()).version(version);
    with_examples(command, program, &[])
}

/// Every verb below as well.
fn with_examples(command: Command, program: &str, words: &[&str]) -> Command {
    let verbs: Vec<_> = command.get_subcommands().map(|verb| verb.get_name().to_owned()).collect();
    let help = shown(program, of(words));
    verbs.iter().fold(command.after_help(help), |command, verb| {
        let words = [words, &[verb]].concat();
        command.mut_subcommand(verb, |command| with_examples(command, program, &words))
    })
}

fn shown(program: &str, examples: &[Example]) -> String {
    let shown = examples.iter().map(|(line, what)| format!("\n  {program} {line}\n      {what}"));
    format!("Examples:{}", shown.collect::<String>())
}

#[cfg(test)]
mod tests {
    use clap::FromArgMatches;

    use super::*;

    fn verbs(command: &Command, words: &[String]) -> Vec<Vec<String>> {
        let below = command
            .get_subcommands()
            .flat_map(|verb| verbs(verb, &[words, &[verb.get_name().to_owned()]].concat()));
        std::iter::once(words.to_vec()).chain(below).collect()
    }

    #[test]
    fn every_verb_has_examples_and_each_of_them_is_one_of_its_own() {
        for words in verbs(&CommandLine::command(), &[]) {
            let words: Vec<_> = words.iter().map(String::as_str).collect();
            let examples = of(&words);
            assert!(!examples.is_empty(), "{words:?}");
            for (line, _) in examples {
                let arguments: Vec<_> = line.split(' ').collect();
                assert!(arguments.starts_with(&words), "{line} is no example of {words:?}");
                let matches =
                    command("hello").try_get_matches_from([&["hello"], &arguments[..]].concat());
                let parsed = matches.and_then(|it| CommandLine::from_arg_matches(&it));
                assert!(parsed.is_ok(), "{line}: {parsed:?}");
            }
        }
    }

    #[test]
    fn the_help_of_each_verb_ends_with_its_examples() {
        let mut command = command("hello");
        command.build();
        for words in verbs(&command, &[]) {
            let mut verb = &mut command;
            for word in &words {
                verb = verb.find_subcommand_mut(word).unwrap();
            }
            let words: Vec<_> = words.iter().map(String::as_str).collect();
            let help = verb.render_long_help().to_string();
            for (line, what) in of(&words) {
                assert!(help.contains(&format!("  hello {line}\n      {what}")), "{help}");
            }
        }
    }

    #[test]
    fn the_command_line_is_sound() {
        command("hello").debug_assert();
    }
}
