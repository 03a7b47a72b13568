// A constructor whose future cannot move between threads.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    async fn new() -> Self {
        let local = std::rc::Rc::new(1);
        tokio::task::yield_now().await;
        drop(local);
        Greeter
    }
    fn hello(&self) {}
}

fn main() {}
