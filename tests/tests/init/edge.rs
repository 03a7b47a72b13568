//! What a server's edge and replicas in processes have to do with each other: who the client is, bodies that stop coming,
//! and what systemd hands to the server alone.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::net::{SocketAddr, TcpListener};
use std::os::fd::{AsRawFd, OwnedFd};
use std::process::Stdio;
use std::time::Duration;

use serve_core::Isolation;
use serve_core::prelude::*;
use tests::folder::Folder;
use tests::processes::signal;
use tests::{SOON, address, process_tests, send_raw, spawn, start_with, stop, within};
use tokio::net::UnixDatagram;
use tokio::process::{Child, Command};

/// Makes this program the server that systemd starts.
const ROLE: &str = "EDGE_TEST_ROLE";

struct Web;

#[deployment(route_prefix = "/")]
impl Web {
    fn new() -> Self {
        Self
    }

    #[get("/who")]
    fn who(
        &self,
        ClientAddr(client): ClientAddr,
        ConnectInfo(end): ConnectInfo<SocketAddr>,
    ) -> String {
        format!("{client} by {}", end.ip())
    }

    #[post("/upload")]
    async fn upload(&self, request: Request) -> Result<String, HttpError> {
        Ok(request.bytes().await?.len().to_string())
    }

    /// What this process has of systemd's: variables, and open files.
    #[get("/inherited")]
    fn inherited(&self) -> String {
        let variables = ["LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES", "NOTIFY_SOCKET"];
        let set = variables.into_iter().filter(|name| std::env::var_os(name).is_some());
        let files = std::fs::read_dir("/proc/self/fd").unwrap();
        let links = files.filter_map(|file| std::fs::read_link(file.ok()?.path()).ok());
        let all = set.map(str::to_owned).chain(links.map(|link| link.display().to_string()));
        all.collect::<Vec<_>>().join(" ")
    }
}

async fn a_method_sees_the_client_that_a_trusted_proxy_names_wherever_its_replica_is() {
    for isolation in [Isolation::Task, Isolation::Process] {
        let serve = start_with(HttpOptions::default().trusted_proxies(["127.0.0.1"])).await;
        within(SOON, serve.run(Web::bind().isolation(isolation))).await.unwrap();
        for (headers, client) in
            [("x-forwarded-for: 192.0.2.1\r\n", "192.0.2.1"), ("", "127.0.0.1")]
        {
            let request =
                format!("GET /who HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n");
            let answer = send_raw(address(&serve), request.as_bytes()).await;
            assert!(answer.ends_with(&format!("{client} by 127.0.0.1")), "{isolation:?}: {answer}");
        }
        stop(serve).await;
    }
}

async fn a_body_that_stops_coming_is_answered_with_408_wherever_its_replica_is() {
    let brief = Duration::from_millis(200);
    for isolation in [Isolation::Task, Isolation::Thread, Isolation::Process] {
        let serve = start_with(HttpOptions::default().body_read_timeout(brief)).await;
        within(SOON, serve.run(Web::bind().isolation(isolation))).await.unwrap();
        let request = b"POST /upload HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nab";
        let answer = send_raw(address(&serve), request).await;
        assert!(answer.starts_with("HTTP/1.1 408 "), "{isolation:?}: {answer}");
        stop(serve).await;
    }
}

// === systemd ===

/// Whether this program is the server.
pub(crate) fn is_server() -> bool {
    std::env::var_os(ROLE).is_some()
}

/// Deploys to the default instance, as a usual program does.
pub(crate) fn serve() {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        // Heard from the beginning: the test may say so as soon as the server is ready.
        let ending = spawn(serve_core::shutdown_signal());
        tokio::task::yield_now().await;
        let web = Web::bind().isolation(Isolation::Process);
        within(SOON, serve_core::run(web)).await.unwrap();
        ending.await.unwrap();
        serve_core::shutdown().await.unwrap();
    });
}

/// What systemd has.
struct Systemd {
    admin: TcpListener,
    http: TcpListener,
    notified: UnixDatagram,
    folder: Folder,
}

impl Systemd {
    fn new() -> Self {
        let folder = Folder::new();
        let bind = || TcpListener::bind("127.0.0.1:0").unwrap();
        let notified = UnixDatagram::bind(folder.file("notify")).unwrap();
        Self { admin: bind(), http: bind(), notified, folder }
    }

    /// Starts the server: sockets are its descriptors from 3 on.
    fn start(&self) -> Child {
        let script =
            "exec 3<&0 4<&1 </dev/null >&2; export LISTEN_PID=$$ LISTEN_FDS=2; exec \"$0\"";
        let stdio =
            |listener: &TcpListener| Stdio::from(OwnedFd::from(listener.try_clone().unwrap()));
        Command::new("sh")
            .args(["-c", script])
            .arg(std::env::current_exe().unwrap())
            .env(ROLE, "server")
            .env("LISTEN_FDNAMES", "admin:http")
            .env("NOTIFY_SOCKET", self.folder.file("notify"))
            .stdin(stdio(&self.admin))
            .stdout(stdio(&self.http))
            .kill_on_drop(true)
            .spawn()
            .unwrap()
    }

    async fn told(&self) -> String {
        let mut text = [0; 256];
        let length = within(SOON, self.notified.recv(&mut text)).await.unwrap();
        String::from_utf8_lossy(&text[..length]).into_owned()
    }

    async fn stop(&self, mut server: Child) {
        assert!(signal(server.id().unwrap(), "-TERM"));
        assert_eq!(self.told().await, "STOPPING=1");
        assert!(within(SOON, server.wait()).await.unwrap().success());
    }
}

const INHERITED: &[u8] = b"GET /inherited HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

async fn a_server_that_systemd_starts_listens_on_its_socket_and_tells_how_it_is() {
    let systemd = Systemd::new();
    let address = systemd.http.local_addr().unwrap();
    let server = systemd.start();
    assert_eq!(systemd.told().await, format!("READY=1\nSTATUS=listening on http://{address}"));
    let answer = send_raw(address, INHERITED).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    for listener in [&systemd.http, &systemd.admin] {
        let file = format!("/proc/self/fd/{}", listener.as_raw_fd());
        let socket = std::fs::read_link(file).unwrap().display().to_string();
        assert!(!answer.contains(&socket), "{answer}");
    }
    assert!(!answer.contains("LISTEN_") && !answer.contains("NOTIFY_"), "{answer}");
    systemd.stop(server).await;
}

async fn between_two_runs_under_systemd_clients_wait_and_none_is_refused() {
    let systemd = Systemd::new();
    let address = systemd.http.local_addr().unwrap();
    let first = systemd.start();
    systemd.told().await;
    systemd.stop(first).await;
    let waiting = spawn(send_raw(address, INHERITED));
    let second = systemd.start();
    assert!(within(SOON, waiting).await.unwrap().starts_with("HTTP/1.1 200 OK"));
    systemd.told().await;
    systemd.stop(second).await;
}

process_tests! {
    a_method_sees_the_client_that_a_trusted_proxy_names_wherever_its_replica_is
    a_body_that_stops_coming_is_answered_with_408_wherever_its_replica_is
    a_server_that_systemd_starts_listens_on_its_socket_and_tells_how_it_is
    between_two_runs_under_systemd_clients_wait_and_none_is_refused
}
