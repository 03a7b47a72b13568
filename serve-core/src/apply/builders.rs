//! The builders that a server starts with.

use crate::file::{ApplicationBuilder, Builders};
use crate::serve::ServeBuilder;

impl ServeBuilder {
    /// Adds a builder: a function that makes an application, for configurations to name. See [`ApplicationBuilder`].
    /// A name that is taken, or cannot be one, is an error of [`start`](Self::start).
    ///
    /// ```no_run
    /// # use serve_core::prelude::*;
    /// # struct Greeter(String);
    /// # #[deployment] impl Greeter { fn new(greeting: String) -> Self { Self(greeting) } fn hi(&self) {} }
    /// #[derive(serde::Deserialize)]
    /// struct HelloArgs {
    ///     greeting: String,
    /// }
    ///
    /// # async fn example() -> serve_core::Result<()> {
    /// let serve = Serve::builder().app("hello", |args: HelloArgs| Greeter::bind(args.greeting)).start().await?;
    /// # serve.shutdown().await }
    /// ```
    pub fn app<Signature: 'static>(
        self,
        name: impl Into<String>,
        builder: impl ApplicationBuilder<Signature>,
    ) -> Self {
        self.with_builders(|builders| builders.app(name, builder))
    }

    /// Adds builders that were put together before.
    ///
    /// ```
    /// use serve_core::file::Builders;
    ///
    /// let builder = serve_core::Serve::builder().apps(Builders::default());
    /// ```
    pub fn apps(self, builders: Builders) -> Self {
        self.with_builders(|before| before.and(builders))
    }
}
