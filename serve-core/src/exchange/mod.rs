//! What both ends of a link do with calls.
//!
//! Calls go in both directions over one link, and the two ends number theirs apart. So each end has two
//! sides: that of a caller, which knows the calls that were sent and have no answer (`pending`, `items`,
//! `watch`), and that of a callee, which runs the calls that come (`incoming`, `running`, `streaming`). A
//! [`Peer`] is both. It knows no types: what a call holds at its caller is an [`Origin`], and who runs the
//! calls of the other end is a [`Callee`]. In a replica's process that is the replica; in the server it is
//! every deployment that the replica may have a handle to (`remote/`).

mod once_signal;
mod peer;

mod items;
mod origin;
mod pending;
mod watch;

mod incoming;
mod running;
mod streaming;

mod receive;

mod choice;
mod far;
mod handles;
mod methods;

pub(crate) use choice::REPLICA_IDS;
pub(crate) use far::{BatchOptions, FarDeployment, FarDeployments};
pub(crate) use handles::{
    AnyHandle, ChosenHandle, HandlePath, Resolve, far_deployment, resolver, with_resolver,
};
pub(crate) use incoming::Incoming;
pub(crate) use methods::Methods;
pub(crate) use origin::{Ended, NEVER_RAN, NearEnd, Origin, RemotePermit, RetryCost, Sent, Unsent};
pub(crate) use peer::{Callee, Numbers, Outbound, Peer};
pub(crate) use pending::{Pending, SentBatch};
