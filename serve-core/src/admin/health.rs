//! Whether the server is alive and ready, as its HTTP port says it: also where that is closed to whoever asks.

use http::Method;

use super::endpoint::{AdminAnswer, Endpoint};
use super::reading::AdminRequest;
use super::server::Admin;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let text = "text/plain; charset=utf-8";
    vec![
        Endpoint::new(
            Method::GET,
            "/-/healthz",
            "getHealth",
            "Whether the server is alive",
            healthz,
        )
        .answers_as::<String>(200, "It is", text)
        .answers_as::<String>(
            503,
            "It drains, has no routes yet, or its controller has ended",
            text,
        ),
        Endpoint::new(
            Method::GET,
            "/-/ready",
            "getReadiness",
            "Whether every application serves",
            ready,
        )
        .answers_as::<String>(200, "Every one does", text)
        .answers_as::<String>(503, "The names of those that do not", text),
    ]
}

async fn healthz(admin: Admin, _: AdminRequest) -> AdminAnswer {
    Ok(admin.serve()?.proxy().health(false))
}

async fn ready(admin: Admin, _: AdminRequest) -> AdminAnswer {
    Ok(admin.serve()?.proxy().health(true))
}
