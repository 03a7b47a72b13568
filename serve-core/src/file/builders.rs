//! The builders of a program by their names, and what they make of a configuration.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::application::ApplicationConfig;
use super::builder::{AnyBuilder, ApplicationBuilder, BuilderOf, BuilderRefusal};
use super::document::ConfigDocument;
use super::given::GivenOptions;
use super::nearest::instead;
use super::overrides::configure;
use super::problem::{At, ConfigError, Problems};
use super::server::ServerConfig;
use super::tree::Path;
use crate::application::{AnyNode, Configured};
use crate::config::name_problem;
use crate::controller::{Graph, named};
use crate::error::Error;
use crate::secret::{MASK, noticed};

/// The applications that a program can run, by names that configurations use.
///
/// [`ServeBuilder::app`](crate::ServeBuilder::app) adds to those of a server. See [`ApplicationBuilder`] for what a builder
/// is.
///
/// ```
/// # use serve_core::prelude::*;
/// # #[derive(Default)] struct Greeter;
/// # #[deployment] impl Greeter { fn hi(&self) {} }
/// let builders = serve_core::file::Builders::default().app("hello", || Greeter::bind());
/// assert!(builders.names().eq(["hello"]));
/// ```
#[derive(Clone, Default)]
pub struct Builders {
    builders: BTreeMap<String, Arc<dyn AnyBuilder>>,
    /// Names that are none, or taken.
    problems: Vec<String>,
}

/// What a builder is given, and where problems are noted.
struct Building<'a> {
    config: &'a ApplicationConfig,
    path: &'a Path,
    problems: &'a mut Problems,
    /// Nothing was wrong with it so far.
    is_sound: bool,
}

impl Builders {
    /// Adds a builder under a name. A name that is taken, or cannot be one, is an error when the server starts.
    #[must_use]
    pub fn app<Signature: 'static>(
        mut self,
        name: impl Into<String>,
        builder: impl ApplicationBuilder<Signature>,
    ) -> Self {
        let name = name.into();
        self.problems.extend(name_problem("builder", &name));
        self.insert(name, Arc::new(BuilderOf::<_, Signature>::new(builder)));
        self
    }

    /// Adds others.
    pub(crate) fn and(mut self, others: Self) -> Self {
        self.problems.extend(others.problems);
        others.builders.into_iter().for_each(|(name, builder)| self.insert(name, builder));
        self
    }

    fn insert(&mut self, name: String, builder: Arc<dyn AnyBuilder>) {
        if self.builders.contains_key(&name) {
            self.problems.push(format!("there are two builders with the name `{name}`"));
        }
        self.builders.insert(name, builder);
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.builders.keys().map(String::as_str)
    }

    /// Looks for everything that is wrong with the configuration of an application, as far as that can be found out
    /// without running it: the builder, its argument, the names of deployments, their options, `user_config`.
    ///
    /// Texts of it that its builder reads as a [`Secret`](crate::Secret) are not shown from then on.
    ///
    /// # Errors
    ///
    /// All of it.
    pub fn check(&self, config: &mut ApplicationConfig) -> Result<(), ConfigError> {
        self.build(config).map(drop)
    }

    /// Reads a whole configuration as JSON, and checks it against these builders: everything that is wrong is told at
    /// once.
    ///
    /// # Errors
    ///
    /// All of it.
    ///
    /// ```
    /// let builders = serve_core::file::Builders::default();
    /// let error = builders.read_json(r#"{ "applications": [{ "name": "hello" }], "htp": {} }"#).unwrap_err();
    /// assert_eq!(error.problems().len(), 2);
    /// ```
    pub fn read_json(&self, json: &str) -> Result<ServerConfig, ConfigError> {
        ServerConfig::from_document(ConfigDocument::json(json)?, Some(self))
    }

    /// # Errors
    ///
    /// Names that are none, or that are there twice.
    pub(crate) fn validate(&self) -> Result<(), Error> {
        match &self.problems[..] {
            [] => Ok(()),
            problems => Err(Error::InvalidConfig { problems: problems.to_vec() }),
        }
    }

    /// Makes an application of its configuration.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check).
    pub(crate) fn build(
        &self,
        config: &mut ApplicationConfig,
    ) -> Result<Arc<dyn AnyNode>, ConfigError> {
        let mut problems = Problems::default();
        let node = self.build_at(config, &Path::default(), &mut problems);
        problems.into_result(&ConfigDocument::none())?;
        node.ok_or_else(|| ConfigError::unreadable("there is no application"))
    }

    /// The same for one that stands somewhere in a file.
    pub(super) fn build_at(
        &self,
        config: &mut ApplicationConfig,
        path: &Path,
        problems: &mut Problems,
    ) -> Option<Arc<dyn AnyNode>> {
        let is_sound = !problems.touch(path);
        let mut building = Building { config, path, problems, is_sound };
        let (node, secrets) = noticed(|| building.run(self));
        config.mask(&secrets, MASK);
        problems.hide(secrets);
        node
    }
}

