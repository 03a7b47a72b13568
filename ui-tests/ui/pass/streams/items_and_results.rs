// Streams from `fn` and `async fn`, that borrow the instance and the arguments, of values and of results under any alias.
use std::pin::pin;

use futures_util::StreamExt;
use futures_util::stream::{self, Stream};
use serve_core::ResponseStream;
use serve_core::prelude::*;

mod outcome {
    pub type Result<T> = std::result::Result<T, std::fmt::Error>;
}

#[derive(Default)]
struct Writer {
    words: Vec<String>,
}

#[deployment(route_prefix = "/")]
impl Writer {
    fn numbers(&self) -> impl Stream<Item = u64> {
        stream::iter([1, 2])
    }

    async fn tokens(&self, prompt: &str, mut count: usize) -> impl Stream<Item = String> {
        count += 1;
        let words = self.words.iter().cloned();
        stream::iter(words.chain(prompt.split(' ').map(str::to_owned)).take(count))
    }

    fn drain(&mut self, extra: &[String]) -> impl Stream<Item = String> + Send + '_ {
        self.words.extend_from_slice(extra);
        stream::iter(self.words.drain(..))
    }

    async fn lines(
        &mut self,
        path: &std::path::Path,
    ) -> impl Stream<Item = std::io::Result<String>> {
        let path = path.to_owned();
        stream::once(async move { std::fs::read_to_string(path) })
    }

    fn aliased(&self) -> impl futures_util::Stream<Item = outcome::Result<Option<u8>>> + use<> {
        stream::iter([Ok(None)])
    }

    fn own(&self) -> impl Stream<Item = Result<(), (u8, String)>> + 'static {
        stream::iter([Err((1, String::new()))])
    }

    #[post("/echo/{id}", request_timeout = "1m")]
    async fn echo(&self, Path(id): Path<u32>, body: String) -> impl Stream<Item = String> {
        stream::iter([id.to_string(), body])
    }

    #[get("/fallible")]
    fn fallible(&self) -> impl Stream<Item = std::io::Result<String>> {
        stream::iter([Ok(String::new())])
    }

    async fn __call__(&self, request: Request) -> impl Stream<Item = String> {
        stream::once(async move { request.path().to_owned() })
    }
}

async fn use_it(handle: WriterHandle, request: Request, other: Request) {
    let mut numbers: ResponseStream<u64> = handle.numbers.remote();
    let _: Option<Result<u64, CallError>> = numbers.next().await;
    let mut tokens = pin!(handle.tokens.call("a b", 1_usize));
    let _: Option<Result<String, CallError>> = tokens.next().await;
    drop(handle.drain.remote(vec![String::new()]));
    let lines: ResponseStream<String, std::io::Error> =
        handle.lines.remote(std::path::PathBuf::from("x"));
    drop(lines);
    let mut aliased = pin!(handle.aliased.call());
    let _: Option<Result<Option<u8>, CallError<std::fmt::Error>>> = aliased.next().await;
    let _: ResponseStream<(), (u8, String)> = handle.own.remote();
    drop(handle.echo.remote(1_u32, "x"));
    drop(handle.remote(request));
    drop(handle.timeout(std::time::Duration::from_secs(1)).call(other));
}

/// The stream outlives the handle that it was called by.
fn outlives() -> impl Stream<Item = Result<u64, CallError>> + Send {
    let handle = Writer::get_handle().expect("it runs");
    handle.numbers.call()
}

fn main() {
    let _ = (use_it, outlives, Writer::bind());
    let handle = WriterHandle::mock(|call| match call {
        WriterCall::Tokens { prompt, count, reply } => drop((prompt, count, reply)),
        other => drop(other),
    });
    drop(handle.tokens.remote("x", 1_usize));
}
