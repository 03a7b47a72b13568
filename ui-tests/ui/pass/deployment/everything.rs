// Every role a function of the block can have, in one block with an exclusive method.
use std::fmt;

use serde::{Deserialize, Serialize};
use serve_core::prelude::*;

#[derive(Default)]
struct Adder;

#[deployment]
impl Adder {
    async fn add(&self, left: u64, right: u64) -> u64 {
        left + right
    }
}

struct Shop {
    greeting: String,
    adder: AdderHandle,
    threshold: f64,
}

#[derive(Debug)]
struct ShopError;

impl fmt::Display for ShopError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("out of stock")
    }
}

impl std::error::Error for ShopError {}

#[derive(Deserialize)]
struct Settings {
    threshold: f64,
}

#[derive(Deserialize)]
struct Page {
    number: u32,
}

#[derive(Serialize)]
struct Item {
    id: u32,
}

#[deployment(
    route_prefix = "/shop",
    user_config = "{\"threshold\": 0.5}",
    autoscaling(
        min_replicas = 1,
        max_replicas = 4,
        target_ongoing_requests = 2,
        upscale_delay = "30s"
    ),
    backpressure(status_code = 429, retry_after = "1s"),
    request_timeout = "1.5s",
    isolation = "thread"
)]
impl Shop {
    /// Opens.
    async fn new(greeting: &str, adder: AdderHandle) -> Result<Self, ShopError> {
        Ok(Self { greeting: greeting.to_owned(), adder, threshold: 0.0 })
    }

    fn check_health(&self) -> Result<(), ShopError> {
        Ok(())
    }

    async fn reconfigure(&mut self, settings: Settings) -> Result<(), ShopError> {
        self.threshold = settings.threshold;
        Ok(())
    }

    async fn warm_up(&mut self) -> Result<(), ShopError> {
        Ok(())
    }

    async fn on_shutdown(self) -> Result<(), ShopError> {
        drop(self.greeting);
        Ok(())
    }

    #[get("/items/{id}")]
    async fn item(
        &self,
        Path(id): Path<u32>,
        Query(page): Query<Page>,
    ) -> Result<Json<Item>, ShopError> {
        Ok(Json(Item { id: id + page.number }))
    }

    #[post("/greet")]
    fn greet(&mut self, body: String) -> String {
        self.greeting = body;
        self.greeting.clone()
    }

    #[blocking]
    fn crunch(&self, data: &[f32], n: usize) -> f32 {
        data[n] * self.threshold as f32
    }

    #[blocking]
    fn rebuild(&mut self, path: &std::path::Path) -> std::io::Result<u64> {
        std::fs::metadata(path).map(|metadata| metadata.len())
    }

    async fn total(&self, left: u64, mut right: u64, _: ()) -> Result<u64, CallError> {
        right += 1;
        self.adder.add.remote(left, right).await
    }

    async fn __call__(&self, Json(x): Json<u64>) -> Result<Json<u64>, CallError> {
        Ok(Json(self.adder.add.remote(x, 1_u64).await?))
    }

    fn helper(x: u32) -> u32 {
        x
    }

    const LIMIT: u64 = { 8 };
}

async fn use_it() -> serve_core::Result<()> {
    let app = Shop::bind("hello", Adder::bind().num_replicas(4));
    let handle: ShopHandle = serve_core::run(app).await?;
    let _: Json<Item> =
        handle.item.remote(1_u32, Page { number: 1 }).await.unwrap_or(Json(Item { id: 0 }));
    let size: Result<u64, CallError<std::io::Error>> =
        handle.rebuild.call(std::path::Path::new("x")).await;
    drop(size);
    let sum = handle.total.call(1_u64, handle.total.remote(1_u64, 2_u64, ()), ());
    drop(handle);
    drop(sum.await);
    let again = Shop::deploy("hello", Adder::get_handle()?).await?;
    drop(again.timeout(std::time::Duration::from_secs(1)).request_id("x").remote(1_u64).await);
    let _: f32 = again.crunch.session_id("me").remote([1.0, 2.0], 1_usize).await?;
    let current = Shop::current_handle()?;
    let same: bool = current == again;
    println!("{same} {current:?} {:?} {:?}", current.item, *current);
    Ok(())
}

fn main() {
    let _ = (use_it, Shop::helper, Shop::LIMIT);
}
