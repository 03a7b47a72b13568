//! Runs a program on a terminal of its own: `on_terminal TERMINAL PROGRAM ARGUMENTS..`, for tests of the command line.
//!
//! The terminal becomes the one that controls it, so that Ctrl-C there is a signal here. Shells do that for what they
//! start; tests would need code that is not safe for it, between `fork` and `exec`.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::process::{ioctl_tiocsctty, setsid};
use rustix::stdio::{dup2_stderr, dup2_stdin, dup2_stdout};

fn main() -> io::Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let missing = || io::Error::other("write `on_terminal TERMINAL PROGRAM ARGUMENTS..`");
    let terminal: OsString = arguments.next().ok_or_else(missing)?;
    let program: OsString = arguments.next().ok_or_else(missing)?;
    // Only who leads a session can have a terminal.
    setsid()?;
    let terminal = OpenOptions::new().read(true).write(true).open(terminal)?;
    ioctl_tiocsctty(&terminal)?;
    dup2_stdin(&terminal)?;
    dup2_stdout(&terminal)?;
    dup2_stderr(&terminal)?;
    drop(terminal);
    Err(Command::new(program).args(arguments).exec())
}
