// Arguments may be called like anything in generated code, and like keywords.
use serve_core::prelude::*;

#[derive(Default)]
pub struct Names;

#[deployment(route_prefix = "/")]
impl Names {
    pub fn locals(
        &self,
        instance: u8,
        this: u8,
        result: u8,
        core: u8,
        call: u8,
        arguments: u8,
    ) -> u8 {
        instance + this + result + core + call + arguments
    }

    #[get("/")]
    pub fn http(
        &self,
        Query(parts): Query<u8>,
        Query(body): Query<u8>,
        Query(route): Query<u8>,
        request: Request,
    ) -> String {
        let _ = (parts, body, route, request);
        String::new()
    }

    #[get("/{value}")]
    pub async fn more(
        &self,
        Path(value): Path<u8>,
        Query(response): Query<u8>,
        Query(name): Query<u8>,
    ) -> String {
        let _ = (value, response, name);
        String::new()
    }

    #[post("/")]
    pub fn r#type(&mut self, r#match: String) -> String {
        r#match
    }

    pub fn reconfigured(&mut self, config: u8, mock: u8, formatter: u8) -> u8 {
        config + mock + formatter
    }

    pub async fn core(&self) {}
    pub async fn methods(&self) {}
    pub async fn clone(&self) {}
    pub async fn mock(&self) {}
    pub async fn dispatch(&self, call: u8) -> u8 {
        call
    }
    pub async fn remote(&self) {}
    pub async fn timeout(&self) {}
    pub async fn self_(&self) {}
}

async fn use_it(handle: NamesHandle) {
    drop(handle.r#type.remote("x").await);
    drop(handle.core.remote().await);
    drop(handle.methods.remote().await);
    drop(handle.mock.call().await);
    drop(handle.dispatch.call(1_u8).await);
    drop(handle.clone());
}

fn main() {
    let _ = use_it;
}
