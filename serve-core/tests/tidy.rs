//! Rules of the house that can be checked are checked here, not in reviews.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::fs;
use std::path::{Path, PathBuf};

struct Source {
    /// Below `src`, with `/`.
    name: String,
    text: String,
}

impl Source {
    /// The code without its tests and comments.
    fn code(&self) -> String {
        let code = self.text.split("#[cfg(test)]").next().unwrap_or_default();
        let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
        lines.collect::<Vec<_>>().join("\n")
    }

    fn is_in(&self, rooms: &[&str]) -> bool {
        rooms.iter().any(|room| self.name.starts_with(room))
    }
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    collect(&root, &root, &mut found);
    assert!(found.len() > 30, "the sources have not been found");
    found
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<Source>) {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(root, &path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            found.push(Source { name, text: fs::read_to_string(&path).unwrap() });
        }
    }
}

/// The names of the sources outside `rooms` that contain one of `words`.
fn offenders(words: &[&str], rooms: &[&str]) -> Vec<String> {
    sources()
        .into_iter()
        .filter(|source| !source.is_in(rooms))
        .filter(|source| words.iter().any(|word| source.code().contains(word)))
        .map(|source| source.name)
        .collect()
}

#[test]
fn every_file_says_what_it_is() {
    let silent = sources().into_iter().filter(|source| !source.text.starts_with("//!"));
    assert_eq!(silent.map(|source| source.name).collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn the_data_plane_does_not_know_the_control_plane() {
    let may = ["controller/", "serve.rs", "default_instance.rs", "lib.rs", "deployment/node.rs"];
    assert_eq!(offenders(&["crate::controller", "controller::"], &may), Vec::<String>::new());
}

#[test]
fn the_vocabulary_knows_nothing_above_it() {
    let above = ["crate::router", "crate::replica", "crate::handle", "crate::http", "crate::serve"];
    let vocabulary = ["id.rs", "tasks.rs", "config/", "error.rs", "log/"];
    let offending = offenders(&above, &[]);
    let offending: Vec<_> =
        offending.iter().filter(|name| vocabulary.iter().any(|v| name.starts_with(v))).collect();
    assert!(offending.is_empty(), "{offending:?}");
}

#[test]
fn only_http_names_axum_and_hyper() {
    let may = ["http/", "serve.rs", "prelude.rs"];
    assert_eq!(offenders(&["axum::", "hyper::", "hyper_util::"], &may), Vec::<String>::new());
}

#[test]
fn only_tasks_and_blocking_places_spawn() {
    assert_eq!(
        offenders(&["tokio::spawn", "tokio::task::spawn"], &["tasks.rs"]),
        Vec::<String>::new()
    );
}

/// Whoever listens to the process is called by one thread, which nothing waits for.
#[test]
fn only_the_log_calls_subscribers() {
    let words = ["error", "warn", "info", "debug", "trace", "event"]
        .map(|level| format!("tracing::{level}!"));
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    assert_eq!(offenders(&words, &[]), Vec::<String>::new());
}

#[test]
fn there_is_no_unsafe_code() {
    assert_eq!(offenders(&["unsafe "], &[]), Vec::<String>::new());
}

#[test]
fn the_only_static_state_is_that_of_the_servers_of_the_process_and_the_log() {
    // Which servers there are, the runtime of programs that have none, who listens where, and the queue of
    // lines for whoever listens to the process.
    let may = ["instances.rs", "default_instance.rs", "http/ports.rs", "log/queue.rs"];
    let statics: Vec<_> = sources()
        .into_iter()
        .filter(|source| !source.is_in(&may))
        .flat_map(|source| {
            let code = source.code();
            let mut in_thread_local = false;
            let found: Vec<_> = code
                .lines()
                .map(str::trim)
                .filter(|line| {
                    // What belongs to one thread belongs to no server.
                    in_thread_local = match *line {
                        line if line.starts_with("thread_local!") => true,
                        "}" => false,
                        _ => in_thread_local,
                    };
                    !in_thread_local && line.starts_with("static ")
                })
                // Neither do header names and the numbers dealt to threads.
                .filter(|line| !["HeaderName", "NEXT"].iter().any(|word| line.contains(word)))
                .map(|line| format!("{}: {line}", source.name))
                .collect();
            found
        })
        .collect();
    assert_eq!(statics, Vec::<String>::new());
}
