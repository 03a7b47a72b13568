//! The thread that forks and reaps.
//!
//! - It forks because a child's parent, to the kernel, is the thread that forked: a child gets its
//!   parent-death signal when that *thread* ends, and the runtime ends and starts threads as it likes.
//! - It reaps because a runtime may be gone before the last child is. It also waits for what a child has started and
//!   left behind, where this is the first process of a container: nobody else would.
//!
//! It ends when nobody can order any more and the last child has been waited for.

use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, ChildStderr, ChildStdout, Command};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use tokio::sync::{oneshot, watch};

use super::Exit;
use super::group::{Group, Killer};
use crate::log;

/// Orders to the thread. It ends some time after the last one of these is gone.
#[derive(Debug)]
pub(super) struct Forker {
    // Declared before `wake`, so dropped before: whoever is woken by the end finds it.
    //
    // Not bounded, but every order is awaited by whoever gives it.
    orders: mpsc::Sender<Order>,
    wake: UnixStream,
}

struct Order {
    command: Command,
    reply: oneshot::Sender<io::Result<Forked>>,
}

/// A process that runs the program.
#[derive(Debug)]
pub(super) struct Forked {
    pub(super) killer: Killer,
    pub(super) exit: watch::Receiver<Option<Exit>>,
    pub(super) stdout: Option<ChildStdout>,
    pub(super) stderr: Option<ChildStderr>,
}

/// How often those are looked at that children have left behind: nothing tells of their end.
const ORPHANS_EVERY: Timespec = Timespec { tv_sec: 0, tv_nsec: 50_000_000 };

/// What the thread owns.
struct Thread {
    orders: mpsc::Receiver<Order>,
    /// `None` when there will be no more orders.
    woken: Option<UnixStream>,
    children: Vec<Watched>,
    /// Those of children that have been waited for, with members that have not.
    orphaned: Vec<Arc<Group>>,
}

/// A child that has not been waited for.
struct Watched {
    child: Child,
    group: Arc<Group>,
    /// Readable when the child has ended.
    pidfd: OwnedFd,
    exit: watch::Sender<Option<Exit>>,
}

// === impl Forker ===

impl Forker {
    pub(super) fn start() -> io::Result<Self> {
        let (wake, woken) = UnixStream::pair()?;
        // Whoever wakes a thread that has been woken need not wait.
        wake.set_nonblocking(true)?;
        woken.set_nonblocking(true)?;
        let (orders, received) = mpsc::channel();
        let woken = Some(woken);
        let thread = Thread { orders: received, woken, children: Vec::new(), orphaned: Vec::new() };
        std::thread::Builder::new().name("serve-forker".to_owned()).spawn(|| thread.run())?;
        Ok(Self { orders, wake })
    }

    /// Starts a process in a group of its own.
    pub(super) async fn fork(&self, command: Command) -> io::Result<Forked> {
        let gone = || io::Error::other("the thread that starts processes has ended");
        let (reply, forked) = oneshot::channel();
        self.orders.send(Order { command, reply }).map_err(|_| gone())?;
        // If the socket is full, the thread is awake or will be.
        let _ = (&self.wake).write(&[0]);
        forked.await.map_err(|_| gone())?
    }
}

// === impl Thread ===

impl Thread {
    fn run(mut self) {
        while self.woken.is_some() || !self.children.is_empty() || !self.orphaned.is_empty() {
            let (is_woken, ended) = self.wait();
            let mut ended = ended.into_iter();
            let orphaned = &mut self.orphaned;
            self.children.retain_mut(|child| {
                let has_ended = ended.next().unwrap_or(false);
                if has_ended {
                    child.reap();
                    orphaned.push(Arc::clone(&child.group));
                }
                !has_ended
            });
            self.orphaned.retain(|group| !group.reap_orphans());
            if is_woken {
                self.obey();
            }
        }
    }

    /// Whether there may be orders, and which children have ended.
    fn wait(&self) -> (bool, Vec<bool>) {
        let children = self.children.iter().map(|child| PollFd::new(&child.pidfd, PollFlags::IN));
        let woken = self.woken.iter().map(|woken| PollFd::new(woken, PollFlags::IN));
        let mut descriptors: Vec<_> = children.chain(woken).collect();
        let patience = (!self.orphaned.is_empty()).then_some(&ORPHANS_EVERY);
        match poll(&mut descriptors, patience) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => {
                // Only for want of memory. To try again at once would make it worse.
                log::warn("cannot wait for processes").cause(error).emit();
                std::thread::sleep(Duration::from_millis(100));
                return (self.woken.is_some(), Vec::new());
            }
        }
        let mut ready = descriptors.iter().map(|descriptor| !descriptor.revents().is_empty());
        let ended = ready.by_ref().take(self.children.len()).collect();
        (ready.next().unwrap_or(false), ended)
    }

    fn obey(&mut self) {
        let Some(woken) = &mut self.woken else { return };
        // One reading may leave bytes behind, which wake again.
        let _ = woken.read(&mut [0; 64]);
        loop {
            match self.orders.try_recv() {
                Ok(Order { command, reply }) => {
                    // If nobody waits for it any more, it comes back and is killed as it is dropped.
                    let _ = reply.send(self.fork(command));
                }
                Err(mpsc::TryRecvError::Empty) => return,
                Err(mpsc::TryRecvError::Disconnected) => {
                    self.woken = None;
                    return;
                }
            }
        }
    }

    fn fork(&mut self, mut command: Command) -> io::Result<Forked> {
        let spawned = command.spawn();
        // The child's ends of its sockets and pipes are in the command. Its own are all there should be.
        drop(command);
        let mut child = spawned?;
        let id = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let group = Arc::new(Group::new(id.expect("a child's id is a process id")));
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let (exit, exit_seen) = watch::channel(None);
        match pidfd_open(group.leader(), PidfdFlags::empty()) {
            Ok(pidfd) => {
                self.children.push(Watched { child, group: Arc::clone(&group), pidfd, exit });
                Ok(Forked { killer: Killer::new(group), exit: exit_seen, stdout, stderr })
            }
            Err(error) => {
                group.reap(&mut child);
                Err(error.into())
            }
        }
    }
}

// === impl Watched ===

impl Watched {
    fn reap(&mut self) {
        let exit = self.group.reap(&mut self.child);
        self.exit.send_replace(Some(exit));
    }
}
