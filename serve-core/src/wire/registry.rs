//! The deployments that are compiled into this executable, by the name of their type: how a process
//! that is started to be a replica finds out what of.

use std::fmt;

use crate::deployment::Deployment;
use crate::process::Start;

/// A type whose replicas this executable can be. Submitted by generated code, for every deployment that
/// is not generic.
#[doc(hidden)]
pub struct ReplicaType {
    pub(crate) key: fn() -> &'static str,
    pub(crate) host: fn(Hosting),
}

/// What a process that is to be a replica has been given.
#[doc(hidden)]
#[derive(Debug)]
pub struct Hosting(pub(crate) Start);

inventory::collect!(ReplicaType);

/// Is a replica of `D` until that is over.
pub fn host_replica<D: Deployment>(hosting: Hosting) {
    let replica = hosting.0.replica.clone();
    if let Err(failure) = crate::hosting::host::<D>(hosting.0) {
        tracing::error!("replica {replica} cannot answer: {failure}");
    }
}

// === impl ReplicaType ===

impl ReplicaType {
    #[must_use]
    pub const fn new<D: Deployment>() -> Self {
        Self { key: key::<D>, host: host_replica::<D> }
    }

    /// The names of all types that have been submitted.
    pub fn keys() -> impl Iterator<Item = &'static str> {
        inventory::iter::<Self>().map(|ty| (ty.key)())
    }

    /// The type of this key.
    pub(crate) fn find(key: &str) -> Option<&'static Self> {
        inventory::iter::<Self>().find(|ty| (ty.key)() == key)
    }
}

/// The name under which a type is found.
pub(crate) fn key<D>() -> &'static str {
    std::any::type_name::<D>()
}

impl fmt::Debug for ReplicaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReplicaType").field(&(self.key)()).finish()
    }
}
