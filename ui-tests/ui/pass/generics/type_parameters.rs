// Type parameters with bounds and where clauses, a constant parameter, and one that no method mentions.
use std::marker::PhantomData;

use futures_util::stream::{self, Stream};
use serve_core::prelude::*;

pub trait Model {
    type Input;
    type Output;
    fn run(&self, input: Self::Input) -> Self::Output;
}

pub struct Predictor<M, I, const N: usize> {
    model: M,
    marker: PhantomData<fn() -> I>,
}

#[deployment(route_prefix = "/")]
impl<M: Model<Input = I> + Clone, I, const N: usize> Predictor<M, I, N>
where
    I: Clone,
    M::Output: Send + Default + 'static,
    Self: Sized,
{
    pub fn new(model: M) -> Self {
        Self { model, marker: PhantomData }
    }

    pub async fn predict(&self, input: &I, window: [u8; N]) -> Result<M::Output, std::fmt::Error> {
        let _ = window;
        Ok(self.model.run(input.clone()))
    }

    #[blocking]
    pub fn batch(&mut self, inputs: &[I], size: [(); N]) -> Vec<M::Output> {
        let _ = size;
        inputs.iter().map(|input| self.model.run(input.clone())).collect()
    }

    pub async fn stream(&self, inputs: &[I]) -> impl Stream<Item = Result<M::Output, [u8; N]>> {
        stream::iter(inputs.iter().map(|input| Ok(self.model.run(input.clone()))))
    }

    #[batch(max_batch_cost = 8, cost = Self::weigh)]
    #[idempotent]
    pub async fn batched(&self, inputs: Vec<I>) -> Result<Vec<M::Output>, [u8; N]> {
        Ok(inputs.into_iter().map(|input| self.model.run(input)).collect())
    }

    fn weigh(_: &I) -> usize {
        N
    }

    pub fn __call__(&self) -> String {
        String::new()
    }
}

struct Unused<T>(PhantomData<fn() -> T>);

#[deployment]
impl<T: 'static> Unused<T> {
    fn new() -> Self {
        Self(PhantomData)
    }

    fn touch(&self) {}
}

#[derive(Clone)]
struct Doubler;

impl Model for Doubler {
    type Input = u64;
    type Output = u64;

    fn run(&self, input: u64) -> u64 {
        input * 2
    }
}

async fn use_it() -> serve_core::Result<()> {
    let handle: PredictorHandle<Doubler, u64, 2> =
        serve_core::run(Predictor::bind(Doubler)).await?;
    let _ = handle.predict.remote(1_u64, [0, 0]).await;
    let _ = handle.batch.call(vec![1], [(), ()]).await;
    let _ = handle.remote().await;
    let _ = handle.broadcast();
    let _ = handle.choose_replica().await;
    let _: Result<u64, CallError<[u8; 2]>> = handle.batched.call(1_u64).await;
    drop(handle.stream.call(vec![1]));
    drop(handle.stream.remote(vec![1]));
    Ok(())
}

fn main() {
    let _ = use_it;
    let handle = UnusedHandle::<u8>::mock(|call| match call {
        UnusedCall::Touch { reply } => reply.ok(()),
    });
    let _ = (handle.touch.remote(), Unused::<u8>::bind());
}
