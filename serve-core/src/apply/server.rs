//! A server that starts as a configuration says.

use crate::error::Result;
use crate::file::ServerConfig;
use crate::serve::{Serve, ServeBuilder};

impl ServeBuilder {
    /// Starts the server with the options of a configuration, which win over those that are set here, and runs its
    /// applications. [`Serve::apply`] makes it what a later one says.
    ///
    /// # Errors
    ///
    /// The configuration does not fit the program; as [`start`](Self::start); an application that cannot be started.
    /// Nothing is left running then.
    ///
    /// ```no_run
    /// # use serve_core::prelude::*;
    /// # #[derive(Default)] struct Greeter;
    /// # #[deployment] impl Greeter { fn hi(&self) {} }
    /// # async fn example(config: serve_core::file::ServerConfig) -> serve_core::Result<()> {
    /// let serve = Serve::builder().app("hello", || Greeter::bind()).start_with(&config).await?;
    /// serve.wait_for_shutdown().await
    /// # }
    /// ```
    pub async fn start_with(self, config: &ServerConfig) -> Result<Serve> {
        let serve = self.start_empty(config).await?;
        match serve.apply(config).await {
            Ok(()) => Ok(serve),
            Err(error) => {
                serve.shutdown().await?;
                Err(error)
            }
        }
    }

    /// The same without its applications.
    pub(crate) async fn start_empty(self, config: &ServerConfig) -> Result<Serve> {
        let serve = self.configured(config).start().await?;
        serve.shelf().keep_sections(config.sections().clone());
        Ok(serve)
    }

    fn configured(self, config: &ServerConfig) -> Self {
        let mut builder = self.with_options(|http| config.http(http), |it| config.metrics(it));
        if let Some(section) = config.admin() {
            builder = builder.with_admin(section);
        }
        if let Some(timeout) = config.shutdown_timeout() {
            builder = builder.shutdown_timeout(timeout);
        }
        if let Some(delay) = config.shutdown_delay() {
            builder = builder.shutdown_delay(delay);
        }
        builder
    }
}
