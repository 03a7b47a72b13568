//! Whom a client asks, and how.

use std::fmt;
use std::time::Duration;

use super::address::Address;
use super::error::ClientError;
use super::tls::Trust;

/// A client of the [admin API](crate::ServeBuilder::admin) of a server, in this process or elsewhere.
///
/// It holds no connection, so a clone is cheap, and it may be made before there is a server. Dropping the future of a
/// change gives up waiting; what has reached the server is done all the same.
///
/// ```no_run
/// # async fn example() -> Result<(), serve_core::ClientError> {
/// use serve_core::AdminClient;
///
/// let client = AdminClient::new("http://127.0.0.1:8265")?.token("a-long-secret");
/// client.scale("default", "Greeter", 4).await?;
/// let application = client.application("default").await?;
/// println!("{} replicas", application.deployments["Greeter"].running);
/// # Ok(()) }
/// ```
#[derive(Clone)]
#[must_use = "a client asks nothing by itself"]
pub struct AdminClient {
    pub(super) address: Address,
    pub(super) token: Option<String>,
    pub(super) timeout: Option<Duration>,
    pub(super) expects: Option<String>,
    pub(super) is_waiting: bool,
    pub(super) trust: Option<Trust>,
}

impl AdminClient {
    /// A client of the server at this address: `http://host:port`, where the scheme may be missing, and the port if it is
    /// 8265; or `https://host:port`, with the feature `tls`.
    ///
    /// # Errors
    ///
    /// It is no address. Whether anybody is there, the first question shows.
    pub fn new(address: impl AsRef<str>) -> Result<Self, ClientError> {
        let address = Address::parse(address.as_ref())?;
        let (token, timeout, expects, trust) = (None, None, None, None);
        Ok(Self { address, token, timeout, expects, is_waiting: true, trust })
    }

    /// The token that the server asks for. None by default.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// How long each question may take in all; streams only until they begin. By default changes are waited for as long as
    /// the server takes, and everything else for 30 s. A change that is late is made all the same.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The same where no [`timeout`](Self::timeout) is set.
    #[cfg(feature = "cli")]
    pub(crate) fn timeout_or(self, timeout: Duration) -> Self {
        Self { timeout: self.timeout.or(Some(timeout)), ..self }
    }

    /// Lets changes be made only if the application is still what it was when it had this
    /// [tag](crate::ApplicationSnapshot::tag); else they fail with [`ClientError::Precondition`]. Of several clients that
    /// have seen the same, one gets its change. `*` means: whatever it is, if there is one. By default nothing is expected.
    ///
    /// ```no_run
    /// # async fn example(client: serve_core::AdminClient) -> Result<(), serve_core::ClientError> {
    /// let seen = client.application("default").await?.tag.unwrap_or_default();
    /// client.expecting(seen).rollback("default").await?;
    /// # Ok(()) }
    /// ```
    pub fn expecting(&self, tag: impl Into<String>) -> Self {
        Self { expects: Some(tag.into()), ..self.clone() }
    }

    /// Lets changes return as soon as the server has taken them. By default they return when they are made, or have
    /// failed.
    pub fn without_waiting(&self) -> Self {
        Self { is_waiting: false, ..self.clone() }
    }
}

/// Without the token.
impl fmt::Debug for AdminClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AdminClient").field("address", &self.address).finish_non_exhaustive()
    }
}
