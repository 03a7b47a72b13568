//! The shop after an update; see `mixed/shop.rs`.

use futures::StreamExt;
use serve_core::CallError;
use serve_core::prelude::*;

include!("../mixed/shop.rs");

use moved::{Order, Shop, ShopHandle};

/// The type has moved, and its methods have been put in another order.
mod moved {
    use serde::{Deserialize, Serialize};
    use serve_core::prelude::*;

    #[derive(Debug, Serialize, Deserialize)]
    pub(crate) struct Order {
        #[serde(default)]
        pub(crate) pieces: u32,
        pub(crate) item: String,
    }

    pub(crate) struct Shop {
        currency: String,
    }

    #[deployment(isolation = "process")]
    impl Shop {
        pub(crate) fn new(currency: String) -> Self {
            Self { currency }
        }

        pub(crate) fn count(&self, to: u32) -> impl Stream<Item = u32> {
            futures::stream::iter(0..to)
        }

        /// Is not there in the old build.
        pub(crate) async fn discount(&self, percent: u8) -> u8 {
            percent
        }

        /// Has one argument less in the old build.
        pub(crate) fn stock(&self, item: &str, shelf: u8) -> u32 {
            item.len() as u32 + u32::from(shelf)
        }

        pub(crate) fn order(&self, order: Order) -> Order {
            order
        }

        /// Takes its time, which is nobody's business but its own.
        pub(crate) async fn price(&self, item: &str) -> u32 {
            tokio::task::yield_now().await;
            item.len() as u32
        }

        pub(crate) fn build(&self) -> String {
            format!("new, {}", self.currency)
        }
    }
}

async fn ask(shop: &ShopHandle) -> Vec<String> {
    vec![
        line("build", shop.build.remote().await),
        line("price", shop.price.remote("apple").await),
        line("stock", shop.stock.remote("apple", 1).await),
        line("discount", shop.discount.remote(5).await),
        line("order", shop.order.remote(Order { item: "apple".to_owned(), pieces: 3 }).await),
        line("count", Ok(shop.count.remote(3).map(Result::unwrap).collect::<Vec<_>>().await)),
        line("price again", shop.price.call("apple").await),
    ]
}
