//! Which models a replica has loaded, for the router to see.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

/// The model ids of each `Multiplexed` of a replica; two of them do not get in each other's way.
#[derive(Debug, Default)]
pub(crate) struct Models(RwLock<HashMap<usize, Vec<Arc<str>>>>);

impl Models {
    /// What the `Multiplexed` of this key has, loaded or loading.
    pub(crate) fn set(&self, key: usize, models: Vec<Arc<str>>) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(key, models);
    }

    pub(crate) fn has(&self, model: &str) -> bool {
        self.read().values().flatten().any(|loaded| **loaded == *model)
    }

    pub(crate) fn count(&self) -> usize {
        self.read().values().map(Vec::len).sum()
    }

    fn read(&self) -> RwLockReadGuard<'_, HashMap<usize, Vec<Arc<str>>>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }
}
