//! The first line of `main` in a program whose replicas live in processes of their own.

use crate::process::take_over;
use crate::wire::{Hosting, ReplicaType};

/// Makes this process a replica if a server has started it as one; in every other process it does
/// nothing.
///
/// With `isolation = "process"` a replica is this same program, started again with the same arguments.
/// Call `init` as the first line of `main`, before a runtime is made or anything is bound: in a replica's
/// process it does not return, but answers calls until the server lets the replica go, and then ends the
/// process. Where it is missing, a deployment with `isolation = "process"` fails with an error that says
/// so.
///
/// ```
/// // The first line of `main`.
/// serve_core::init();
/// // .. what the program does
/// ```
pub fn init() {
    let Some(start) = take_over() else { return };
    let key = start.description.clone();
    let status = match ReplicaType::find(&key) {
        Some(replica_type) => {
            (replica_type.host)(Hosting(start));
            0
        }
        None => {
            tracing::error!("there is no deployment `{key}` in this program");
            1
        }
    };
    #[expect(clippy::exit, reason = "the user's main must not run in a replica's process")]
    std::process::exit(status)
}
