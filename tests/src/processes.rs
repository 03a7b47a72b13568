//! Tests that start replicas in processes: programs of their own, whose `main` begins with `init`.

use std::future::Future;
use std::process::Command;
use std::time::Duration;

use libtest_mimic::{Arguments, Failed, Trial};

/// Long enough for whatever should happen, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(90);

/// Runs asynchronous functions as the tests of this program. It has to be the whole of `main`, but for
/// `serve_core::init()` before it.
#[macro_export]
macro_rules! run_process_tests {
    ($($test:ident)*) => {
        $crate::processes::run(vec![
            $($crate::processes::trial(stringify!($test), || ::std::boxed::Box::pin($test()))),*
        ])
    };
}

/// One test; see [`run_process_tests`].
pub fn trial<F: Future<Output = ()>>(
    name: &str,
    test: impl FnOnce() -> F + Send + 'static,
) -> Trial {
    Trial::test(name, || {
        let runtime = tokio::runtime::Runtime::new()?;
        let outcome = runtime.block_on(async { tokio::time::timeout(PATIENCE, test()).await });
        // A blocking method may hold its thread for ever.
        runtime.shutdown_background();
        outcome.map_err(|_| Failed::from(format!("still running after {PATIENCE:?}")))
    })
}

/// Runs the tests that the arguments of the program name, and ends it.
pub fn run(trials: Vec<Trial>) -> ! {
    libtest_mimic::run(&Arguments::from_args(), trials).exit()
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

/// Asks until it is so. The time limit is that of the test.
pub async fn until<F: Future<Output = bool>>(is_so: impl Fn() -> F) {
    while !is_so().await {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
