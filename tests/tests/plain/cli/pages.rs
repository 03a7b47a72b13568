//! What is generated from the command line: pages for `man`, completions; and the guide, which is not.

use std::collections::BTreeSet;

use tests::folder::Folder;

use super::program::told;

const GUIDE: &str = include_str!("../../../../serve-core/src/docs/cli.md");

/// The verbs of a program, by the names of their pages.
fn verbs() -> BTreeSet<String> {
    let folder = Folder::new();
    let pages = folder.path().join("man1");
    let (status, output, complaint) = told(&["man", pages.to_str().expect("it is text")]);
    assert_eq!(status, 0, "{complaint}");
    let files = std::fs::read_dir(&pages).expect("it is there").flatten();
    let names: BTreeSet<_> =
        files.map(|file| file.file_name().into_string().expect("it is text")).collect();
    assert!(output.starts_with(&format!("{} pages written to ", names.len())), "{output}");
    let verbs = names.iter().map(|name| {
        let verb = name.strip_prefix("cli_program").and_then(|rest| rest.strip_suffix(".1"));
        let verb = verb.unwrap_or_else(|| panic!("{name} is no page of ours"));
        let text = std::fs::read_to_string(pages.join(name)).expect("it is there");
        assert!(text.contains(".TH") && text.contains(".SH EXAMPLES"), "{name}: {text}");
        verb.trim_start_matches('-').replace('-', " ")
    });
    verbs.collect()
}

#[test]
fn each_verb_has_a_page_and_stands_in_the_guide() {
    let verbs = verbs();
    assert!(verbs.contains("") && verbs.contains("debug dump"), "{verbs:?}");
    let of_tables: BTreeSet<_> = GUIDE
        .lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .flat_map(|row| row.split(" |").next().unwrap_or_default().split(", `"))
        .map(|verb| verb.split('`').next().unwrap_or_default())
        .collect();
    for verb in verbs.iter().filter(|verb| !["", "debug"].contains(&&***verb)) {
        let is_of_it = |row: &&str| **row == *verb || row.starts_with(&format!("{verb} "));
        // Once with what it does, once with what it writes.
        assert!(of_tables.iter().any(is_of_it), "the guide does not have `{verb}`: {of_tables:?}");
    }
}

#[test]
fn the_page_of_the_program_goes_to_the_standard_output() {
    let (status, page, complaint) = told(&["man"]);
    assert_eq!(status, 0, "{complaint}");
    for words in [".TH", "cli_program", "deploy", ".SH \"EXIT STATUS\"", ".SH EXAMPLES"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert_eq!(told(&["man", "/proc/nowhere"]).0, 1);
}

#[test]
fn completions_are_for_the_program_s_own_name() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let (status, script, complaint) = told(&["completions", shell]);
        assert_eq!(status, 0, "{shell}: {complaint}");
        for words in ["cli_program", "rollback", "dry-run"] {
            assert!(script.contains(words), "{shell} without {words}");
        }
    }
}
