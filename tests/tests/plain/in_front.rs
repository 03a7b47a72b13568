//! Behind nginx and HAProxy: clients are known, streams are not held back, WebSockets pass, and a connection that has
//! gone is replaced.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]
#![cfg(target_os = "linux")]

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::extract::ws::WebSocketUpgrade;
use futures::{SinkExt, Stream, StreamExt, stream};
use serve_core::prelude::*;
use tests::front::Front;
use tests::{Probe, SOON, address, read_until, start_with, stop, within};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite;

/// Where the client is, so that it is not the proxy. All of 127.0.0.0/8 is this machine.
const CLIENT: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

struct Web {
    probe: Probe,
}

#[deployment(route_prefix = "/")]
impl Web {
    fn new(probe: Probe) -> Self {
        Self { probe }
    }

    #[get("/who")]
    fn who(&self, ClientAddr(client): ClientAddr) -> String {
        format!("it is {client}")
    }

    /// One event, and another when the gate lets it pass.
    #[get("/events")]
    async fn events(&self) -> impl Stream<Item = Event> {
        let probe = self.probe.clone();
        let last = stream::once(async move {
            probe.pass().await;
            Event::default().data("last")
        });
        stream::iter([Event::default().data("first")]).chain(last)
    }

    #[post("/upload")]
    async fn upload(&self, body: bytes::Bytes) -> String {
        format!("got {}", body.len())
    }

    async fn __call__(&self, upgrade: WebSocketUpgrade) -> Response {
        upgrade.on_upgrade(|mut socket| async move {
            while let Some(Ok(message)) = socket.recv().await {
                if socket.send(message).await.is_err() {
                    return;
                }
            }
        })
    }
}

async fn web(options: HttpOptions) -> (Serve, Probe) {
    let (serve, probe) = (start_with(options).await, Probe::new());
    within(SOON, serve.run(Web::bind(probe.clone()))).await.unwrap();
    (serve, probe)
}

async fn connect(front: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((CLIENT, 0).into()).unwrap();
    within(SOON, socket.connect(front)).await.unwrap()
}

async fn ask(connection: &mut TcpStream, path: &str, headers: &str, until: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n");
    connection.write_all(request.as_bytes()).await.unwrap();
    read_until(connection, until).await
}

/// All that has to work behind whatever stands in front.
async fn assert_that_everything_passes(front: SocketAddr, probe: &Probe) {
    let mut connection = connect(front).await;
    for spoofed in ["", "x-forwarded-for: 1.1.1.1\r\n"] {
        ask(&mut connection, "/who", spoofed, "it is 127.0.0.2").await;
    }
    ask(&mut connection, "/events", "", "first").await;
    probe.release(1);
    // With the end of its chunks, so that the next answer stands alone.
    read_until(&mut connection, "last").await;
    let mut connection = connect(front).await;
    let bytes = 3 << 20;
    let head =
        format!("POST /upload HTTP/1.1\r\nhost: localhost\r\ncontent-length: {bytes}\r\n\r\n");
    connection.write_all(head.as_bytes()).await.unwrap();
    connection.write_all(&vec![b'x'; bytes]).await.unwrap();
    read_until(&mut connection, &format!("got {bytes}")).await;
    let opening = tokio_tungstenite::client_async("ws://localhost/", connect(front).await);
    let (mut socket, _) = within(SOON, opening).await.unwrap();
    for text in ["one", "two"] {
        socket.send(tungstenite::Message::text(text)).await.unwrap();
        let answer = within(SOON, socket.next()).await.unwrap().unwrap();
        assert_eq!(answer.into_text().unwrap().as_str(), text);
    }
}

/// As the guide has it.
fn nginx_block(server: SocketAddr) -> String {
    format!(
        "map $http_upgrade $connection_upgrade {{ default upgrade; '' ''; }}\n\
         upstream app {{ server {server}; keepalive 32; }}\n\
         server {{\n\
             listen 127.0.0.1:PORT0;\n\
             client_max_body_size 64m;\n\
             location / {{\n\
                 proxy_pass http://app;\n\
                 proxy_http_version 1.1;\n\
                 proxy_set_header Host $host;\n\
                 proxy_set_header Upgrade $http_upgrade;\n\
                 proxy_set_header Connection $connection_upgrade;\n\
                 proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n\
                 proxy_buffering off;\n\
                 proxy_request_buffering off;\n\
             }}\n\
         }}\n"
    )
}

#[tokio::test]
async fn everything_passes_nginx() {
    let (serve, probe) = web(HttpOptions::default().trusted_proxies(["127.0.0.1"])).await;
    let Some(front) = Front::nginx(&nginx_block(address(&serve))).await else { return };
    assert_that_everything_passes(front.address(0), &probe).await;
    stop(serve).await;
}

/// Whoever closes a kept connection just when a request is sent on it makes a 502.
#[tokio::test]
async fn a_connection_that_idled_for_too_long_costs_no_request_behind_nginx() {
    let brief = Duration::from_millis(100);
    let options = HttpOptions::default().trusted_proxies(["127.0.0.1"]).keep_alive_timeout(brief);
    let (serve, _) = web(options).await;
    let Some(front) = Front::nginx(&nginx_block(address(&serve))).await else { return };
    let mut connection = connect(front.address(0)).await;
    for pause in [0, 1, 3, 2, 0, 4] {
        tokio::time::sleep(brief * pause).await;
        ask(&mut connection, "/who", "", "it is 127.0.0.2").await;
    }
    stop(serve).await;
}

#[tokio::test]
async fn everything_passes_haproxy_whichever_way_it_says_who_the_client_is() {
    let options = HttpOptions::default().trusted_proxies(["127.0.0.1"]);
    let (by_header, first) = web(options).await;
    let (ahead, second) = web(HttpOptions::default().proxy_protocol(["127.0.0.1"])).await;
    let (server, other) = (address(&by_header), address(&ahead));
    let config = format!(
        "listen http\nbind 127.0.0.1:PORT0\noption forwardfor\nserver s {server}\n\
         listen tcp1\nmode tcp\nbind 127.0.0.1:PORT1\nserver s {other} send-proxy\n\
         listen tcp2\nmode tcp\nbind 127.0.0.1:PORT2\nserver s {other} send-proxy-v2\n\
         listen http2\nbind 127.0.0.1:PORT3\noption forwardfor\nserver s {server} proto h2\n"
    );
    let Some(front) = Front::haproxy(&config).await else { return };
    for (index, probe) in [(0, &first), (1, &second), (2, &second), (3, &first)] {
        assert_that_everything_passes(front.address(index), probe).await;
    }
    stop(by_header).await;
    stop(ahead).await;
}
