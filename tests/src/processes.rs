//! Tests that start replicas in processes: programs of their own, whose `main` begins with `init`.

use std::future::Future;
use std::time::Duration;

use libtest_mimic::{Arguments, Failed, Trial};
use serve_core::prelude::*;

/// Long enough for whatever should happen, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(60);

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

/// A server without HTTP.
///
/// # Panics
///
/// It cannot start.
pub async fn server() -> Serve {
    let server = Serve::builder().http(HttpOptions::disabled()).start().await;
    server.expect("a server without HTTP can always start")
}

/// Asks again and again until it is so.
///
/// # Panics
///
/// It is not so for too long.
pub async fn until<F: Future<Output = bool>>(what: &str, mut is_so: impl FnMut() -> F) {
    let asking = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE / 2, asking).await.is_ok(), "never: {what}");
}
