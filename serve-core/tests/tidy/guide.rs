//! The messages of the compiler that the guide quotes: each stands in an expected output of `ui-tests`.

use std::fs;
use std::path::Path;

use super::source::{files_below, root};

/// The lines of every message that a page quotes: of its blocks of text that begin as the compiler does.
fn messages(page: &str) -> Vec<Vec<&str>> {
    let blocks = page.split("```").skip(1).step_by(2);
    let texts = blocks.filter_map(|block| block.strip_prefix("text\n"));
    let messages = texts.filter(|text| text.starts_with("error") || text.starts_with("warning"));
    messages.map(|text| text.lines().map(str::trim).collect()).collect()
}

/// Whether the compiler says all of this, one after the other. Between the lines that are quoted it shows code.
fn says(output: &str, message: &[&str]) -> bool {
    let mut lines = output.lines().map(str::trim);
    message.iter().all(|quoted| lines.any(|line| line == *quoted))
}

fn read_all(folder: &Path, extension: &str) -> Vec<String> {
    let files = files_below(folder, extension).into_iter();
    files.map(|file| fs::read_to_string(file).unwrap()).collect()
}

#[test]
fn the_compiler_says_what_the_guide_quotes() {
    let pages = read_all(&root().join("docs"), "md");
    let outputs = read_all(&root().join("../../ui-tests/ui"), "stderr");
    let mut quoted: Vec<_> = pages.iter().flat_map(|page| messages(page)).collect();
    assert!(quoted.len() > 50, "the quoted messages have not been found");
    quoted.retain(|message| !outputs.iter().any(|output| says(output, message)));
    assert!(quoted.is_empty(), "nobody says {quoted:#?}");
}
