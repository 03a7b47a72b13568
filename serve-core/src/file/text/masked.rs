//! A text whose lines are shown, without the secrets that stand in it.
//!
//! What is masked is as long as before, so that every place stays where it is. An excerpt is about one option and shows
//! its whole line, or a text that cannot be read at all: so this goes by the names of options alone, and rather masks too
//! much than too little.

/// The values of options that are called like secrets. References are shown: they lead to secrets, and are none.
pub(super) fn masked(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    // The indentation of an option whose value stands in the lines below it.
    let mut block: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let indent = line.len() - line.trim_start().len();
        // A list may stand as far to the left as its name.
        let is_within = |outer| {
            line.trim().is_empty()
                || indent > outer
                || (indent == outer && line[indent..].starts_with("- "))
        };
        if block.is_some_and(is_within) {
            masked += &hidden(line, indent, line.trim_end().len());
            continue;
        }
        let (line, goes_on) = of_line(line);
        masked += &line;
        block = goes_on.then_some(indent);
    }
    masked
}

/// The line without secrets, and whether one goes on in the lines below.
fn of_line(line: &str) -> (String, bool) {
    let mut masked = line.to_owned();
    let end = line.trim_end().len();
    for (at, _) in line.match_indices([':', '=']) {
        if !is_secret(name_before(&line[..at])) {
            continue;
        }
        let rest = &line[at + 1..end];
        let start = at + 1 + (rest.len() - rest.trim_start().len());
        let value = &line[start..end];
        if value.is_empty() || value.starts_with(['|', '>']) {
            return (masked, true);
        }
        let inner = value.trim_start_matches(['"', '\'', '[', ' ']);
        if inner.starts_with("${") || inner.starts_with("file:") {
            continue;
        }
        let is_in_braces = line[..at].contains('{');
        let length = value_length(value, is_in_braces);
        masked = hidden(&masked, start, start + length);
    }
    (masked, false)
}

/// The name of the option that ends there.
fn name_before(text: &str) -> &str {
    let text = text.trim_end().trim_end_matches(['"', '\'']);
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-');
    let start = text.trim_end_matches(is_part).len();
    &text[start..]
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let words = ["token", "secret", "passw", "credential", "api_key", "apikey", "api-key"];
    name == "key" || name.ends_with("_key") || words.iter().any(|word| name.contains(word))
}

/// How far a value goes that begins there.
fn value_length(value: &str, is_in_braces: bool) -> usize {
    let until = |letters: &[char]| value.find(letters).unwrap_or(value.len());
    match value.chars().next() {
        Some(quote @ ('"' | '\'')) => {
            let mut is_escaped = false;
            let end = value.char_indices().skip(1).find(|(_, letter)| {
                let is_end = *letter == quote && !is_escaped;
                is_escaped = *letter == '\\' && !is_escaped;
                is_end
            });
            end.map_or(value.len(), |(at, _)| at + 1)
        }
        Some('[') => until(&[']']),
        // The names in it are looked at themselves.
        Some('{') => 0,
        _ if is_in_braces => until(&[',', '}']),
        _ => value.len(),
    }
}

fn hidden(text: &str, start: usize, end: usize) -> String {
    let end = end.max(start);
    format!("{}{}{}", &text[..start], "*".repeat(end - start), &text[end..])
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn values_of_options_that_are_called_like_secrets_are_masked_in_place() {
        for (text, expected) in [
            ("admin: { token: hunter2, port: 1 }", "admin: { token: *******, port: 1 }"),
            ("token = \"hun,ter\"\nport = 1\n", "token = *********\nport = 1\n"),
            ("  api_key: a, b\n  other: x", "  api_key: ****\n  other: x"),
            ("\"password\": \"a\\\"b\", \"x\": 1", "\"password\": ******, \"x\": 1"),
            ("key: [a, b]", "key: *****]"),
            ("secret: |\n  one\n\n  two\nname: x\n", "secret: |\n  ***\n\n  ***\nname: x\n"),
            ("tokens:\n  - one\nname: x", "tokens:\n  *****\nname: x"),
            ("tokens:\n- one\n- two\nname: x", "tokens:\n*****\n*****\nname: x"),
            ("key: pässword", "key: *********"),
            ("token: \"${TOKEN}\", key: file:/x", "token: \"${TOKEN}\", key: file:/x"),
            ("greeting: Hi\nname: hello", "greeting: Hi\nname: hello"),
        ] {
            assert_eq!(masked(text), expected);
            assert_eq!(masked(text).len(), text.len(), "{text}");
        }
    }
}
