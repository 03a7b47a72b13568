//! A process and what it has started, as one thing that can be killed and is waited for once.

use std::process::Child;
use std::sync::{Arc, Mutex, PoisonError};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

use super::Exit;
use crate::log;

/// The process group of a child.
///
/// The leader's id names the group only as long as the leader has not been waited for: then it may be
/// given to somebody else. The lock makes sure that nobody is killed by mistake.
#[derive(Debug)]
pub(super) struct Group {
    leader: Pid,
    is_reaped: Mutex<bool>,
}

/// Kills the group when it is dropped.
#[derive(Debug)]
pub(super) struct Killer(Arc<Group>);

// === impl Group ===

impl Group {
    pub(super) fn new(leader: Pid) -> Self {
        Self { leader, is_reaped: Mutex::new(false) }
    }

    pub(super) fn leader(&self) -> Pid {
        self.leader
    }

    pub(super) fn kill(&self) {
        let is_reaped = self.is_reaped.lock().unwrap_or_else(PoisonError::into_inner);
        if !*is_reaped {
            self.kill_all();
        }
    }

    /// Waits for the leader, which has ended or has no choice, and ends those it has left behind.
    pub(super) fn reap(&self, child: &mut Child) -> Exit {
        let mut is_reaped = self.is_reaped.lock().unwrap_or_else(PoisonError::into_inner);
        self.kill_all();
        *is_reaped = true;
        child.wait().map_or(Exit::Unknown, Exit::from)
    }

    /// Waits for those that the leader has left behind, once it has been waited for. The kernel gives them to the first
    /// process of their namespace, which in a container is this one; elsewhere there is nothing to do. `false` if one of
    /// them has not ended yet: it has no choice, but may be slow.
    pub(super) fn reap_orphans(&self) -> bool {
        // No stranger has this id: it is not given away as long as it names a group that somebody is in.
        let orphans = WaitId::Pgid(Some(self.leader));
        loop {
            match waitid(orphans.clone(), WaitIdOptions::EXITED | WaitIdOptions::NOHANG) {
                Ok(Some(_)) | Err(rustix::io::Errno::INTR) => {}
                Ok(None) => return false,
                Err(_) => return true,
            }
        }
    }

    fn kill_all(&self) {
        match kill_process_group(self.leader, Signal::KILL) {
            // Nobody is left, which is what was asked for.
            Ok(()) | Err(rustix::io::Errno::SRCH) => {}
            Err(error) => {
                let pid = self.leader.as_raw_nonzero().get().unsigned_abs();
                let line = log::warn("a process could not be killed");
                line.number("pid", pid.into()).cause(error).emit();
            }
        }
    }
}

// === impl Killer ===

impl Killer {
    pub(super) fn new(group: Arc<Group>) -> Self {
        Self(group)
    }

    pub(super) fn group(&self) -> &Group {
        &self.0
    }
}

impl Drop for Killer {
    fn drop(&mut self) {
        self.0.kill();
    }
}
