// `crate = ".."` names the runtime where it has another name.
extern crate serve_core as renamed;

mod inner {
    #[allow(dead_code)]
    pub mod serve_core {}

    pub struct Greeter;

    #[renamed::deployment(crate = "renamed", route_prefix = "/")]
    impl Greeter {
        pub fn new() -> Self {
            Self
        }

        pub fn __call__(&self) -> &'static str {
            "hello"
        }

        #[get("/", request_timeout = "1s")]
        pub fn stream(&self) -> impl futures_util::Stream<Item = String> {
            futures_util::stream::iter([])
        }

        #[batch(max_batch_size = 8)]
        #[idempotent]
        pub fn whole(&self, items: Vec<u8>) -> Result<Vec<u8>, String> {
            Ok(items)
        }
    }

    #[renamed::deployment(crate = "::serve_core", vis = "pub(super)")]
    impl Other {
        pub fn hello(&self) {}
    }

    #[derive(Default)]
    pub struct Other;
}

fn main() {
    let _ = (inner::Greeter::bind(), inner::Other::bind());
}
