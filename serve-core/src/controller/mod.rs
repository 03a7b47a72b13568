//! The control plane: keeps as many healthy replicas of each deployment as its options ask for.
//!
//! One task owns all state ([`Controller`]) and handles one event after the other. What to do is
//! decided by plain functions ([`deployment_state`], [`status`], [`plan`]); the hosts carry it out and
//! report back with further events. No request waits for, or knows of, anything here.

mod actor;
mod application;
mod deployment_state;
mod directory;
mod health;
mod host;
mod launch;
mod plan;
mod process;
mod status;

pub use status::{
    ApplicationStatus, ApplicationStatusOverview, DeploymentStatus, DeploymentStatusOverview,
    ReplicaState, ServeStatus, StatusTrigger,
};

pub(crate) use actor::{Controller, ControllerHandle, Event};
pub(crate) use host::{Host, HostOf, HostParts};
pub(crate) use launch::{Launcher, LocalProcesses, ProcessOptions};
pub(crate) use plan::Plan;
