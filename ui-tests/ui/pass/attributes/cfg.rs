// A method under `#[cfg]` leaves nothing behind, types that do not exist included; two versions are one method.
#![deny(warnings)]
use serve_core::prelude::*;

pub struct Shop;

#[deployment(route_prefix = "/")]
impl Shop {
    #[cfg(any())]
    pub fn new(path: NotThere) -> Result<Self, NotThere> {
        Self
    }

    #[cfg(all())]
    pub fn new(_: u8) -> Self {
        Self
    }

    #[cfg(any())]
    pub fn absent(&mut self, argument: NotThere) -> Result<NotThere, NotThere> {}

    #[cfg(any())]
    #[get("/absent")]
    pub async fn absent_route(&self, Json(argument): Json<NotThere>) -> NotThere {}

    #[cfg(any())]
    #[get("/absent/stream", request_timeout = "1s")]
    pub fn absent_stream(&mut self) -> impl NotThere::Stream<Item = Result<NotThere, NotThere>> {}

    #[cfg(any())]
    #[batch(max_batch_cost = 8, cost = not_there)]
    #[idempotent]
    pub fn absent_batch(&self, items: Vec<NotThere>) -> Result<Vec<NotThere>, NotThere> {}

    #[cfg(any())]
    pub async fn __call__(&self, request: NotThere) -> NotThere {}

    #[cfg(any())]
    fn check_health(&self) -> Result<(), NotThere> {}

    #[cfg(any())]
    fn reconfigure(&self, config: NotThere) -> Result<(), NotThere> {}

    #[cfg(all())]
    #[get("/twice")]
    pub fn twice(&self) -> String {
        String::new()
    }

    #[cfg(any())]
    #[get("/twice")]
    pub fn twice(&self, argument: NotThere) -> NotThere {}
}

#[derive(Default)]
pub struct Nothing;

#[deployment]
impl Nothing {
    #[cfg(any())]
    pub fn new(path: NotThere) -> Self {}

    #[cfg(any())]
    pub fn absent(&self, argument: NotThere) {}
}

#[derive(Default)]
pub struct Batchless;

#[deployment]
impl Batchless {
    #[cfg(any())]
    #[batch]
    pub fn either(&self, items: Vec<NotThere>) -> Vec<NotThere> {}

    #[cfg(all())]
    #[batch(max_batch_size = 8)]
    pub fn either(&mut self, items: Vec<u8>) -> Vec<u8> {
        items
    }
}

#[derive(Default)]
pub struct Whole;

#[deployment]
#[cfg(any())]
impl Whole {
    pub fn absent(&self, argument: NotThere) {}
}

fn main() {
    let _ = (Shop::bind(1_u8), Nothing::bind(), Batchless::bind(), Whole);
    let handle = ShopHandle::mock(|call| match call {
        ShopCall::Twice { reply } => reply.ok(String::new()),
    });
    let _ = handle.twice.remote();
}
