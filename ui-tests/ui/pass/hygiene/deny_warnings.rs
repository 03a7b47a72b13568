// A strict crate has nothing to complain of.
#![deny(
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    unused_qualifications,
    unused,
    warnings,
    clippy::pedantic
)]
#![forbid(unsafe_code)]
//! A strict crate.

use futures_util::stream::{self, Stream};
use serve_core::prelude::*;

pub mod public {
    //! A public module.

    use std::sync::Arc;

    use super::{Json, Path, Query, Stream, deployment, stream};

    /// Greets.
    #[derive(Debug, Default)]
    pub struct Greeter;

    #[deployment(route_prefix = "/", max_ongoing_requests = 2)]
    impl Greeter {
        /// Says hello.
        pub fn hello(&self, name: &str) -> String {
            name.to_owned()
        }

        /// Says it to an item.
        ///
        /// # Errors
        ///
        /// Never.
        #[get("/items/{id}")]
        pub async fn item(
            &self,
            Path(id): Path<u32>,
            Query(page): Query<u32>,
        ) -> Result<Json<u32>, std::fmt::Error> {
            Ok(Json(id + page))
        }

        /// Old.
        #[deprecated(note = "use `hello`")]
        pub fn old(&mut self) {}

        /// Counts.
        #[get("/numbers", request_timeout = "1m")]
        pub fn numbers(&mut self) -> impl Stream<Item = String> {
            stream::iter([String::new()])
        }

        /// Counts until it fails.
        pub async fn fallible(
            &self,
            from: &str,
        ) -> impl Stream<Item = Result<u8, std::fmt::Error>> {
            stream::iter([u8::try_from(from.len()).map_err(|_| std::fmt::Error)])
        }

        /// Measures texts.
        #[batch(max_batch_size = 8, max_batch_cost = 9, cost = Self::weigh)]
        pub async fn measure(&self, texts: Vec<String>) -> Vec<usize> {
            texts.iter().map(String::len).collect()
        }

        /// Measures them again.
        ///
        /// # Errors
        ///
        /// Never.
        #[batch]
        #[blocking]
        #[idempotent]
        pub fn measure_again(&mut self, texts: Vec<String>) -> Result<Vec<usize>, std::fmt::Error> {
            Ok(texts.iter().map(String::len).collect())
        }

        fn weigh(text: &String) -> usize {
            text.len()
        }

        #[batch]
        fn private_batch(&self, secrets: Vec<Secret>) -> Vec<Result<Secret, Secret>> {
            secrets.into_iter().map(Ok).collect()
        }

        fn private_stream(&self, secret: Secret) -> impl Stream<Item = Secret> {
            stream::iter([secret])
        }

        fn private(&self, secret: Secret) -> Secret {
            secret
        }
    }

    /// Known here only.
    #[derive(Clone, Debug)]
    struct Secret;

    /// Generic.
    #[derive(Debug)]
    pub struct Model<T>(T);

    #[deployment]
    impl<T: Clone> Model<T> {
        /// Wraps it.
        pub fn new(inner: T, shared: Arc<str>, float: f64) -> Self {
            let _ = (shared, float);
            Self(inner)
        }

        fn on_shutdown(self) {
            drop(self.0);
        }

        /// Gives it.
        pub fn get(&self) -> T {
            self.0.clone()
        }
    }
}

mod private {
    use super::deployment;

    #[derive(Default)]
    pub(crate) struct Inner;

    #[deployment]
    impl Inner {
        pub(crate) fn touch(&self) {}
    }

    #[derive(Default)]
    struct Unused;

    #[deployment]
    impl Unused {
        fn touch(&self) {}
    }

    pub(crate) fn use_it() {
        drop(Unused::bind());
    }
}

fn main() {
    private::use_it();
    drop((private::Inner::bind(), public::Greeter::bind(), public::Model::bind(1_u8, "", 1.0)));
}
