//! What the model reads and writes: words, each with the blank before it, and marks. Put together again, tokens are
//! the text that they were taken from.

/// The tokens of a text. The end of a line, which is the end of a paragraph, is one of its own.
pub(crate) fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (token, after) = rest.split_at(first(rest));
        rest = after;
        (!token.is_empty()).then_some(token)
    })
}

/// How long the first token is.
fn first(text: &str) -> usize {
    let word = text.strip_prefix(' ').unwrap_or(text);
    let letters = word.find(|c| !is_letter(c)).unwrap_or(word.len());
    let mark = word.chars().next().map_or(0, char::len_utf8);
    text.len() - word.len() + letters.max(mark)
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || c == '\'' || c == '-'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_belongs_to_the_word_behind_it() {
        let table: [(&str, &[&str]); 5] = [
            ("", &[]),
            (" ", &[" "]),
            ("I've a tea-pot, Alice!", &["I've", " a", " tea-pot", ",", " Alice", "!"]),
            ("Ende.\n\"Ja\"", &["Ende", ".", "\n", "\"", "Ja", "\""]),
            ("  ж→", &["  ", "ж", "→"]),
        ];
        for (text, expected) in table {
            assert_eq!(tokens(text).collect::<Vec<_>>(), expected, "{text:?}");
        }
    }
}
