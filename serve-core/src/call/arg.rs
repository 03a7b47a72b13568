//! Arguments: plain values, borrowed forms of them, and unfinished results of other calls.

use std::ffi::OsString;
use std::fmt;
use std::future::poll_fn;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::error::Upstream;
use super::object_ref::ObjectRef;
use super::shared::SharedRef;

/// What may be passed where a method takes a `T`.
///
/// `T` itself; a borrowed form where an owned value is obvious (`&str` for `String`, `&[T]` and
/// `[T; N]` for `Vec<T>`, `&Path` for `PathBuf`); and an unfinished result of another call, which is
/// resolved before this call is queued and whose failure becomes this call's failure.
///
/// ```
/// # use serve_core::{Arg, IntoArg};
/// fn takes_text(text: impl IntoArg<String>) -> Arg<String> {
///     text.into_arg()
/// }
/// takes_text("Alice");
/// takes_text(String::from("Alice"));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be passed where the method takes `{T}`",
    label = "expected `{T}`, a borrowed form of it, or an `ObjectRef<{T}, _>`",
    note = "a method's argument may be the value itself or the unfinished result of another call"
)]
pub trait IntoArg<T> {
    /// Turns it into an argument.
    fn into_arg(self) -> Arg<T>;
}

/// An argument: there already, or still being computed by another call.
pub enum Arg<T> {
    /// The value.
    Ready(T),
    /// The unfinished result of another call.
    Pending(BoxFuture<'static, Result<T, Upstream>>),
}

impl<T> fmt::Debug for Arg<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ready(_) => "Ready",
            Self::Pending(_) => "Pending",
        })
    }
}

impl<T> IntoArg<T> for T {
    fn into_arg(self) -> Arg<T> {
        Arg::Ready(self)
    }
}

impl<T: Clone> IntoArg<T> for &T {
    fn into_arg(self) -> Arg<T> {
        Arg::Ready(self.clone())
    }
}

impl<T, E> IntoArg<T> for ObjectRef<T, E>
where
    T: Send + 'static,
    E: fmt::Debug + Send + Sync + 'static,
{
    fn into_arg(self) -> Arg<T> {
        Arg::Pending(self.map(|outcome| outcome.map_err(Upstream::new)).boxed())
    }
}

impl<T, E> IntoArg<T> for SharedRef<T, E>
where
    T: Clone + Send + Sync + 'static,
    E: fmt::Debug + Send + Sync + 'static,
{
    fn into_arg(self) -> Arg<T> {
        Arg::Pending(self.into_outcome().map(|outcome| outcome.map_err(Upstream::shared)).boxed())
    }
}

/// The borrowed forms of owned values that are obvious, for the arguments of calls and of constructors.
macro_rules! borrowed_forms {
    ($implement:ident) => {
        $implement! {
            [] &str => String, Into::into;
            [] &str => Arc<str>, Into::into;
            [] &str => Box<str>, Into::into;
            [] &Path => PathBuf, Into::into;
            [] &str => PathBuf, Into::into;
            [] &str => OsString, Into::into;
            [T: Clone] &[T] => Vec<T>, <[T]>::to_vec;
            [T, const N: usize] [T; N] => Vec<T>, Into::into;
            [T: Clone, const N: usize] &[T; N] => Vec<T>, <[T]>::to_vec;
        }
    };
}
pub(crate) use borrowed_forms;

macro_rules! into_arg {
    ($([$($generics:tt)*] $borrowed:ty => $owned:ty, $convert:expr;)*) => {$(
        impl<$($generics)*> IntoArg<$owned> for $borrowed {
            fn into_arg(self) -> Arg<$owned> {
                Arg::Ready($convert(self))
            }
        }
    )*};
}

borrowed_forms!(into_arg);

/// All arguments of a call, in order, for a method that takes `V`.
#[doc(hidden)]
pub trait IntoArgs<V> {
    fn into_args(self) -> Resolved<V>;
}

/// Arguments that are all there, or the future that waits for the ones that are not.
#[doc(hidden)]
pub enum Resolved<V> {
    Ready(V),
    Pending(BoxFuture<'static, Result<V, Upstream>>),
}

impl<V> fmt::Debug for Resolved<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resolved").finish_non_exhaustive()
    }
}

impl<T> Arg<T> {
    /// Waits until the value is there.
    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Upstream>> {
        if let Self::Pending(future) = self {
            *self = Self::Ready(ready!(future.as_mut().poll(context))?);
        }
        Poll::Ready(Ok(()))
    }

    /// The value, if it is there.
    fn take(self) -> Option<T> {
        match self {
            Self::Ready(value) => Some(value),
            Self::Pending(_) => None,
        }
    }
}

impl IntoArgs<()> for () {
    fn into_args(self) -> Resolved<()> {
        Resolved::Ready(())
    }
}

macro_rules! into_args {
    ($($arg:ident $name:ident)+) => {
        impl<$($arg: IntoArg<$name>, $name: Send + 'static),+> IntoArgs<($($name,)+)> for ($($arg,)+) {
            #[inline]
            #[expect(non_snake_case, reason = "each argument is named after its type parameter")]
            fn into_args(self) -> Resolved<($($name,)+)> {
                let ($($name,)+) = self;
                match ($($name.into_arg(),)+) {
                    ($(Arg::Ready($name),)+) => Resolved::Ready(($($name,)+)),
                    ($(mut $name,)+) => {
                        // All at once: the slowest argument sets the pace, and the first that fails ends the wait.
                        Resolved::Pending(Box::pin(async move {
                            poll_fn(|context| {
                                let mut all = Poll::Ready(());
                                $(if $name.poll_ready(context)?.is_pending() {
                                    all = Poll::Pending;
                                })+
                                all.map(Ok)
                            })
                            .await?;
                            let values = ($($name.take(),)+);
                            let ($(Some($name),)+) = values else { unreachable!("all are there") };
                            Ok(($($name,)+))
                        }))
                    }
                }
            }
        }
    };
}

into_args!(A1 T1);
into_args!(A1 T1 A2 T2);
into_args!(A1 T1 A2 T2 A3 T3);
into_args!(A1 T1 A2 T2 A3 T3 A4 T4);
into_args!(A1 T1 A2 T2 A3 T3 A4 T4 A5 T5);
into_args!(A1 T1 A2 T2 A3 T3 A4 T4 A5 T5 A6 T6);
into_args!(A1 T1 A2 T2 A3 T3 A4 T4 A5 T5 A6 T6 A7 T7);
into_args!(A1 T1 A2 T2 A3 T3 A4 T4 A5 T5 A6 T6 A7 T7 A8 T8);
into_args!(A1 T1 A2 T2 A3 T3 A4 T4 A5 T5 A6 T6 A7 T7 A8 T8 A9 T9);
into_args!(A1 T1 A2 T2 A3 T3 A4 T4 A5 T5 A6 T6 A7 T7 A8 T8 A9 T9 A10 T10);
into_args!(A1 T1 A2 T2 A3 T3 A4 T4 A5 T5 A6 T6 A7 T7 A8 T8 A9 T9 A10 T10 A11 T11);
into_args!(A1 T1 A2 T2 A3 T3 A4 T4 A5 T5 A6 T6 A7 T7 A8 T8 A9 T9 A10 T10 A11 T11 A12 T12);
