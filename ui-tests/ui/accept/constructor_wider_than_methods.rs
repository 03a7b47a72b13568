//! Whoever may call the constructor may bind.
#![deny(warnings)]

mod api {
    use serve_core::prelude::*;

    #[derive(Debug)]
    pub struct Api;

    #[deployment(route_prefix = "/")]
    impl Api {
        pub fn new() -> Self {
            Self
        }

        fn __call__(&self) -> String {
            String::new()
        }
    }
}

fn main() {
    let _ = api::Api::bind();
}
