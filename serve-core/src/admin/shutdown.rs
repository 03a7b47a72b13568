//! The end of the server, asked for from outside: the process is told what a service manager would tell it.
//!
//! So a program ends in its own way, whatever it waits for: `wait_for_shutdown`, or a signal of its own.

use axum::response::IntoResponse;
use http::{Method, StatusCode};

use super::applications::NoQuery;
use super::endpoint::{AdminAnswer, Endpoint};
use super::problem::ApiProblem;
use super::reading::AdminRequest;
use super::server::Admin;
use crate::log;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new(Method::POST, "/api/v1/shutdown", "shutDown", "Ends the server", shut_down)
            .details("Its process gets a SIGTERM: a program that waits for that finishes what it has, and ends.")
            .query::<NoQuery>()
            .answers_nothing(202, "The process has been told")
            .refuses(&[501]),
    ]
}

async fn shut_down(_: Admin, asked: AdminRequest) -> AdminAnswer {
    let NoQuery {} = asked.query()?;
    log::info("somebody has asked the admin API to end this process").emit();
    match tell() {
        true => Ok(StatusCode::ACCEPTED.into_response()),
        false => {
            let detail =
                "this platform has no SIGTERM to be sent; end the process by its service manager";
            Err(ApiProblem::new(StatusCode::NOT_IMPLEMENTED, "unsupported", detail))
        }
    }
}

/// Whether the process has been told to end.
#[cfg(target_os = "linux")]
fn tell() -> bool {
    use rustix::process::{Signal, getpid, kill_process};
    kill_process(getpid(), Signal::TERM).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn tell() -> bool {
    false
}
