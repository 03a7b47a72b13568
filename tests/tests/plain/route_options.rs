//! Verbs and options of single routes.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::time::Duration;

use http::{Method, header};
use serve_core::prelude::*;
use serve_core::{Error, Isolation};
use tests::{SOON, client, fetch, fetch_text, read, start, start_with, stop, url, within};

/// A size in bytes.
const KIB: usize = 1 << 10;

#[derive(Default)]
struct Files;

#[deployment(route_prefix = "/files", request_timeout = "50ms", max_body_size = "1KiB")]
impl Files {
    #[get("/one")]
    async fn one(&self) -> &'static str {
        "got"
    }

    #[head("/one")]
    async fn one_head(&self) -> ([(&'static str, &'static str); 1], &'static str) {
        ([("x-answered-by", "head")], "never sent")
    }

    #[get("/two")]
    async fn two(&self) -> &'static str {
        "two"
    }

    #[options("/one")]
    async fn one_options(&self) -> &'static str {
        "options"
    }

    #[any("/any/{*path}")]
    async fn any(&self, method: Method, Path(path): Path<String>) -> String {
        format!("{method} {path}")
    }

    #[any("/mixed")]
    async fn mixed(&self, method: Method) -> String {
        format!("any {method}")
    }

    #[post("/mixed")]
    async fn mixed_post(&self) -> &'static str {
        "post"
    }

    #[get("/patient", request_timeout = "20s")]
    async fn patient(&self) -> &'static str {
        tokio::time::sleep(Duration::from_millis(150)).await;
        "patient"
    }

    #[get("/hasty", request_timeout = "10ms")]
    async fn hasty(&self) -> &'static str {
        std::future::pending().await
    }

    #[get("/usual")]
    async fn usual(&self) -> &'static str {
        std::future::pending().await
    }

    #[post("/large", max_body_size = "64KiB")]
    async fn large(&self, body: String) -> String {
        body.len().to_string()
    }

    #[post("/small", max_body_size = 16)]
    async fn small(&self, body: String) -> String {
        body.len().to_string()
    }

    #[post("/plain")]
    async fn plain(&self, body: String) -> String {
        body.len().to_string()
    }

    async fn __call__(&self, request: Request) -> Result<String, HttpError> {
        let method = request.method().clone();
        Ok(format!("{method} {}", request.bytes().await?.len()))
    }
}

/// On each kind of replica that needs no process.
async fn everywhere(test: impl AsyncFn(&Serve)) {
    for isolation in [Isolation::Task, Isolation::Thread] {
        let serve = start().await;
        within(SOON, serve.run(Files::bind().isolation(isolation))).await.unwrap();
        test(&serve).await;
        stop(serve).await;
    }
}

async fn ask(serve: &Serve, method: &str, path: &str) -> (u16, String) {
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    let request = client().request(method, url(serve, path)).send();
    read(within(SOON, request).await.unwrap()).await
}