impl<'a> Building<'a> {
    fn run(&mut self, builders: &Builders) -> Option<Arc<dyn AnyNode>> {
        let Self { config, path, .. } = *self;
        let app = config.app();
        let Some(builder) = builders.builders.get(app) else {
            let key = if config.options().get("app").is_some() { "app" } else { "name" };
            let none = "the program has no builders; add one with `.app(name, builder)`";
            let help = match key {
                "app" => instead(app, builders.names(), none),
                _ => format!("name a builder with `app`: {}", instead(app, builders.names(), none)),
            };
            let message = format!("the program has no builder `{app}`");
            self.problems.add(&path.key(key), At::Value, message).help(help);
            return None;
        };
        let args = config.options().any("args");
        let tell = |message: String| match args {
            Some(args) => args.without_referred(message),
            None => message,
        };
        match builder.build(args.map(|args| &args.value).filter(|args| !args.is_null())) {
            Ok(built) => self.configure(&built.0),
            Err(BuilderRefusal::Argument(misfit)) => {
                let (within, message) = misfit.into_parts();
                let message = format!("the argument of `{app}` does not fit: {}", tell(message));
                self.problems.add(&path.key("args").join(&within), At::Value, message);
                None
            }
            Err(BuilderRefusal::Builder(failure)) => {
                let message = format!("the builder `{app}` failed: {}", tell(failure.to_string()));
                self.problems.add(path, At::Name, message);
                None
            }
        }
    }

    /// The application with the options of the configuration, checked.
    fn configure(&mut self, ingress: &Arc<dyn AnyNode>) -> Option<Arc<dyn AnyNode>> {
        let nodes = named(ingress);
        self.unknown_deployments(&nodes);
        let origin: Arc<str> = self.config.origin().into();
        let mut made: BTreeMap<usize, Arc<dyn AnyNode>> = BTreeMap::new();
        for (name, node) in &nodes {
            let mut config = node.config().clone();
            if node.identity() == ingress.identity() {
                self.carry_prefix(&mut config, name);
            }
            if let Some((index, options)) = self.of_deployment(name) {
                configure(&mut config, options);
                self.check_user_config(&**node, index, options);
            }
            // Callees come first.
            let children = node.children().iter().map(|child| Arc::clone(&made[&child.identity()]));
            let children = children.collect();
            let with = Configured { config, origin: Arc::clone(&origin), children };
            made.insert(node.identity(), node.configured(with));
        }
        let ingress = made.remove(&ingress.identity())?;
        // Options that have been left out may be what others need.
        if self.is_sound {
            self.check_graph(&ingress);
        }
        Some(ingress)
    }

    fn of_deployment(&self, name: &str) -> Option<(usize, &'a GivenOptions)> {
        let config: &'a ApplicationConfig = self.config;
        let mut deployments = config.deployments().iter().enumerate();
        deployments.find(|(_, options)| options.text("name") == Some(name))
    }

    fn unknown_deployments(&mut self, nodes: &[(Arc<str>, Arc<dyn AnyNode>)]) {
        for (index, options) in self.config.deployments().iter().enumerate() {
            let Some(name) = options.text("name") else { continue };
            if nodes.iter().all(|(known, _)| **known != *name) {
                let path = self.path.key("deployments").index(index).key("name");
                let message = format!("the application has no deployment `{name}`");
                let help = instead(name, nodes.iter().map(|(name, _)| &**name), "there is none");
                self.problems.add(&path, At::Value, message).help(help);
            }
        }
    }

    /// The application's prefix is its ingress'.
    fn carry_prefix(&mut self, config: &mut crate::DeploymentConfig, ingress: &str) {
        let Some(prefix) = self.config.options().get("route_prefix") else { return };
        config.route_prefix = prefix.text();
        let both = self.of_deployment(ingress);
        let Some((index, _)) = both.filter(|(_, of)| of.get("route_prefix").is_some()) else {
            return;
        };
        let path = self.path.key("deployments").index(index).key("route_prefix");
        let message =
            format!("`{ingress}` answers for the application, which has a `route_prefix`");
        self.problems.add(&path, At::Name, message).help("leave one of them out");
    }

    fn check_user_config(&mut self, node: &dyn AnyNode, index: usize, options: &GivenOptions) {
        let Some(given) = options.any("user_config").filter(|given| !given.value.is_null()) else {
            return;
        };
        if let Err(failure) = node.check_user_config(&given.value) {
            let path = self.path.key("deployments").index(index).key("user_config");
            self.problems.add(&path, At::Value, given.without_referred(failure.to_string()));
        }
    }

    /// What is wrong with options together, those of the program included.
    fn check_graph(&mut self, ingress: &Arc<dyn AnyNode>) {
        let problems = match Graph::new(self.config.name(), ingress) {
            Err(Error::InvalidConfig { problems }) => problems,
            Err(error) => vec![error.to_string()],
            Ok(_) => return,
        };
        for problem in problems {
            let of = |(_, options): &(usize, &GivenOptions)| {
                let name = options.text("name").unwrap_or_default();
                problem.starts_with(&format!("deployment `{name}`:"))
            };
            let path = match self.config.deployments().iter().enumerate().find(of) {
                Some((index, _)) => self.path.key("deployments").index(index),
                None => self.path.clone(),
            };
            self.problems.add(&path, At::Name, problem);
        }
    }
}

impl fmt::Debug for Builders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}
