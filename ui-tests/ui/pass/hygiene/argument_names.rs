// Arguments and methods may be called like anything in generated code, and like keywords.
use futures_util::stream::{self, Stream};
use serve_core::prelude::*;

#[derive(Default)]
pub struct Names;

#[deployment(route_prefix = "/")]
impl Names {
    pub fn locals(
        &self,
        instance: u8,
        this: u8,
        result: u8,
        core: u8,
        call: u8,
        arguments: u8,
    ) -> u8 {
        instance + this + result + core + call + arguments
    }

    #[get("/")]
    pub fn http(
        &self,
        Query(parts): Query<u8>,
        Query(body): Query<u8>,
        Query(route): Query<u8>,
        request: Request,
    ) -> String {
        let _ = (parts, body, route, request);
        String::new()
    }

    #[get("/{value}")]
    pub async fn more(
        &self,
        Path(value): Path<u8>,
        Query(response): Query<u8>,
        Query(name): Query<u8>,
    ) -> String {
        let _ = (value, response, name);
        String::new()
    }

    #[post("/")]
    pub fn r#type(&mut self, r#match: String) -> String {
        r#match
    }

    pub fn reconfigured(&mut self, config: u8, mock: u8, formatter: u8) -> u8 {
        config + mock + formatter
    }

    pub fn streamed(
        &self,
        items: u8,
        stream: u8,
        this: u8,
        instance: u8,
        call: u8,
    ) -> impl Stream<Item = u8> {
        stream::iter([items, stream, this, instance, call])
    }

    #[get("/{items}/stream")]
    pub async fn streamed_route(
        &self,
        Path(items): Path<u8>,
        request: Request,
    ) -> impl Stream<Item = String> {
        let _ = (items, request);
        stream::iter([])
    }

    #[batch(max_batch_cost = 8, cost = Self::weight)]
    pub fn batched(&self, items: Vec<u8>) -> Vec<u8> {
        items
    }

    #[batch]
    pub fn batched_replies(&self, replies: Vec<u8>) -> Vec<u8> {
        replies
    }

    #[batch(max_batch_cost = 8, cost = Self::weight)]
    pub async fn batched_item(&mut self, item: Vec<u8>) -> Vec<u8> {
        item
    }

    #[batch]
    #[idempotent]
    pub async fn batched_calls(&self, calls: Vec<u8>) -> Result<Vec<u8>, String> {
        Ok(calls)
    }

    #[batch]
    pub fn batched_method(&self, method: Vec<u8>) -> Vec<Result<u8, String>> {
        method.into_iter().map(Ok).collect()
    }

    #[batch]
    #[blocking]
    pub fn batched_result(&self, result: Vec<u8>) -> Vec<u8> {
        result
    }

    fn weight(item: &u8) -> usize {
        usize::from(*item)
    }

    pub async fn core(&self) {}
    pub async fn methods(&self) {}
    pub async fn clone(&self) {}
    pub async fn mock(&self) {}
    pub async fn dispatch(&self, call: u8) -> u8 {
        call
    }
    pub async fn remote(&self) {}
    pub async fn timeout(&self) {}
    pub async fn broadcast(&self) {}
    pub async fn choose_replica(&self) {}
    pub async fn method(&self) {}
    pub async fn handle(&self) {}
    pub async fn cost(&self, call: u8) -> u8 {
        call
    }
    #[batch(max_batch_cost = 8, cost = Self::weight)]
    pub async fn batch(&self, call: Vec<u8>) -> Vec<u8> {
        call
    }
    pub fn dispatch_batch(&self, instance: u8) -> impl Stream<Item = u8> {
        stream::iter([instance])
    }
    pub async fn self_(&self) {}
}

async fn use_it(handle: NamesHandle) {
    drop(handle.r#type.remote("x").await);
    drop(handle.core.remote().await);
    drop(handle.methods.remote().await);
    drop(handle.mock.call().await);
    drop(handle.dispatch.call(1_u8).await);
    drop(handle.clone());
    drop(handle.broadcast.broadcast());
    drop(handle.broadcast.remote());
    drop(handle.choose_replica.choose_replica().await);
    drop(handle.batch.remote(1_u8));
    drop(handle.dispatch_batch.call(1_u8));
    drop(handle.streamed.remote(1_u8, 2_u8, 3_u8, 4_u8, 5_u8));
}

fn main() {
    let _ = use_it;
}
