//! What a process is to be, and the part of it that the child reads in its environment.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::config::DeploymentConfig;
use crate::log::Severity;

/// How long a child may take until it takes over, unless the spec says otherwise.
const START_TIMEOUT: Duration = Duration::from_secs(30);

/// What a process is to be. By default it has the parent's environment, directory, processors and limits.
#[derive(Clone, Debug)]
pub(crate) struct Spec {
    /// The replica's id: it stands before every line the process prints.
    pub(crate) replica: String,
    /// What the child finds in its [`Start`](super::Start). It is seen in the environment, so it may be
    /// neither long nor secret.
    pub(crate) description: String,
    /// Set in addition to the parent's environment.
    pub(crate) env: Vec<(OsString, OsString)>,
    pub(crate) working_directory: Option<PathBuf>,
    /// The GPUs that CUDA shows to the process; none at all if the list is empty.
    pub(crate) gpus: Option<Vec<u32>>,
    /// The processors its threads run on.
    pub(crate) cpus: Option<Vec<u32>>,
    /// How many bytes of private memory the process can have: heap, stacks and the like (`RLIMIT_DATA`).
    ///
    /// Not the address space (`RLIMIT_AS`), of which allocators and CUDA reserve many times what they
    /// use. Allocations beyond it fail, which ends a Rust program by `SIGABRT`. Shared memory and
    /// mapped files do not count, and neither does what the process starts: each has the limit anew.
    pub(crate) memory_limit: Option<u64>,
    /// For how long the child may be silent until it takes over. Default 30 s.
    pub(crate) start_timeout: Duration,
    /// Another program than this one.
    pub(crate) program: Option<PathBuf>,
    /// Other arguments than those of this program.
    pub(crate) arguments: Option<Vec<OsString>>,
}

/// What the child is told in its environment.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Description {
    /// Who started it. What a replica starts inherits the environment, but has another parent.
    pub(super) parent: u32,
    pub(super) replica: String,
    pub(super) description: String,
    pub(super) cpus: Option<Vec<u32>>,
    pub(super) memory_limit: Option<u64>,
    /// Of the events that the parent wants to hear of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) level: Option<Severity>,
}

// === impl Spec ===

impl Spec {
    pub(crate) fn new(replica: impl Into<String>, description: impl Into<String>) -> Self {
        Self {
            replica: replica.into(),
            description: description.into(),
            env: Vec::new(),
            working_directory: None,
            gpus: None,
            cpus: None,
            memory_limit: None,
            start_timeout: START_TIMEOUT,
            program: None,
            arguments: None,
        }
    }

    /// The same, as a deployment's options want it.
    pub(crate) fn with(self, config: &DeploymentConfig) -> Self {
        Self {
            env: config.env.iter().map(|(name, value)| (name.into(), value.into())).collect(),
            working_directory: config.working_directory.clone(),
            gpus: config.gpus.clone(),
            cpus: config.cpus.clone(),
            memory_limit: config.memory_limit,
            ..self
        }
    }

    /// The first argument of the process, which `ps` shows.
    pub(super) fn title(&self) -> String {
        let program = match &self.program {
            Some(program) => name_in(program.as_os_str()),
            None => program_name(),
        };
        format!("{program}{TITLE}{}", self.replica)
    }
}

/// Between the name of a program and that of a replica.
const TITLE: &str = ": replica ";

/// What this program is called, also where it is a replica.
pub(super) fn program_name() -> String {
    name_in(&std::env::args_os().next().unwrap_or_default())
}

fn name_in(first_argument: &OsStr) -> String {
    let path = first_argument.to_string_lossy();
    let path = path.split(TITLE).next().unwrap_or_default();
    Path::new(path).file_name().unwrap_or_default().to_string_lossy().into_owned()
}

// === impl Description ===

impl Description {
    pub(super) fn new(spec: &Spec) -> Self {
        Self {
            parent: std::process::id(),
            replica: spec.replica.clone(),
            description: spec.description.clone(),
            cpus: spec.cpus.clone(),
            memory_limit: spec.memory_limit,
            level: Severity::wanted_by_subscriber(),
        }
    }

    /// As the value of an environment variable.
    pub(super) fn to_text(&self) -> String {
        serde_json::to_string(self).expect("strings and numbers are always JSON")
    }

    /// `None` if it is not a description, so not ours.
    pub(super) fn from_text(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}
