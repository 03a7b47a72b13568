//! Forwards what a process prints, line by line: to tracing, and to where its user expects to see it.

use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::unix::pipe::Receiver;

use super::lines::Lines;
use super::running::Ending;
use super::{Line, Sink, Stream};

/// After a process has ended, its pipe is read for so long: something that has left its process group
/// may keep it open for ever.
const REST_TIME: Duration = Duration::from_secs(1);

/// One pipe of a process.
pub(super) struct Output {
    pipe: Receiver,
    stream: Stream,
    replica: Arc<str>,
    sink: Sink,
}

/// Prints lines to this program's own output, with the replica's id before them.
pub(super) fn inherit() -> Sink {
    Arc::new(|line| {
        let text = format!("({}) {}\n", line.replica, line.text);
        // There is nobody to tell that the output is closed.
        let _ = match line.stream {
            Stream::Stdout => io::stdout().lock().write_all(text.as_bytes()),
            Stream::Stderr => io::stderr().lock().write_all(text.as_bytes()),
        };
    })
}

// === impl Output ===

impl Output {
    /// To be called in the context of a runtime.
    pub(super) fn open(
        pipe: OwnedFd,
        stream: Stream,
        replica: Arc<str>,
        sink: Sink,
    ) -> io::Result<Self> {
        Ok(Self { pipe: Receiver::from_owned_fd(pipe)?, stream, replica, sink })
    }

    /// Forwards until the pipe or the process has ended.
    pub(super) async fn forward(self, mut ending: Ending) {
        let mut lines = Lines::default();
        tokio::select! {
            () = self.read(&mut lines) => {}
            () = async {
                ending.exit().await;
                tokio::time::sleep(REST_TIME).await;
            } => {}
        }
        lines.finish(|text| self.emit(text));
    }

    async fn read(&self, lines: &mut Lines) {
        let mut buffer = vec![0; 4096];
        while self.pipe.readable().await.is_ok() {
            match self.pipe.try_read(&mut buffer) {
                Ok(0) => return,
                Ok(length) => lines.push(&buffer[..length], |text| self.emit(text)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => return,
            }
        }
    }

    fn emit(&self, text: &str) {
        let replica = &*self.replica;
        match self.stream {
            Stream::Stdout => tracing::info!(target: "serve_core::output", replica, "{text}"),
            Stream::Stderr => tracing::warn!(target: "serve_core::output", replica, "{text}"),
        }
        (self.sink)(&Line { replica, stream: self.stream, text });
    }
}
