//! A whole configuration: the sections of the server, and the applications.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::application::ApplicationConfig;
use super::builders::Builders;
use super::document::ConfigDocument;
use super::fields::SERVER;
use super::given::GivenOptions;
use super::problem::{At, ConfigError, Problems};
use super::read::Reader;
use super::refer::{ReferenceSources, SYSTEM};
use super::schema;
use super::sections::{self, AdminSection};
use super::tree::Path;
use crate::application::AnyNode;
use crate::config::{HttpOptions, MetricsOptions, canonical};
use crate::controller::named;
use crate::error::Result;

pub use super::sections::{LogFormat, Verbosity};

const APPLICATIONS: &str = "applications";

/// What a file says: how the server is, and which applications run. The guide has a page about it.
///
/// `Serialize` writes it as it was given: with its references (`${NAME}`, `file:..`) and without secrets.
///
/// ```
/// use serve_core::file::ServerConfig;
///
/// let config = ServerConfig::from_json(
///     r#"{ "http": { "port": 0 }, "applications": [{ "name": "hello", "args": { "greeting": "Hi" } }] }"#,
/// )?;
/// assert_eq!(config.applications().len(), 1);
/// # Ok::<(), serve_core::file::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// Without the applications.
    options: GivenOptions,
    applications: Vec<ApplicationConfig>,
    document: Arc<ConfigDocument>,
}

/// An application with the node that was made of it.
pub(crate) struct MadeApplication {
    pub(crate) config: ApplicationConfig,
    pub(crate) node: Arc<dyn AnyNode>,
}

impl ServerConfig {
    /// Reads JSON. References to the environment and to files are followed here, in this process.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, at once.
    pub fn from_json(json: &str) -> Result<Self, ConfigError> {
        Self::from_document(ConfigDocument::json(json)?, None)
    }

    /// With builders it is checked against them as well.
    pub(super) fn from_document(
        document: ConfigDocument,
        builders: Option<&Builders>,
    ) -> Result<Self, ConfigError> {
        Self::from_sources(document, builders, &SYSTEM)
    }

    pub(super) fn from_sources(
        document: ConfigDocument,
        builders: Option<&Builders>,
        sources: &ReferenceSources,
    ) -> Result<Self, ConfigError> {
        let (path, mut problems) = (Path::default(), Problems::default());
        let mut reader = Reader { sources, problems: &mut problems };
        let mut options = reader.table(&SERVER, &document.root, &path);
        let items = options.take_list(APPLICATIONS).into_iter().enumerate();
        let mut applications: Vec<_> = items
            .map(|(index, options)| {
                let path = path.key(APPLICATIONS).index(index);
                ApplicationConfig::new(options, &path, &mut problems)
            })
            .collect();
        names_once(&applications, &mut problems);
        if let Some(builders) = builders {
            make_all(&mut applications, builders, &mut problems);
        }
        problems.into_result(&document)?;
        Ok(Self { options, applications, document: Arc::new(document) })
    }

    /// The applications, in the order of the file.
    #[must_use]
    pub fn applications(&self) -> &[ApplicationConfig] {
        &self.applications
    }

    /// The options of the HTTP server, on top of these. What is not in the file stays.
    ///
    /// ```
    /// use serve_core::HttpOptions;
    /// use serve_core::file::ServerConfig;
    ///
    /// let config = ServerConfig::from_json(r#"{ "http": { "port": 9000 }, "applications": [] }"#)?;
    /// let http = config.http(HttpOptions::default().host("0.0.0.0"));
    /// assert_eq!((http.host.as_str(), http.port), ("0.0.0.0", 9000));
    /// # Ok::<(), serve_core::file::ConfigError>(())
    /// ```
    #[must_use]
    pub fn http(&self, mut http: HttpOptions) -> HttpOptions {
        sections::http(&mut http, self.section("http"));
        if let Some(access_log) = self.section("logging").get("access_log") {
            http.access_log = access_log.flag();
        }
        http
    }

    /// What is counted, in the same way.
    #[must_use]
    pub fn metrics(&self, mut metrics: MetricsOptions) -> MetricsOptions {
        sections::metrics(&mut metrics, self.section("metrics"));
        metrics
    }

    /// What is logged: lines of this level and above; `None` if it is not said.
    #[must_use]
    pub fn log_level(&self) -> Option<Verbosity> {
        sections::level(self.section("logging"))
    }

    /// How a line of the log is written.
    #[must_use]
    pub fn log_format(&self) -> LogFormat {
        sections::format(self.section("logging"))
    }

    /// The section `admin`, if there is one.
    pub(crate) fn admin(&self) -> Option<AdminSection> {
        self.options.get("admin").map(|_| sections::admin(self.section("admin")))
    }

    /// How long a shutdown may take, if it is said.
    pub(crate) fn shutdown_timeout(&self) -> Option<Duration> {
        self.options.get("shutdown_timeout")?.time()
    }

    pub(crate) fn shutdown_delay(&self) -> Option<Duration> {
        self.options.get("shutdown_delay")?.time()
    }

