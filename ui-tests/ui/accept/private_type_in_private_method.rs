//! What a private method takes is nobody else's business, however visible its type is.
#![deny(warnings)]

pub mod api {
    use serve_core::prelude::*;

    #[derive(Debug)]
    struct Key;

    #[derive(Debug, Default)]
    pub struct Api;

    #[deployment]
    impl Api {
        fn hello(&self, key: Key) -> String {
            let _ = (self, key);
            String::new()
        }
    }

    pub async fn hello(handle: ApiHandle) -> Result<String, CallError> {
        handle.hello.remote(Key).await
    }
}

fn main() {}
