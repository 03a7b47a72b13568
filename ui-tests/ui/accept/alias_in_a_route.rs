// A `Result` by another name answers a request as any other does.
#![allow(unused)]
use serve_core::prelude::*;

type Answer<T> = Result<T, StatusCode>;

#[derive(Default)]
struct Greeter;

#[deployment(route_prefix = "/")]
impl Greeter {
    #[get("/item")]
    async fn item(&self) -> Answer<Json<u8>> {
        Ok(Json(1))
    }

    async fn __call__(&self, request: Request) -> Answer<String> {
        Err(StatusCode::NOT_FOUND)
    }
}

fn main() {}
