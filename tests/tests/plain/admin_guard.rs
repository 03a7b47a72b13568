//! The admin API as strangers see it: who is let in, and what anybody can send.

use std::net::SocketAddr;

use serde_json::Value;
use serve_core::prelude::*;
use serve_core::{AdminClient, AdminOptions, ClientError};
use tests::certificates::Certified;
use tests::folder::Folder;
use tests::{SOON, send_raw, stop, within};

#[derive(Default)]
struct Echo;

#[deployment(route_prefix = "/echo")]
impl Echo {
    async fn __call__(&self) -> &'static str {
        "echo"
    }
}

async fn start_with(options: AdminOptions) -> (Serve, SocketAddr) {
    let builder = Serve::builder().http(HttpOptions::default().port(0)).admin(options.port(0));
    let serve = within(SOON, builder.start()).await.expect("it starts");
    serve.run(Echo::bind()).await.expect("it runs");
    let address = serve.admin_addr().expect("it has an admin API");
    (serve, address)
}

/// Every route, as the document lists them, with names of what there is.
async fn routes(address: SocketAddr, token: &str) -> Vec<(String, String)> {
    let document = tests::client().get(format!("http://{address}/api/v1/openapi.json"));
    let document: Value = within(SOON, document.bearer_auth(token).send())
        .await
        .expect("it answers")
        .json()
        .await
        .expect("a document");
    let paths = document["paths"].as_object().expect("paths").clone().into_iter();
    let routes: Vec<_> = paths
        .flat_map(|(path, item)| {
            let path = path.replace("{app}", "default").replace("{deployment}", "Echo");
            let methods: Vec<_> = item.as_object().expect("an item").keys().cloned().collect();
            methods.into_iter().map(move |method| (method.to_uppercase(), path.clone()))
        })
        .collect();
    assert!(routes.len() > 15, "{routes:?}");
    routes
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    /// That it is a problem, and which.
    fn problem(&self) -> Value {
        assert!(self.head.contains("application/problem+json"), "{}\n{}", self.head, self.body);
        let problem: Value = serde_json::from_str(&self.body).expect("a problem");
        assert_eq!(problem["status"], self.status, "{problem}");
        assert!(problem["type"].as_str().expect("a type").starts_with("urn:serve:"), "{problem}");
        problem
    }
}

async fn send(address: SocketAddr, method: &str, path: &str, rest: &str) -> Answer {
    let head = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n{rest}");
    let answer = send_raw(address, head.as_bytes()).await;
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    Answer { status, head: head.to_lowercase(), body: body.to_owned() }
}

const LOCAL: &str = "host: localhost\r\n";

#[tokio::test]
async fn without_its_token_no_route_answers_whether_there_is_one_or_not() {
    let options = AdminOptions::default().token("the-new-one").token("the-old-one");
    let (serve, address) = start_with(options).await;
    let mut routes = routes(address, "the-old-one").await;
    routes.push(("GET".to_owned(), "/nowhere".to_owned()));
    routes.push(("BREW".to_owned(), "/metrics".to_owned()));
    for (method, path) in &routes {
        for token in ["", "authorization: Bearer the-wrong-one\r\n"] {
            let answer = send(address, method, path, &format!("{LOCAL}{token}\r\n")).await;
            assert_eq!(answer.status, 401, "{method} {path}");
            assert!(answer.head.contains("www-authenticate: bearer"), "{}", answer.head);
            answer.problem();
        }
    }
    assert!(serve.status().applications.contains_key("default"), "nothing has been deleted");
    stop(serve).await;
}

