//! A server whose replicas print a lot, and whose outputs nobody reads, or somebody has closed. It answers all
//! the same, and ends when it is told to. Only who prints where nobody reads waits, as without a server.
//!
//! It is this program, started again: its outputs are its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use serve_core::Isolation;
use serve_core::prelude::{HttpOptions, Serve, deployment};
use tokio::runtime;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::Failure;
use crate::options::CHATTY;
use crate::report::{Fault, Wrong};
use crate::soak::Soak;

const REQUESTS: usize = 16;
const ANSWER_PATIENCE: Duration = Duration::from_secs(20);
/// For what may have no answer, because it waits for a reader.
const PRINT_PATIENCE: Duration = Duration::from_millis(300);
/// Of the server: a print that waits for a reader is cut.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(1);
const END_PATIENCE: Duration = Duration::from_secs(30);
/// Between two of these servers: starting processes costs those that are measured.
const PAUSE: Duration = Duration::from_secs(12);

#[derive(Default)]
struct Chatty;

#[deployment(route_prefix = "/print", num_replicas = 2)]
impl Chatty {
    #[get("/")]
    #[blocking]
    fn print(&self) -> &'static str {
        for line in 0..50 {
            println!("{line} {:.<2000}", "");
        }
        "printed"
    }

    #[get("/nothing")]
    async fn nothing(&self) -> &'static str {
        "nothing"
    }
}

/// The server, until its input ends or it gets SIGTERM.
pub(crate) fn serve() -> Result<(), Failure> {
    let runtime = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let serve = Serve::builder().http(HttpOptions::default().port(0)).start().await?;
        let application = Chatty::bind().isolation(Isolation::Process);
        serve.run(application.graceful_shutdown_timeout(DRAIN_TIMEOUT)).await?;
        eprintln!("{}", serve.http_addr().ok_or("HTTP is enabled")?);
        // Whoever started it has gone.
        thread::spawn(|| {
            let _ = std::io::stdin().read_to_end(&mut Vec::new());
            let pid = std::process::id().to_string();
            let _ = Command::new("kill").args(["-TERM", &pid]).status();
        });
        Ok(serve.wait_for_shutdown().await?)
    })
}

/// One such server after the other, until it is over.
pub(crate) async fn start_many(soak: Arc<Soak>) -> Result<(), Failure> {
    for fault in [Fault::UnreadOutput, Fault::ClosedOutput].into_iter().cycle() {
        if soak.is_over() {
            return Ok(());
        }
        // All of it blocks, so that nothing of it depends on what is tested.
        let mut rounds = JoinSet::new();
        rounds.spawn_blocking(move || try_one(fault));
        if let Err(problem) = rounds.join_next().await.ok_or("it was spawned")?? {
            soak.report.wrong(Wrong::Hung, format_args!("{fault:?}: {problem}"));
        }
        soak.report.made(fault);
        let left = soak.end.saturating_duration_since(tokio::time::Instant::now());
        sleep(PAUSE.min(left)).await;
    }
    Ok(())
}

/// Ends with its owner.
struct Started(Child);

impl Drop for Started {
    fn drop(&mut self) {
        // It has ended already if all went well.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn try_one(fault: Fault) -> Result<(), Failure> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(CHATTY).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut server = Started(command.spawn()?);
    let stdout = server.0.stdout.take();
    let mut stderr = BufReader::new(server.0.stderr.take().ok_or("it is piped")?);
    let mut address = String::new();
    stderr.read_line(&mut address)?;
    let address = address.trim();
    let outputs = (fault == Fault::UnreadOutput).then_some((stdout, stderr));
    for _ in 0..REQUESTS {
        match fault {
            Fault::UnreadOutput if ask(address, "/print", PRINT_PATIENCE).is_err() => break,
            Fault::UnreadOutput => {}
            _ => ask(address, "/print", ANSWER_PATIENCE)?,
        }
    }
    for path in ["/print/nothing", "/-/healthz"] {
        ask(address, path, ANSWER_PATIENCE)?;
    }
    let process = server.0.id().to_string();
    Command::new("kill").args(["-TERM", &process]).status()?;
    let begun = now();
    let status = loop {
        if let Some(status) = server.0.try_wait()? {
            break status;
        }
        if begun.elapsed() > END_PATIENCE {
            return Err("it does not end after SIGTERM".into());
        }
        thread::sleep(Duration::from_millis(20));
    };
    drop(outputs);
    if status.success() { Ok(()) } else { Err(format!("it ended with {status}").into()) }
}

fn ask(address: &str, path: &str, patience: Duration) -> Result<(), Failure> {
    let failed = |error: std::io::Error| format!("{path} at {address:?}: {error}");
    let mut client = TcpStream::connect(address).map_err(failed)?;
    client.set_read_timeout(Some(patience))?;
    client.write_all(format!("GET {path} HTTP/1.0\r\n\r\n").as_bytes())?;
    let mut answer = String::new();
    client.read_to_string(&mut answer).map_err(failed)?;
    match answer.starts_with("HTTP/1.0 200") || answer.starts_with("HTTP/1.1 200") {
        true => Ok(()),
        false => Err(format!("{path} was answered with {answer:?}").into()),
    }
}

#[expect(clippy::disallowed_methods, reason = "a plain thread watches a process, in real time")]
fn now() -> Instant {
    Instant::now()
}
