//! What passes to a replica in the server passes to one in a process, with the same limits.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::value::RawValue;
use serve_core::axum::extract::ConnectInfo;
use serve_core::prelude::*;
use serve_core::{Executed, Isolation};
use tests::{address, fetch_text, process_tests, send_raw, start, start_without_http};

#[derive(Default)]
struct Place;

#[deployment(route_prefix = "/")]
impl Place {
    #[get("/who")]
    fn who(&self, ConnectInfo(client): ConnectInfo<SocketAddr>) -> String {
        client.ip().to_string()
    }

    #[post("/length")]
    fn length(&self, headers: &HeaderMap, body: &str) -> String {
        let length = headers.get("content-length").map(|length| length.to_str().unwrap());
        format!("{length:?} {body}")
    }

    async fn __call__(&self, request: Request) -> String {
        let context = serve_core::context().unwrap();
        let session = context.session_id().map_or(0, str::len);
        format!("{} {session} {}", request.headers().len(), context.request_id().len())
    }

    async fn refused(&self, how: u8) -> Result<u8, CallError> {
        Err(match how {
            0 => CallError::BackPressure {
                num_queued: 3,
                max_queued: 2,
                retry_after: Some(Duration::from_secs(4)),
            },
            1 => CallError::ReplicaDied { executed: Executed::No },
            2 => CallError::Panicked { message: "boom".to_owned() },
            _ => CallError::DeadlineExceeded,
        })
    }

    fn forbidden(&self) -> Result<u8, HttpError> {
        let error = HttpError::new(StatusCode::FORBIDDEN, "not you");
        Err(error.with_retry_after(Duration::from_secs(7)))
    }

    fn json(&self, json: Box<RawValue>) -> Box<RawValue> {
        json
    }

    async fn model(&self, id: String) -> Result<usize, LoadError> {
        let load =
            |id: String| async move { if id == "gone" { Err("no such file") } else { Ok(id) } };
        Ok(Multiplexed::<String>::new(1, load).get(id).await?.len())
    }
}

const PLACES: [Isolation; 2] = [Isolation::Task, Isolation::Process];

/// The same request to a replica in each place: the status, and the last line of the answer.
async fn ask(head: &str) -> [(String, String); 2] {
    let mut answers = Vec::new();
    for isolation in PLACES {
        let serve = start().await;
        serve.run(Place::bind().isolation(isolation)).await.unwrap();
        let request = format!("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{head}\r\n");
        let answer = send_raw(address(&serve), request.as_bytes()).await;
        let last = answer.lines().last().unwrap_or_default().to_owned();
        answers.push((answer[9..12].to_owned(), last));
        serve.shutdown().await.unwrap();
    }
    answers.try_into().unwrap()
}

async fn ids_and_headers_of_any_length_reach_a_replica_wherever_it_is() {
    let names =
        ["x-session-id", "x-request-id", "serve-multiplexed-model-id", "traceparent", "x-own"];
    for name in names {
        for length in [1, 4_000, 5_000, 70_000, 200_000] {
            let [here, there] = ask(&format!("{name}: {}\r\n", "i".repeat(length))).await;
            assert_eq!((here.0.as_str(), &here), ("200", &there), "{name}, {length}");
        }
    }
}

/// As middleware does that looks into a body.
async fn passed_on(request: axum::extract::Request, next: axum::middleware::Next) -> Response {
    let (parts, body) = request.into_parts();
    let body = Body::from_stream(body.into_data_stream());
    next.run(axum::extract::Request::from_parts(parts, body)).await
}

async fn the_length_that_a_client_says_reaches_a_replica_whatever_has_become_of_the_body() {
    for isolation in PLACES {
        let serve = start_without_http().await;
        serve.run(Place::bind().isolation(isolation)).await.unwrap();
        let app = serve.router().layer(axum::middleware::from_fn(passed_on));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = listener.local_addr().unwrap();
        drop(tests::spawn(async move { axum::serve(listener, app).await }));
        let request = "POST /length HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
                       content-length: 3\r\n\r\nabc";
        let answer = send_raw(server, request.as_bytes()).await;
        assert!(answer.ends_with("\r\n\r\nSome(\"3\") abc"), "{isolation:?}: {answer}");
        serve.shutdown().await.unwrap();
    }
}

async fn as_many_headers_reach_a_replica_as_the_server_takes() {
    for count in [1, 50, 90, 95] {
        let headers: String = (0..count).map(|at| format!("x-{at}: {at}\r\n")).collect();
        let [here, there] = ask(&headers).await;
        assert_eq!((here.0.as_str(), &here), ("200", &there), "{count}");
    }
}

async fn a_method_knows_its_client_wherever_it_runs() {
    for isolation in PLACES {
        let serve = start().await;
        serve.run(Place::bind().isolation(isolation)).await.unwrap();
        assert_eq!(
            fetch_text(&serve, "/who").await,
            (200, "127.0.0.1".to_owned()),
            "{isolation:?}"
        );
        serve.shutdown().await.unwrap();
    }
}