/// Operators' demand 14: a page of another site's, whatever its name leads to, is not answered.
#[tokio::test]
async fn a_foreign_host_or_origin_is_refused_on_every_route() {
    let (serve, address) = start_with(AdminOptions::default().allowed_hosts(["ops.example"])).await;
    for (method, path) in routes(address, "").await {
        for (headers, status) in [
            ("host: evil.example\r\n", 421),
            ("host: localhost\r\norigin: http://evil.example\r\n", 403),
            ("host: localhost\r\nsec-fetch-site: cross-site\r\n", 403),
        ] {
            let answer = send(address, &method, &path, &format!("{headers}\r\n")).await;
            assert_eq!(answer.status, status, "{method} {path} {headers}");
            answer.problem();
        }
    }
    for host in ["localhost:1", "127.0.0.1", "[::1]", "ops.example:443"] {
        let answer = send(address, "GET", "/-/ready", &format!("host: {host}\r\n\r\n")).await;
        assert_eq!(answer.status, 200, "{host}");
    }
    assert!(serve.status().applications.contains_key("default"));
    stop(serve).await;
}

#[tokio::test]
async fn what_other_machines_can_reach_starts_only_with_a_token_and_tls() {
    let http = || HttpOptions::disabled();
    for options in [
        AdminOptions::default().host("0.0.0.0"),
        AdminOptions::default().host("::"),
        AdminOptions::default().host("0.0.0.0").token("sesame"),
        AdminOptions::default().host("my-machine"),
        AdminOptions::default().token(""),
    ] {
        let starting = Serve::builder().http(http()).admin(options.port(0)).start();
        let error = within(SOON, starting).await.map(drop).expect_err("it is refused");
        let text = error.to_string();
        assert!(text.starts_with("the admin API cannot start: "), "{text}");
        assert!(text.contains("AdminOptions::"), "{text}");
    }
    let insecure = AdminOptions::default().host("0.0.0.0").insecure(true);
    let (serve, address) = start_with(insecure).await;
    let here = SocketAddr::from(([127, 0, 0, 1], address.port()));
    assert_eq!(send(here, "GET", "/-/ready", "host: 10.1.2.3\r\n\r\n").await.status, 200);
    assert_eq!(send(here, "GET", "/-/ready", "host: evil.example\r\n\r\n").await.status, 421);
    stop(serve).await;
}

#[tokio::test]
async fn whatever_is_wrong_with_a_request_is_told_as_a_problem() {
    let (serve, address) = start_with(AdminOptions::default()).await;
    let scale = "/api/v1/applications/default/deployments/Echo/scale";
    let json = "content-type: application/json\r\n";
    let long = "x".repeat((1 << 20) + 1);
    let with_body = |kind: &str, body: &str| {
        format!("{LOCAL}{kind}content-length: {}\r\n\r\n{body}", body.len())
    };
    for (method, path, rest, status, words) in [
        ("GET", "/nowhere", format!("{LOCAL}\r\n"), 404, "openapi.json"),
        ("POST", "/api/v1/snapshot", format!("{LOCAL}\r\n"), 405, "`/api/v1/snapshot`"),
        ("GET", "/api/v1/events?since=soon", format!("{LOCAL}\r\n"), 400, "since"),
        ("GET", "/api/v1/events?sinse=1", format!("{LOCAL}\r\n"), 400, "sinse"),
        (
            "GET",
            "/api/v1/events",
            format!("{LOCAL}accept: text/event-stream\r\nlast-event-id: x\r\n\r\n"),
            400,
            "Last-Event-ID",
        ),
        ("GET", "/api/v1/applications/%ff", format!("{LOCAL}\r\n"), 400, "UTF-8"),
        ("GET", "/api/v1/applications/nobody", format!("{LOCAL}\r\n"), 404, "nobody"),
        ("POST", scale, with_body("", "{}"), 415, "application/json"),
        ("POST", scale, with_body("content-type: text/plain\r\n", "{}"), 415, "text/plain"),
        ("POST", scale, with_body(json, &long), 413, "1048576"),
        ("POST", scale, with_body(json, ""), 400, "EOF"),
        ("POST", scale, with_body(json, "{}"), 400, "num_replicas"),
        ("POST", scale, with_body(json, "{\"num_replicas\": \"many\"}"), 400, "1:23: num_replicas"),
        ("POST", scale, with_body(json, "{\"num_replicas\": -1}"), 400, "num_replicas"),
        (
            "POST",
            scale,
            with_body(json, "{\"num_replicas\": 1, \"numreplicas\": 2}"),
            400,
            "numreplicas",
        ),
        ("DELETE", "/api/v1/applications/default?wait=maybe", format!("{LOCAL}\r\n"), 400, "wait"),
        (
            "DELETE",
            "/api/v1/applications/default",
            format!("{LOCAL}if-match: \"9.0-1\"\r\n\r\n"),
            412,
            "9.0-1",
        ),
        (
            "DELETE",
            "/api/v1/applications/default",
            format!("{LOCAL}if-none-match: \"1\"\r\n\r\n"),
            400,
            "If-None-Match",
        ),
    ] {
        let answer = send(address, method, path, &rest).await;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.body);
        let problem = answer.problem().to_string();
        assert!(problem.contains(words), "{method} {path}: {problem}");
        assert!(answer.head.contains("serve-version: "), "{}", answer.head);
    }
    let method = send(address, "POST", "/api/v1/snapshot", &format!("{LOCAL}\r\n")).await;
    assert!(method.head.contains("allow: get"), "{}", method.head);
    stop(serve).await;
}

