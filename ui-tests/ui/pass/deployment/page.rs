// The example of the first page.
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(route_prefix = "/api")]
impl Greeter {
    fn say_hello(&self, name: &str) -> String {
        format!("Hello {name}!")
    }

    async fn __call__(&self, request: Request) -> Result<String, HttpError> {
        let name = request
            .query_param("name")
            .ok_or_else(|| HttpError::bad_request("query parameter `name` is missing"))?;
        Ok(self.say_hello(&name))
    }
}

async fn use_it() -> serve_core::Result<()> {
    let handle = Greeter::deploy().await?;
    assert_eq!(handle.say_hello.remote("Alice").await?, "Hello Alice!");
    serve_core::wait_for_shutdown().await
}

fn main() {
    let _ = use_it;
}
