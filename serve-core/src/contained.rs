//! Values of the user's, whose `Drop` may panic, dropped where that must hurt nobody.
//!
//! This contains panics and nothing else: a `Drop` that blocks blocks whoever drops it.

use std::fmt;
use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::log;
use crate::panic::catch;

/// Drops a value; a panic of its `Drop` is a line in the log.
///
/// One value at a time, as for [`Contained`].
#[cold]
#[inline(never)]
pub(crate) fn discard<T>(value: T) {
    let mut value = Some(value);
    empty(std::any::type_name::<T>(), &mut || value = None);
}

/// Without the type of what is dropped, so that it is compiled once.
fn empty(name: &str, drop: &mut dyn FnMut()) {
    if let Err(message) = catch(drop) {
        log::error(format!("the `Drop` of a `{name}` panicked: {message}")).here().emit();
    }
}

/// The same for many, one after the other.
pub(crate) fn discard_all<T>(values: impl IntoIterator<Item = T>) {
    values.into_iter().for_each(discard);
}

/// The same for a value that cannot be moved.
#[cold]
#[inline(never)]
pub(crate) fn discard_pinned<T>(mut value: Pin<&mut Option<T>>) {
    if value.is_some() {
        empty(std::any::type_name::<T>(), &mut || value.set(None));
    }
}

pin_project! {
    /// A future whose panics are errors with their texts, those of its `Drop` lines in the log.
    pub(crate) struct ContainedFuture<F> {
        // `None` at the end.
        #[pin]
        future: Option<F>,
    }

    impl<F> PinnedDrop for ContainedFuture<F> {
        fn drop(this: Pin<&mut Self>) {
            discard_pinned(this.project().future);
        }
    }
}

impl<F> ContainedFuture<F> {
    pub(crate) fn new(future: F) -> Self {
        Self { future: Some(future) }
    }
}

impl<F: Future> Future for ContainedFuture<F> {
    type Output = Result<F::Output, String>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let future =
            this.future.as_mut().as_pin_mut().expect("a future is polled until it is ready");
        let output = match catch(|| future.poll(context)) {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(output)) => Ok(output),
            Err(message) => Err(message),
        };
        discard_pinned(this.future);
        Poll::Ready(output)
    }
}

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
        if let Some(value) = self.0.take() {
            discard(value);
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
