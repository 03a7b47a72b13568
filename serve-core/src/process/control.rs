//! The parent's side of the control socket: the wait for the child, then the pings.

use std::io::{self, Write};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::UnixStream as AsyncUnixStream;
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use super::message::{FAILED, PING, QUIT, READY};
use super::running::Ending;
use crate::pings::{Health, PING_INTERVAL, Pings};

/// What a child says of why it could not take over is cut here.
const REASON_MAX_BYTES: usize = 4 * 1024;
/// Between the end of a process's control socket and its own end.
const END_GRACE: Duration = Duration::from_secs(1);

/// Says things to one process. What does not fit into the socket at once is not said: then the process
/// has not listened for a long time.
#[derive(Clone, Debug)]
pub(super) struct Speaker(Arc<UnixStream>);

/// Hears what one process says.
#[derive(Debug)]
pub(super) struct Listener(AsyncUnixStream);

/// The first thing heard of a child.
#[derive(Debug)]
pub(super) enum First {
    Ready,
    Failed(String),
    /// It has closed the socket, or does not know what it is.
    Nothing,
}

/// Both directions of a control socket. To be called in the context of a runtime.
pub(super) fn open(control: UnixStream) -> io::Result<(Speaker, Listener)> {
    control.set_nonblocking(true)?;
    let listener = Listener(AsyncUnixStream::from_std(control.try_clone()?)?);
    Ok((Speaker(Arc::new(control)), listener))
}

/// Pings a process until it has ended, and keeps `health` up to date.
pub(super) async fn watch(
    speaker: Speaker,
    mut listener: Listener,
    health: watch::Sender<Health>,
    mut ending: Ending,
) {
    let mut pings = Pings::default();
    let mut heard = [0; 64];
    let mut ticks = tokio::time::interval(PING_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        // Answers are read before the next ping counts as missed, in case it is this task that was late.
        let now = tokio::select! {
            biased;
            _ = ending.exit() => return,
            length = listener.hear(&mut heard) => match length {
                Some(_) => pings.pong(),
                None => break,
            },
            _ = ticks.tick() => {
                speaker.say(PING);
                pings.tick()
            }
        };
        health.send_if_modified(|health| std::mem::replace(health, now) != now);
    }
    // A process that cannot be heard of again should be ending.
    if tokio::time::timeout(END_GRACE, ending.exit()).await.is_err() {
        health.send_replace(Health::Hung);
    }
}

// === impl Speaker ===

impl Speaker {
    pub(super) fn quit(&self) {
        self.say(QUIT);
    }

    fn say(&self, message: u8) {
        let _ = (&*self.0).write(&[message]);
    }
}

// === impl Listener ===

impl Listener {
    pub(super) async fn first(&mut self) -> First {
        let mut message = [0];
        match self.hear(&mut message).await {
            Some(_) if message == [READY] => First::Ready,
            Some(_) if message == [FAILED] => First::Failed(self.reason().await),
            _ => First::Nothing,
        }
    }

    async fn reason(&mut self) -> String {
        let mut reason = vec![0; REASON_MAX_BYTES];
        let mut length = 0;
        while length < REASON_MAX_BYTES
            && let Some(heard) = self.hear(&mut reason[length..]).await
        {
            length += heard;
        }
        String::from_utf8_lossy(&reason[..length]).into_owned()
    }

    /// How many bytes were heard. `None` when there will be no more.
    async fn hear(&mut self, buffer: &mut [u8]) -> Option<usize> {
        loop {
            self.0.readable().await.ok()?;
            match self.0.try_read(buffer) {
                Ok(0) => return None,
                Ok(length) => return Some(length),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => return None,
            }
        }
    }
}
