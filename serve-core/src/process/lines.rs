//! Cuts what a process prints into lines, without doing anything with them.

use std::borrow::Cow;
use std::sync::Arc;

/// What of a line is longer is left out.
const LINE_MAX_BYTES: usize = 8 * 1024;

/// Where a process printed a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    Stdout,
    Stderr,
}

/// A line that a process printed.
#[derive(Debug)]
pub(crate) struct PrintedLine<'a> {
    pub(crate) replica: &'a str,
    pub(crate) stream: Stream,
    /// Without its end.
    pub(crate) text: &'a str,
}

/// Where the lines go.
pub(crate) type Sink = Arc<dyn Fn(&PrintedLine<'_>) + Send + Sync>;

/// Gathers bytes until a line is complete.
#[derive(Debug, Default)]
pub(super) struct Lines {
    begun: Vec<u8>,
    left_out: usize,
}

// === impl Lines ===

impl Lines {
    pub(super) fn push(&mut self, mut bytes: &[u8], mut emit: impl FnMut(&str)) {
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            self.gather(&bytes[..end]);
            self.emit(&mut emit);
            bytes = &bytes[end + 1..];
        }
        self.gather(bytes);
    }

    /// There will be no more; what has been begun is the last line.
    pub(super) fn finish(&mut self, mut emit: impl FnMut(&str)) {
        if !self.begun.is_empty() {
            self.emit(&mut emit);
        }
    }

    fn gather(&mut self, bytes: &[u8]) {
        let taken = bytes.len().min(LINE_MAX_BYTES - self.begun.len());
        self.begun.extend_from_slice(&bytes[..taken]);
        self.left_out += bytes.len() - taken;
    }

    fn emit(&mut self, emit: &mut impl FnMut(&str)) {
        let line = self.begun.strip_suffix(b"\r").unwrap_or(&self.begun);
        let mut text = String::from_utf8_lossy(line);
        if self.left_out > 0 {
            text = Cow::Owned(format!("{text}… ({} bytes more)", self.left_out));
        }
        emit(&text);
        self.begun.clear();
        self.left_out = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::{LINE_MAX_BYTES, Lines};

    fn lines(chunks: &[&[u8]]) -> Vec<String> {
        let mut lines = Lines::default();
        let mut found = Vec::new();
        for chunk in chunks {
            lines.push(chunk, |line| found.push(line.to_owned()));
        }
        lines.finish(|line| found.push(line.to_owned()));
        found
    }

    #[test]
    fn lines_are_cut_wherever_the_chunks_are() {
        for (chunks, expected) in [
            (vec![b"".as_slice()], vec![]),
            (vec![b"one\ntwo\n"], vec!["one", "two"]),
            (vec![b"on", b"e\ntw", b"o"], vec!["one", "two"]),
            (vec![b"\n\n"], vec!["", ""]),
            (vec![b"dos\r", b"\nunix\n"], vec!["dos", "unix"]),
            (vec![b"caf\xc3", b"\xa9\n"], vec!["café"]),
            (vec![b"not \xff text\n"], vec!["not \u{fffd} text"]),
        ] {
            assert_eq!(lines(&chunks), expected);
        }
    }

    #[test]
    fn a_long_line_says_how_much_is_left_out() {
        let long = vec![b'x'; LINE_MAX_BYTES];
        let full = "x".repeat(LINE_MAX_BYTES);
        assert_eq!(lines(&[&long, b"\nnext"]), [full.clone(), "next".to_owned()]);
        let expected = [format!("{full}… (3 bytes more)"), "next".to_owned()];
        assert_eq!(lines(&[&long, b"yyy\nnext"]), expected);
    }
}
