// A deployment that another macro writes, with names of the macro and names of its caller.
use futures_util::stream::{self, Stream};
use serve_core::prelude::*;

macro_rules! greeter {
    ($name:ident, $method:ident, $argument:ident: $type:ty => $output:ty, $prefix:literal, $number:expr) => {
        #[derive(Default)]
        pub struct $name;

        #[deployment(route_prefix = $prefix, max_ongoing_requests = $number)]
        impl $name {
            pub fn $method(&self, $argument: $type, other: &str, reference: &$type) -> $output {
                let _ = (other, reference);
                Ok($argument)
            }

            #[get("/x")]
            pub fn fixed(&self, Json(body): Json<$type>) -> Json<$type> {
                Json(body)
            }

            pub fn streamed(&self, $argument: &$type, items: u32) -> impl Stream<Item = $output> {
                let _ = items;
                stream::iter([Ok($argument.clone())])
            }

            #[post("/stream")]
            pub async fn streamed_route(&self, $argument: String) -> impl Stream<Item = String> {
                stream::iter([$argument])
            }

            #[batch(max_batch_size = 8, max_batch_cost = $number, cost = Self::weigh)]
            pub fn batched(&self, $argument: Vec<$type>) -> Vec<$output> {
                $argument.into_iter().map(Ok).collect()
            }

            #[batch]
            #[idempotent]
            pub async fn whole(&self, items: Vec<$type>) -> Result<Vec<$type>, String> {
                Ok(items)
            }

            fn weigh(item: &$type) -> usize {
                item.len()
            }

            pub fn instance(
                &self,
                instance: u32,
                this: u32,
                result: u32,
                core: u32,
                call: u32,
            ) -> u32 {
                instance + this + result + core + call
            }
        }
    };
}

greeter!(First, hello, name: String => Result<String, std::fmt::Error>, "/first", 8);
greeter!(Second, hello, name: Vec<u8> => std::io::Result<Vec<u8>>, "/second", 9);

macro_rules! annotated {
    ($item:item) => {
        #[deployment]
        $item
    };
}

#[derive(Default)]
struct Third;

annotated! {
    impl Third {
        fn hello(&self) {}
    }
}

async fn use_it(first: FirstHandle, second: SecondHandle) -> Option<Vec<u8>> {
    let _: String = first.hello.remote("me", "other", "ref").await.ok()?;
    drop(first.streamed.remote("me", 1_u32));
    let _: String = first.batched.call("me").await.ok()?;
    let _: Vec<u8> = second.whole.call(Vec::new()).await.ok()?;
    drop(first.hello.broadcast("me", "other", "ref"));
    second.hello.remote(*b"me", "other", Vec::new()).await.ok()
}

fn main() {
    let _ = (use_it, Third::bind());
}