async fn a_failed_call_may_be_a_methods_own_error_wherever_it_runs() {
    for isolation in PLACES {
        let serve = start_without_http().await;
        let handle = serve.run(Place::bind().isolation(isolation)).await.unwrap();
        let mut own = Vec::new();
        for how in 0..4 {
            match handle.refused.remote(how).await.unwrap_err() {
                CallError::App(error) => own.push(error),
                other => panic!("{isolation:?}: {other}"),
            }
        }
        let [full, died, panicked, late] = own.try_into().unwrap();
        let seconds = Some(Duration::from_secs(4));
        assert!(
            matches!(full, CallError::BackPressure { num_queued: 3, max_queued: 2, retry_after } if retry_after == seconds)
        );
        assert!(matches!(died, CallError::ReplicaDied { executed: Executed::No }));
        assert!(matches!(panicked, CallError::Panicked { message } if message == "boom"));
        assert!(matches!(late, CallError::DeadlineExceeded));
        serve.shutdown().await.unwrap();
    }
}

async fn an_http_error_may_be_a_methods_own_error_wherever_it_runs() {
    for isolation in PLACES {
        let serve = start_without_http().await;
        let handle = serve.run(Place::bind().isolation(isolation)).await.unwrap();
        let expected = HttpError::new(StatusCode::FORBIDDEN, "not you");
        let expected = expected.with_retry_after(Duration::from_secs(7));
        let error = handle.forbidden.remote().await.unwrap_err();
        assert!(matches!(error, CallError::App(error) if error == expected), "{isolation:?}");
        serve.shutdown().await.unwrap();
    }
}

async fn a_model_that_cannot_be_loaded_may_be_a_methods_own_error_wherever_it_runs() {
    for isolation in PLACES {
        let serve = start_without_http().await;
        let handle = serve.run(Place::bind().isolation(isolation)).await.unwrap();
        assert_eq!(handle.model.remote("here").await.unwrap(), 4);
        let error = handle.model.remote("gone").await.unwrap_err();
        let CallError::App(error) = error else { panic!("{isolation:?}: {error}") };
        assert_eq!(error.model_id(), Some("gone"), "{isolation:?}");
        assert_eq!(error.to_string(), "model `gone` cannot be loaded: no such file");
        serve.shutdown().await.unwrap();
    }
}

async fn json_that_nobody_reads_crosses_as_it_was_written() {
    for isolation in PLACES {
        let serve = start_without_http().await;
        let handle = serve.run(Place::bind().isolation(isolation)).await.unwrap();
        let json = RawValue::from_string(r#"{"a":  1.50}"#.to_owned()).unwrap();
        assert_eq!(
            handle.json.remote(json).await.unwrap().get(),
            r#"{"a":  1.50}"#,
            "{isolation:?}"
        );
        serve.shutdown().await.unwrap();
    }
}

/// Has room for one call and one that waits, and wants clients to be told 429.
#[derive(Default)]
struct Narrow;

#[deployment(
    max_ongoing_requests = 1,
    max_queued_requests = 1,
    backpressure(status_code = 429, retry_after = "3s")
)]
impl Narrow {
    async fn wait(&self) {
        tokio::time::sleep(Duration::from_secs(3600)).await;
    }
}

/// Calls it more often than it has room.
struct Crowd {
    narrow: NarrowHandle,
}

#[deployment(route_prefix = "/crowd")]
impl Crowd {
    fn new(narrow: NarrowHandle) -> Self {
        Self { narrow }
    }

    async fn __call__(&self) -> Result<String, CallError> {
        let waiting = [self.narrow.wait.remote(), self.narrow.wait.remote()];
        let refused = async {
            loop {
                let outcome = self.narrow.wait.timeout(Duration::from_millis(50)).remote().await;
                if let Err(error @ CallError::BackPressure { .. }) = outcome {
                    return error;
                }
            }
        };
        let error = refused.await;
        waiting.iter().for_each(|call| call.cancel());
        Err(error)
    }
}

process_tests! {
    the_refusal_of_a_call_that_a_request_makes_has_the_status_that_its_deployment_wants
    the_length_that_a_client_says_reaches_a_replica_whatever_has_become_of_the_body
    ids_and_headers_of_any_length_reach_a_replica_wherever_it_is
    as_many_headers_reach_a_replica_as_the_server_takes
    a_method_knows_its_client_wherever_it_runs
    a_failed_call_may_be_a_methods_own_error_wherever_it_runs
    an_http_error_may_be_a_methods_own_error_wherever_it_runs
    a_model_that_cannot_be_loaded_may_be_a_methods_own_error_wherever_it_runs
    json_that_nobody_reads_crosses_as_it_was_written
}

async fn the_refusal_of_a_call_that_a_request_makes_has_the_status_that_its_deployment_wants() {
    for isolation in PLACES {
        let serve = start().await;
        serve.run(Crowd::bind(Narrow::bind()).isolation(isolation)).await.unwrap();
        let request = b"GET /crowd HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        let answer = send_raw(address(&serve), request).await;
        assert!(answer.starts_with("HTTP/1.1 429 "), "{isolation:?}: {answer}");
        assert!(answer.to_lowercase().contains("retry-after: 3\r\n"), "{isolation:?}: {answer}");
        serve.shutdown().await.unwrap();
    }
}
