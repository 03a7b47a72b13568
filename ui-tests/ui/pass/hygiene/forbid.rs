// A crate may forbid lints: nothing generated asks to be excused.
#![forbid(
    dead_code,
    deprecated,
    missing_docs,
    non_snake_case,
    unreachable_code,
    unreachable_pub,
    unsafe_code,
    unused_imports,
    unused_qualifications,
    unused_variables
)]
//! A strict crate.

use serve_core::prelude::*;

/// Greets.
#[derive(Debug, Default)]
pub struct Greeter;

#[deployment(route_prefix = "/")]
impl Greeter {
    /// Says hello.
    #[get("/hello")]
    pub async fn hello(&self) -> Result<String, HttpError> {
        Ok(String::new())
    }

    /// Counts.
    pub fn count(&self, from: &u32) -> impl Stream<Item = u32> {
        futures_util::stream::iter([*from])
    }

    /// Together.
    #[batch]
    pub fn together(&self, items: Vec<u8>) -> Vec<u8> {
        items
    }
}

fn main() {
    let _ = Greeter::bind();
}
