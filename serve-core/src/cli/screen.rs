//! What is written, where to, and in which colours.

use std::io::{self, IsTerminal, Write};

use serde::Serialize;
use serde_json::json;

use super::failure::{VerbFailure, VerbOutcome};

/// The standard output and the standard error.
#[derive(Clone, Copy, Debug)]
pub(super) struct Screen {
    pub(super) json: bool,
    colours: bool,
    error_colours: bool,
}

/// What a word is about.
#[derive(Clone, Copy, Debug)]
pub(super) enum Tone {
    Good,
    Bad,
    Busy,
    Dim,
    Strong,
}

impl Screen {
    pub(super) fn new(json: bool) -> Self {
        let var = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_plain =
            var("NO_COLOR") || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let colours = |is_terminal: bool| is_terminal && !is_plain && !json;
        Self {
            json,
            colours: colours(io::stdout().is_terminal()),
            error_colours: colours(io::stderr().is_terminal()),
        }
    }

    /// A line of the answer.
    pub(super) fn line(&self, line: impl AsRef<str>) -> VerbOutcome {
        let mut output = io::stdout().lock();
        output.write_all(line.as_ref().as_bytes())?;
        output.write_all(b"\n")?;
        Ok(output.flush()?)
    }

    /// An answer for programs, indented.
    pub(super) fn value(&self, value: &impl Serialize) -> VerbOutcome {
        self.line(serde_json::to_string_pretty(value)?)
    }

    /// One of several, in a line of its own.
    pub(super) fn value_line(&self, value: &impl Serialize) -> VerbOutcome {
        self.line(serde_json::to_string(value)?)
    }

    /// Something beside the answer. Nobody may read it.
    pub(super) fn note(&self, note: impl AsRef<str>) {
        drop(writeln!(io::stderr(), "{}", note.as_ref()));
    }

    pub(super) fn complain(&self, failure: &VerbFailure) {
        if failure.message.is_empty() {
            return;
        }
        if self.json {
            let problems = failure.config.as_ref().map(|error| error.problems());
            let value =
                json!({ "error": failure.message, "status": failure.status, "problems": problems });
            return self.note(value.to_string());
        }
        match &failure.config {
            Some(error) => self.note(error.excerpts(self.error_colours)),
            None => {
                let error = match self.error_colours {
                    true => painted(Tone::Bad, "error"),
                    false => "error".to_owned(),
                };
                self.note(format!("{error}: {}", failure.message));
            }
        }
    }

    pub(super) fn paint(&self, tone: Tone, text: impl AsRef<str>) -> String {
        match self.colours {
            true => painted(tone, text.as_ref()),
            false => text.as_ref().to_owned(),
        }
    }

    /// Whether a person looks.
    pub(super) fn is_watched(&self) -> bool {
        !self.json && io::stdout().is_terminal()
    }

    pub(super) fn has_error_colours(&self) -> bool {
        self.error_colours
    }

    /// Makes room for the same again.
    pub(super) fn clear(&self) -> VerbOutcome {
        match self.is_watched() {
            true => self.line("\x1b[H\x1b[2J"),
            false => Ok(()),
        }
    }
}

fn painted(tone: Tone, text: &str) -> String {
    let code = match tone {
        Tone::Good => "32",
        Tone::Bad => "31",
        Tone::Busy => "33",
        Tone::Dim => "2",
        Tone::Strong => "1",
    };
    format!("\x1b[{code}m{text}\x1b[0m")
}
