//! The history of an application: what was asked for, when, and what became of it.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use serde::Serialize;

use super::document::{Document, RevisionNumber};
use super::graph::Graph;
use crate::observe::whole_seconds_since_1970;

/// One revision of an application, see [`Serve::history`](crate::Serve::history).
///
/// ```
/// # fn example(serve: serve_core::Serve) {
/// for revision in serve.history("default") {
///     println!("{} {} {}", revision.number, revision.state, revision.message);
/// }
/// # }
/// ```
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "admin", derive(serde::Deserialize, schemars::JsonSchema))]
#[non_exhaustive]
pub struct Revision {
    /// Counted from 1 for each application.
    pub number: u64,
    /// What has become of it.
    pub state: RevisionState,
    /// What asked for it: a run, a restart, a rollback.
    pub cause: String,
    /// Why it failed, if it did.
    pub message: String,
    /// When it was asked for; serialised as seconds since 1970.
    #[serde(with = "whole_seconds_since_1970")]
    #[cfg_attr(feature = "admin", schemars(with = "u64"))]
    pub submitted_at: SystemTime,
    /// Its deployments.
    pub deployments: Vec<String>,
    /// Whether [`Serve::rollback`](crate::Serve::rollback) could go back to it: arguments are kept of the
    /// revision that runs and of the last one that did before it.
    pub is_restorable: bool,
}

/// What has become of a revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "admin", derive(serde::Deserialize, schemars::JsonSchema))]
pub enum RevisionState {
    /// It has been taken note of.
    Pending,
    /// One new replica of each changed deployment is being tried; what serves goes on.
    Proving,
    /// New replicas take the place of old ones.
    Rolling,
    /// It serves.
    Running,
    /// A later one has taken its place.
    Superseded,
    /// It could not be proven; nothing has changed for it.
    Failed,
    /// It failed after some of it had served, and the last one that ran serves again.
    RolledBack,
}

impl fmt::Display for RevisionState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Pending => "Pending",
            Self::Proving => "Proving",
            Self::Rolling => "Rolling",
            Self::Running => "Running",
            Self::Superseded => "Superseded",
            Self::Failed => "Failed",
            Self::RolledBack => "RolledBack",
        })
    }
}

/// So many are remembered.
const REMEMBERED: usize = 10;

/// The revisions of an application, and of some of them what they are made of.
#[derive(Default)]
pub(crate) struct History {
    entries: VecDeque<Remembered>,
}

pub(crate) struct Remembered {
    pub(crate) revision: Revision,
    /// What it is made of, if that is kept.
    pub(crate) graph: Option<Arc<Graph>>,
    was_complete: bool,
}

impl History {
    pub(crate) fn next_number(&self) -> RevisionNumber {
        self.entries.back().map_or(1, |last| last.revision.number + 1)
    }

    /// Takes note of a new one; what is forgotten for it may hold values of the user's.
    pub(crate) fn submit(
        &mut self,
        document: &Document,
        graph: Arc<Graph>,
        cause: String,
    ) -> Option<Remembered> {
        let revision = Revision {
            number: document.revision,
            state: RevisionState::Pending,
            cause,
            message: String::new(),
            submitted_at: SystemTime::now(),
            deployments: document.entries.keys().map(|name| name.to_string()).collect(),
            is_restorable: true,
        };
        let forgotten = (self.entries.len() == REMEMBERED)
            .then(|| {
                // Never one that may be needed.
                let index =
                    self.entries.iter().position(|entry| entry.graph.is_none()).unwrap_or(0);
                self.entries.remove(index)
            })
            .flatten();
        self.entries.push_back(Remembered { revision, graph: Some(graph), was_complete: false });
        forgotten
    }

    pub(crate) fn note(&mut self, number: RevisionNumber, state: RevisionState, message: &str) {
        if let Some(entry) = self.find_mut(number) {
            entry.revision.state = state;
            message.clone_into(&mut entry.revision.message);
        }
    }

    /// A revision is complete: the one before it is no more.
    pub(crate) fn complete(&mut self, number: RevisionNumber) {
        for entry in &mut self.entries {
            if entry.revision.number == number {
                entry.revision.state = RevisionState::Running;
                entry.was_complete = true;
            } else if entry.revision.state == RevisionState::Running {
                entry.revision.state = RevisionState::Superseded;
            }
        }
    }

    /// Keeps what these are made of, and gives back the rest.
    pub(crate) fn keep(&mut self, numbers: &[RevisionNumber]) -> Vec<Arc<Graph>> {
        let mut forgotten = Vec::new();
        for entry in &mut self.entries {
            if !numbers.contains(&entry.revision.number) {
                forgotten.extend(entry.graph.take());
            }
            entry.revision.is_restorable = entry.graph.is_some();
        }
        forgotten
    }

    pub(crate) fn find(&self, number: RevisionNumber) -> Option<&Remembered> {
        self.entries.iter().find(|entry| entry.revision.number == number)
    }

    fn find_mut(&mut self, number: RevisionNumber) -> Option<&mut Remembered> {
        self.entries.iter_mut().find(|entry| entry.revision.number == number)
    }

    pub(crate) fn revisions(&self) -> Vec<Revision> {
        self.entries.iter().map(|entry| entry.revision.clone()).collect()
    }

    /// The last revision that was complete before this one, and that is made of something else: a restart
    /// is a revision too, and to go back to what it has renewed would change nothing.
    pub(crate) fn previous(&self, revision: Option<RevisionNumber>) -> Option<RevisionNumber> {
        let graph = revision.and_then(|revision| self.find(revision)?.graph.as_ref());
        let is_same = |entry: &Remembered| {
            // What has been forgotten was made of the same, or is older than what is kept.
            entry
                .graph
                .as_ref()
                .is_none_or(|before| graph.is_some_and(|graph| Arc::ptr_eq(graph, before)))
        };
        let before = self.entries.iter().rev().filter(|entry| {
            entry.was_complete
                && revision.is_none_or(|revision| entry.revision.number < revision)
                && !is_same(entry)
        });
        before.map(|entry| entry.revision.number).next()
    }
}
