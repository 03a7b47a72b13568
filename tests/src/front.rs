//! Servers that stand in front of ours: real nginx and HAProxy, each with a configuration of the test's own.
//!
//! Where one is not installed its tests are skipped, and say so, unless [`REQUIRED`] is set, as it is in CI.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::Stdio;

use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::folder::Folder;
use crate::{SOON, within};

/// A program that runs in front, until it is dropped.
#[derive(Debug)]
pub struct Front {
    _process: Child,
    _folder: Folder,
    ports: Vec<u16>,
}

/// The environment variable with which a program that is not installed fails its tests.
pub const REQUIRED: &str = "SERVE_TEST_FRONTS";

/// How often other ports are tried: between the choice and its use somebody else may take one.
const TRIES: usize = 5;

impl Front {
    /// nginx, with these blocks in its `http` block. `PORT0` in them is a free port, as are others.
    ///
    /// # Panics
    ///
    /// It does not start with that.
    pub async fn nginx(http: &str) -> Option<Self> {
        let config = |folder: &Folder| {
            let path = folder.path().display();
            format!(
                "daemon off;\nmaster_process off;\npid {path}/pid;\nerror_log stderr warn;\nevents {{}}\nhttp {{\n\
                 access_log off;\nclient_body_temp_path {path}/a;\nproxy_temp_path {path}/b;\n\
                 fastcgi_temp_path {path}/c;\nuwsgi_temp_path {path}/d;\nscgi_temp_path {path}/e;\n{http}\n}}\n"
            )
        };
        Self::start("nginx", "nginx-light", &["-e", "stderr", "-c"], config).await
    }

    /// HAProxy, with these sections.
    ///
    /// # Panics
    ///
    /// As [`nginx`](Self::nginx).
    pub async fn haproxy(sections: &str) -> Option<Self> {
        let config = |_: &Folder| {
            format!(
                "global\nmaxconn 1000\ndefaults\nmode http\ntimeout connect 5s\ntimeout client 60s\n\
                 timeout server 60s\n{sections}\n"
            )
        };
        Self::start("haproxy", "haproxy", &["-db", "-f"], config).await
    }

    async fn start(
        program: &str,
        package: &str,
        arguments: &[&str],
        config: impl Fn(&Folder) -> String,
    ) -> Option<Self> {
        for _ in 0..TRIES {
            let folder = Folder::new();
            let ports: Vec<_> = std::iter::repeat_with(free_port).take(4).collect();
            let mut text = config(&folder);
            for (index, port) in ports.iter().enumerate() {
                text = text.replace(&format!("PORT{index}"), &port.to_string());
            }
            let used = (0..ports.len()).filter(|n| config(&folder).contains(&format!("PORT{n}")));
            let file = folder.write("config", text);
            let spawned = Command::new(program)
                .args(arguments)
                .arg(file)
                // Not every user has these folders in the path.
                .env("PATH", format!("{}:/usr/sbin", std::env::var("PATH").unwrap_or_default()))
                .stdin(Stdio::null())
                .kill_on_drop(true)
                .spawn();
            let mut process = match spawned {
                Ok(process) => process,
                Err(error) => return missing(program, package, &error),
            };
            let listening = async {
                for port in used.map(|index| ports[index]) {
                    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err() {
                        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
                    }
                }
            };
            let is_up = within(SOON, async {
                tokio::select! {
                    () = listening => true,
                    _ = process.wait() => false,
                }
            });
            if is_up.await {
                return Some(Self { _process: process, _folder: folder, ports });
            }
        }
        panic!("{program} does not start with this configuration; it has said why");
    }

    /// Where it listens.
    ///
    /// # Panics
    ///
    /// There are fewer ports.
    #[must_use]
    pub fn address(&self, index: usize) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.ports[index]).into()
    }
}

#[expect(clippy::print_stderr, reason = "whoever runs the tests should know which did not run")]
fn missing(program: &str, package: &str, error: &std::io::Error) -> Option<Front> {
    let why = format!("{program} does not start: {error}; on Debian, `apt-get install {package}`");
    assert!(std::env::var_os(REQUIRED).is_none(), "{why}");
    eprintln!("SKIPPED: {why}");
    None
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there is a free port");
    listener.local_addr().expect("it is bound").port()
}
