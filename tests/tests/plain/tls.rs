//! HTTPS: what works in clear works over TLS, certificates may change, and nobody's handshake is in others' way.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use axum::extract::ws::WebSocketUpgrade;
use bytes::Bytes;
use futures::{SinkExt, Stream, StreamExt, stream};
use http_body_util::Empty;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serve_core::prelude::*;
use serve_core::{Error, EventKind};
use tests::certificates::{Certified, TlsClient};
use tests::folder::Folder;
use tests::{Probe, SOON, address, read_http2, send_raw, spawn, start_with, stop, within};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::tungstenite;

/// A limit that a test wants to see at work.
const BRIEF: Duration = Duration::from_millis(150);

struct Web {
    probe: Probe,
}

#[deployment(route_prefix = "/")]
impl Web {
    fn new(probe: Probe) -> Self {
        Self { probe }
    }

    #[get("/quick")]
    fn quick(&self) -> &'static str {
        "quick"
    }

    /// The client, the version, and what the URL begins with.
    #[get("/about")]
    fn about(&self, ConnectInfo(client): ConnectInfo<SocketAddr>, request: &Request) -> String {
        format!("{client} {:?} {:?}", request.version(), request.uri().scheme_str())
    }

    #[get("/slow")]
    async fn slow(&self) -> &'static str {
        self.probe.pass().await;
        "slow"
    }

    #[get("/stream")]
    async fn stream(&self) -> impl Stream<Item = &'static str> {
        let probe = self.probe.clone();
        stream::iter(["first "]).chain(stream::once(async move {
            probe.pass().await;
            "last"
        }))
    }

    #[post("/upload")]
    async fn upload(&self, body: Bytes) -> String {
        body.len().to_string()
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

/// A server with a certificate, and where that is.
struct Secure {
    serve: Serve,
    probe: Probe,
    certified: Certified,
    folder: Folder,
}

impl Secure {
    async fn start(options: HttpOptions) -> Self {
        let (folder, certified, probe) = (Folder::new(), Certified::new(), Probe::new());
        let (certificate, key) = certified.write_to(&folder);
        let serve = start_with(options.tls(certificate, key)).await;
        within(SOON, serve.run(Web::bind(probe.clone()))).await.unwrap();
        Self { serve, probe, certified, folder }
    }

    async fn connect(&self) -> TlsStream<TcpStream> {
        self.certified.client(&["http/1.1"]).connect(address(&self.serve)).await.unwrap()
    }

    async fn stop(self) {
        stop(self.serve).await;
    }
}

async fn secure() -> Secure {
    Secure::start(HttpOptions::default()).await
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n")
}

/// Reads until `text` has come.
async fn read_until(stream: &mut TlsStream<TcpStream>, text: &str) -> String {
    let mut seen = Vec::new();
    let mut buffer = [0; 4096];
    while !String::from_utf8_lossy(&seen).contains(text) {
        let read = within(SOON, stream.read(&mut buffer)).await.unwrap();
        assert!(read > 0, "it ended before {text:?}: {}", String::from_utf8_lossy(&seen));
        seen.extend_from_slice(&buffer[..read]);
    }
    String::from_utf8_lossy(&seen).into_owned()
}

/// Asks for a path, and reads until `text` has come.
async fn ask(stream: &mut TlsStream<TcpStream>, path: &str, text: &str) -> String {
    stream.write_all(get(path).as_bytes()).await.unwrap();
    read_until(stream, text).await
}

type Http2 = hyper::client::conn::http2::SendRequest<Empty<Bytes>>;

async fn http2(stream: TlsStream<TcpStream>) -> Http2 {
    let shaking = hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream));
    let (sender, connection) = within(SOON, shaking).await.unwrap();
    drop(spawn(async move { drop(connection.await) }));
    sender
}

async fn get_http2(sender: &mut Http2, path: &str) -> (u16, String) {
    let url = format!("https://localhost{path}");
    let request = http::Request::get(url).body(Empty::new()).unwrap();
    read_http2(within(SOON, sender.send_request(request)).await.unwrap()).await
}

#[tokio::test]
async fn a_client_chooses_its_protocol_and_handlers_see_who_it_is() {
    let secure = secure().await;
    let server = address(&secure.serve);
    for (client, protocol) in [
        (secure.certified.client(&["h2", "http/1.1"]), Some("h2")),
        (secure.certified.client(&["http/1.1"]), Some("http/1.1")),
        (secure.certified.client(&[]), None),
        (secure.certified.client_of_tls12(), None),
    ] {
        let mut stream = client.connect(server).await.unwrap();
        let (socket, tls) = stream.get_ref();
        let chosen = tls.alpn_protocol().map(|name| String::from_utf8_lossy(name).into_owned());
        assert_eq!(chosen.as_deref(), protocol);
        let me = socket.local_addr().unwrap();
        if protocol == Some("h2") {
            let mut sender = http2(stream).await;
            let about = format!("{me} HTTP/2.0 Some(\"https\")");
            assert_eq!(get_http2(&mut sender, "/about").await, (200, about));
        } else {
            ask(&mut stream, "/about", &format!("{me} HTTP/1.1 None")).await;
        }
    }
    let told = secure.serve.recent_events(0);
    let listening = told.iter().find(|event| event.kind == EventKind::Listening).unwrap();
    assert_eq!(listening.message, format!("listening on https://{server}"));
    secure.stop().await;
}

