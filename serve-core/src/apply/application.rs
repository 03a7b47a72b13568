//! One application by its configuration.

use crate::controller::Plan;
use crate::error::{Error, Result};
use crate::file::{ApplicationConfig, Builders};
use crate::serve::Serve;

impl Serve {
    /// The builders that this server was started with.
    #[must_use]
    pub fn builders(&self) -> &Builders {
        self.shelf().builders()
    }

    /// Makes an application what its configuration says, and waits until it is, in the same careful way as
    /// [`run_named`](Self::run_named).
    ///
    /// A deployment is left alone if neither its options nor its builder's argument have changed, also where an argument
    /// of its constructor cannot be compared.
    ///
    /// # Errors
    ///
    /// The configuration does not fit the program: every reason is told, and nothing has changed. Else as `run_named`.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives up waiting, not deploying.
    ///
    /// ```no_run
    /// # async fn example(serve: serve_core::Serve) -> serve_core::Result<()> {
    /// use serve_core::file::ApplicationConfig;
    ///
    /// let config = ApplicationConfig::from_json(r#"{ "name": "hello", "args": { "greeting": "Hi" } }"#)?;
    /// serve.run_config(config).await
    /// # }
    /// ```
    pub async fn run_config(&self, mut config: ApplicationConfig) -> Result<()> {
        let node = self.builders().build(&mut config)?;
        self.run_node(config.name(), node).await?;
        self.shelf().keep(config);
        Ok(())
    }

    /// What [`run_config`](Self::run_config) would change, and why, or why it would refuse it.
    ///
    /// ```
    /// # fn example(serve: serve_core::Serve, config: serve_core::file::ApplicationConfig) {
    /// let plan = serve.plan_config(&config);
    /// println!("{plan}");
    /// # }
    /// ```
    #[must_use]
    pub fn plan_config(&self, config: &ApplicationConfig) -> Plan {
        let mut config = config.clone();
        match self.builders().build(&mut config) {
            Ok(node) => self.plan_node(config.name(), &node),
            Err(error) => Plan::refused(config.name(), &Error::from(error)),
        }
    }

    /// What an application was last made of, if that was a configuration.
    ///
    /// ```
    /// # fn example(serve: serve_core::Serve) {
    /// if let Some(config) = serve.application_config("hello") {
    ///     println!("{}", serde_json::to_string_pretty(&config).unwrap());
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn application_config(&self, application: &str) -> Option<ApplicationConfig> {
        self.shelf().config(application)
    }

    /// Those of all applications that have one, by name.
    #[must_use]
    pub fn application_configs(&self) -> Vec<ApplicationConfig> {
        self.shelf().configs()
    }
}
