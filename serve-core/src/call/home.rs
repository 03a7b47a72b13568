//! The server that the code which runs here belongs to, so that a replica finds its own and no other.
//!
//! A call has it in its frame. A constructor has no frame yet, so whoever runs one says it here.

use std::future::{Future, poll_fn};
use std::pin::pin;

use scoped_tls::scoped_thread_local;

use super::context::with_frame;
use crate::tasks::Tasks;

scoped_thread_local!(static CONSTRUCTING: Tasks);

/// The tasks of the server whose replica this code runs for; `None` outside replicas.
pub(crate) fn own_server() -> Option<Tasks> {
    let of_call = with_frame(|frame| frame.station.server().cloned()).flatten();
    of_call.or_else(|| CONSTRUCTING.is_set().then(|| CONSTRUCTING.with(Tasks::clone)))
}

/// Runs `work`, which makes a replica, as a part of this server.
pub(crate) async fn in_server<F: Future>(server: Tasks, work: F) -> F::Output {
    let mut work = pin!(work);
    poll_fn(move |context| CONSTRUCTING.set(&server, || work.as_mut().poll(context))).await
}
