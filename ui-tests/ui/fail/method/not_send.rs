// A future that cannot move between threads, reported at the method's name.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    async fn hello(&self) -> u8 {
        let local = std::rc::Rc::new(1);
        tokio::task::yield_now().await;
        *local
    }
}

fn main() {}
