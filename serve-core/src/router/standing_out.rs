//! Which replicas are left out of routing because they keep failing.

use std::time::Duration;

use crate::observe::{Draft, EventKind};
use crate::replica::ReplicaBase;

/// Leaves a replica out, unless half of `all` are left out already: then something else is wrong, and the rest
/// would only be overloaded. Says for how long.
pub(super) fn eject(replica: &ReplicaBase, all: &[&ReplicaBase]) -> Option<Duration> {
    let others = all.iter().filter(|other| !std::ptr::eq(**other, replica));
    let left_out = others.filter(|other| other.is_left_out()).count() + 1;
    if left_out * 2 > all.len() {
        replica.admit();
        return None;
    }
    replica.eject();
    Some(replica.site().standing.eject(fastrand::f64()))
}

/// What is told of a replica that has been left out.
pub(super) fn ejected(replica: &ReplicaBase, pause: Duration) -> Draft {
    let name = &replica.site().name;
    let message = format!("replica `{}` keeps failing; tried again in {pause:.1?}", name.replica);
    Draft::warn(EventKind::ReplicaEjected, message).replica(name)
}

/// What is told when its time is over.
pub(super) fn probed(replica: &ReplicaBase) -> Draft {
    let message = "the replica gets calls again, one at a time until one succeeds";
    Draft::info(EventKind::ReplicaReadmitted, message).replica(&replica.site().name)
}

/// Takes back those of `all` that are more than half.
pub(super) fn readmit(all: &[&ReplicaBase]) {
    let left_out = all.iter().filter(|replica| replica.is_left_out());
    left_out.skip(all.len() / 2).for_each(|replica| replica.admit());
}
