// A deployment inside a function's body.
use serve_core::prelude::*;

fn main() {
    #[derive(Default)]
    struct Local;

    #[deployment]
    impl Local {
        fn hello(&self, name: &str) -> String {
            name.to_owned()
        }
    }

    #[derive(Default)]
    pub struct Public;

    #[deployment(route_prefix = "/")]
    impl Public {
        #[get("/hello")]
        pub fn hello(&self) -> String {
            String::new()
        }

        pub fn numbers(&self, start: &str) -> impl futures_util::Stream<Item = String> {
            futures_util::stream::iter([start.to_owned()])
        }

        #[batch(max_batch_cost = 8, cost = weigh)]
        pub fn batched(&self, items: Vec<u8>) -> Vec<u8> {
            items
        }
    }

    fn weigh(item: &u8) -> usize {
        usize::from(*item)
    }

    let handle = LocalHandle::mock(|call| match call {
        LocalCall::Hello { name, reply } => reply.ok(name),
    });
    let _ = (handle.hello.remote("x"), Local::bind(), Public::bind());
}