#[tokio::test]
async fn bodies_streams_and_websockets_pass() {
    let secure = secure().await;
    let mut stream = secure.connect().await;
    let body = vec![b'x'; 300_000];
    let head =
        format!("POST /upload HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&body).await.unwrap();
    read_until(&mut stream, "300000").await;
    // On the same connection: the first item comes before there is a second.
    ask(&mut stream, "/stream", "first").await;
    secure.probe.release(1);
    read_until(&mut stream, "last").await;
    let (mut socket, _) =
        within(SOON, tokio_tungstenite::client_async("wss://localhost/", secure.connect().await))
            .await
            .unwrap();
    socket.send(tungstenite::Message::text("hello")).await.unwrap();
    let answer = within(SOON, socket.next()).await.unwrap().unwrap();
    assert_eq!(answer.into_text().unwrap().as_str(), "hello");
    drop(socket);
    secure.stop().await;
}

#[tokio::test]
async fn a_client_that_closes_its_half_gets_its_answer() {
    let secure = secure().await;
    let mut stream = secure.connect().await;
    // Both at once, so that the server reads the end with the request.
    stream.write_all(get("/quick").as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = String::new();
    within(SOON, stream.read_to_string(&mut answer)).await.unwrap();
    assert!(answer.ends_with("quick"), "{answer}");
    secure.stop().await;
}

#[tokio::test]
async fn an_idle_connection_is_closed_and_one_of_an_answer_is_kept() {
    let secure = Secure::start(HttpOptions::default().keep_alive_timeout(BRIEF)).await;
    let mut stream = secure.connect().await;
    ask(&mut stream, "/quick", "quick").await;
    ask(&mut stream, "/quick", "quick").await;
    let mut rest = Vec::new();
    drop(within(SOON, stream.read_to_end(&mut rest)).await);
    assert_eq!(rest, b"");
    secure.stop().await;
}

#[tokio::test]
async fn a_shutdown_lets_requests_end_and_waits_for_no_handshake() {
    let secure = secure().await;
    let mut stream = secure.connect().await;
    stream.write_all(get("/slow").as_bytes()).await.unwrap();
    secure.probe.entered(1).await;
    let silent = within(SOON, TcpStream::connect(address(&secure.serve))).await.unwrap();
    let Secure { serve, probe, .. } = secure;
    let stopping = spawn(stop(serve));
    probe.release(1);
    let mut answer = String::new();
    within(SOON, stream.read_to_string(&mut answer)).await.unwrap();
    assert!(answer.ends_with("slow"), "{answer}");
    within(SOON, stopping).await.unwrap();
    drop(silent);
}

#[tokio::test]
async fn a_handshake_that_never_comes_holds_up_nobody_and_is_not_waited_for_long() {
    let secure = Secure::start(HttpOptions::default().header_read_timeout(BRIEF * 10)).await;
    let server = address(&secure.serve);
    let mut silent = Vec::new();
    for begun in [&b""[..], &[0x16], &[0x16, 3, 1, 2, 0, 1, 0]].repeat(10) {
        let mut stream = within(SOON, TcpStream::connect(server)).await.unwrap();
        stream.write_all(begun).await.unwrap();
        silent.push(stream);
    }
    ask(&mut secure.connect().await, "/quick", "quick").await;
    for mut stream in silent {
        let mut rest = Vec::new();
        drop(within(SOON, stream.read_to_end(&mut rest)).await);
    }
    secure.stop().await;
}

#[tokio::test]
async fn a_client_that_says_http_is_told_to_say_https() {
    let secure = secure().await;
    let answer = send_raw(address(&secure.serve), get("/quick").as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{answer}");
    assert!(answer.ends_with("This server speaks HTTPS; use an https:// URL.\r\n"), "{answer}");
    secure.stop().await;
}

// === certificates ===

/// Why a server does not start with these files.
async fn refusal(certificate: &Path, key: &Path) -> String {
    let options = HttpOptions::default().port(0).tls(certificate, key);
    let refused = within(SOON, Serve::builder().http(options).start()).await;
    match refused {
        Err(error @ Error::Tls { .. }) => error.to_string(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it starts"),
    }
}

#[tokio::test]
async fn a_pair_that_cannot_be_used_is_refused_at_the_start_by_the_name_of_its_file() {
    let (folder, one, other) = (Folder::new(), Certified::new(), Certified::new());
    let (certificate, key) = one.write_to(&folder);
    let other_key = folder.write("other.pem", &other.key);
    let nothing = folder.write("nothing.pem", "nothing\n");
    let broken = folder.write("broken.pem", "-----BEGIN CERTIFICATE-----\n????\n");
    let encrypted = folder.write("encrypted.pem", one.key.replace("PRIVATE", "ENCRYPTED PRIVATE"));
    let missing = folder.file("missing.pem");
    let cases = [
        (&missing, &key, &missing, "it cannot be read: No such file"),
        (&certificate, &missing, &missing, "it cannot be read: No such file"),
        (&nothing, &key, &nothing, "it has no certificate in PEM form"),
        (&broken, &key, &broken, "it is no proper PEM"),
        (&key, &certificate, &key, "a private key; are the two swapped?"),
        (&certificate, &certificate, &certificate, "it has no private key, but a certificate"),
        (&certificate, &nothing, &nothing, "it has no private key in PEM form"),
        (&certificate, &encrypted, &encrypted, "its key is encrypted"),
        (&certificate, &other_key, &other_key, "its key does not fit the certificate in `"),
    ];
    for (certificate, key, blamed, why) in cases {
        let said = refusal(certificate, key).await;
        let begin = format!("cannot use `{}` for TLS: ", blamed.display());
        assert!(said.starts_with(&begin) && said.contains(why), "{said}\nshould say {why}");
    }
}

/// Waits until new connections get this certificate.
async fn until_served(secure: &Secure, certified: &Certified) {
    let client = certified.client(&["http/1.1"]);
    let asking = async {
        while client.connect(address(&secure.serve)).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    within(SOON, asking).await;
}

async fn is_served(secure: &Secure, client: &TlsClient) -> bool {
    client.connect(address(&secure.serve)).await.is_ok()
}

#[tokio::test]
async fn files_that_change_are_taken_for_new_connections_and_the_old_ones_live_on() {
    let secure = secure().await;
    let mut old = secure.connect().await;
    ask(&mut old, "/quick", "quick").await;
    let renewed = Certified::new();
    let _ = renewed.write_to(&secure.folder);
    until_served(&secure, &renewed).await;
    assert!(!is_served(&secure, &secure.certified.client(&[])).await);
    ask(&mut old, "/quick", "quick").await;
    let events = secure.serve.recent_events(0);
    let kinds: Vec<_> = events.iter().map(|event| event.kind).collect();
    assert!(kinds.contains(&EventKind::CertificateReloaded), "{kinds:?}");
    assert!(!kinds.contains(&EventKind::CertificateRefused), "{kinds:?}");
    secure.stop().await;
}

#[tokio::test]
async fn a_new_pair_that_cannot_be_used_is_told_and_leaves_the_old_one_in_force() {
    let secure = secure().await;
    let mut events = secure.serve.events();
    secure.folder.write("key.pem", Certified::new().key);
    let refused = async {
        loop {
            let event = events.next().await.unwrap();
            if event.kind == EventKind::CertificateRefused {
                return event;
            }
        }
    };
    let refused = within(SOON, refused).await;
    let file = secure.folder.file("key.pem");
    assert!(refused.message.contains(&file.display().to_string()), "{}", refused.message);
    assert!(refused.message.contains("does not fit"), "{}", refused.message);
    assert!(is_served(&secure, &secure.certified.client(&[])).await);
    // The next good one is taken.
    let renewed = Certified::new();
    let _ = renewed.write_to(&secure.folder);
    until_served(&secure, &renewed).await;
    secure.stop().await;
}

/// As Kubernetes mounts secrets: files are links into `..data`, which is a link that is exchanged.
#[cfg(unix)]
#[tokio::test]
async fn files_behind_links_that_change_are_taken() {
    use std::os::unix::fs::symlink;

    let (folder, probe) = (Folder::new(), Probe::new());
    let (one, other) = (Certified::new(), Certified::new());
    for (name, certified) in [("..1", &one), ("..2", &other)] {
        std::fs::create_dir(folder.file(name)).unwrap();
        folder.write(&format!("{name}/tls.crt"), &certified.certificate);
        folder.write(&format!("{name}/tls.key"), &certified.key);
    }
    symlink("..1", folder.file("..data")).unwrap();
    symlink("..data/tls.crt", folder.file("tls.crt")).unwrap();
    symlink("..data/tls.key", folder.file("tls.key")).unwrap();
    let options = HttpOptions::default().tls(folder.file("tls.crt"), folder.file("tls.key"));
    let serve = start_with(options).await;
    within(SOON, serve.run(Web::bind(probe.clone()))).await.unwrap();
    let secure = Secure { serve, probe, certified: one, folder };
    ask(&mut secure.connect().await, "/quick", "quick").await;
    symlink("..2", secure.folder.file("..new")).unwrap();
    std::fs::rename(secure.folder.file("..new"), secure.folder.file("..data")).unwrap();
    until_served(&secure, &other).await;
    secure.stop().await;
}
