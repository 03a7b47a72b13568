//! What a text in a configuration refers to: `${NAME}` and `${NAME:-default}` are variables of the environment,
//! `file:/run/secrets/name` is what a file holds. `$${` is `${` itself.

use std::fs::{self, File};
use std::io::{self, Read};

/// A value that is larger is none.
const BYTES_MAX: u64 = 1 << 20;

/// Where references lead.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReferenceSources {
    pub(super) variable: fn(&str) -> Option<String>,
    pub(super) file: fn(&str) -> io::Result<String>,
    /// They lead to where another process is, so that nothing is known of them here.
    pub(super) are_elsewhere: bool,
}

/// The environment of this process, and its files.
pub(super) const SYSTEM: ReferenceSources =
    ReferenceSources { variable, file, are_elsewhere: false };

/// Those of a server that a text is for.
#[cfg(feature = "cli")]
pub(super) const ELSEWHERE: ReferenceSources = ReferenceSources { are_elsewhere: true, ..SYSTEM };

/// A text that refers to something.
pub(super) enum Reference {
    /// It is what it says.
    None,
    /// What it stands for.
    To(String),
    /// What is wrong with it, and what to do about that.
    Broken { message: String, help: String },
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Without the line's end that editors put there.
fn file(path: &str) -> io::Result<String> {
    // What is no file may never end, and a pipe may not even open.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    let file = File::open(path)?;
    let mut text = String::new();
    file.take(BYTES_MAX + 1).read_to_string(&mut text)?;
    if text.len() as u64 > BYTES_MAX {
        return Err(io::Error::other("it is larger than 1 MiB"));
    }
    let end = text.trim_end_matches(['\n', '\r']).len();
    text.truncate(end);
    Ok(text)
}

/// Whether a text refers to anything.
pub(super) fn refers(text: &str) -> bool {
    text.contains("${") || path_of(text).is_some()
}

/// Whether a text is one reference and nothing besides: it may be shown where what it leads to may not.
pub(super) fn only_refers(text: &str) -> bool {
    let rest = text.strip_prefix("${").and_then(|inner| inner.split_once('}'));
    path_of(text).is_some() || rest.is_some_and(|(_, rest)| rest.is_empty())
}

/// The file that it refers to. A URL has two slashes there.
fn path_of(text: &str) -> Option<&str> {
    let path = text.strip_prefix("file:")?;
    (path.starts_with('/') && !path.starts_with("//")).then_some(path)
}

/// Follows whatever a text refers to.
pub(super) fn follow(text: &str, sources: &ReferenceSources) -> Reference {
    match path_of(text) {
        Some(path) => match (sources.file)(path) {
            Ok(text) => Reference::To(text),
            Err(error) => Reference::Broken {
                message: format!("the file `{path}` cannot be read: {error}"),
                help: "make it readable for this process, or write another path".to_owned(),
            },
        },
        _ if text.contains("${") => match expand(text, sources) {
            Ok(text) => Reference::To(text),
            Err((message, help)) => Reference::Broken { message, help },
        },
        _ => Reference::None,
    }
}

fn expand(text: &str, sources: &ReferenceSources) -> Result<String, (String, String)> {
    let (mut expanded, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(start) = rest.find("${") {
        let (before, reference) = (&rest[..start], &rest[start + 2..]);
        if let Some(before) = before.strip_suffix('$') {
            expanded.push_str(before);
            expanded.push_str("${");
            rest = reference;
            continue;
        }
        expanded.push_str(before);
        let Some(end) = reference.find('}') else {
            let help = "write `${NAME}` or `${NAME:-default}`; `$${` means `${` itself";
            return Err(("`${` has no `}`".to_owned(), help.to_owned()));
        };
        let (name, default) = match reference[..end].split_once(":-") {
            Some((name, default)) => (name, Some(default)),
            None => (&reference[..end], None),
        };
        expanded.push_str(&value(name, default, sources)?);
        rest = &reference[end + 1..];
    }
    expanded.push_str(rest);
    Ok(expanded)
}

/// As in a shell, a variable that is empty counts as none where there is a default.
fn value(
    name: &str,
    default: Option<&str>,
    sources: &ReferenceSources,
) -> Result<String, (String, String)> {
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    if name.is_empty() || !name.chars().all(is_name) {
        let help = "write `${NAME}` or `${NAME:-default}`; `$${` means `${` itself";
        return Err((format!("`${{{name}}}` names no variable"), help.to_owned()));
    }
    let found = (sources.variable)(name);
    let found = found.filter(|value| default.is_none() || !value.is_empty());
    found.or_else(|| default.map(str::to_owned)).ok_or_else(|| {
        (
            format!("the environment has no variable `{name}`"),
            format!("set it where the server starts, or write `${{{name}:-default}}`"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCES: ReferenceSources = ReferenceSources {
        variable: |name| match name {
            "NAME" => Some("ann".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        },
        file: |path| match path {
            "/run/token" => Ok("t0ken".to_owned()),
            _ => Err(io::ErrorKind::NotFound.into()),
        },
        are_elsewhere: false,
    };

    fn said(text: &str) -> String {
        match follow(text, &SOURCES) {
            Reference::None => format!("={text}"),
            Reference::To(text) => text,
            Reference::Broken { message, help } => format!("{message}; {help}"),
        }
    }

    #[test]
    fn references_are_followed() {
        for (text, meaning) in [
            ("plain $NAME", "=plain $NAME"),
            ("hi ${NAME}!", "hi ann!"),
            ("${NAME}${NAME}", "annann"),
            ("${EMPTY}", ""),
            ("${EMPTY:-x}", "x"),
            ("${NO:-}", ""),
            ("${NO:-a:-b}", "a:-b"),
            ("$${NAME}", "${NAME}"),
            ("file:/run/token", "t0ken"),
            ("file:///models", "=file:///models"),
            ("file:models", "=file:models"),
        ] {
            assert_eq!(said(text), meaning);
        }
    }

    #[test]
    fn only_a_reference_alone_may_be_shown_for_a_secret() {
        for (text, is_one) in [
            ("${NAME}", true),
            ("${NAME:-x}", true),
            ("file:/run/token", true),
            ("pa${NAME}", false),
            ("${NAME}ss", false),
            ("${NAME}${NAME}", false),
            ("$${NAME}", false),
            ("plain", false),
        ] {
            assert_eq!(only_refers(text), is_one, "{text}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_that_nobody_writes_to_is_refused_at_once() {
        let pipe = std::env::temp_dir().join(format!("serve-pipe-{}", std::process::id()));
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        let refused = file(pipe.to_str().unwrap()).unwrap_err().to_string();
        fs::remove_file(&pipe).unwrap();
        assert_eq!(refused, "it is no file");
    }

    #[test]
    fn what_leads_nowhere_is_said_with_what_to_do() {
        for (text, message) in [
            (
                "${NO}",
                "the environment has no variable `NO`; set it where the server starts, or write `${NO:-default}`",
            ),
            (
                "${NO",
                "`${` has no `}`; write `${NAME}` or `${NAME:-default}`; `$${` means `${` itself",
            ),
            (
                "${}",
                "`${}` names no variable; write `${NAME}` or `${NAME:-default}`; `$${` means `${` itself",
            ),
        ] {
            assert_eq!(said(text), message);
        }
        assert!(said("file:/no").starts_with("the file `/no` cannot be read: "));
    }
}
