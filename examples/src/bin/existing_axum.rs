//! An axum application of one's own that scales its heavy work out through a handle.
//!
//! No HTTP server of ours runs here: the application keeps its routes, its middleware and its listener,
//! and only calls the deployment. `serve.router()` could be merged in as well.
//!
//! Run with `cargo run -p examples --bin existing_axum`, then `curl localhost:3000/primes/1000000`.

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use serve_core::prelude::{CallError, HttpOptions, Serve, deployment};

#[derive(Default)]
struct Primes;

#[deployment(num_replicas = 2, max_ongoing_requests = 1)]
impl Primes {
    /// Counts the primes up to `limit`. It computes for a while, so it gets a thread of its own.
    #[blocking]
    fn count(&self, limit: u32) -> usize {
        let mut is_prime = vec![true; limit as usize + 1];
        let mut count = 0;
        for candidate in 2..=limit as usize {
            if is_prime[candidate] {
                count += 1;
                is_prime
                    .iter_mut()
                    .skip(candidate * candidate)
                    .step_by(candidate)
                    .for_each(|p| *p = false);
            }
        }
        count
    }
}

async fn count(
    State(primes): State<PrimesHandle>,
    Path(limit): Path<u32>,
) -> Result<String, CallError> {
    let count = primes.count.call(limit.min(10_000_000)).await?;
    Ok(format!("{count}\n"))
}

#[tokio::main]
async fn main() -> serve_core::Result<()> {
    tracing_subscriber::fmt::init();
    let serve = Serve::builder().http(HttpOptions::disabled()).start().await?;
    let primes = serve.run(Primes::bind()).await?;
    let app = Router::new().route("/primes/{limit}", get(count)).with_state(primes);

    let port = std::env::var("PORT").ok().and_then(|port| port.parse().ok()).unwrap_or(3000);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    println!("curl localhost:{port}/primes/1000000");
    axum::serve(listener, app).with_graceful_shutdown(serve_core::shutdown_signal()).await?;
    serve.shutdown().await
}
