//! Prints what processes print, where nobody waits for it but they.
//!
//! A terminal may be paused, and a pipe left unread: then whoever writes there waits, maybe for ever. So the
//! two outputs of this program have a thread each, which a queue leads to. When it is full whoever reads a
//! process's pipe waits for room, then the pipe fills, and then the process waits, as it would have without a
//! server in between.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::{PrintedLine, Sink, Stream};

/// So many lines wait for each of the two outputs.
const LINES_MAX: usize = 256;
/// How long a line of a process that has ended waits for room, and how long the last one is waited for.
pub(super) const LAST_PATIENCE: Duration = Duration::from_secs(1);

/// The way to both outputs. Their threads end with the last clone.
#[derive(Clone, Debug)]
pub(super) struct Printer {
    stdout: mpsc::Sender<Entry>,
    stderr: mpsc::Sender<Entry>,
}

#[derive(Debug)]
enum Entry {
    PrintedLine {
        replica: Arc<str>,
        text: String,
    },
    /// What came before has been printed.
    Flush(oneshot::Sender<()>),
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

impl Printer {
    pub(super) fn start(sink: &Sink) -> io::Result<Self> {
        Ok(Self {
            stdout: printing(Stream::Stdout, sink)?,
            stderr: printing(Stream::Stderr, sink)?,
        })
    }

    /// Waits for room.
    pub(super) async fn print(&self, stream: Stream, replica: &Arc<str>, text: String) {
        let entry = Entry::PrintedLine { replica: Arc::clone(replica), text };
        let _ = self.to(stream).send(entry).await;
    }

    /// Waits until what was sent there has been printed, but not for ever.
    pub(super) async fn flush(&self, stream: Stream) {
        let flushed = async {
            let (printed, done) = oneshot::channel();
            if self.to(stream).send(Entry::Flush(printed)).await.is_ok() {
                let _ = done.await;
            }
        };
        let _ = tokio::time::timeout(LAST_PATIENCE, flushed).await;
    }

    fn to(&self, stream: Stream) -> &mpsc::Sender<Entry> {
        match stream {
            Stream::Stdout => &self.stdout,
            Stream::Stderr => &self.stderr,
        }
    }
}

fn printing(stream: Stream, sink: &Sink) -> io::Result<mpsc::Sender<Entry>> {
    let (entries, mut queued) = mpsc::channel(LINES_MAX);
    let sink = Arc::clone(sink);
    let print = move || {
        while let Some(entry) = queued.blocking_recv() {
            match entry {
                Entry::PrintedLine { replica, text } => {
                    sink(&PrintedLine { replica: &replica, stream, text: &text });
                }
                Entry::Flush(printed) => drop(printed.send(())),
            }
        }
    };
    std::thread::Builder::new().name("serve-output".to_owned()).spawn(print)?;
    Ok(entries)
}
