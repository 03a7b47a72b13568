//! Values of the user's on their way into the log: their `Display`, `Debug` and `Drop` may panic.

use std::fmt::{self, Write};

use crate::panic::{catch, drop_quietly};

/// What stands where a value could not say what it is.
const SPEECHLESS: &str = "(it panicked when it was to be shown)";

/// A value as text, as far as it came.
pub(crate) fn text_of(shown: impl fmt::Display) -> String {
    let mut text = String::new();
    // By reference: a value that is dropped in here could take the text with it.
    if catch(|| write!(text, "{shown:#}")).is_err() {
        text.push_str(SPEECHLESS);
    }
    drop_quietly(shown);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Speechless;

    impl fmt::Display for Speechless {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("so far ")?;
            panic!("no further")
        }
    }

    impl Drop for Speechless {
        fn drop(&mut self) {
            std::panic::panic_any(Endless);
        }
    }

    struct Endless;

    impl Drop for Endless {
        fn drop(&mut self) {
            std::panic::panic_any(Self);
        }
    }

    #[test]
    fn a_value_that_panics_when_it_is_shown_and_dropped_is_shown_as_far_as_it_came() {
        assert_eq!(text_of(Speechless), format!("so far {SPEECHLESS}"));
    }
}
