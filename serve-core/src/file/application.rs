//! The configuration of one application.

use serde::{Serialize, Serializer};

use super::document::ConfigDocument;
use super::fields::APPLICATION;
use super::given::{Given, GivenOptions};
use super::problem::{At, ConfigError, Problems};
use super::read::Reader;
use super::refer::SYSTEM;
use super::schema;
use super::tree::{Key, Path, TreeNode, TreeValue};

/// What a configuration says of an application: which builder makes it, of which argument, and which options its
/// deployments have.
///
/// `Serialize` writes it as it was given: with its references (`${NAME}`, `file:..`) and without secrets, so it can be
/// shown and read again.
///
/// ```
/// use serve_core::file::ApplicationConfig;
///
/// let config = ApplicationConfig::from_json(
///     r#"{ "name": "hello", "route_prefix": "/hello", "args": { "greeting": "Hi" },
///          "deployments": [{ "name": "Greeter", "num_replicas": 2 }] }"#,
/// )?;
/// assert_eq!((config.name(), config.app()), ("hello", "hello"));
/// # Ok::<(), serve_core::file::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ApplicationConfig {
    options: GivenOptions,
}

impl ApplicationConfig {
    /// Reads JSON. References to the environment and to files are followed here, in this process.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, at once.
    pub fn from_json(json: &str) -> Result<Self, ConfigError> {
        Self::from_document(&ConfigDocument::json(json)?)
    }

    /// Reads JSON that need not say the application's name, because that is known. If it does, it must be this one.
    ///
    /// # Errors
    ///
    /// As [`from_json`](Self::from_json).
    pub fn from_json_as(name: &str, json: &str) -> Result<Self, ConfigError> {
        let mut document = ConfigDocument::json(json)?;
        if let TreeValue::Map(entries) = &mut document.root.kind
            && entries.iter().all(|(key, _)| key.name != "name")
        {
            let key = Key { span: None, name: "name".to_owned() };
            entries.push((key, TreeNode { span: None, kind: TreeValue::Text(name.to_owned()) }));
        }
        let read = Self::from_document(&document)?;
        if read.name() != name {
            let mut problems = Problems::default();
            let message = format!("this is `{}`, and the application is `{name}`", read.name());
            let path = Path::default().key("name");
            problems.add(&path, At::Value, message).help("leave the name out");
            problems.into_result(&document)?;
        }
        Ok(read)
    }

    fn from_document(document: &ConfigDocument) -> Result<Self, ConfigError> {
        let (path, mut problems) = (Path::default(), Problems::default());
        let mut reader = Reader { sources: &SYSTEM, problems: &mut problems };
        let options = reader.table(&APPLICATION, &document.root, &path);
        let read = Self::new(options, &path, &mut problems);
        problems.into_result(document)?;
        Ok(read)
    }

    /// One that stands somewhere in a file.
    pub(super) fn new(options: GivenOptions, path: &Path, problems: &mut Problems) -> Self {
        let config = Self { options };
        config.check(path, problems);
        config
    }

    /// What no single option is to blame for.
    fn check(&self, path: &Path, problems: &mut Problems) {
        let deployments = self.deployments();
        for (index, options) in deployments.iter().enumerate() {
            let path = path.key("deployments").index(index);
            let name = options.text("name");
            let before = deployments[..index].iter().find(|before| before.text("name") == name);
            if let (Some(name), Some(_)) = (name, before) {
                let message = format!("deployment `{name}` is there twice");
                problems
                    .add(&path.key("name"), At::Value, message)
                    .help("put its options together");
            }
            if let (Some(Given::Count(count)), Some(Given::Table(_))) =
                (options.get("num_replicas"), options.get("autoscaling"))
            {
                let message = format!("this is {count}, and there is `autoscaling`");
                let help = "write `auto`, or leave `autoscaling` out";
                problems.add(&path.key("num_replicas"), At::Value, message).help(help);
            }
        }
    }

    /// The JSON Schema of such a configuration, from the same table that the reader goes by.
    ///
    /// ```
    /// let schema = serve_core::file::ApplicationConfig::schema();
    /// assert_eq!(schema["required"], serde_json::json!(["name"]));
    /// ```
    #[must_use]
    pub fn schema() -> serde_json::Value {
        schema::of_table(&APPLICATION)
    }

    /// The application's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.options.text("name").unwrap_or_default()
    }

    /// The builder that makes it: the one of its own name if none is named.
    #[must_use]
    pub fn app(&self) -> &str {
        self.options.text("app").unwrap_or_else(|| self.name())
    }

    pub(super) fn options(&self) -> &GivenOptions {
        &self.options
    }

    pub(super) fn deployments(&self) -> &[GivenOptions] {
        self.options.list("deployments")
    }

    /// What its deployments are made of, as far as the configuration knows.
    pub(super) fn origin(&self) -> String {
        let args = self.options.any("args").map(|args| &args.value);
        format!("{} {}", self.app(), args.unwrap_or(&serde_json::Value::Null))
    }

    pub(super) fn mask(&mut self, secrets: &[String], mask: &str) {
        if !secrets.is_empty() {
            self.options.mask(secrets, mask);
        }
    }
}

impl Serialize for ApplicationConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.options.serialize(serializer)
    }
}
