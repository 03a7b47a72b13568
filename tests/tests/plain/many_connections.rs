//! Ten thousand connections that do nothing cost little memory, and others are served beside them.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]
#![cfg(target_os = "linux")]

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use serve_core::prelude::*;
use tests::own_process::{is_alone, run_alone};
use tests::{SOON, address, fetch_text, start_with, stop, within, within_thread};

/// As many, if the process may have descriptors for both ends.
const CONNECTIONS_MAX: usize = 10_000;
/// Far more than one takes, and far less than a body or a task that is left behind would.
const BYTES_EACH_MAX: usize = 40 << 10;

#[derive(Default)]
struct Web;

#[deployment(route_prefix = "/")]
impl Web {
    #[get("/quick")]
    fn quick(&self) -> &'static str {
        "quick"
    }
}

/// The second word of the line that begins so.
fn figure(file: &str, line: &str) -> usize {
    let text = fs::read_to_string(file).unwrap();
    let line = text.lines().find_map(|text| text.strip_prefix(line)).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

fn resident_bytes() -> usize {
    figure("/proc/self/status", "VmRSS:") << 10
}

/// A connection on which one request has been answered.
fn idle(server: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(server).unwrap();
    stream.write_all(b"GET /quick HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    let (mut answer, mut buffer) = (Vec::new(), [0; 512]);
    while !answer.ends_with(b"quick") {
        let read = stream.read(&mut buffer).unwrap();
        assert!(read > 0, "it is closed");
        answer.extend_from_slice(&buffer[..read]);
    }
    stream
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_idle_connections_take_little_memory_and_hold_up_nobody() {
    if !is_alone() {
        return run_alone(
            "many_connections::many_idle_connections_take_little_memory_and_hold_up_nobody",
            &[],
        );
    }
    let descriptors = figure("/proc/self/limits", "Max open files");
    let count = CONNECTIONS_MAX.min((descriptors - 200) / 2);
    let serve = start_with(HttpOptions::default().max_connections(count + 10)).await;
    within(SOON, serve.run(Web::bind())).await.unwrap();
    let server = address(&serve);
    // What is made with the first ones is not theirs.
    drop((0..10).map(|_| idle(server)).collect::<Vec<_>>());
    let before = resident_bytes();
    let open = move || (0..count).map(|_| idle(server)).collect::<Vec<_>>();
    let connections =
        tokio::task::spawn_blocking(move || within_thread(SOON * 6, open)).await.unwrap();
    let each = resident_bytes().saturating_sub(before) / count;
    assert!(each < BYTES_EACH_MAX, "{each} bytes for each of {count}");
    assert_eq!(fetch_text(&serve, "/quick").await, (200, "quick".to_owned()));
    drop(connections);
    stop(serve).await;
}
