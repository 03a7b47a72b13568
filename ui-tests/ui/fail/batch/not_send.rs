// A batch whose items, results and future cannot move between threads.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    #[batch]
    fn items(&self, items: Vec<std::rc::Rc<u8>>) -> Vec<u8> {
        Vec::new()
    }

    #[batch]
    fn results(&self, items: Vec<u8>) -> Vec<std::rc::Rc<u8>> {
        Vec::new()
    }

    #[batch]
    async fn future(&self, items: Vec<u8>) -> Vec<u8> {
        let local = std::rc::Rc::new(1);
        tokio::task::yield_now().await;
        vec![*local]
    }
}

fn main() {}