    /// Looks for everything that is wrong, as far as that can be found out without running anything: what
    /// [`Builders::check`] finds of each application, and prefixes that two of them want.
    ///
    /// # Errors
    ///
    /// All of it.
    pub fn check(&mut self, builders: &Builders) -> Result<(), ConfigError> {
        self.make(builders).map(drop)
    }

    /// The applications, made.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check).
    pub(crate) fn make(
        &mut self,
        builders: &Builders,
    ) -> Result<Vec<MadeApplication>, ConfigError> {
        let mut problems = Problems::default();
        let nodes = make_all(&mut self.applications, builders, &mut problems);
        problems.into_result(&self.document)?;
        let made = nodes.into_iter().map(|(index, node)| {
            let config = self.applications[index].clone();
            MadeApplication { config, node }
        });
        Ok(made.collect())
    }

    /// What it says of the server itself, by section, as it is shown.
    pub(crate) fn sections(&self) -> &GivenOptions {
        &self.options
    }

    /// The same, which says of the server what those `before` say where it says nothing itself.
    pub(crate) fn over_sections(mut self, before: Option<GivenOptions>) -> Self {
        let said = |options: &GivenOptions, name| options.get(name).is_some();
        let before = before.into_iter().flat_map(|before| before.0);
        let silent: Vec<_> = before.filter(|(name, _)| !said(&self.options, name)).collect();
        self.options.0.extend(silent);
        self
    }

    /// The sections that say something else than those `before`.
    pub(crate) fn differing_sections(&self, before: Option<&GivenOptions>) -> Vec<&'static str> {
        let sections = SERVER.names().filter(|name| *name != APPLICATIONS);
        let differs = |name: &&str| {
            let before = before.and_then(|before| before.get(name));
            self.options.get(name) != before
        };
        sections.filter(differs).collect()
    }

    /// The JSON Schema of a configuration, for editors and for checks before anything is deployed.
    ///
    /// ```
    /// let schema = serve_core::file::ServerConfig::schema();
    /// assert_eq!(schema["required"], serde_json::json!(["applications"]));
    /// ```
    #[must_use]
    pub fn schema() -> Value {
        let mut schema = schema::of_table(&SERVER);
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
        schema["title"] = "A configuration of serve".into();
        schema
    }

    fn section(&self, name: &str) -> &GivenOptions {
        self.options.table(name)
    }
}

/// Makes the applications, as far as what has been read of them allows; with their places.
fn make_all(
    applications: &mut [ApplicationConfig],
    builders: &Builders,
    problems: &mut Problems,
) -> Vec<(usize, Arc<dyn AnyNode>)> {
    let path = Path::default().key(APPLICATIONS);
    let mut nodes = Vec::new();
    for (index, config) in applications.iter_mut().enumerate() {
        let path = path.index(index);
        // What follows from a mistake that has been told is not one more.
        let is_unknown = ["name", "app", "args"].iter().any(|key| problems.touch(&path.key(key)));
        if !is_unknown && !config.name().is_empty() {
            let node = builders.build_at(config, &path, problems);
            nodes.extend(node.map(|node| (index, node)));
        }
    }
    prefixes_once(applications, &nodes, problems);
    nodes
}

/// Applications whose names are taken.
fn names_once(applications: &[ApplicationConfig], problems: &mut Problems) {
    for (index, config) in applications.iter().enumerate() {
        let name = config.name();
        if !name.is_empty() && applications[..index].iter().any(|before| before.name() == name) {
            let path = Path::default().key(APPLICATIONS).index(index).key("name");
            let message = format!("application `{name}` is there twice");
            problems.add(&path, At::Value, message).help("give one of them another name");
        }
    }
}

/// Prefixes that more than one deployment wants.
fn prefixes_once(
    applications: &[ApplicationConfig],
    nodes: &[(usize, Arc<dyn AnyNode>)],
    problems: &mut Problems,
) {
    let mut owners = BTreeMap::new();
    for (index, node) in nodes {
        let application = applications[*index].name();
        for (deployment, node) in named(node) {
            let Some(prefix) = &node.config().route_prefix else { continue };
            let owner = format!("deployment `{deployment}` of `{application}`");
            let Some(before) = owners.insert(canonical(prefix).into_owned(), owner.clone()) else {
                continue;
            };
            // Where the file says so, or else where the application is.
            let path = Path::default().key(APPLICATIONS).index(*index);
            let path = match applications[*index].options().get("route_prefix") {
                Some(_) => path.key("route_prefix"),
                None => path,
            };
            let message = format!("`{prefix}` is wanted by {before} and by {owner}");
            let help = "write another `route_prefix` for one of them";
            problems.add(&path, At::Value, message).help(help);
        }
    }
}

/// As they were given, whatever text they were given in.
impl PartialEq for ServerConfig {
    fn eq(&self, other: &Self) -> bool {
        self.options == other.options && self.applications == other.applications
    }
}

impl Serialize for ServerConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, given) in &self.options.0 {
            map.serialize_entry(name, &Value::from(given))?;
        }
        map.serialize_entry(APPLICATIONS, &self.applications)?;
        map.end()
    }
}
