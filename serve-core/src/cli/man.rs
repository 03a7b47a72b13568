//! Pages for `man`: one of the program and one of each verb, made of the same words as the help.

use std::fs;
use std::io;
use std::path::Path;

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
use serde_json::json;

use super::examples::{self, command};
use super::failure::{FAILED, STATUSES, VerbFailure, VerbOutcome};
use super::screen::Screen;

/// A page, and the name of its file.
struct Page {
    file: String,
    text: Vec<u8>,
}

/// The page of the program, or in a directory those of all verbs as well.
pub(super) fn man(program: &str, directory: Option<&Path>, screen: &Screen) -> VerbOutcome {
    let mut command = command(program);
    // So that each verb has what the program has for all of them, and its whole name.
    command.build();
    let Some(directory) = directory else {
        let page = page(program, &command, &[])?;
        return screen.line(String::from_utf8_lossy(&page.text).trim_end());
    };
    let cannot = |error: io::Error| {
        VerbFailure::new(FAILED, format!("`{}` cannot be written: {error}", directory.display()))
    };
    fs::create_dir_all(directory).map_err(cannot)?;
    let mut written = Vec::new();
    for Page { file, text } in pages(program, &command, &[])? {
        fs::write(directory.join(&file), text).map_err(cannot)?;
        written.push(file);
    }
    match screen.json {
        true => screen.value_line(&json!({ "written": written })),
        false => screen.text(format!("{} pages written to {}", written.len(), directory.display())),
    }
}

/// That of a command, and of every verb below it.
fn pages(program: &str, command: &Command, words: &[&str]) -> io::Result<Vec<Page>> {
    let mut all = vec![page(program, command, words)?];
    for verb in command.get_subcommands() {
        all.extend(pages(program, verb, &[words, &[verb.get_name()]].concat())?);
    }
    Ok(all)
}

fn page(program: &str, command: &Command, words: &[&str]) -> io::Result<Page> {
    let man = Man::new(command.clone());
    let mut text = Vec::new();
    man.render_title(&mut text)?;
    man.render_name_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_description_section(&mut text)?;
    man.render_options_section(&mut text)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut text)?;
    }
    exit_status(&mut text)?;
    examples(program, words, &mut text)?;
    Ok(Page { file: man.get_filename(), text })
}

fn exit_status(page: &mut Vec<u8>) -> io::Result<()> {
    let mut roff = Roff::new();
    roff.control("SH", ["EXIT STATUS"]);
    for (status, means) in STATUSES {
        roff.control("TP", []).text([bold(status.to_string())]).text([roman(*means)]);
    }
    roff.to_writer(page)
}

fn examples(program: &str, words: &[&str], page: &mut Vec<u8>) -> io::Result<()> {
    let mut roff = Roff::new();
    roff.control("SH", ["EXAMPLES"]);
    for (line, what) in examples::of(words) {
        roff.control("TP", []).text([bold(format!("{program} {line}"))]).text([roman(*what)]);
    }
    roff.to_writer(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_verb_has_a_page_with_all_of_its_options() {
        let mut command = command("hello");
        command.build();
        let pages = pages("hello", &command, &[]).unwrap();
        let page = |file: &str| {
            let page = pages.iter().find(|page| page.file == file);
            let page = page.unwrap_or_else(|| panic!("there is no {file}"));
            // Without what is for the eyes only.
            let text = String::from_utf8(page.text.clone()).unwrap();
            text.replace("\\fB", "").replace("\\fI", "").replace("\\fR", "").replace("\\-", "-")
        };
        let mut below: Vec<(String, &Command)> = vec![("hello".to_owned(), &command)];
        while let Some((name, verb)) = below.pop() {
            let text = page(&format!("{name}.1"));
            for option in verb.get_arguments().filter_map(|argument| argument.get_long()) {
                assert!(text.contains(&format!("--{option}")), "{name}: {option}");
            }
            for argument in verb.get_positionals() {
                let value = argument.get_value_names().unwrap_or_default()[0].as_str();
                assert!(text.contains(value), "{name}: {value}");
            }
            for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "EXIT STATUS", "EXAMPLES"] {
                assert!(text.contains(section), "{name} has no {section}: {text}");
            }
            for (line, what) in examples::of(&name.split('-').skip(1).collect::<Vec<_>>()) {
                assert!(text.contains(line) && text.contains(what), "{name}: {line}");
            }
            let verbs = verb.get_subcommands();
            below.extend(verbs.map(|verb| (format!("{name}-{}", verb.get_name()), verb)));
        }
    }
}
