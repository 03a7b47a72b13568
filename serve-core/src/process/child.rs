//! The child's side: finding out that this process is a replica, and taking over.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;

use rustix::net::sockopt::socket_peercred;
use rustix::process::{Pid, getppid};
use rustix::stdio::{dup2_stdin, dup2_stdout};
use tokio_util::sync::CancellationToken;

use super::guard::Guard;
use super::limits;
use super::message::{self, FAILED, VARIABLE};
use super::spec::{Description, program_name};
use super::start::Start;
use super::test_entry::TestEntry;

/// Makes this process a replica if it was started as one. `None` in every other process.
///
/// A process whose parent is gone, or that cannot be what the spec asks for, ends here. Called again, it
/// returns `None`.
pub(crate) fn take_over() -> Option<Start> {
    let (description, parent) = summons()?;
    if getppid() != Some(parent) {
        end("the server that has started this process is gone");
    }
    let (mut control, start) = match begin(&description) {
        Ok(begun) => begun,
        Err(error) => end(&format!("replica {}: {error}", description.replica)),
    };
    match finish(&description, parent, &control, start) {
        Ok(start) => Some(start),
        Err(reason) => {
            let told = control.write_all(&[FAILED]);
            let _ = told.and_then(|()| control.write_all(reason.as_bytes()));
            end(&reason)
        }
    }
}

/// Whether this process was started for a replica and has not taken over.
pub(super) fn is_summoned() -> bool {
    summons().is_some()
}

/// What this process is told, if it is told anything, and by whom.
///
/// What a replica starts inherits the variable, but not descriptor 0, which is the null device as soon
/// as the replica has taken over.
fn summons() -> Option<(Description, Pid)> {
    let text = std::env::var(VARIABLE).ok()?;
    let description = Description::from_text(&text)?;
    let parent = i32::try_from(description.parent).ok().and_then(Pid::from_raw)?;
    let peer = socket_peercred(io::stdin()).ok()?;
    (peer.pid == parent).then_some((description, parent))
}

/// Takes descriptor 0 away from whoever reads the standard input.
fn begin(description: &Description) -> io::Result<(UnixStream, Start)> {
    let control = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    dup2_stdin(OwnedFd::from(File::open("/dev/null")?))?;
    if TestEntry::of_this_program().is_some() {
        // Until here it has told nobody that it runs a test.
        dup2_stdout(io::stderr())?;
    }
    let data = message::receive_data(&control)?;
    data.set_nonblocking(true)?;
    let start = Start {
        replica: description.replica.clone(),
        description: description.description.clone(),
        data,
        level: description.level,
        is_alone: true,
        quit: CancellationToken::new(),
    };
    Ok((control, start))
}

/// The error is for the parent to say.
fn finish(
    description: &Description,
    parent: Pid,
    control: &UnixStream,
    start: Start,
) -> Result<Start, String> {
    name_process();
    limits::apply(description)?;
    let guard = control
        .try_clone()
        .and_then(|control| Guard { control, parent, quit: start.quit.clone() }.start());
    guard.map_err(|error| format!("its control thread could not be started: {error}"))?;
    Ok(start)
}

/// The kernel calls a process after the file that was executed, and that is `/proc/self/exe`. Users look
/// for their program in `top`.
fn name_process() {
    let name = program_name();
    if !name.is_empty() {
        let _ = std::fs::write("/proc/self/comm", name);
    }
}

#[expect(clippy::exit, reason = "there is no caller that could do anything with a half replica")]
fn end(reason: &str) -> ! {
    let _ = writeln!(io::stderr(), "{reason}");
    std::process::exit(1)
}
