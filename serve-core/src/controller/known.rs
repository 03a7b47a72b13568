//! What the controller publishes of an application for the next update to be compared with.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::document::{Document, MemberId};
use super::graph::Graph;
use super::host::Host;

/// An application as it is wanted, at one moment.
pub(crate) struct Known {
    /// Counts the changes of what is wanted.
    pub(crate) changes: u64,
    /// What serves, then what is on its way.
    pub(crate) revisions: Vec<KnownRevision>,
    pub(crate) hosts: BTreeMap<MemberId, Arc<Host>>,
}

pub(crate) struct KnownRevision {
    pub(crate) document: Document,
    pub(crate) graph: Arc<Graph>,
}
