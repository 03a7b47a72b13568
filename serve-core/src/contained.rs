//! A value of the user's whose `Drop` may panic, held where that must hurt nobody.
//!
//! It contains panics and nothing else: a `Drop` that blocks blocks whoever drops it.

use std::fmt;
use std::ops::{Deref, DerefMut};

use crate::log;
use crate::panic::catch;

/// A value whose `Drop` runs inside a catch.
///
/// One for each value, not one for a tuple of them: when a second field's `Drop` panics while the first one's panic
/// unwinds, Rust ends the process before anybody can catch it.
pub(crate) struct Contained<T>(Option<T>);

const THERE: &str = "a contained value is there until it is taken out, which uses up its container";

impl<T> Contained<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Some(value))
    }

    pub(crate) fn into_inner(mut self) -> T {
        self.0.take().expect(THERE)
    }
}

impl<T> Deref for Contained<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.as_ref().expect(THERE)
    }
}

impl<T> DerefMut for Contained<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.0.as_mut().expect(THERE)
    }
}

impl<T> Drop for Contained<T> {
    fn drop(&mut self) {
        let Some(value) = self.0.take() else { return };
        if let Err(message) = catch(|| drop(value)) {
            let name = std::any::type_name::<T>();
            log::error(format!("the `Drop` of a `{name}` panicked: {message}")).emit();
        }
    }
}

/// Without the value, whose own `Debug` is the user's.
impl<T> fmt::Debug for Contained<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Contained<{}>", std::any::type_name::<T>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Bad;

    impl Drop for Bad {
        fn drop(&mut self) {
            panic!("it cannot be dropped");
        }
    }

    #[test]
    fn a_panic_of_a_drop_stays_inside() {
        drop(Contained::new(Bad));
        drop((Contained::new(Bad), Contained::new(Bad)));
    }

    #[test]
    fn a_panic_of_a_drop_stays_inside_while_another_unwinds() {
        let caught = catch(|| {
            let _contained = (Contained::new(Bad), Contained::new(Bad));
            panic!("the first");
        });
        assert_eq!(caught, Err::<(), _>("the first".to_owned()));
    }

    #[test]
    fn what_is_taken_out_is_the_takers_to_drop() {
        assert!(catch(|| drop(Contained::new(Bad).into_inner())).is_err());
        assert_eq!(*Contained::new(7), 7);
    }
}
