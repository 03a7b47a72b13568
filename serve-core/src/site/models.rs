//! Which models a replica has loaded, for the router to see.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock, PoisonError, RwLock, RwLockReadGuard};

/// The model ids of each `Multiplexed` of a replica; two of them do not get in each other's way.
#[derive(Default)]
pub(crate) struct Models {
    loaded: RwLock<HashMap<usize, Vec<Arc<str>>>>,
    watch: OnceLock<Box<OnChange>>,
}

/// Told all models after each change, one change after the other. Must not wait.
type OnChange = dyn Fn(Vec<&str>) + Send + Sync;

impl Models {
    /// What the `Multiplexed` of this key has, loaded or loading.
    pub(crate) fn set(&self, key: usize, models: Vec<Arc<str>>) {
        let mut loaded = self.loaded.write().unwrap_or_else(PoisonError::into_inner);
        loaded.insert(key, models);
        // Under the lock, so that the last to be told is the last.
        if let Some(watch) = self.watch.get() {
            watch(loaded.values().flatten().map(|model| &**model).collect());
        }
    }

    /// Tells `watch` of every change from here on.
    pub(crate) fn watch(&self, watch: impl Fn(Vec<&str>) + Send + Sync + 'static) {
        drop(self.watch.set(Box::new(watch)));
    }

    pub(crate) fn has(&self, model: &str) -> bool {
        self.read().values().flatten().any(|loaded| **loaded == *model)
    }

    pub(crate) fn all(&self) -> Vec<String> {
        self.read().values().flatten().map(|model| model.to_string()).collect()
    }

    pub(crate) fn count(&self) -> usize {
        self.read().values().map(Vec::len).sum()
    }

    fn read(&self) -> RwLockReadGuard<'_, HashMap<usize, Vec<Arc<str>>>> {
        self.loaded.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Models {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Models").field(&*self.read()).finish()
    }
}
