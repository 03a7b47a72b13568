// Batches of every shape: callers pass one item and get one result.
use serve_core::prelude::*;

mod outcome {
    pub type Result<T> = std::result::Result<T, std::fmt::Error>;
}

struct Embedding(f32);

#[derive(Clone, Debug)]
struct RankError;

#[derive(Default)]
struct Model {
    calls: usize,
}

#[deployment]
impl Model {
    /// Embeds a text.
    #[batch(
        max_batch_size = 32,
        batch_wait_timeout = "5ms",
        max_concurrent_batches = 2,
        max_batch_cost = 16384,
        cost = Self::tokens
    )]
    async fn embed(&self, texts: Vec<String>) -> Vec<Embedding> {
        texts.into_iter().map(|text| Embedding(text.len() as f32)).collect()
    }

    #[batch]
    fn rank(&mut self, mut pairs: Vec<(String, String)>) -> Result<Vec<f32>, RankError> {
        self.calls += 1;
        pairs
            .drain(..)
            .map(|(left, right)| if left < right { Ok(1.0) } else { Err(RankError) })
            .collect()
    }

    #[batch()]
    #[blocking]
    fn aliased(&self, items: std::vec::Vec<u8>) -> outcome::Result<std::vec::Vec<u8>> {
        Ok(items)
    }

    #[batch(batch_wait_timeout = "0s", max_batch_cost = 8, cost = weight)]
    #[blocking]
    fn each(&mut self, items: Vec<u8>) -> Vec<Result<u8, String>> {
        items.into_iter().map(|item| if item > 0 { Ok(item) } else { Err(String::new()) }).collect()
    }

    #[batch]
    fn each_aliased(&self, _: Vec<u64>) -> Vec<std::io::Result<()>> {
        Vec::new()
    }

    #[batch]
    fn nested(&self, items: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
        items
    }

    #[batch]
    #[idempotent]
    fn __call__(&self, items: Vec<u8>) -> Vec<()> {
        items.into_iter().map(drop).collect()
    }

    fn plain(&self, items: Vec<u8>) -> Vec<u8> {
        items
    }

    fn tokens(text: &String) -> usize {
        text.len()
    }
}

fn weight(item: &u8) -> usize {
    usize::from(*item)
}

/// One variant: the arm for the calls of other methods is not reached.
#[derive(Default)]
struct Single;

#[deployment]
impl Single {
    #[batch(max_batch_cost = 8, cost = str::len)]
    fn only(&self, items: Vec<&'static str>) -> Vec<usize> {
        items.into_iter().map(str::len).collect()
    }
}

struct Doubler<T, const N: usize>(std::marker::PhantomData<fn() -> T>);

#[deployment]
impl<T: Clone, const N: usize> Doubler<T, N> {
    fn new() -> Self {
        Self(std::marker::PhantomData)
    }

    #[batch(max_batch_cost = 8, cost = Self::size)]
    async fn double(&self, items: Vec<[T; N]>) -> Vec<Result<Vec<T>, Option<T>>> {
        items.into_iter().map(|item| Ok([item.to_vec(), item.to_vec()].concat())).collect()
    }

    #[batch]
    fn keep(&self, items: Vec<T>) -> Result<Vec<T>, Self> {
        Ok(items)
    }

    fn size(item: &[T; N]) -> usize {
        item.len()
    }
}

impl<T, const N: usize> Clone for Doubler<T, N> {
    fn clone(&self) -> Self {
        Self(std::marker::PhantomData)
    }
}

async fn use_it(handle: ModelHandle, doubler: DoublerHandle<u8, 2>) {
    let _: ObjectRef<Embedding> = handle.embed.remote("text");
    let _: Result<Embedding, CallError> = handle.embed.call("text").await;
    let _: Result<f32, CallError<RankError>> =
        handle.rank.remote((String::new(), String::new())).await;
    let _: Result<u8, CallError<std::fmt::Error>> = handle.aliased.call(1_u8).await;
    let _: Result<u8, CallError<String>> = handle.each.call(handle.each.remote(1_u8)).await;
    let _: Result<(), CallError<std::io::Error>> = handle.each_aliased.call(1_u64).await;
    let _: Result<Vec<u8>, CallError> = handle.nested.call(vec![1]).await;
    let _: Result<(), CallError> = handle.call(1_u8).await;
    let _: ObjectRef<()> = handle.session_id("me").remote(1_u8);
    let _: Result<Vec<u8>, CallError<Option<u8>>> = doubler.double.call([1, 2]).await;
    let _: Result<u8, CallError<Doubler<u8, 2>>> = doubler.keep.call(1_u8).await;
}

fn main() {
    let _ = (use_it, Model::bind(), Single::bind(), Doubler::<u8, 2>::bind());
    let handle = ModelHandle::mock(|call| match call {
        ModelCall::Embed { texts, reply } => reply.ok(Embedding(texts.len() as f32)),
        ModelCall::Rank { pairs: (_, _), reply } => reply.ok(1.0),
        other => drop(other),
    });
    drop(handle.embed.remote("x"));
}
