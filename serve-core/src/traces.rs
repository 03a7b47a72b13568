//! Tracing as a server is asked for it.

use crate::config::{TraceOptions, check_ratio};
use crate::error::{Error, Result};
use crate::serve::{Serve, ServeBuilder};

impl ServeBuilder {
    /// Sends spans of requests to a collector of OpenTelemetry: the request, each call that it makes, the waits for a
    /// replica, the batches. Off by default. See the [guide](crate::guide::traces).
    ///
    /// ```
    /// use serve_core::{Serve, TraceOptions};
    ///
    /// let builder = Serve::builder().traces(TraceOptions::default().sample_ratio(0.01));
    /// ```
    pub fn traces(self, options: TraceOptions) -> Self {
        self.with_traces(Some(options))
    }
}

impl Serve {
    /// Changes which share of requests is traced, from the next request on; that of a server without
    /// [`traces`](ServeBuilder::traces) cannot be.
    ///
    /// # Errors
    ///
    /// It is not between 0 and 1, or this server sends no spans.
    ///
    /// ```
    /// # fn example(serve: serve_core::Serve) -> serve_core::Result<()> {
    /// serve.set_trace_sample_ratio(1.0) // For as long as it takes to see what is wrong.
    /// # }
    /// ```
    pub fn set_trace_sample_ratio(&self, ratio: f64) -> Result<()> {
        let problem = match (check_ratio(ratio), self.tracer()) {
            (Ok(()), Some(tracer)) => {
                tracer.set_ratio(ratio);
                return Ok(());
            }
            (Err(problem), _) => problem,
            (Ok(()), None) => {
                "this server sends no spans; start it with Serve::builder().traces(..)".to_owned()
            }
        };
        Err(Error::InvalidConfig { problems: vec![problem] })
    }

    /// Which share of requests is traced; `None` if this server sends no spans.
    ///
    /// ```
    /// # #[tokio::main]
    /// # async fn main() -> serve_core::Result<()> {
    /// let serve = serve_core::Serve::builder().start().await?;
    /// assert_eq!(serve.trace_sample_ratio(), None);
    /// # serve.shutdown().await }
    /// ```
    #[must_use]
    pub fn trace_sample_ratio(&self) -> Option<f64> {
        self.tracer().map(|tracer| tracer.ratio())
    }
}
