//! Sockets that a server is given, and options that it refuses to start with.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::net::{SocketAddr, TcpListener};

use serve_core::Error;
use serve_core::prelude::*;
use tests::{SOON, send_raw, stop, within};

#[derive(Default)]
struct Web;

#[deployment(route_prefix = "/")]
impl Web {
    #[get("/quick")]
    fn quick(&self) -> &'static str {
        "quick"
    }
}

fn bound() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

async fn start(options: HttpOptions) -> Serve {
    let serve = within(SOON, Serve::builder().http(options).start()).await.unwrap();
    within(SOON, serve.run(Web::bind())).await.unwrap();
    serve
}

const QUICK: &[u8] = b"GET /quick HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

#[tokio::test]
async fn a_server_listens_on_the_sockets_that_it_is_given_and_on_nothing_else() {
    let ((one, first), (other, second)) = (bound(), bound());
    let (_taken, taken) = bound();
    // A port that could not be listened on, if it counted.
    let serve =
        start(HttpOptions::default().port(taken.port()).listener(one).listener(other)).await;
    assert_eq!(serve.http_addr(), Some(first));
    for address in [first, second] {
        assert!(send_raw(address, QUICK).await.ends_with("quick"));
    }
    stop(serve).await;
}

/// A client that has connected before there was a server gets its answer.
#[tokio::test]
async fn whoever_connects_before_the_server_starts_is_served() {
    let (listener, address) = bound();
    let asking = tests::spawn(async move { send_raw(address, QUICK).await });
    let connected = tokio::net::TcpStream::connect(address).await.unwrap();
    drop(connected);
    let serve = start(HttpOptions::default().listener(listener)).await;
    assert!(within(SOON, asking).await.unwrap().ends_with("quick"));
    stop(serve).await;
}

#[tokio::test]
async fn a_socket_is_closed_with_the_server_unless_the_options_are_kept() {
    let (listener, address) = bound();
    let serve = start(HttpOptions::default().listener(listener)).await;
    stop(serve).await;
    assert!(tokio::net::TcpStream::connect(address).await.is_err());

    let (listener, address) = bound();
    let options = HttpOptions::default().listener(listener);
    for _ in 0..2 {
        let serve = start(options.clone()).await;
        assert!(send_raw(address, QUICK).await.ends_with("quick"));
        stop(serve).await;
    }
    drop(tokio::net::TcpStream::connect(address).await.unwrap());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_socket_that_does_not_listen_is_refused() {
    let (_listener, address) = bound();
    let connection = std::net::TcpStream::connect(address).unwrap();
    let listener = TcpListener::from(std::os::fd::OwnedFd::from(connection));
    let starting = Serve::builder().http(HttpOptions::default().listener(listener)).start();
    let error = within(SOON, starting).await.unwrap_err();
    assert!(error.to_string().contains("HttpOptions::listener"), "{error}");
    assert!(error.to_string().contains("it does not listen"), "{error}");
}

#[tokio::test]
async fn options_that_are_out_of_range_are_all_named_at_the_start() {
    let options = HttpOptions::default()
        .port(0)
        .max_connections(0)
        .proxy_protocol(["everybody"])
        .trusted_proxies(["10.0.0.0/99"]);
    let refused = within(SOON, Serve::builder().http(options).start()).await;
    let Err(Error::InvalidConfig { problems }) = refused else { panic!("{refused:?}") };
    assert_eq!(problems.len(), 3, "{problems:?}");
    assert!(problems[1].contains("`everybody` is no network"), "{problems:?}");
}
