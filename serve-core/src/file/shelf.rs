//! What a server knows of configurations: the builders of its program, and what its applications were last made of.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::{ApplicationConfig, Builders};

/// The builders of a server, and the configurations of those of its applications that have one.
#[derive(Debug)]
pub(crate) struct Shelf {
    builders: Builders,
    configs: Mutex<BTreeMap<String, ApplicationConfig>>,
}

impl Shelf {
    pub(crate) fn new(builders: Builders) -> Self {
        Self { builders, configs: Mutex::default() }
    }
}

impl Shelf {
    pub(crate) fn builders(&self) -> &Builders {
        &self.builders
    }

    /// What this application was last made of.
    pub(crate) fn config(&self, application: &str) -> Option<ApplicationConfig> {
        self.with(|configs| configs.get(application).cloned())
    }

    /// Those of all applications that have one, by name.
    pub(crate) fn configs(&self) -> Vec<ApplicationConfig> {
        self.with(|configs| configs.values().cloned().collect())
    }

    pub(crate) fn keep(&self, config: ApplicationConfig) {
        self.with(|configs| configs.insert(config.name().to_owned(), config));
    }

    /// The application is gone, or has been made of something else.
    pub(crate) fn forget(&self, application: &str) {
        self.with(|configs| configs.remove(application));
    }

    fn with<R>(&self, body: impl FnOnce(&mut BTreeMap<String, ApplicationConfig>) -> R) -> R {
        // Nothing that can panic runs while it is locked.
        body(&mut self.configs.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
