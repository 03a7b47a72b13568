//! Who the client is, behind load balancers and proxies that are trusted, and behind those that are not.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use serve_core::prelude::*;
use tests::certificates::Certified;
use tests::folder::Folder;
use tests::{SOON, address, send_raw, spawn, start_with, stop, until_so, within};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[derive(Default)]
struct Web;

#[deployment(route_prefix = "/")]
impl Web {
    /// The client, and the other end of the connection.
    #[get("/who")]
    fn who(
        &self,
        ClientAddr(client): ClientAddr,
        ConnectInfo(end): ConnectInfo<SocketAddr>,
        request: &Request,
    ) -> String {
        assert_eq!(request.client_addr(), Some(client));
        format!("{client} by {}", end.ip())
    }
}

async fn web(options: HttpOptions) -> Serve {
    let serve = start_with(options).await;
    within(SOON, serve.run(Web::bind())).await.unwrap();
    serve
}

fn request(headers: &str) -> String {
    format!("GET /who HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}\r\n")
}

/// What the server says to this client, or nothing if it closes the connection.
async fn who(serve: &Serve, before: &[u8], headers: &str) -> String {
    let answer = send_raw(address(serve), &[before, request(headers).as_bytes()].concat()).await;
    answer.rsplit("\r\n\r\n").next().unwrap().to_owned()
}

const FORWARDED: [&str; 2] =
    ["x-forwarded-for: 1.1.1.1, 192.0.2.1\r\n", "forwarded: for=1.1.1.1, for=192.0.2.1\r\n"];

#[tokio::test]
async fn nobody_is_believed_who_is_not_trusted() {
    for options in [HttpOptions::default(), HttpOptions::default().trusted_proxies(["10.0.0.0/8"])]
    {
        let serve = web(options).await;
        for headers in FORWARDED {
            assert_eq!(who(&serve, b"", headers).await, "127.0.0.1 by 127.0.0.1");
        }
        let header = b"PROXY TCP4 192.0.2.1 10.0.0.1 4711 80\r\n";
        assert!(who(&serve, header, "").await.is_empty(), "it is no request");
        stop(serve).await;
    }
}

#[tokio::test]
async fn a_trusted_proxy_says_who_the_client_is() {
    let serve = web(HttpOptions::default().trusted_proxies(["127.0.0.0/8"])).await;
    for headers in FORWARDED {
        assert_eq!(who(&serve, b"", headers).await, "192.0.2.1 by 127.0.0.1");
    }
    assert_eq!(who(&serve, b"", &FORWARDED.concat()).await, "192.0.2.1 by 127.0.0.1");
    let spoofed = "x-forwarded-for: 192.0.2.1\r\nforwarded: for=1.1.1.1\r\n";
    assert_eq!(who(&serve, b"", spoofed).await, "127.0.0.1 by 127.0.0.1");
    assert_eq!(who(&serve, b"", "").await, "127.0.0.1 by 127.0.0.1");
    stop(serve).await;
}

