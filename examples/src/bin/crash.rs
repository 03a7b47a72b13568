//! A deployment that can take its whole process down, and a server that keeps serving.
//!
//! The decoder stands for native code: given the wrong input it overflows its stack, which no
//! `catch_unwind` survives. With `isolation = "process"` its replicas are this program, started again; a
//! crash costs the calls that were under way there, the replica is replaced, and everybody else notices
//! nothing. The handle and the block are what they are for any other deployment; `main` begins with
//! `serve_core::init()`.
//!
//! Run with `cargo run -p examples --bin crash`, then `curl 'localhost:8000/decode?depth=3'`, and
//! `curl 'localhost:8000/decode?depth=1000000000'`. The decoder has a route of its own as well, which is
//! answered in its process: `curl localhost:8000/native/3`.

use std::hint::black_box;

use axum::http::StatusCode;
use serve_core::prelude::*;

#[derive(Default)]
struct Decoder;

#[deployment(isolation = "process", num_replicas = 2, route_prefix = "/native")]
impl Decoder {
    /// The same over HTTP. Who asks for too much gets a 500, and nobody else notices.
    #[get("/{depth}")]
    fn levels(&self, Path(depth): Path<u64>) -> String {
        format!("{} levels\n", descend(depth))
    }

    /// As deep as the input says, however deep that is.
    fn decode(&self, depth: u64) -> u64 {
        descend(depth)
    }
}

fn descend(depth: u64) -> u64 {
    match black_box(depth) {
        0 => 0,
        depth => black_box(descend(depth - 1)) + 1,
    }
}

struct Ingress {
    decoder: DecoderHandle,
}

#[deployment(route_prefix = "/")]
impl Ingress {
    fn new(decoder: DecoderHandle) -> Self {
        Self { decoder }
    }

    #[get("/decode")]
    async fn decode(&self, request: Request) -> Result<String, HttpError> {
        let depth = request.query_param("depth").and_then(|depth| depth.parse::<u64>().ok());
        let depth =
            depth.ok_or_else(|| HttpError::bad_request("query parameter `depth` is missing"))?;
        match self.decoder.decode.remote(depth).await {
            Ok(depth) => Ok(format!("{depth} levels\n")),
            Err(CallError::ReplicaDied { .. }) => Err(HttpError::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "the decoder crashed on this input\n",
            )),
            Err(error) => Err(HttpError::internal(error)),
        }
    }
}

#[tokio::main]
async fn serve() -> serve_core::Result<()> {
    tracing_subscriber::fmt::init();
    let handle = serve_core::run(Ingress::bind(Decoder::bind())).await?;
    drop(handle);
    println!("try: curl 'localhost:8000/decode?depth=3'");
    serve_core::wait_for_shutdown().await
}

fn main() -> serve_core::Result<()> {
    serve_core::init();
    serve()
}
