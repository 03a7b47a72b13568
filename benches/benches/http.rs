//! `GET /api?name=Alice` over HTTP/1.1: ours against bare axum with the same handler; both over TLS, where bare axum is
//! served by axum-server; and a replica in a process against what one would write by hand for that: a front of axum,
//! which passes requests over kept connections of a Unix socket to axum in a process of its own.
//!
//! Each server has a runtime of its own with two workers, in this process; they take turns, so the others
//! are idle. The load comes from one more thread.

#![expect(clippy::print_stdout, reason = "a bench prints its results")]

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum_server::tls_rustls::RustlsConfig;
use benches::{Exchange, HttpSample, Loaded, Noise, Rounds, Table, drive, unless_quick};
use hyper::client::conn::http1::SendRequest;
use hyper_util::rt::TokioIo;
use serve_core::Isolation;
use serve_core::prelude::{HttpError, HttpOptions, Request, Serve, deployment};
use tokio::net::{TcpListener, UnixListener, UnixStream};
use tokio::runtime::{Builder, Runtime};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};

const CONNECTIONS: [usize; 3] = [1, 32, 256];
const AXUM: usize = 0;
const OURS: usize = 1;
const NAMES: [[&str; 2]; 3] =
    [["axum", "ours"], ["axum-server, TLS", "ours, TLS"], ["by hand", "ours, in a process"]];

const HELLO: Exchange = Exchange {
    request: b"GET /api?name=Alice HTTP/1.1\r\nhost: localhost\r\naccept: */*\r\n\r\n",
    answer_end: b"\r\n\r\nHello Alice!",
};

fn main() -> Result<(), Box<dyn Error>> {
    serve_core::init();
    if let Some(socket) = std::env::var_os(SOCKET) {
        return Ok(server_runtime("backend")?.block_on(serve_on(Path::new(&socket)))?);
    }
    let runtimes: Vec<_> =
        NAMES.iter().flatten().map(|name| server_runtime(name)).collect::<io::Result<_>>()?;
    let axum = runtimes[0].block_on(start_axum())?;
    let (_serve, ours) = runtimes[1].block_on(start_ours(Isolation::Task))?;
    let certified = Certified::new()?;
    let axum_tls = runtimes[2].block_on(start_axum_server(&certified))?;
    let (_secure, ours_tls) = runtimes[3].block_on(start_ours_with_tls(&certified))?;
    let over_tls = |address| certified.connector().map(|tls| Loaded::tls(address, tls));
    let (_backend, by_hand) = runtimes[4].block_on(start_by_hand())?;
    let (_process, ours_in_process) = runtimes[5].block_on(start_ours(Isolation::Process))?;
    let load = Builder::new_current_thread().enable_all().build()?;

    let rounds = unless_quick(24, 2);
    println!(
        "Medians of {rounds} interleaved rounds; ratios are to the other in the same round.\n"
    );
    let noise = Noise::watch();
    let pairs = [
        [axum, ours].map(Loaded::from),
        [over_tls(axum_tls)?, over_tls(ours_tls)?],
        [by_hand, ours_in_process].map(Loaded::from),
    ];
    for (servers, [theirs, own]) in pairs.into_iter().zip(NAMES) {
        let head = |what: &str| [theirs, own].map(|name| format!("{name} {what}"));
        let ([their_rate, own_rate], [their_p50, _], [their_p99, _]) =
            (head("req/s"), head("p50 µs"), head("p99 µs"));
        let mut table = Table::new([
            "connections",
            &*their_rate,
            &*own_rate,
            "ratio",
            "95 %",
            &*their_p50,
            "p50 ratio",
            &*their_p99,
            "p99 ratio",
        ]);
        for connections in CONNECTIONS {
            table.row(compare(&load, &servers, connections, rounds)?);
        }
        println!("{table}");
    }
    println!("{noise}");
    Ok(())
}

fn compare(
    load: &Runtime,
    servers: &[Loaded; 2],
    connections: usize,
    rounds: usize,
) -> io::Result<Vec<String>> {
    let slice = Duration::from_millis(unless_quick(500, 200));
    for server in servers {
        drive(load, server.clone(), connections, slice / 4, HELLO)?;
    }
    let mut failure = None;
    let samples = Rounds::run(servers.len(), rounds, |server| {
        drive(load, servers[server].clone(), connections, slice, HELLO).unwrap_or_else(|error| {
            failure = Some(error);
            HttpSample::default()
        })
    });
    if let Some(failure) = failure {
        return Err(failure);
    }
    let interval = samples.interval(OURS, AXUM, |sample| sample.rate);
    Ok(vec![
        connections.to_string(),
        format!("{:.0}", samples.median(AXUM, |sample| sample.rate)),
        format!("{:.0}", samples.median(OURS, |sample| sample.rate)),
        format!("{:.3}", samples.ratio(OURS, AXUM, |sample| sample.rate)),
        interval,
        format!("{:.0}", samples.median(AXUM, |sample| sample.p50)),
        format!("{:.3}", samples.ratio(OURS, AXUM, |sample| sample.p50)),
        format!("{:.0}", samples.median(AXUM, |sample| sample.p99)),
        format!("{:.3}", samples.ratio(OURS, AXUM, |sample| sample.p99)),
    ])
}

// === the servers ===

fn server_runtime(name: &str) -> io::Result<Runtime> {
    Builder::new_multi_thread().worker_threads(2).thread_name(name).enable_all().build()
}

/// The baseline: what one would write by hand.
async fn start_axum() -> io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let server = axum::serve(listener, hello_router());
    tokio::runtime::Handle::current().spawn(async move { server.await });
    Ok(address)
}

fn hello_router() -> axum::Router {
    axum::Router::new().route("/api", axum::routing::get(hello))
}