#[tokio::test]
async fn a_balancer_says_who_the_client_is_ahead_of_the_connection() {
    let options = HttpOptions::default().proxy_protocol(["127.0.0.1"]);
    let serve = web(options).await;
    let v2 = [
        b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x13".as_slice(),
        &[192, 0, 2, 7, 10, 0, 0, 1, 0x12, 0x34, 0, 80],
        // Something else that the balancer has to say.
        &[4, 0, 4, 1, 2, 3, 4],
    ]
    .concat();
    for (header, client) in [
        (b"PROXY TCP4 192.0.2.1 10.0.0.1 4711 80\r\n".as_slice(), "192.0.2.1"),
        (b"PROXY TCP6 2001:db8::1 2001:db8::2 4711 80\r\n", "2001:db8::1"),
        (b"PROXY UNKNOWN\r\n", "127.0.0.1"),
        (&v2, "192.0.2.7"),
        (b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0", "127.0.0.1"),
    ] {
        assert_eq!(who(&serve, header, "").await, format!("{client} by {client}"));
    }
    assert_eq!(who(&serve, b"", "").await, "", "the header is required");
    stop(serve).await;
}

/// In pieces, with a handshake behind it, and with a proxy that is trusted by the address that it names.
#[tokio::test]
async fn the_header_of_a_balancer_comes_before_everything_else() {
    let (folder, certified) = (Folder::new(), Certified::new());
    let (certificate, key) = certified.write_to(&folder);
    let options = HttpOptions::default()
        .proxy_protocol(["127.0.0.1", "::1"])
        .trusted_proxies(["192.0.2.0/24"])
        .tls(certificate, key);
    let serve = web(options).await;
    let mut stream = within(SOON, TcpStream::connect(address(&serve))).await.unwrap();
    stream.set_nodelay(true).unwrap();
    for piece in ["PRO", "XY TCP4 192.0.2.1 10.0", ".0.1 4711 80\r", "\n"] {
        stream.write_all(piece.as_bytes()).await.unwrap();
        tokio::task::yield_now().await;
    }
    let mut stream = certified.client(&[]).shake(stream).await.unwrap();
    stream.write_all(request("x-forwarded-for: 203.0.113.9\r\n").as_bytes()).await.unwrap();
    let mut answer = String::new();
    within(SOON, stream.read_to_string(&mut answer)).await.unwrap();
    assert!(answer.ends_with("203.0.113.9 by 192.0.2.1"), "{answer}");
    stop(serve).await;
}

#[tokio::test]
async fn a_balancer_that_says_nothing_holds_up_nobody() {
    let brief = std::time::Duration::from_millis(300);
    let options = HttpOptions::default().proxy_protocol(["127.0.0.1"]).header_read_timeout(brief);
    let serve = web(options).await;
    let mut silent = Vec::new();
    for begun in [&b""[..], b"PROXY", b"\r\n\r\n\0\r\nQUIT\n\x21\x11\x0f\xf0"].repeat(5) {
        let mut stream = within(SOON, TcpStream::connect(address(&serve))).await.unwrap();
        stream.write_all(begun).await.unwrap();
        silent.push(stream);
    }
    assert_eq!(who(&serve, b"PROXY UNKNOWN\r\n", "").await, "127.0.0.1 by 127.0.0.1");
    for mut stream in silent {
        let mut rest = Vec::new();
        drop(within(SOON, stream.read_to_end(&mut rest)).await);
    }
    stop(serve).await;
}

#[tokio::test]
async fn in_an_application_of_ones_own_it_is_known_as_far_as_that_knows_the_connection() {
    let options = HttpOptions::disabled().trusted_proxies(["127.0.0.1"]);
    let serve = within(SOON, Serve::builder().http(options).start()).await.unwrap();
    within(SOON, serve.run(Web::bind())).await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = listener.local_addr().unwrap();
    let app = serve.router().into_make_service_with_connect_info::<SocketAddr>();
    drop(spawn(async move { axum::serve(listener, app).await }));
    let answer = send_raw(server, request(FORWARDED[0]).as_bytes()).await;
    assert!(answer.ends_with("192.0.2.1 by 127.0.0.1"), "{answer}");
    stop(serve).await;
}

// === the access log ===

/// Text that a subscriber has written.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Written {
    fn has(&self, text: &str) -> bool {
        String::from_utf8_lossy(&self.0.lock().unwrap()).contains(text)
    }
}

#[tokio::test]
async fn the_access_log_shows_the_client() {
    let written = Written::default();
    let writer = written.clone();
    let subscriber =
        tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    // All of this test runs on one thread.
    let _subscriber = tracing::subscriber::set_default(subscriber);
    let serve = web(HttpOptions::default().trusted_proxies(["127.0.0.1"]).access_log(true)).await;
    who(&serve, b"", FORWARDED[0]).await;
    until_so("the line is written", || written.has("GET /who 200")).await;
    let client: IpAddr = "192.0.2.1".parse().unwrap();
    assert!(
        written.has(&format!("client=\"{client}\"")) || written.has(&format!("client={client}"))
    );
    stop(serve).await;
}
