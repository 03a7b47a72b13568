//! Forwards what a process prints, line by line, to where its user expects to see it.

use std::io;
use std::os::fd::OwnedFd;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::unix::pipe::Receiver;

use super::Stream;
use super::lines::Lines;
use super::printer::{LAST_PATIENCE, Printer};
use super::running::Ending;

/// After a process has ended, its pipe is read for so long: something that has left its process group
/// may keep it open for ever.
const REST_TIME: Duration = Duration::from_secs(1);

/// As much as a pipe holds.
const PIPE_BYTES: usize = 64 << 10;

/// The process has ended, and for a while nobody has taken what it had printed.
struct NobodyTakes;

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

    /// Forwards until the pipe has ended, or the process and what it has left there.
    pub(super) async fn forward(self, ending: Ending) {
        let mut lines = Lines::default();
        if self.read(&mut lines, &ending).await.is_err() {
            return;
        }
        let mut last = Vec::new();
        lines.finish(|text| last.push(text.to_owned()));
        if self.print(last, &ending).await.is_ok() {
            self.printer.flush(self.stream).await;
        }
    }

    async fn read(&self, lines: &mut Lines, ending: &Ending) -> Result<(), NobodyTakes> {
        let mut rest = pin!(ended_for(ending, REST_TIME));
        loop {
            tokio::select! {
                biased;
                () = &mut rest => break,
                readable = self.pipe.readable() => if readable.is_err() { return Ok(()) },
            }
            match self.take(lines) {
                Ok((0, _)) => return Ok(()),
                Ok((_, whole)) => self.print(whole, ending).await?,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => return Ok(()),
            }
        }
        // What is there by now. Whoever else holds the pipe may go on for ever.
        let mut taken = 0;
        while taken < PIPE_BYTES
            && let Ok((length @ 1.., whole)) = self.take(lines)
        {
            taken += length;
            self.print(whole, ending).await?;
        }
        Ok(())
    }

    /// Reads what is there, without waiting: how many bytes, and the lines that are whole with them.
    fn take(&self, lines: &mut Lines) -> io::Result<(usize, Vec<String>)> {
        let mut buffer = [0; 4096];
        let length = self.pipe.try_read(&mut buffer)?;
        let mut whole = Vec::new();
        lines.push(&buffer[..length], |text| whole.push(text.to_owned()));
        Ok((length, whole))
    }

    /// If there is no room for lines, the process that prints them waits for it. Lines of a process that
    /// has ended do not wait for ever.
    async fn print(&self, lines: Vec<String>, ending: &Ending) -> Result<(), NobodyTakes> {
        for line in lines {
            tokio::select! {
                biased;
                () = self.printer.print(self.stream, &self.replica, line) => {}
                () = ended_for(ending, LAST_PATIENCE) => return Err(NobodyTakes),
            }
        }
        Ok(())
    }
}

async fn ended_for(ending: &Ending, time: Duration) {
    ending.clone().exit().await;
    tokio::time::sleep(time).await;
}