async fn hello(request: axum::extract::Request) -> Result<String, axum::http::StatusCode> {
    let query = request.uri().query().unwrap_or_default();
    let name = form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "name");
    match name {
        Some((_, name)) => Ok(format!("Hello {name}!")),
        None => Err(axum::http::StatusCode::BAD_REQUEST),
    }
}

#[derive(Default)]
struct Greeter;

#[deployment(route_prefix = "/api")]
impl Greeter {
    async fn __call__(&self, request: Request) -> Result<String, HttpError> {
        match request.query_param("name") {
            Some(name) => Ok(format!("Hello {name}!")),
            None => Err(HttpError::bad_request("query parameter `name` is missing")),
        }
    }
}

async fn start_ours(isolation: Isolation) -> Result<(Serve, SocketAddr), Box<dyn Error>> {
    start_with(HttpOptions::default(), isolation).await
}

async fn start_with(
    options: HttpOptions,
    isolation: Isolation,
) -> Result<(Serve, SocketAddr), Box<dyn Error>> {
    let serve = Serve::builder().http(options.port(0)).start().await?;
    serve.run(Greeter::bind().isolation(isolation)).await?;
    let address = serve.http_addr().ok_or("HTTP is enabled, so there is an address")?;
    Ok((serve, address))
}

// === over TLS ===

/// A certificate for `localhost`, as both servers have it.
struct Certified {
    certificate: rcgen::Certificate,
    key: rcgen::KeyPair,
}

impl Certified {
    fn new() -> Result<Self, rcgen::Error> {
        let key = rcgen::KeyPair::generate()?;
        let params = rcgen::CertificateParams::new(["localhost".to_owned()])?;
        Ok(Self { certificate: params.self_signed(&key)?, key })
    }

    fn chain(&self) -> Vec<CertificateDer<'static>> {
        vec![self.certificate.der().clone()]
    }

    fn connector(&self) -> Result<TlsConnector, tokio_rustls::rustls::Error> {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.der().clone())?;
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(TlsConnector::from(Arc::new(config)))
    }
}

async fn start_axum_server(certified: &Certified) -> Result<SocketAddr, Box<dyn Error>> {
    let key = PrivatePkcs8KeyDer::from(certified.key.serialize_der());
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(certified.chain(), key.into())?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let config = RustlsConfig::from_config(Arc::new(config));
    let server = axum_server::from_tcp_rustls(listener, config)?;
    let served = server.serve(hello_router().into_make_service());
    tokio::runtime::Handle::current().spawn(served);
    Ok(address)
}

async fn start_ours_with_tls(certified: &Certified) -> Result<(Serve, SocketAddr), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("http-bench-tls-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let (certificate, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    std::fs::write(&certificate, certified.certificate.pem())?;
    std::fs::write(&key, certified.key.serialize_pem())?;
    let options = HttpOptions::default().tls(certificate, key);
    let started = start_with(options, Isolation::Task).await;
    // They have been read.
    std::fs::remove_dir_all(folder)?;
    started
}

// === by hand, in a process ===

/// Where the process listens.
const SOCKET: &str = "HTTP_BENCH_SOCKET";

/// The process, which ends with this.
struct Backend(Child, PathBuf);

impl Drop for Backend {
    fn drop(&mut self) {
        let Self(child, socket) = self;
        drop(child.kill());
        drop(child.wait());
        drop(std::fs::remove_file(socket));
    }
}

async fn serve_on(socket: &Path) -> io::Result<()> {
    axum::serve(UnixListener::bind(socket)?, hello_router()).await
}

async fn start_by_hand() -> Result<(Backend, SocketAddr), Box<dyn Error>> {
    let socket = std::env::temp_dir().join(format!("http-bench-{}", std::process::id()));
    let child = Command::new(std::env::current_exe()?).env(SOCKET, &socket).spawn()?;
    let backend = Backend(child, socket.clone());
    while UnixStream::connect(&socket).await.is_err() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let pool = Arc::new(Connections { socket, idle: Mutex::default() });
    let app = axum::Router::new().fallback(move |request| forward(Arc::clone(&pool), request));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let server = axum::serve(listener, app);
    tokio::runtime::Handle::current().spawn(async move { server.await });
    Ok((backend, address))
}

/// Connections to the process, which are kept.
struct Connections {
    socket: PathBuf,
    idle: Mutex<Vec<SendRequest<Body>>>,
}

impl Connections {
    async fn take(&self) -> Result<SendRequest<Body>, Box<dyn Error + Send + Sync>> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        if let Some(idle) = idle {
            return Ok(idle);
        }
        let stream = TokioIo::new(UnixStream::connect(&self.socket).await?);
        let (sender, connection) = hyper::client::conn::http1::handshake(stream).await?;
        tokio::runtime::Handle::current().spawn(connection);
        Ok(sender)
    }

    /// Kept when its answer has been read.
    fn keep(&self, connection: SendRequest<Body>) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    }
}

async fn forward(
    pool: Arc<Connections>,
    request: axum::extract::Request,
) -> Result<axum::response::Response, axum::http::StatusCode> {
    let failed = |_| axum::http::StatusCode::BAD_GATEWAY;
    exchange(&pool, request).await.map_err(failed)
}

async fn exchange(
    pool: &Connections,
    request: axum::extract::Request,
) -> Result<axum::response::Response, Box<dyn Error + Send + Sync>> {
    let mut connection = pool.take().await?;
    connection.ready().await?;
    let (parts, body) = connection.send_request(request).await?.into_parts();
    let body = axum::body::to_bytes(Body::new(body), 1 << 20).await?;
    pool.keep(connection);
    Ok(axum::response::Response::from_parts(parts, body.into()))
}
