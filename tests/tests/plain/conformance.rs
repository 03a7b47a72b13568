//! `CONFORMANCE.md` names tests, and they exist.

use std::path::Path;

/// The source of a module of either test program, or of the library.
fn source(module: &str) -> Option<String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    // Its tests stand at the end of a module, or in files of their own.
    let path = module.replace("::", "/");
    let folders = ["tests/plain", "tests/init", "../serve-core/src"];
    let paths = [path.as_str(), path.trim_end_matches("/tests")];
    let files = folders.iter().flat_map(|folder| paths.map(|path| here.join(folder).join(path)));
    files.into_iter().find_map(|file| std::fs::read_to_string(file.with_extension("rs")).ok())
}

fn is_a_test(name: &str) -> bool {
    let Some((module, function)) = name.rsplit_once("::") else { return false };
    let Some(source) = source(module) else { return false };
    let lines = [format!("async fn {function}("), format!("fn {function}(")];
    source.lines().any(|line| lines.iter().any(|begin| line.trim_start().starts_with(begin)))
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
