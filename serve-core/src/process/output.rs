//! Forwards what a process prints, line by line, to where its user expects to see it.

use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::unix::pipe::Receiver;

use super::Stream;
use super::lines::Lines;
use super::printer::Printer;
use super::running::Ending;

/// After a process has ended, its pipe is read for so long: something that has left its process group
/// may keep it open for ever.
const REST_TIME: Duration = Duration::from_secs(1);

/// One pipe of a process.
pub(super) struct Output {
    pipe: Receiver,
    stream: Stream,
    replica: Arc<str>,
    printer: Printer,
}

// === impl Output ===

impl Output {
    /// To be called in the context of a runtime.
    pub(super) fn open(
        pipe: OwnedFd,
        stream: Stream,
        replica: Arc<str>,
        printer: Printer,
    ) -> io::Result<Self> {
        Ok(Self { pipe: Receiver::from_owned_fd(pipe)?, stream, replica, printer })
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
        let mut last = Vec::new();
        lines.finish(|text| last.push(text.to_owned()));
        self.print(last).await;
        self.printer.flush(self.stream).await;
    }

    async fn read(&self, lines: &mut Lines) {
        let mut buffer = vec![0; 4096];
        while self.pipe.readable().await.is_ok() {
            match self.pipe.try_read(&mut buffer) {
                Ok(0) => return,
                Ok(length) => {
                    let mut whole = Vec::new();
                    lines.push(&buffer[..length], |text| whole.push(text.to_owned()));
                    self.print(whole).await;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => return,
            }
        }
    }

    /// Where there is no room for lines, the process that prints them waits for it.
    async fn print(&self, lines: Vec<String>) {
        for line in lines {
            self.printer.print(self.stream, &self.replica, line).await;
        }
    }
}
