// A `Result` by another name.
#![allow(unused)]
use serve_core::prelude::*;

type Outcome = Result<u8, String>;
type Answer<T> = Result<T, String>;
type Number = u8;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn first(&self) -> Outcome {
        Ok(1)
    }

    async fn second(&mut self) -> Answer<u8> {
        Ok(2)
    }

    fn third(&self) -> impl Stream<Item = Outcome> {
        futures_util::stream::empty()
    }

    fn fine(&self) -> Number {
        4
    }
}

fn main() {}
