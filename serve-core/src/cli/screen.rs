//! What is written, where to, and in which colours.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use serde::Serialize;
use serde_json::json;
use terminal_size::terminal_size_of;

use super::failure::{VerbFailure, VerbOutcome};
use super::text::{cut, fold, tame};

/// The standard output and the standard error.
#[derive(Clone, Debug)]
pub(super) struct Screen {
    pub(super) json: bool,
    colours: bool,
    error_colours: bool,
    /// Whether a line can be drawn again.
    can_redraw: bool,
    /// Whether there is a line that goes when something else is written.
    is_drawn: Arc<AtomicBool>,
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

/// To the beginning of the line, and nothing left of it.
const ERASE_LINE: &str = "\r\x1b[2K";
/// To the top of the terminal.
const HOME: &str = "\x1b[H";
const ERASE_REST_OF_LINE: &str = "\x1b[K";
const ERASE_REST: &str = "\x1b[J";

impl Screen {
    pub(super) fn new(json: bool) -> Self {
        let var = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let is_plain = var("NO_COLOR") || is_dumb;
        let colours = |is_terminal: bool| is_terminal && !is_plain && !json;
        Self {
            json,
            colours: colours(io::stdout().is_terminal()),
            error_colours: colours(io::stderr().is_terminal()),
            can_redraw: io::stdout().is_terminal() && !is_dumb && !json,
            is_drawn: Arc::default(),
        }
    }

    #[cfg(test)]
    pub(super) fn plain() -> Self {
        Self {
            json: false,
            colours: false,
            error_colours: false,
            can_redraw: false,
            is_drawn: Arc::default(),
        }
    }

    /// A line of the answer.
    pub(super) fn line(&self, line: impl AsRef<str>) -> VerbOutcome {
        self.write(&[line.as_ref(), "\n"])
    }

    /// Lines for people, folded where the terminal ends.
    pub(super) fn text(&self, text: impl AsRef<str>) -> VerbOutcome {
        self.line(folded(text.as_ref(), self.width()).join("\n"))
    }

    fn write(&self, parts: &[&str]) -> VerbOutcome {
        self.erase();
        let mut output = io::stdout().lock();
        for part in parts {
            output.write_all(part.as_bytes())?;
        }
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
        self.erase();
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
                let lines: Vec<_> = failure.message.lines().map(tame).collect();
                let text = format!("{error}: {}", lines.join("\n"));
                self.note(folded(&text, error_width()).join("\n"));
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

    /// The columns of the terminal, if there is one that says so. It may have changed since the last time.
    pub(super) fn width(&self) -> Option<usize> {
        match self.json {
            true => None,
            false => terminal_size_of(io::stdout()).map(|(columns, _)| columns.0.into()),
        }
    }

    fn height(&self) -> Option<usize> {
        terminal_size_of(io::stdout()).map(|(_, rows)| rows.0.into())
    }

    /// Shows all of this in place of what was there. What finds no room is counted.
    pub(super) fn redraw(&self, text: &str) -> VerbOutcome {
        if !self.can_redraw {
            return self.text(text);
        }
        let folded = folded(text, self.width()).join("\n");
        let mut lines: Vec<_> = folded.split('\n').map(str::to_owned).collect();
        // The last line stays empty, for the cursor.
        if let Some(room) = self.height().map(|height| height.saturating_sub(2))
            && lines.len() > room + 1
        {
            let hidden = lines.len() - room;
            lines.truncate(room);
            lines.push(format!("and {hidden} lines more"));
        }
        let ended: String =
            lines.iter().map(|line| format!("{line}{ERASE_REST_OF_LINE}\n")).collect();
        self.write(&[HOME, &ended, ERASE_REST])
    }

    /// Makes room for what is drawn again and again.
    pub(super) fn clear(&self) -> VerbOutcome {
        match self.can_redraw {
            true => self.write(&["\x1b[2J"]),
            false => Ok(()),
        }
    }

    pub(super) fn can_redraw(&self) -> bool {
        self.can_redraw
    }

    /// A line that is there until something else is written, or it is erased.
    pub(super) fn draw(&self, line: &str) {
        // The last column stays free: some terminals go to the next line there.
        let room = self.width().unwrap_or(80).saturating_sub(1);
        let line = self.paint(Tone::Dim, cut(&tame(line), room));
        if self.write(&[&line]).is_ok() {
            self.is_drawn.store(true, SeqCst);
        }
    }

    pub(super) fn erase(&self) {
        if self.is_drawn.swap(false, SeqCst) {
            let mut output = io::stdout().lock();
            drop(output.write_all(ERASE_LINE.as_bytes()).and_then(|()| output.flush()));
        }
    }

    /// The standard error, for lines that others write.
    pub(super) fn log(&self) -> io::Stderr {
        self.erase();
        io::stderr()
    }
}

/// That of the terminal where complaints go.
fn error_width() -> Option<usize> {
    terminal_size_of(io::stderr()).map(|(columns, _)| columns.0.into())
}

fn folded(text: &str, room: Option<usize>) -> Vec<String> {
    let fold = |line: &str| match room {
        Some(room) => fold(line, room),
        None => line.to_owned(),
    };
    text.split('\n').map(fold).collect()
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
