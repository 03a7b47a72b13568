//! Test programs whose `main` begins with `init`, because replicas of theirs are processes.

use std::process::Command;
use std::time::Duration;

use libtest_mimic::Failed;

/// Long enough for whatever should happen, on a busy machine too.
pub(crate) const SOON: Duration = Duration::from_secs(30);

/// One trial for each test, by its name.
macro_rules! trials {
    ($($test:ident)*) => {
        vec![$(libtest_mimic::Trial::test(stringify!($test), || $crate::program::run($test()))),*]
    };
}
pub(crate) use trials;

pub(crate) fn run(test: impl Future<Output = ()>) -> Result<(), Failed> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async { tokio::time::timeout(SOON, test).await })?;
    Ok(())
}

/// Ends a process as a crash would.
pub(crate) fn kill(process: u32) {
    let killed = Command::new("kill").args(["-9", &process.to_string()]).status();
    assert!(killed.is_ok());
}

/// Asks until it is so. The time limit is that of the test.
pub(crate) async fn until<Fut: Future<Output = bool>>(is_so: impl Fn() -> Fut) {
    while !is_so().await {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
