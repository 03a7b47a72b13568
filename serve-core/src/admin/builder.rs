//! The admin API as a server is asked for it.

use std::net::SocketAddr;
use std::sync::Arc;

use super::options::AdminOptions;
use crate::file::AdminSection;
use crate::serve::{Serve, ServeBuilder, StartCompanion};

impl ServeBuilder {
    /// Listens for the admin API as well: what there is to see of this server, and to change of it, over HTTP. Off by
    /// default. It begins before [`start`](Self::start) returns and ends after the last application, so that a shutdown
    /// can be watched. See the [guide](crate::guide::admin).
    ///
    /// `start` fails if the options would let strangers in, and if the port is taken.
    ///
    /// ```
    /// use serve_core::{AdminOptions, HttpOptions, Serve};
    ///
    /// # #[tokio::main]
    /// # async fn main() -> serve_core::Result<()> {
    /// let http = HttpOptions::default().port(0);
    /// let serve = Serve::builder().http(http).admin(AdminOptions::default().port(0)).start().await?;
    /// println!("steer me at http://{}/api/v1", serve.admin_addr().expect("it listens"));
    /// # serve.shutdown().await }
    /// ```
    pub fn admin(self, options: AdminOptions) -> Self {
        self.with_companion(Arc::new(options))
    }

    /// The same as a configuration has it, which wins over what has been set here.
    pub(crate) fn with_admin(self, section: AdminSection) -> Self {
        let companion = match self.companion() {
            Some(before) => before.with_section(section),
            None => AdminOptions::default().with_section(section),
        };
        self.with_companion(companion)
    }
}

impl Serve {
    /// The address of the admin API; `None` for a server without [`admin`](ServeBuilder::admin).
    ///
    /// ```
    /// # #[tokio::main]
    /// # async fn main() -> serve_core::Result<()> {
    /// let http = serve_core::HttpOptions::disabled();
    /// let serve = serve_core::Serve::builder().http(http).start().await?;
    /// assert_eq!(serve.admin_addr(), None);
    /// # serve.shutdown().await }
    /// ```
    #[must_use]
    pub fn admin_addr(&self) -> Option<SocketAddr> {
        self.companion().map(|companion| companion.address())
    }
}
