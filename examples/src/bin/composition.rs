//! Deployments that call each other: an ingress with handles to two others.
//!
//! A bound deployment fits where the constructor takes a handle, and the compiler checks that it is the
//! right one. The doubled number is passed on before it is there: an unfinished result is an argument.
//!
//! Run with `cargo run -p examples --bin composition`, then
//! `curl -H 'content-type: application/json' -d 20 localhost:8000/`.

use serve_core::prelude::*;

#[derive(Default)]
struct Doubler;

#[deployment(num_replicas = 2)]
impl Doubler {
    fn double(&self, x: i64) -> i64 {
        2 * x
    }
}

struct Adder {
    increment: i64,
}

#[deployment]
impl Adder {
    fn new(increment: i64) -> Self {
        Self { increment }
    }

    fn add(&self, x: i64) -> i64 {
        x + self.increment
    }
}

struct Ingress {
    doubler: DoublerHandle,
    adder: AdderHandle,
}

#[deployment(route_prefix = "/")]
impl Ingress {
    fn new(doubler: DoublerHandle, adder: AdderHandle) -> Self {
        Self { doubler, adder }
    }

    async fn __call__(&self, Json(x): Json<i64>) -> Result<Json<i64>, CallError> {
        let doubled = self.doubler.double.remote(x);
        let sum = self.adder.add.remote(doubled).await?;
        Ok(Json(sum))
    }
}

#[tokio::main]
async fn main() -> serve_core::Result<()> {
    tracing_subscriber::fmt::init();
    let app = Ingress::bind(Doubler::bind(), Adder::bind(2).num_replicas(4));
    let handle = serve_core::run(app).await?;
    println!("by handle: {}", handle.remote(20).await?.0);
    println!("by HTTP:   curl -H 'content-type: application/json' -d 20 localhost:8000/");
    serve_core::wait_for_shutdown().await
}
