//! The control plane: keeps as many healthy replicas of each deployment as its options ask for, and brings
//! applications from one revision to the next without taking away what works.
//!
//! In this order: an update is *prepared* in its caller's task ([`prepare`], where the user's code runs),
//! *decided* by plain functions ([`rollout`] for an application, [`deployment_state`] for each of its
//! deployments, [`status`] for what is shown), and *carried out* by the hosts, which report back with
//! further events. One task owns all state ([`actor`]) and handles one event after the other. No request
//! waits for, or knows of, anything here.

mod actor;
mod application;
mod deployment_state;
mod directory;
mod document;
mod graph;
mod handle;
mod health;
mod host;
mod known;
mod launch;
mod memory;
mod overview;
mod plan;
mod prepare;
mod process;
mod pulse;
mod recycling;
mod revision;
mod rollout;
mod scaling;
#[cfg(feature = "admin")]
mod server_plan;
mod status;
mod tag;
mod underway;
mod workshop;

pub use overview::{
    ApplicationStatusOverview, DeploymentStatusOverview, ReplicaCounts, ReplicaOverview,
    ServeStatus,
};
pub use plan::{Plan, PlannedAction, PlannedChange};
pub use revision::{Revision, RevisionState};
pub use status::{ApplicationStatus, DeploymentStatus, ReplicaState, StatusTrigger};

pub(crate) use actor::{Controller, Options as ControllerOptions};
pub(crate) use directory::{Directory, Entry};
pub(crate) use graph::Graph;
#[cfg(feature = "admin")]
pub(crate) use graph::named;
pub(crate) use handle::ControllerHandle;

pub(crate) use launch::{Launcher, LocalProcesses, ProcessOptions};
pub(crate) use memory::memory_of;
pub(crate) use overview::DeploymentView;
pub(crate) use prepare::Renewal;
pub(crate) use pulse::ControllerPulse;

#[cfg(feature = "admin")]
pub use server_plan::ServerPlan;
pub(crate) use tag::Expected;
pub(crate) use underway::Underway;
