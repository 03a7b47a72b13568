//! A server that answers as a test wants it to, and not as ours do.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread::JoinHandle;

use tests::SOON;

/// What becomes of a request.
pub(super) enum Answer {
    /// These bytes, and the connection ends.
    Say(String),
    /// These bytes, and nothing after them.
    Begin(String),
    /// Nothing, for as long as the server is there.
    Hang,
    /// The connection ends without an answer.
    Leave,
}

/// It ends when it is dropped.
pub(super) struct Scripted {
    pub(super) address: String,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Scripted {
    /// One that is told the first line of each request.
    pub(super) fn start(answer: impl Fn(&str) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it listens").to_string();
        let is_over = Arc::new(AtomicBool::new(false));
        let thread = std::thread::spawn({
            let is_over = Arc::clone(&is_over);
            move || {
                // Whoever waits for more does so until the end.
                let mut waiting = Vec::new();
                for stream in listener.incoming().flatten() {
                    if is_over.load(SeqCst) {
                        break;
                    }
                    waiting.extend(serve(stream, &answer));
                }
            }
        });
        Self { address, is_over, thread: Some(thread) }
    }
}

/// Gives back a connection that is to stay open.
fn serve(mut stream: TcpStream, answer: &impl Fn(&str) -> Answer) -> Option<TcpStream> {
    stream.set_read_timeout(Some(SOON)).expect("it is a time");
    let mut head = Vec::new();
    let mut bytes = [0; 4096];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut bytes) {
            Ok(count @ 1..) => head.extend(&bytes[..count]),
            _ => return None,
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let text = match answer(head.lines().next().unwrap_or_default()) {
        Answer::Hang => return Some(stream),
        Answer::Leave => return None,
        Answer::Say(text) => {
            drop(stream.write_all(text.as_bytes()));
            return None;
        }
        Answer::Begin(text) => text,
    };
    drop(stream.write_all(text.as_bytes()));
    Some(stream)
}

/// A whole answer, with headers that end in a line's end each.
pub(super) fn answer(status: &str, headers: &str, body: &str) -> Answer {
    let length = body.len();
    Answer::Say(format!(
        "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}"
    ))
}

/// What a server says of its events on which nothing happens, if it is that what is asked for with this line.
pub(super) fn no_events(line: &str) -> Option<Answer> {
    let stream = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
    let list = "{\"events\": [], \"last\": 7}";
    match (line.contains("/events?since="), line.contains("/events")) {
        (true, _) => Some(Answer::Begin(stream.to_owned())),
        (_, true) => Some(answer("200 OK", "content-type: application/json\r\n", list)),
        _ => None,
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.is_over.store(true, SeqCst);
        // So that it looks.
        drop(TcpStream::connect(&self.address));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}
