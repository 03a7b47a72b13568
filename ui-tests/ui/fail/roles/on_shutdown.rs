// Shutdown hooks of other shapes.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct WithArgument;

#[deployment]
impl WithArgument {
    fn on_shutdown(&self, why: String) {}
    fn hello(&self) {}
}

#[derive(Default)]
struct WithoutReceiver;

#[deployment]
impl WithoutReceiver {
    fn on_shutdown() {}
    fn hello(&self) {}
}

#[derive(Default)]
struct WithValue;

#[deployment]
impl WithValue {
    async fn on_shutdown(self) -> u8 {
        1
    }
    fn hello(&self) {}
}

#[derive(Default)]
struct WithRoute;

#[deployment(route_prefix = "/")]
impl WithRoute {
    #[get("/end")]
    fn on_shutdown(self) {}
    fn hello(&self) {}
}

fn main() {}
