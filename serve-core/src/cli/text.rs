//! Texts as a terminal shows them: how wide they are, cut or folded to the room that there is, and without what would
//! steer it.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How many columns a text takes, colours apart.
pub(super) fn width(text: &str) -> usize {
    let (mut width, mut rest) = (0, text);
    while let Some((before, after)) = rest.split_once('\x1b') {
        width += before.width();
        rest = after.split_once('m').map_or("", |(_, rest)| rest);
    }
    width + rest.width()
}

/// One line of what others have written: what would move the cursor, or change the colours, is shown and does nothing.
pub(super) fn tame(text: &str) -> String {
    let tamed = |letter: char| match letter {
        '\t' | '\n' | '\r' => ' ',
        letter if letter.is_control() => '\u{fffd}',
        letter => letter,
    };
    text.trim_end().chars().map(tamed).collect()
}

/// As much of a text without colours as there is room for.
pub(super) fn cut(text: &str, room: usize) -> String {
    if text.width() <= room {
        return text.to_owned();
    }
    let mut cut = head(text, room.saturating_sub(1)).to_owned();
    if room > 0 {
        cut.push('…');
    }
    cut
}

/// The lines of a text without colours, each as long as there is room for.
pub(super) fn wrap(text: &str, room: usize) -> Vec<String> {
    let (mut lines, mut rest) = (Vec::new(), text);
    while !rest.is_empty() {
        let mut line = head(rest, room);
        if line.is_empty() {
            // A letter that is wider than the room.
            line = &rest[..rest.chars().next().map_or(0, char::len_utf8)];
        }
        lines.push(line.to_owned());
        rest = &rest[line.len()..];
    }
    lines
}

/// A line folded between words, what follows under its beginning. Words that are longer than the room are left to the
/// terminal, so that they can be copied.
pub(super) fn fold(line: &str, room: usize) -> String {
    if width(line) <= room {
        return line.to_owned();
    }
    let indent = line.len() - line.trim_start().len();
    let margin = " ".repeat((indent + 2).min(room / 2));
    let (mut folded, mut column) = (" ".repeat(indent), indent);
    let mut is_first = true;
    for word in line.trim_start().split(' ') {
        let needed = width(word);
        if !is_first {
            if column + 1 + needed > room {
                folded = format!("{}\n{margin}", folded.trim_end());
                column = margin.len();
            } else {
                folded.push(' ');
                column += 1;
            }
        }
        folded += word;
        column += needed;
        is_first = false;
    }
    folded
}

/// The longest beginning that has room.
fn head(text: &str, room: usize) -> &str {
    let mut taken = 0;
    for (at, letter) in text.char_indices() {
        taken += letter.width().unwrap_or(0);
        if taken > room {
            return &text[..at];
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_as_wide_as_a_terminal_shows_it() {
        for (text, expected) in
            [("", 0), ("abc", 3), ("模型", 4), ("\x1b[1mab\x1b[0mc", 3), ("é", 1)]
        {
            assert_eq!(width(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_is_cut_or_wrapped_has_room() {
        let text = "a模型-with-a-long-name";
        for room in 0..30 {
            assert!(width(&cut(text, room)) <= room, "{room}");
            if room > 1 {
                assert!(wrap(text, room).iter().all(|line| width(line) <= room), "{room}");
            }
            assert_eq!(wrap(text, room).concat(), text, "{room}");
        }
        assert_eq!(cut("abcdef", 4), "abc…");
        assert_eq!(cut("abcd", 4), "abcd");
    }

    #[test]
    fn a_line_is_folded_between_words() {
        assert_eq!(fold("  one two three", 10), "  one two\n    three");
        assert_eq!(fold("  one two", 9), "  one two");
        assert_eq!(fold("a-word-that-is-long and more", 8), "a-word-that-is-long\n  and\n  more");
        assert_eq!(fold("\x1b[1mone\x1b[0m two", 4), "\x1b[1mone\x1b[0m\n  two");
    }

    #[test]
    fn what_others_write_does_not_steer_the_terminal() {
        assert_eq!(tame("a\x1b[2Jb\tc\nd\r\n"), "a\u{fffd}[2Jb c d");
    }
}
