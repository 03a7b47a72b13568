//! Names of applications and deployments: what they may be, whatever they are used for.

/// The application that `run` uses if none is named.
pub(crate) const DEFAULT_APPLICATION: &str = "default";

/// Names become parts of thread names, whose length matters little, and of metric labels, URLs and log lines, where a
/// page of text helps nobody.
const BYTES_MAX: usize = 200;

/// What is wrong with the name of an application or a deployment, as `kind` says, if anything is.
///
/// A name is a part of a replica's id (so no `#`), a segment of a URL (so no `/`), a thread's name, a variable in an
/// environment (so no zero byte) and a field of log lines (so nothing that moves the cursor).
pub(crate) fn name_problem(kind: &str, name: &str) -> Option<String> {
    if name.is_empty() {
        return Some(format!("the name of the {kind} is empty"));
    }
    if name.len() > BYTES_MAX {
        let start = &name[..name.floor_char_boundary(20)];
        return Some(format!(
            "the name of the {kind}, `{}…`, is too long; use at most {BYTES_MAX} bytes",
            start.escape_debug()
        ));
    }
    let refused = |letter: &char| matches!(letter, '#' | '/') || letter.is_control();
    name.chars().find(refused).map(|letter| {
        format!(
            "the name of the {kind}, `{}`, contains `{}`; use no `#`, no `/` and no control characters",
            name.escape_debug(),
            letter.escape_debug()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_fit_everywhere_are_taken() {
        for good in ["a", "Greeter", "größe", "a b", "a.b-c_d", "-", &"x".repeat(BYTES_MAX)] {
            assert_eq!(name_problem("application", good), None, "{good}");
        }
    }

    #[test]
    fn names_that_do_not_fit_are_refused_with_the_reason() {
        let long = "ß".repeat(BYTES_MAX);
        let cases = [
            ("", "the name of the deployment is empty"),
            ("a#b", "the name of the deployment, `a#b`, contains `#`"),
            ("a/b", "the name of the deployment, `a/b`, contains `/`"),
            ("a\0b", r"the name of the deployment, `a\0b`, contains `\0`"),
            ("a\n", r"the name of the deployment, `a\n`, contains `\n`"),
            (
                &long,
                "the name of the deployment, `ßßßßßßßßßß…`, is too long; use at most 200 bytes",
            ),
        ];
        for (bad, problem) in cases {
            let said = name_problem("deployment", bad).unwrap_or_default();
            assert!(said.starts_with(problem), "{said}");
        }
    }
}
