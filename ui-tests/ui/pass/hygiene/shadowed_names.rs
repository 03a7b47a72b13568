// The user's own `Result`, `Option`, `String`, `Vec`, `Box`, `Send`, `std` and `core` are not taken for the real ones.
#![allow(dead_code, non_camel_case_types)]

mod std {}
mod core {}
mod serve_core {}

struct Result;
struct Option;
struct String;
struct Vec;
struct Box;
struct Arc;
struct Some;
struct None;
struct Ok;
struct Err;
struct Infallible;
struct Duration;
struct Future;
trait Send {}
trait Sync {}
trait Clone {}
trait Default {}
trait Into {}
trait From {}
trait Fn {}
trait ToOwned {}
trait Borrow {}
trait Deployment {}
trait Stream {}
struct Items;
struct Reply;
struct StreamReply;
struct ResponseStream;
struct ChosenReplica;

use ::serve_core::deployment;

#[derive(::std::default::Default)]
pub struct Greeter;

#[deployment(
    route_prefix = "/",
    request_timeout = "2s",
    autoscaling(initial_replicas = 1),
    name = "x"
)]
impl Greeter {
    pub fn hello(&self, name: &str, words: &[u8], other: &u64) -> ::std::string::String {
        let _ = (words, other);
        ::std::convert::From::from(name)
    }

    pub async fn try_it(&mut self, by: u64) -> ::std::result::Result<u64, ::std::fmt::Error> {
        ::std::result::Result::Ok(by)
    }

    #[get("/x/{id}")]
    pub fn item(
        &self,
        ::serve_core::prelude::Path(id): ::serve_core::prelude::Path<u32>,
    ) -> ::std::string::String {
        let _ = id;
        ::std::string::String::new()
    }

    #[idempotent]
    #[get("/again", request_timeout = "1s")]
    pub fn again(&self) -> ::std::string::String {
        ::std::string::String::new()
    }

    pub fn numbers(
        &self,
        start: &u64,
    ) -> impl ::futures_util::Stream<Item = ::std::io::Result<u64>> {
        ::futures_util::stream::iter([::std::result::Result::Ok(*start)])
    }

    #[batch(batch_wait_timeout = "1ms", max_batch_cost = 9, cost = Self::weigh)]
    pub async fn values(&self, items: ::std::vec::Vec<u64>) -> ::std::vec::Vec<u64> {
        items
    }

    #[batch]
    pub fn whole(
        &mut self,
        items: ::std::vec::Vec<u64>,
    ) -> ::std::result::Result<::std::vec::Vec<u64>, ::std::fmt::Error> {
        ::std::result::Result::Ok(items)
    }

    fn weigh(item: &u64) -> usize {
        let _ = item;
        1
    }
}

fn main() {
    let _ = Greeter::bind();
}
