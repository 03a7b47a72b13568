//! A shop before an update; see `mixed/shop.rs`.

use futures::StreamExt;
use serde::{Deserialize, Serialize};
use serve_core::CallError;
use serve_core::prelude::*;

include!("../mixed/shop.rs");

#[derive(Debug, Serialize, Deserialize)]
struct Order {
    item: String,
}

struct Shop {
    currency: String,
}

#[deployment(isolation = "process")]
impl Shop {
    fn new(currency: String) -> Self {
        Self { currency }
    }

    fn build(&self) -> String {
        format!("old, {}", self.currency)
    }

    fn price(&self, item: &str) -> u32 {
        item.len() as u32
    }

    /// What an order consists of changes; that there is one does not.
    fn order(&self, order: Order) -> Order {
        order
    }

    /// Has another argument in the new build.
    fn stock(&self, item: &str) -> u32 {
        item.len() as u32
    }

    /// Is not there in the new build.
    fn recall(&self, item: &str) -> String {
        format!("{item} is recalled")
    }

    fn count(&self, to: u32) -> impl Stream<Item = u32> {
        futures::stream::iter(0..to)
    }
}

async fn ask(shop: &ShopHandle) -> Vec<String> {
    vec![
        line("build", shop.build.remote().await),
        line("price", shop.price.remote("apple").await),
        line("stock", shop.stock.remote("apple").await),
        line("recall", shop.recall.remote("apple").await),
        line("order", shop.order.remote(Order { item: "apple".to_owned() }).await),
        line("count", Ok(shop.count.remote(3).map(Result::unwrap).collect::<Vec<_>>().await)),
        line("price again", shop.price.call("apple").await),
    ]
}