#[tokio::test]
async fn a_route_of_its_own_for_head_answers_instead_of_get() {
    everywhere(async |serve: &Serve| {
        let head = |path: &str| client().head(url(serve, path)).send();
        let response = within(SOON, head("/files/one")).await.unwrap();
        assert_eq!(response.headers()["x-answered-by"], "head");
        assert_eq!(response.headers()[header::CONTENT_LENGTH], "10");
        assert_eq!(read(response).await, (200, String::new()));
        // Without one GET answers, as in axum.
        let response = within(SOON, head("/files/two")).await.unwrap();
        assert_eq!(response.headers()[header::CONTENT_LENGTH], "3");
        assert_eq!(ask(serve, "GET", "/files/one").await, (200, "got".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn options_is_a_verb_like_any_other() {
    everywhere(async |serve: &Serve| {
        assert_eq!(ask(serve, "OPTIONS", "/files/one").await, (200, "options".to_owned()));
        assert_eq!(ask(serve, "OPTIONS", "/files/two").await.0, 405);
    })
    .await;
}

#[tokio::test]
async fn any_takes_every_method_that_no_other_route_of_the_path_takes() {
    everywhere(async |serve: &Serve| {
        for method in ["GET", "POST", "DELETE", "OPTIONS", "PROPFIND"] {
            let answer = ask(serve, method, "/files/any/a/b").await;
            assert_eq!(answer, (200, format!("{method} a/b")));
        }
        assert_eq!(ask(serve, "POST", "/files/mixed").await, (200, "post".to_owned()));
        assert_eq!(ask(serve, "PUT", "/files/mixed").await, (200, "any PUT".to_owned()));
        assert_eq!(ask(serve, "GET", "/files/mixed").await, (200, "any GET".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn a_route_has_more_time_than_its_deployment_or_less() {
    everywhere(async |serve: &Serve| {
        assert_eq!(fetch_text(serve, "/files/patient").await, (200, "patient".to_owned()));
        assert_eq!(fetch_text(serve, "/files/hasty").await.0, 408);
        assert_eq!(fetch_text(serve, "/files/usual").await.0, 408);
    })
    .await;
}

#[tokio::test]
async fn a_route_has_more_time_than_the_server_gives_all_others() {
    let serve = start_with(HttpOptions::default().request_timeout(Duration::from_millis(20))).await;
    within(SOON, serve.run(Files::bind())).await.unwrap();
    assert_eq!(fetch_text(&serve, "/files/patient").await.0, 200);
    stop(serve).await;
}

#[tokio::test]
async fn a_client_may_still_ask_for_less_time_than_a_route_gives() {
    everywhere(async |serve: &Serve| {
        let request = client().get(url(serve, "/files/patient"));
        let request = request.header("x-request-timeout-seconds", "0.02").send();
        assert_eq!(within(SOON, request).await.unwrap().status(), 408);
    })
    .await;
}

/// The status for a body of so many bytes, with its length announced and without.
async fn sizes(serve: &Serve, path: &str, bytes: usize) -> (u16, u16) {
    let send = |body: reqwest::Body| {
        let request = client().post(url(serve, path)).body(body).send();
        async { within(SOON, request).await.unwrap().status().as_u16() }
    };
    let text = "x".repeat(bytes);
    let pieces = [Ok::<_, std::io::Error>(text.clone())];
    let chunked = reqwest::Body::wrap_stream(futures::stream::iter(pieces));
    (send(text.into()).await, send(chunked).await)
}

#[tokio::test]
async fn a_body_may_be_as_large_as_its_route_says_or_else_its_deployment_or_the_server() {
    let everywhere = async |options: HttpOptions| {
        for isolation in [Isolation::Task, Isolation::Thread] {
            let serve = start_with(options.clone()).await;
            within(SOON, serve.run(Files::bind().isolation(isolation))).await.unwrap();
            assert_eq!(sizes(&serve, "/files/small", 16).await, (200, 200));
            assert_eq!(sizes(&serve, "/files/small", 17).await, (413, 413));
            assert_eq!(sizes(&serve, "/files/plain", KIB).await, (200, 200));
            assert_eq!(sizes(&serve, "/files/plain", KIB + 1).await, (413, 413));
            assert_eq!(sizes(&serve, "/files/large", 64 * KIB).await, (200, 200));
            assert_eq!(sizes(&serve, "/files/large", 64 * KIB + 1).await, (413, 413));
            assert_eq!(sizes(&serve, "/files/else", KIB).await, (200, 200));
            assert_eq!(sizes(&serve, "/files/else", KIB + 1).await, (413, 413));
            stop(serve).await;
        }
    };
    everywhere(HttpOptions::default()).await;
    // More than the server allows, too.
    everywhere(HttpOptions::default().max_body_bytes(8)).await;
}

#[tokio::test]
async fn another_size_for_all_of_a_deployment_comes_in_place() {
    let serve = start().await;
    within(SOON, serve.run(Files::bind())).await.unwrap();
    within(SOON, serve.run(Files::bind().max_body_size(4))).await.unwrap();
    assert_eq!(sizes(&serve, "/files/plain", 5).await, (413, 413));
    assert_eq!(sizes(&serve, "/files/large", 5).await, (200, 200));
    let error = within(SOON, serve.run(Files::bind().max_body_size(0))).await.unwrap_err();
    assert!(matches!(&error, Error::InvalidConfig { .. }), "{error}");
    assert!(error.to_string().contains("`max_body_size` is zero"), "{error}");
    assert_eq!(fetch(&serve, "/files/one").await.status(), 200);
    stop(serve).await;
}
