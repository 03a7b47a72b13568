//! Who has sent a request, seen through the proxies in between.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use http::Extensions;
use http::request::Parts;

use super::error::HttpError;

/// The address of the client that has sent a request, as an argument of a route or of `__call__`.
///
/// That is the other end of the connection; or who the load balancer says it is, in networks that are named by
/// [`HttpOptions::proxy_protocol`](crate::HttpOptions::proxy_protocol); or who `X-Forwarded-For` or `Forwarded` says
/// it is, where the connection comes from [`trusted_proxies`](crate::HttpOptions::trusted_proxies). Addresses of IPv4 are
/// written as such, whatever socket they came by.
///
/// In an application of your own that has no `ConnectInfo` it answers with 500, as that does.
///
/// ```
/// use serve_core::prelude::*;
///
/// #[derive(Default)]
/// struct Greeter;
///
/// #[deployment(route_prefix = "/")]
/// impl Greeter {
///     #[get("/who")]
///     fn who(&self, ClientAddr(client): ClientAddr) -> String {
///         format!("you are {client}")
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientAddr(pub IpAddr);

impl ClientAddr {
    /// As far as it is known.
    pub(crate) fn of(extensions: &Extensions) -> Option<Self> {
        // Where it is not the other end, the proxy has said so.
        extensions.get().copied().or_else(|| {
            let connection: &ConnectInfo<SocketAddr> = extensions.get()?;
            Some(Self(connection.0.ip().to_canonical()))
        })
    }
}

impl fmt::Display for ClientAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ClientAddr {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, HttpError> {
        Self::of(&parts.extensions).ok_or_else(|| {
            HttpError::internal(
                "nothing is known of the client: serve the application with `into_make_service_with_connect_info::<SocketAddr>()`",
            )
        })
    }
}
