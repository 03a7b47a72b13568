// Every verb, and options of single routes.
use serve_core::prelude::*;

#[derive(Default)]
struct Files;

#[deployment(route_prefix = "/files", max_body_size = 4096)]
impl Files {
    #[get("/{*path}")]
    async fn read(&self, Path(path): Path<String>) -> String {
        path
    }

    #[head("/{*path}")]
    async fn exists(&self) {}

    #[options("/{*path}")]
    async fn allowed(&self) {}

    #[post("/{*path}", max_body_size = "1.5GB", request_timeout = "5m")]
    async fn write(&self, body: Body) {
        drop(body);
    }

    #[any("/{*path}", max_body_size = "64KiB")]
    async fn otherwise(&self) {}
}

fn main() {
    let size = |name: &str| {
        let route = Files::ROUTES.iter().find(|route| route.method_name == name).unwrap();
        route.max_body_size
    };
    assert_eq!(size("write"), Some(1_500_000_000));
    assert_eq!(size("otherwise"), Some(64 << 10));
    assert_eq!(size("read"), None);
    assert_eq!(Files::bind().config().max_body_size, Some(4096));
}
