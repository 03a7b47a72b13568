//! What a server knows of configurations: the builders of its program, and what it was last made of.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::{ApplicationConfig, Builders, GivenOptions};

/// The builders of a server, and what it has been told by configurations.
#[derive(Debug)]
pub(crate) struct Shelf {
    builders: Builders,
    told: Mutex<Told>,
}

#[derive(Debug, Default)]
struct Told {
    /// How the server itself is.
    sections: Option<GivenOptions>,
    /// The applications; without a configuration where it never came to run.
    applications: BTreeMap<String, Option<ApplicationConfig>>,
}

impl Shelf {
    pub(crate) fn new(builders: Builders) -> Self {
        Self { builders, told: Mutex::default() }
    }

    pub(crate) fn builders(&self) -> &Builders {
        &self.builders
    }

    /// What this application was last made of.
    pub(crate) fn config(&self, application: &str) -> Option<ApplicationConfig> {
        self.with(|told| told.applications.get(application).cloned().flatten())
    }

    /// Those of all applications that have one, by name.
    pub(crate) fn configs(&self) -> Vec<ApplicationConfig> {
        self.with(|told| told.applications.values().flatten().cloned().collect())
    }

    /// The names of all applications that a configuration has asked for.
    pub(crate) fn names(&self) -> Vec<String> {
        self.with(|told| told.applications.keys().cloned().collect())
    }

    /// A configuration asks for this application.
    pub(crate) fn expect(&self, application: &str) {
        self.with(|told| {
            told.applications.entry(application.to_owned()).or_default();
        });
    }

    /// The application is what this says.
    pub(crate) fn keep(&self, config: ApplicationConfig) {
        self.with(|told| told.applications.insert(config.name().to_owned(), Some(config)));
    }

    /// The application is something else than its configuration says, though one has asked for it.
    pub(crate) fn doubt(&self, application: &str) {
        self.with(|told| {
            if let Some(config) = told.applications.get_mut(application) {
                *config = None;
            }
        });
    }

    /// The application is gone, or has been made of something else.
    pub(crate) fn forget(&self, application: &str) {
        self.with(|told| told.applications.remove(application));
    }

    pub(crate) fn sections(&self) -> Option<GivenOptions> {
        self.with(|told| told.sections.clone())
    }

    pub(crate) fn keep_sections(&self, sections: GivenOptions) {
        self.with(|told| told.sections = Some(sections));
    }

    fn with<R>(&self, body: impl FnOnce(&mut Told) -> R) -> R {
        // Nothing that can panic runs while it is locked.
        body(&mut self.told.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
