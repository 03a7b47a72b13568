//! Where a server listens, by the host that it is given.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::net::IpAddr;

use serve_core::Error;
use serve_core::prelude::*;
use tests::{SOON, address, send_raw, start_with, stop, within};

/// This machine may have no IPv6.
fn exists(ip: IpAddr) -> bool {
    std::net::TcpListener::bind((ip, 0)).is_ok()
}

/// Whether IPv4 reaches a socket that listens on all of IPv6.
fn is_dual() -> bool {
    let Ok(listener) = std::net::TcpListener::bind("[::]:0") else { return false };
    let port = listener.local_addr().unwrap().port();
    std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
}

#[tokio::test]
async fn a_server_is_reached_at_every_address_that_its_host_means() {
    for (host, known_as, reached_at) in [
        ("127.0.0.1", "127.0.0.1", ["127.0.0.1"].as_slice()),
        ("0.0.0.0", "0.0.0.0", &["127.0.0.1"]),
        ("localhost", "127.0.0.1", &["127.0.0.1", "::1"]),
        ("LOCALHOST", "127.0.0.1", &["127.0.0.1", "::1"]),
        ("::1", "::1", &["::1"]),
        ("[::1]", "::1", &["::1"]),
        ("[::]", "::", if is_dual() { &["::1", "127.0.0.1"] } else { &["::1"] }),
    ] {
        let known_as: IpAddr = known_as.parse().unwrap();
        if !exists(known_as) {
            continue;
        }
        let serve = start_with(HttpOptions::default().host(host)).await;
        assert_eq!(address(&serve).ip(), known_as, "{host}");
        for ip in reached_at.iter().map(|ip| ip.parse().unwrap()).filter(|ip| exists(*ip)) {
            let request = b"GET /-/healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
            let answer = send_raw((ip, address(&serve).port()).into(), request).await;
            assert!(answer.starts_with("HTTP/1.1 503"), "{host} at {ip}: {answer}");
        }
        stop(serve).await;
    }
}

async fn refused(options: HttpOptions) -> Error {
    within(SOON, Serve::builder().http(options).start()).await.map(drop).unwrap_err()
}

#[tokio::test]
async fn a_host_that_cannot_be_listened_on_is_named_with_what_to_write() {
    for host in ["", "no host", "localhost:8000", "127.0.0.1:8000", "http://localhost"] {
        let error = refused(HttpOptions::default().host(host).port(0)).await;
        assert!(matches!(error, Error::Host { .. }), "{host}: {error:?}");
        let text = error.to_string();
        assert!(text.starts_with(&format!("cannot listen on the host `{host}`: ")), "{text}");
        assert!(text.contains("HttpOptions::host"), "{text}");
    }
    // Kept free for documentation, so that nobody has it.
    let error = refused(HttpOptions::default().host("192.0.2.1").port(0)).await;
    assert!(matches!(error, Error::Listen { .. }), "{error:?}");
    let text = error.to_string();
    assert!(text.starts_with("cannot listen on http://192.0.2.1:0: "), "{text}");
    assert!(text.contains("HttpOptions::host"), "{text}");
}

#[tokio::test]
async fn a_port_that_is_taken_at_one_address_of_localhost_is_refused() {
    let Ok(taken) = std::net::TcpListener::bind("[::1]:0") else { return };
    let port = taken.local_addr().unwrap().port();
    let error = refused(HttpOptions::default().host("localhost").port(port)).await;
    assert!(matches!(error, Error::Listen { address, .. } if address.port() == port), "{error:?}");
    assert!(error.to_string().contains("HttpOptions::port"), "{error}");
}
