//! Rules of the house that can be checked are checked here, not in reviews.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

mod guide;
mod layers;
mod source;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use source::{Source, sources, texts};

/// The names of the sources outside `places` of which something is true.
fn offenders(places: &[&str], offends: impl Fn(&Source) -> bool) -> Vec<String> {
    let offending = sources().into_iter().filter(|source| !source.is_in(places) && offends(source));
    offending.map(|source| source.name).collect()
}

/// The names of the sources outside `places` that name one of these paths, or what they begin.
fn naming(beginnings: &[&str], places: &[&str]) -> Vec<String> {
    offenders(places, |source| beginnings.iter().any(|beginning| source.names(beginning)))
}

const NONE: Vec<String> = Vec::new();

#[test]
fn every_file_says_what_it_is() {
    let silent = texts().into_iter().filter(|(_, text)| !text.starts_with("//!"));
    assert_eq!(silent.map(|(name, _)| name).collect::<Vec<_>>(), NONE);
}

#[test]
fn only_what_is_about_http_names_axum_and_hyper() {
    let may = [
        "web/",
        "ingress/",
        "edge/",
        "admin/",
        "client/",
        "application/around.rs",
        "serve/",
        "prelude.rs",
    ];
    assert_eq!(naming(&["axum::", "hyper::", "hyper_util::"], &may), NONE);
}

#[test]
fn only_codec_encodes_values_and_one_file_what_the_system_says() {
    assert_eq!(naming(&["rmp_serde::"], &["codec/", "packed.rs"]), NONE);
}

#[test]
fn only_tasks_and_blocking_places_spawn() {
    assert_eq!(naming(&["tokio::spawn", "tokio::task::spawn"], &["tasks.rs"]), NONE);
}

/// Whoever listens to the process is called by one thread, which nothing waits for.
#[test]
fn only_the_log_calls_subscribers() {
    let levels = ["error", "warn", "info", "debug", "trace", "event"];
    let macros = levels.map(|level| format!("tracing::{level}"));
    let macros: Vec<_> = macros.iter().map(String::as_str).collect();
    assert_eq!(naming(&macros, &[]), NONE);
}

#[test]
fn there_is_no_unsafe_code() {
    assert_eq!(offenders(&[], |source| source.has_unsafe), NONE);
}

#[test]
fn the_only_static_state_is_that_of_the_servers_of_the_process_and_the_log() {
    // Which servers there are, the runtime of programs that have none, who listens where, the queue of lines for
    // whoever listens to the process, the recorder that the crate `metrics` has one of, and the sockets that the
    // process was started with.
    let may = [
        "instances.rs",
        "default_instance.rs",
        "ingress/ports.rs",
        "log/queue.rs",
        "call/recorder.rs",
        "systemd/sockets.rs",
    ];
    let others = sources().into_iter().filter(|source| !source.is_in(&may));
    let statics = others.flat_map(|Source { name, statics, .. }| {
        let statics = statics.into_iter();
        // What belongs to one thread, inside `thread_local!`, belongs to no server. Neither do header names
        // and the numbers dealt to threads.
        statics
            .filter(|item| !["HeaderName", "NEXT"].iter().any(|word| item.contains(word)))
            .map(move |item| format!("{name}: {item}"))
    });
    assert_eq!(statics.collect::<Vec<_>>(), NONE);
}

/// The option is `backpressure(..)`, its type and the error are `BackPressure`.
#[test]
fn backpressure_is_spelled_one_way() {
    let other = ["Backpressure", "back_pressure", "back-pressure", "back pressure"];
    let mut texts = texts();
    texts.retain(|(_, text)| other.iter().any(|spelling| text.contains(spelling)));
    assert_eq!(texts.into_iter().map(|(name, _)| name).collect::<Vec<_>>(), NONE);
}

/// docs.rs documents every feature, and says of each item which it needs; crates.io knows where the crate belongs.
#[test]
fn what_is_published_says_how_it_is_shown() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for name in ["serve-core", "serve-macros"] {
        let text = |path: &str| fs::read_to_string(workspace.join(name).join(path)).unwrap();
        let manifest = text("Cargo.toml");
        for line in [
            "[package.metadata.docs.rs]\nall-features = true\nrustdoc-args = [\"--cfg\", \"docsrs\"]\n",
            "\nreadme = \"../README.md\"\n",
            "\nkeywords = [",
            "\ncategories = [",
        ] {
            assert!(manifest.contains(line), "{name}: {line}");
        }
        assert!(text("src/lib.rs").contains("#![cfg_attr(docsrs, feature(doc_cfg))]"), "{name}");
        for license in ["LICENSE-APACHE", "LICENSE-MIT"] {
            assert_eq!(text(license), fs::read_to_string(workspace.join(license)).unwrap());
        }
    }
}

/// Names that two files have for types that other files see. Only ever take names out.
const TWICE: &[&str] = &[
    "Application",
    "Connection",
    "Entry",
    "Failure",
    "Listener",
    "Outbound",
    "Prepared",
    "Request",
    "Source",
    "Target",
    "Waiter",
];

#[test]
fn a_name_means_one_thing() {
    let mut files = BTreeMap::<String, Vec<String>>::new();
    for Source { name, types, .. } in sources() {
        // What there is of a module on another system has the same names.
        if !name.ends_with("unsupported.rs") && !name.ends_with("_missing.rs") {
            types.into_iter().for_each(|item| files.entry(item).or_default().push(name.clone()));
        }
    }
    files.retain(|_, files| files.len() > 1);
    let found: Vec<_> = files.keys().map(String::as_str).collect();
    assert_eq!(found, TWICE, "{files:#?}");
}
