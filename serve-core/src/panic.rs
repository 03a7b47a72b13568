//! Panics of user code, caught: what they said, and the end of what they carried.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs user code; a panic there is an error with its text.
///
/// What `work` owns and what it gives must not matter after a panic: it is dropped half-done.
///
/// # Errors
///
/// It panicked.
pub(crate) fn catch<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    let (mut work, mut output) = (Some(work), None);
    catch_unit(&mut || {
        if let Some(work) = work.take() {
            output = Some(work());
        }
    })?;
    Ok(output.expect("what has not panicked has an output"))
}

/// Without the type of the work, because what catches is compiled for each type anew.
fn catch_unit(work: &mut dyn FnMut()) -> Result<(), String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(message_of)
}

/// What a caught panic said. What it carried is dropped, see [`drop_payload`].
#[cold]
pub(crate) fn message_of(payload: Box<dyn Any + Send>) -> String {
    let message = panic_message(&*payload);
    drop_payload(payload);
    message
}

/// Drops a value whose `Drop` may panic.
pub(crate) fn drop_quietly<T>(value: T) {
    drop(catch(|| drop(value)));
}

/// A panic's text, whatever it was made of.
fn panic_message(payload: &(dyn Any + Send)) -> String {
    payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a message".to_owned())
}

/// Drops what a panic carried. That may be any value of the user's, whose `Drop` may panic in turn; what that carries is
/// left alone, because it could go on so for ever.
fn drop_payload(payload: Box<dyn Any + Send>) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(payload);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Endless;

    impl Drop for Endless {
        fn drop(&mut self) {
            std::panic::panic_any(Self);
        }
    }

    #[test]
    fn a_panic_is_an_error_with_its_text() {
        assert_eq!(catch(|| 1), Ok(1));
        assert_eq!(catch(|| panic!("no {}", "luck")), Err::<(), _>("no luck".to_owned()));
        assert_eq!(catch(|| panic!("none")), Err::<(), _>("none".to_owned()));
    }

    #[test]
    fn a_payload_whose_drop_panics_for_ever_is_left_alone() {
        let caught = catch(|| std::panic::panic_any(Endless));
        assert_eq!(caught, Err::<(), _>("a panic without a message".to_owned()));
    }
}
