//! Values of the user's on their way into the log: their `Display`, `Debug` and `Drop` may panic.

use std::fmt::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What stands where a value could not say what it is.
const SPEECHLESS: &str = "(it panicked when it was to be shown)";

/// A value as text, as far as it came.
pub(crate) fn text_of(shown: impl fmt::Display) -> String {
    let mut text = String::new();
    let showing = AssertUnwindSafe(|| {
        // By reference: a value that is dropped in here could take the text with it.
        let _ = write!(text, "{shown:#}");
    });
    if let Err(panic) = catch_unwind(showing) {
        drop_quietly(panic);
        text.push_str(SPEECHLESS);
    }
    drop_quietly(shown);
    text
}

/// Drops a value whose `Drop` may panic.
pub(crate) fn drop_quietly<T>(value: T) {
    let mut dropped = catch_unwind(AssertUnwindSafe(|| drop(value)));
    // What a panic leaves may itself panic when it is dropped. One that never stops is left where it is.
    for _ in 0..PAYLOADS_MAX {
        match dropped {
            Ok(()) => return,
            Err(panic) => dropped = catch_unwind(AssertUnwindSafe(|| drop(panic))),
        }
    }
    if let Err(panic) = dropped {
        std::mem::forget(panic);
    }
}

/// So many panics of one drop are dropped.
const PAYLOADS_MAX: usize = 8;

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
