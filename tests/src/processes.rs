//! Tests that start replicas in processes: their program has a `main`, which begins with `init`.

use std::future::Future;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use libtest_mimic::{Arguments, Failed};
use serde::{Deserialize, Serialize};

pub use libtest_mimic::Trial;

use crate::own_process::{is_alone, run_alone};

/// Long enough for whatever should happen, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(180);

/// Makes asynchronous functions the tests of a module, which are its `trials()`. `main` hands those of all
/// modules to [`run`](crate::processes::run).
///
/// After `alone:` each of them runs in a process of its own.
#[macro_export]
macro_rules! process_tests {
    (alone: $($test:ident)*) => {
        $crate::process_tests! { by trial_alone: $($test)* }
    };
    (by $trial:ident: $($test:ident)*) => {
        /// The tests of this module.
        pub(crate) fn trials() -> ::std::vec::Vec<$crate::processes::Trial> {
            ::std::vec![$($crate::processes::$trial(
                ::core::concat!(::core::module_path!(), "::", ::core::stringify!($test)),
                || ::std::boxed::Box::pin($test()),
            )),*]
        }
    };
    ($($test:ident)*) => {
        $crate::process_tests! { by trial: $($test)* }
    };
}

/// One test; see [`process_tests`]. The path begins with the name of the program, as `module_path!` has it.
pub fn trial<F: Future<Output = ()>>(
    path: &'static str,
    test: impl FnOnce() -> F + Send + 'static,
) -> Trial {
    Trial::test(name(path), || {
        let runtime = tokio::runtime::Runtime::new()?;
        let outcome = runtime.block_on(async { tokio::time::timeout(PATIENCE, test()).await });
        // A blocking method may hold its thread for ever.
        runtime.shutdown_background();
        outcome.map_err(|_| Failed::from(format!("still running after {PATIENCE:?}")))
    })
}

/// The same in a process of its own, which is this program again.
pub fn trial_alone<F: Future<Output = ()>>(
    path: &'static str,
    test: impl FnOnce() -> F + Send + 'static,
) -> Trial {
    if is_alone() {
        return trial(path, test);
    }
    Trial::test(name(path), || {
        run_alone(name(path), &[]);
        Ok(())
    })
}

fn name(path: &str) -> &str {
    path.split_once("::").map_or(path, |(_program, name)| name)
}

/// Runs the tests that the arguments of the program name, and ends it.
pub fn run(trials: Vec<Trial>) -> ! {
    let mut arguments = Arguments::from_args();
    // As the harness of the standard library has it.
    let threads = std::env::var("RUST_TEST_THREADS").ok().and_then(|threads| threads.parse().ok());
    arguments.test_threads = arguments.test_threads.or(threads);
    libtest_mimic::run(&arguments, trials).exit()
}

/// Ends a process as a crash would. It may have ended by itself.
pub fn kill(process: u32) {
    signal(process, "-9");
}

/// Sends a signal, `"-TERM"` say; `false` where there is no such process.
///
/// # Panics
///
/// There is no `kill`.
pub fn signal(process: u32, signal: &str) -> bool {
    let sent = Command::new("kill").args([signal, &process.to_string()]).output();
    sent.expect("`kill` is a program").status.success()
}

/// What a method in another process waits for, where it cannot be told by a call: a file that is there once
/// the gate is open.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Gate(PathBuf);

impl Gate {
    /// A closed gate, of which this program has no other of this name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let gate = Self(std::env::temp_dir().join(format!("serve-{name}-{}", std::process::id())));
        gate.remove();
        gate
    }

    /// Lets everybody pass.
    ///
    /// # Panics
    ///
    /// The file cannot be written.
    pub fn open(&self) {
        std::fs::write(&self.0, "").expect("there is room for an empty file");
    }

    /// Waits until it is open.
    ///
    /// # Panics
    ///
    /// It stays closed.
    pub fn pass_blocking(&self) {
        let begun = tokio::time::Instant::now();
        while !self.0.exists() {
            assert!(begun.elapsed() < PATIENCE, "the gate stays closed");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Leaves nothing behind.
    pub fn remove(&self) {
        drop(std::fs::remove_file(&self.0));
    }
}

/// Asks until it is so. The time limit is that of the test.
pub async fn until<F: Future<Output = bool>>(is_so: impl Fn() -> F) {
    while !is_so().await {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
