//! Replicas of a test program, which has no `main` of its own: one of its tests is what they begin with.

use std::ffi::OsString;

/// The test that a replica's process runs instead of all others. Submitted by
/// [`test_replicas`](crate::test_replicas).
#[doc(hidden)]
#[derive(Debug)]
pub struct TestEntry {
    path: &'static str,
}

inventory::collect!(TestEntry);

impl TestEntry {
    /// The path begins with the name of the crate, as `module_path!` has it.
    #[must_use]
    pub const fn new(path: &'static str) -> Self {
        Self { path }
    }

    /// The entry of this program, if it is one of tests.
    pub(super) fn of_this_program() -> Option<&'static Self> {
        inventory::iter::<Self>().next()
    }

    /// The arguments with which the program runs nothing else.
    pub(super) fn arguments(&self) -> [OsString; 3] {
        let (_, test) = self.path.split_once("::").unwrap_or(("", self.path));
        // Not captured, because what a replica prints is for its server to show.
        ["--exact", test, "--nocapture"].map(OsString::from)
    }
}

/// Lets replicas live in processes where `cargo test` makes the `main` function: write it once, at the top of a
/// file in `tests/`, or in a module of unit tests.
///
/// There is no `main` then that could begin with [`init`](crate::init). This adds a test by the name
/// `serve_replica` that does nothing in the test program, and a process that is started for a replica
/// runs that test alone, which calls `init`. What replicas print on their standard output comes out on the
/// standard error.
///
/// A test program with `harness = false` has a `main`, and calls `init` there.
///
/// ```
/// // In `tests/greeter.rs`:
/// use serve_core::prelude::*;
///
/// serve_core::test_replicas!();
///
/// #[derive(Default)]
/// struct Greeter;
///
/// #[deployment(isolation = "process")]
/// impl Greeter {
///     fn say_hello(&self, name: &str) -> String {
///         format!("Hello {name}!")
///     }
/// }
///
/// #[tokio::test]
/// async fn it_greets_from_another_process() -> serve_core::Result<()> {
///     let handle = Greeter::deploy().await?;
///     assert_eq!(handle.say_hello.remote("Alice").await?, "Hello Alice!");
///     serve_core::shutdown().await
/// }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! test_replicas {
    () => {
        #[cfg(test)]
        const _: () = {
            $crate::__private::inventory::submit! {
                $crate::__private::TestEntry::new(::core::concat!(
                    ::core::module_path!(),
                    "::serve_replica"
                ))
            }
        };

        /// What a process begins with that is started for a replica.
        #[cfg(test)]
        #[test]
        fn serve_replica() {
            $crate::init();
        }
    };
}
