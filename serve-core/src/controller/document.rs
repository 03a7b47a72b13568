//! What an application shall be, as data: which deployments, of which versions, with which options.
//!
//! Two documents can be compared and gone back to; what they name (constructors, arguments, hosts) lives
//! elsewhere.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::deployment_state::Version;
use crate::autoscaling::PolicyRef;
use crate::config::DeploymentConfig;
use crate::edge::AroundRef;

/// Numbers the deployments of a server, also those that bear a name which another has borne; never used
/// twice.
pub(crate) type MemberId = u64;
/// Numbers the revisions of an application, from 1.
pub(crate) type RevisionNumber = u64;

/// One revision of an application.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    pub(crate) revision: RevisionNumber,
    pub(crate) entries: BTreeMap<Arc<str>, Entry>,
    pub(crate) ingress: Arc<str>,
}

/// One deployment of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) member: MemberId,
    pub(crate) version: Version,
    pub(crate) config: Arc<DeploymentConfig>,
    pub(crate) is_checked: bool,
    /// The deployments that it holds handles to.
    pub(crate) callees: Vec<Arc<str>>,
    /// Who decides how many replicas there are, if that is the user's; the graph keeps it.
    pub(crate) policy: Option<PolicyRef>,
    /// What stands around its routes, to be compared.
    pub(crate) around: AroundRef,
}

impl Document {
    /// Whether both want the same.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.entries == other.entries && self.ingress == other.ingress
    }

    pub(crate) fn has(&self, member: MemberId) -> bool {
        self.entries.values().any(|entry| entry.member == member)
    }

    /// The deployments that hold handles to this one.
    pub(crate) fn callers<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Entry> {
        self.entries.values().filter(move |entry| entry.callees.iter().any(|c| **c == *name))
    }

    /// How many deployments there are on the longest way down from this one, itself counted. A cycle
    /// cannot be bound.
    pub(crate) fn depth(&self, name: &str) -> u32 {
        let callees = self.entries.get(name).map_or(&[][..], |entry| &entry.callees);
        1 + callees.iter().map(|callee| self.depth(callee)).max().unwrap_or_default()
    }
}
