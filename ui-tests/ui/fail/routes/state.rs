// Extractors that need a state, which a deployment does not have.
#![allow(unused)]
use serve_core::axum::extract::{FromRef, State};
use serve_core::axum::http::request::Parts;
use serve_core::prelude::*;

#[derive(Clone)]
struct App;

struct Client;

impl<S: Send + Sync> FromRequestParts<S> for Client
where
    App: FromRef<S>,
{
    type Rejection = StatusCode;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        Ok(Self)
    }
}

#[derive(Default)]
struct Taken;

#[deployment(route_prefix = "/")]
impl Taken {
    #[get("/last")]
    fn last(&self, client: Client) {}

    #[get("/first")]
    fn first(&self, client: Client, query: RawQuery) {}
}

#[derive(Default)]
struct Stateful;

#[deployment(route_prefix = "/")]
impl Stateful {
    #[get("/")]
    fn wrapped(&self, State(app): State<App>) {}

    async fn __call__(&self, app: State<App>, query: RawQuery) {}
}

fn main() {}
