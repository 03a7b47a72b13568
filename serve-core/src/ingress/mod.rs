//! The way in over HTTP: the server, the proxy that finds a deployment for a request, and the way from there to a replica.

mod options;
mod server;

mod acceptor;
mod connection;
mod host;
mod ports;
mod proxy_header;
mod reception;
mod speech;

mod forwarded;
mod health;
mod hints;
mod proxy;
mod routes;
mod served;

mod keys;
mod layered;
mod missing;
mod mount;
mod shaping;

mod paths;
mod target;
mod text;
mod timing;

mod body;
mod tunnel;

pub(crate) use health::HealthSource;
pub(crate) use keys::KeyStates;
pub(crate) use mount::Mount;
pub(crate) use ports::IfTaken;
pub(crate) use proxy::Proxy;
pub(crate) use routes::{Route, RouteTable};
pub(crate) use server::Server;
#[cfg(feature = "admin")]
pub(crate) use server::{RequestService, sent};
pub(crate) use target::{Granted, mount};
pub(crate) use text::text_router;
pub(crate) use tunnel::{HttpHost, Opening, serve};

/// A response as the server sends it.
pub(crate) type SentResponse = http::Response<body::SentBody>;
