//! Which models a replica has loaded, for the router to see, and what is counted of them.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use crate::observe::{ModelCounts, ModelMeter, ModelTotals};

/// The model ids of each `Multiplexed` of a replica; two of them do not get in each other's way.
#[derive(Default)]
pub(crate) struct Models {
    loaded: RwLock<HashMap<usize, Vec<Arc<str>>>>,
    /// Of a replica that has been asked for a model.
    meter: OnceLock<ModelMeter>,
    watch: OnceLock<Box<OnChange>>,
}

/// Told all models after each change, one change after the other, and what has been counted. Must not wait.
type OnChange = dyn Fn(Vec<&str>, Option<ModelCounts>) + Send + Sync;

impl Models {
    /// What the `Multiplexed` of this key has, loaded or loading.
    pub(crate) fn set(&self, key: usize, models: Vec<Arc<str>>) {
        let mut loaded = self.loaded.write().unwrap_or_else(PoisonError::into_inner);
        loaded.insert(key, models);
        self.tell(&loaded);
    }

    /// Under the lock, so that the last to be told is the last.
    fn tell(&self, loaded: &HashMap<usize, Vec<Arc<str>>>) {
        if let Some(watch) = self.watch.get() {
            let models = loaded.values().flatten().map(|model| &**model).collect();
            watch(models, self.meter.get().map(ModelMeter::counts));
        }
    }

    /// Tells `watch` of every change from here on.
    pub(crate) fn watch(
        &self,
        watch: impl Fn(Vec<&str>, Option<ModelCounts>) + Send + Sync + 'static,
    ) {
        drop(self.watch.set(Box::new(watch)));
    }

    /// A model has been asked for.
    pub(crate) fn count_request(&self) {
        let meter = self.meter();
        meter.count_request();
        // The clock is looked at only where others are to be told.
        if self.watch.get().is_some() && meter.is_due() {
            self.tell(&self.loaded.write().unwrap_or_else(PoisonError::into_inner));
        }
    }

    /// A model has been loaded, and so many others were dropped for it.
    pub(crate) fn count_load(&self, took: Duration, unloaded: usize) {
        self.meter().count_load(took, unloaded);
    }

    /// What a process has counted of its replica.
    pub(crate) fn take_counts(&self, counts: &ModelCounts) {
        self.meter().take(counts);
    }

    /// What has been counted, if any model has been asked for.
    pub(crate) fn totals(&self) -> Option<ModelTotals> {
        self.meter.get().map(ModelMeter::read)
    }

    fn meter(&self) -> &ModelMeter {
        self.meter.get_or_init(ModelMeter::default)
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
