//! `CONFORMANCE.md` names tests, and they exist.

use std::path::Path;

/// The source of a module of either test program.
fn source(module: &str) -> Option<String> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let path = module.replace("::", "/");
    let files = ["plain", "init"].map(|program| tests.join(program).join(&path));
    files.iter().find_map(|file| std::fs::read_to_string(file.with_extension("rs")).ok())
}

fn is_a_test(name: &str) -> bool {
    let Some((module, function)) = name.rsplit_once("::") else { return false };
    source(module).is_some_and(|source| source.contains(&format!("async fn {function}()")))
        || source(module).is_some_and(|source| source.contains(&format!("\nfn {function}()")))
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn every_test_that_conformance_names_exists() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("CONFORMANCE.md");
    let text = std::fs::read_to_string(path).unwrap();
    let rows: Vec<_> = text.lines().filter(|line| line.starts_with("| C")).collect();
    assert!(rows.len() > 70, "the rows have not been found");
    let mut named = 0;
    for row in rows {
        let shown_by = row.rsplit(" | ").next().unwrap();
        let tests: Vec<_> = quoted(shown_by).filter(|name| name.contains("::")).collect();
        for test in &tests {
            assert!(is_a_test(test), "`{test}` does not exist: {row}");
        }
        let says_why = shown_by.contains("n/a") || shown_by.contains("later");
        assert!(!tests.is_empty() || says_why, "neither a test nor a reason: {row}");
        named += tests.len();
    }
    assert!(named > 80, "only {named} tests are named");
}