#[tokio::test]
async fn rays_tools_find_the_applications_in_rays_shape() {
    let (serve, address) = start_with(AdminOptions::default()).await;
    let get = async |path: &str| {
        let answer = send(address, "GET", path, &format!("{LOCAL}\r\n")).await;
        (answer.status, answer.body)
    };
    let (status, body) = get("/api/serve/applications/").await;
    let details: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(status, 200);
    let app = &details["applications"]["default"];
    assert_eq!(
        (&app["status"], &app["route_prefix"]),
        (&"RUNNING".into(), &"/echo".into()),
        "{app}"
    );
    let deployment = &app["deployments"]["Echo"];
    assert_eq!(deployment["status"], "HEALTHY");
    assert_eq!(deployment["replicas"][0]["state"], "RUNNING");
    assert_eq!(app["deployment_topology"]["nodes"]["Echo"]["is_ingress"], true);
    assert_eq!(get("/api/serve/applications/?api_type=declarative").await.0, 200);
    let (status, text) = get("/api/serve/applications/?api_type=other").await;
    assert!(status == 400 && text.contains("'declarative'"), "{text}");
    assert_eq!(get("/api/ray/version").await.0, 200);
    let (status, text) = get("/-/healthz").await;
    assert_eq!((status, &*text), (200, "success"));
    stop(serve).await;
}

/// Over TLS, with a certificate of its own, from the first byte on.
#[tokio::test]
async fn over_tls_the_client_believes_whom_it_is_told_to() {
    let folder = Folder::new();
    let (certificate, key) = Certified::new().write_to(&folder);
    let options = AdminOptions::default().host("localhost").token("sesame").tls(&certificate, &key);
    let (serve, address) = start_with(options).await;
    let url = format!("https://localhost:{}", address.port());
    let client = AdminClient::new(&url).expect("an address").token("sesame");
    let trusting = client.clone().ca_certificate(&certificate).expect("a certificate");
    let list = within(SOON, trusting.applications()).await.expect("it is believed");
    assert!(list.applications.contains_key("default"));
    let unbelieved = within(SOON, client.applications()).await.expect_err("nobody is believed");
    assert!(unbelieved.to_string().contains("ca_certificate"), "{unbelieved}");
    let in_clear = AdminClient::new(address.to_string()).expect("an address");
    let error = within(SOON, in_clear.applications()).await.expect_err("it speaks HTTPS");
    assert!(
        matches!(error, ClientError::Version { .. } | ClientError::Unreachable { .. }),
        "{error:?}"
    );
    stop(serve).await;
}
