//! The thread of a child that listens to the parent, whatever user code does, and ends the child when
//! the parent is gone.
//!
//! Whoever holds the parent's end is the parent, so the end of the socket is the end of the parent, for
//! whatever reason. All of the process group is killed then: what a replica has started has no parent
//! that would do it.
//!
//! The parent-death signal is `SIGCONT` and not `SIGKILL`: a child that is stopped is woken to find the
//! socket at its end. `SIGKILL` is faster than this thread, but hits the child alone: tried, it left behind
//! what the child had started.

use std::io::{self, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use rustix::process::{
    Pid, Signal, getpgrp, getpid, getppid, kill_current_process_group, kill_process,
    set_parent_process_death_signal,
};
use tokio_util::sync::CancellationToken;

use super::message::{self, Heard, PING, PONG, QUIT, READY};
use crate::log;

/// Pings come four times as often. After such a silence it is worth looking whether the parent lives: a
/// copy of its end, in a process that it has forked without more, would keep the socket open.
const SILENCE: Duration = Duration::from_secs(1);

/// Listens to the parent until one of both ends.
pub(super) struct Guard {
    pub(super) control: UnixStream,
    pub(super) parent: Pid,
    /// Cancelled when the parent asks the process to end.
    pub(super) quit: CancellationToken,
}

/// Ends the process, also if the thread panics.
struct EndOnDrop;

// === impl Guard ===

impl Guard {
    pub(super) fn start(self) -> io::Result<()> {
        self.control.set_read_timeout(Some(SILENCE))?;
        std::thread::Builder::new().name("serve-control".to_owned()).spawn(move || {
            let _end = EndOnDrop;
            self.run();
        })?;
        Ok(())
    }

    fn run(&self) {
        // The signal belongs to the thread that asks for it, so to one that stays. Without it a stopped
        // process would only end when somebody continues it.
        if let Err(error) = set_parent_process_death_signal(Some(Signal::CONT)) {
            log::warn("the end of the parent will not wake this process").cause(error).emit();
        }
        if !self.has_parent() || !self.say(READY) {
            return;
        }
        while self.listen() {}
    }

    /// Whether to go on.
    fn listen(&self) -> bool {
        match message::read(&self.control, &mut [0; 64]) {
            Some(Heard::Messages(messages)) => messages.iter().all(|message| self.answer(*message)),
            Some(Heard::End) => false,
            None => self.has_parent(),
        }
    }

    fn answer(&self, message: u8) -> bool {
        match message {
            PING => return self.say(PONG),
            QUIT => self.quit.cancel(),
            _ => {}
        }
        true
    }

    fn say(&self, message: u8) -> bool {
        (&self.control).write_all(&[message]).is_ok()
    }

    fn has_parent(&self) -> bool {
        getppid() == Some(self.parent)
    }
}

// === impl EndOnDrop ===

impl Drop for EndOnDrop {
    fn drop(&mut self) {
        // Not a group that it shares with others.
        if getpgrp() == getpid() {
            let _ = kill_current_process_group(Signal::KILL);
        }
        let _ = kill_process(getpid(), Signal::KILL);
        std::process::abort();
    }
}
