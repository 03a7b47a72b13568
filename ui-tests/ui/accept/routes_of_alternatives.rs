//! Of two versions of a method there is one, so their routes do not meet.

use serve_core::prelude::*;

#[derive(Default)]
struct Files;

#[deployment(route_prefix = "/files")]
impl Files {
    #[cfg(windows)]
    #[get("/{*path}")]
    fn read(&self, Path(path): Path<String>) -> String {
        path
    }

    #[cfg(not(windows))]
    #[get("/{name}")]
    fn read(&self, Path(name): Path<String>) -> String {
        name
    }
}

fn main() {}
