//! `/-/healthz` and `/-/ready`: whether this server is alive, and whether requests should be sent to it.
//!
//! What is true of the applications is known elsewhere; a [`HealthSource`] says it.

use std::sync::atomic::{AtomicU8, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};

use axum::response::IntoResponse;
use http::StatusCode;

use crate::web::HttpResponse;

/// Knows how the applications are.
pub(crate) trait HealthSource: Send + Sync {
    /// Whether anybody still looks after the applications.
    fn is_alive(&self) -> bool;

    /// The names of the applications that do not serve, each with its status; where there is no
    /// application at all, a sentence that says so. Empty if the server is ready.
    fn not_ready(&self) -> Vec<String>;
}

/// What a server says of itself.
#[derive(Default)]
pub(super) struct ServerHealth {
    source: OnceLock<Arc<dyn HealthSource>>,
    leaving: AtomicU8,
}

/// How far a shutdown has come, seen from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Leaving {
    /// Requests are to be sent elsewhere; those that come are served as before.
    Announced = 1,
    Draining = 2,
}

impl ServerHealth {
    /// The first source counts.
    pub(super) fn set_source(&self, source: Arc<dyn HealthSource>) {
        let _ = self.source.set(source);
    }

    /// There is no way back.
    pub(super) fn leave(&self, leaving: Leaving) {
        self.leaving.fetch_max(leaving as u8, Relaxed);
    }

    pub(super) fn is_draining(&self) -> bool {
        self.has_come_to(Leaving::Draining)
    }

    fn has_come_to(&self, leaving: Leaving) -> bool {
        self.leaving.load(Relaxed) >= leaving as u8
    }

    /// With Ray Serve's texts and codes.
    pub(super) fn healthz(&self, has_routes: bool) -> HttpResponse {
        let is_alive = self.source.get().is_none_or(|source| source.is_alive());
        if self.is_draining() {
            no("This node is being drained.")
        } else if !is_alive {
            no("The controller has ended.")
        } else if !has_routes {
            no("Route table is not populated yet.")
        } else {
            "success".into_response()
        }
    }

    pub(super) fn ready(&self) -> HttpResponse {
        if self.has_come_to(Leaving::Announced) {
            return no("Not ready: the server is shutting down.");
        }
        let Some(source) = self.source.get() else {
            return no("Not ready: the server is starting.");
        };
        if !source.is_alive() {
            return no("Not ready: the controller has ended.");
        }
        let not_ready = source.not_ready();
        if not_ready.is_empty() {
            return "ready".into_response();
        }
        (StatusCode::SERVICE_UNAVAILABLE, format!("Not ready: {}.", not_ready.join(", ")))
            .into_response()
    }
}

fn no(why: &'static str) -> HttpResponse {
    (StatusCode::SERVICE_UNAVAILABLE, why).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use futures_util::FutureExt;

    use super::*;

    struct Says {
        is_alive: bool,
        not_ready: &'static [&'static str],
    }

    impl HealthSource for Says {
        fn is_alive(&self) -> bool {
            self.is_alive
        }

        fn not_ready(&self) -> Vec<String> {
            self.not_ready.iter().map(|&name| name.to_owned()).collect()
        }
    }

    fn with(is_alive: bool, not_ready: &'static [&'static str]) -> ServerHealth {
        let health = ServerHealth::default();
        health.set_source(Arc::new(Says { is_alive, not_ready }));
        health
    }

    fn read(response: HttpResponse) -> (u16, String) {
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), usize::MAX).now_or_never().unwrap().unwrap();
        (status, String::from_utf8(body.into()).unwrap())
    }

    fn no(text: &str) -> (u16, String) {
        (503, text.to_owned())
    }

    #[test]
    fn a_server_is_ready_when_every_application_serves() {
        assert_eq!(read(with(true, &[]).ready()), (200, "ready".to_owned()));
        let some = with(true, &["chat (DEPLOYING)", "default (UNHEALTHY)"]);
        assert_eq!(read(some.ready()), no("Not ready: chat (DEPLOYING), default (UNHEALTHY)."));
    }

    #[test]
    fn before_anybody_knows_how_the_applications_are_a_server_is_not_ready() {
        assert_eq!(read(ServerHealth::default().ready()), no("Not ready: the server is starting."));
    }

    #[test]
    fn without_a_controller_a_server_is_neither_alive_nor_ready() {
        let health = with(false, &[]);
        assert_eq!(read(health.healthz(true)), no("The controller has ended."));
        assert_eq!(read(health.ready()), no("Not ready: the controller has ended."));
    }

    #[test]
    fn a_shutdown_that_is_announced_costs_readiness_and_one_that_has_begun_health() {
        let health = with(true, &[]);
        health.leave(Leaving::Announced);
        assert_eq!(read(health.ready()), no("Not ready: the server is shutting down."));
        assert_eq!(read(health.healthz(true)), (200, "success".to_owned()));
        health.leave(Leaving::Draining);
        health.leave(Leaving::Announced);
        assert_eq!(read(health.healthz(true)), no("This node is being drained."));
        assert_eq!(read(health.ready()), no("Not ready: the server is shutting down."));
    }
}
