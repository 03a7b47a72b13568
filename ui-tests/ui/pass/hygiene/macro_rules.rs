// A deployment that another macro writes, with names of the macro and names of its caller.
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
    second.hello.remote(*b"me", "other", Vec::new()).await.ok()
}

fn main() {
    let _ = (use_it, Third::bind());
}
