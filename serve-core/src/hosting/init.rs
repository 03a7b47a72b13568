//! The first line of `main` in a program whose replicas live in processes of their own.

use std::io::{self, Write};
use std::thread::{Builder, JoinHandle};

use tokio::runtime::Handle;

use crate::hosting::{ReplicaType, TypeName};
use crate::process::{Start, take_over};

use super::{HostedType, host};

/// Makes this process a replica if a server has started it as one; in every other process it does
/// nothing.
///
/// With `isolation = "process"` a replica is this same program, started again with the same arguments.
/// Call `init` as the first line of `main`, before anything is bound: in a replica's process it does not
/// return, but answers calls until the server lets the replica go, and then ends the process. On SIGTERM
/// the replica finishes the calls that it has, gets no more, and is replaced. In a `#[tokio::main]` it works
/// as well; the runtime that has been made by then is left idle. Without `init` a deployment with
/// `isolation = "process"` fails with an error that says so.
///
/// The events of `tracing` that happen in a replica's process are sent to the server and logged there, with
/// level, target, fields and the id of the replica, if whoever listens there wants them. So a subscriber that
/// is installed before `init` hears nothing of them in the replica's process, and there is no need for one.
/// What is printed appears on the server's outputs, with the replica's id before each line.
///
/// The first argument of such a process, which `ps` shows, is not the path of the program but says which
/// replica it is. A program that wants to find itself calls [`std::env::current_exe`].
///
/// Test programs have no `main` to write it in; there [`test_replicas!()`](crate::test_replicas) is the line.
///
/// ```
/// // The first line of `main`.
/// serve_core::init();
/// // .. what the program does
/// ```
pub fn init() {
    let Some(start) = take_over() else { return };
    let wanted = TypeName::from_text(&start.description);
    let status = match wanted.as_ref().and_then(ReplicaType::find).and_then(|found| found.hosted) {
        Some(hosted) => host_here(hosted, start),
        None => {
            let wanted = wanted.map_or(start.description, |wanted| wanted.to_string());
            // Where the server shows it, because nothing has been set up yet that would print a log.
            let _ = writeln!(io::stderr(), "there is no deployment `{wanted}` in this program");
            1
        }
    };
    #[expect(clippy::exit, reason = "the user's main must not run in a replica's process")]
    std::process::exit(status)
}

/// Gives the status that the process ends with. A runtime cannot be entered from another one, so there
/// the replica has a thread of its own.
fn host_here(hosted: &'static dyn HostedType, start: Start) -> i32 {
    if Handle::try_current().is_err() {
        host(hosted, start);
        return 0;
    }
    let thread = Builder::new().name("serve-replica".to_owned()).stack_size(STACK_BYTES);
    match thread.spawn(move || host(hosted, start)).map(JoinHandle::join) {
        Ok(Ok(())) => 0,
        // As of a panic in `main`. It has been printed.
        Ok(Err(_)) => 101,
        Err(error) => {
            let _ = writeln!(io::stderr(), "there is no thread for the replica: {error}");
            1
        }
    }
}

/// As the first thread of a process mostly has.
const STACK_BYTES: usize = 8 << 20;
