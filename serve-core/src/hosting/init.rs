//! The first line of `main` in a program whose replicas live in processes of their own.

use std::io::{self, Write};

use crate::process::take_over;
use crate::wire::{Hosting, ReplicaType, TypeName};

/// Makes this process a replica if a server has started it as one; in every other process it does
/// nothing.
///
/// With `isolation = "process"` a replica is this same program, started again with the same arguments.
/// Call `init` as the first line of `main`, before a runtime is made or anything is bound: in a replica's
/// process it does not return, but answers calls until the server lets the replica go, and then ends the
/// process. The same happens on SIGTERM: the replica finishes the calls that it has, gets no more, and is
/// replaced. Where `init` is missing, a deployment with `isolation = "process"` fails with an error that says
/// so.
///
/// Programs of tests have no `main` to write it in; there [`test_replicas!()`](crate::test_replicas) is the line.
///
/// ```
/// // The first line of `main`.
/// serve_core::init();
/// // .. what the program does
/// ```
pub fn init() {
    let Some(start) = take_over() else { return };
    let wanted = TypeName::from_text(&start.description);
    let status = match wanted.as_ref().and_then(ReplicaType::find) {
        Some(replica_type) => {
            (replica_type.host)(Hosting(start));
            0
        }
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
