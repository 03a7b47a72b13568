//! Handles compared: they are equal if they lead to the same deployment of the same server, or to the same mock.

use std::sync::Arc;

use super::core::{HandleCore, Target};
use crate::deployment::Deployment;

impl<D: Deployment> PartialEq for HandleCore<D> {
    /// A deployment that is run again under its name keeps its router. One that has been deleted meanwhile has another,
    /// and an old handle does not lead there.
    fn eq(&self, other: &Self) -> bool {
        match (&self.target, &other.target) {
            (Target::Router(one), Target::Router(other)) => {
                Arc::ptr_eq(one.here().whole(), other.here().whole())
            }
            (Target::Far(one), Target::Far(other)) => one.is_same(other),
            (Target::Chosen(one), Target::Chosen(other)) => Arc::ptr_eq(one, other),
            (Target::Mock(one), Target::Mock(other)) => Arc::ptr_eq(one, other),
            (Target::Router(_) | Target::Far(_) | Target::Chosen(_) | Target::Mock(_), _) => false,
        }
    }
}

impl<D: Deployment> Eq for HandleCore<D> {}
