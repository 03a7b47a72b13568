//! One handle for synchronous and asynchronous code: the third part of Ray Serve's ServeHandle page.
//!
//! There is no flag to choose with. The same call blocks with `get()` on a plain thread and is awaited
//! in a task. Run with `cargo run -p examples --bin sync_async`.

use std::time::Duration;

use serve_core::prelude::*;

struct Squarer {
    offset: i64,
}

#[deployment(num_replicas = 2)]
impl Squarer {
    fn new(offset: i64) -> Self {
        Self { offset }
    }

    async fn square(&self, x: i64) -> i64 {
        tokio::time::sleep(Duration::from_millis(10)).await;
        x * x + self.offset
    }
}

/// A plain `main`, without any runtime of its own.
fn main() -> serve_core::Result<()> {
    let handle = Squarer::deploy_blocking(1)?;

    // Synchronous code: `remote` starts the call, `get` waits for it.
    println!("sync: {}", handle.square.remote(3).get()?);

    // Several at once, as with `ray.get` and `ray.wait`.
    let references: Vec<_> = (0..4).map(|x| handle.square.remote(x)).collect();
    println!("all: {:?}", serve_core::get(references)?);
    let references: Vec<_> = (0..4).map(|x| handle.square.remote(x)).collect();
    let (ready, pending) = serve_core::wait(references, 1, Some(Duration::from_secs(5)));
    println!("at least one of {} is ready", ready.len() + pending.len());

    // Asynchronous code, on a runtime of its own: the same handle, awaited.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    println!("async: {}", runtime.block_on(async { handle.square.remote(4).await })?);
    Ok(())
}
