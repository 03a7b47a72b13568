//! The way to a server that speaks HTTPS, and whom to believe that it is the right one.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::config::AdminClient;
use super::error::ClientError;
use super::exchange::AnyIo;

/// The authorities whose certificates count.
#[derive(Clone)]
pub(super) struct Trust(Arc<ClientConfig>);

impl AdminClient {
    /// For servers at `https://` addresses: lets certificates count that one of the authorities in this file has signed,
    /// or that are in it themselves. In PEM form. For public authorities it is the file that the system has of them,
    /// `/etc/ssl/certs/ca-certificates.crt` on Debian. None by default, so nobody is believed.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or has no certificate.
    ///
    /// ```no_run
    /// # fn example() -> Result<(), serve_core::ClientError> {
    /// use serve_core::AdminClient;
    ///
    /// let client = AdminClient::new("https://serve.example.com:8265")?
    ///     .ca_certificate("ca.pem")?
    ///     .token("a-long-secret");
    /// # Ok(()) }
    /// ```
    pub fn ca_certificate(mut self, file: impl AsRef<Path>) -> Result<Self, ClientError> {
        self.trust = Some(Trust::read(file.as_ref())?);
        Ok(self)
    }
}

impl Trust {
    fn read(file: &Path) -> Result<Self, ClientError> {
        let wrong = |problem: &dyn fmt::Display| ClientError::Certificate {
            file: file.to_owned(),
            problem: problem.to_string(),
        };
        let text = std::fs::read(file).map_err(|error| wrong(&error))?;
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(&text) {
            let certificate = certificate.map_err(|error| wrong(&error))?;
            roots.add(certificate).map_err(|error| wrong(&error))?;
        }
        if roots.is_empty() {
            return Err(wrong(&"it has no certificate in PEM form"));
        }
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| wrong(&error))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self(Arc::new(config)))
    }

    /// The handshake.
    pub(super) async fn connect(
        client: &AdminClient,
        stream: TcpStream,
    ) -> Result<AnyIo, ClientError> {
        let Some(Self(config)) = &client.trust else {
            let why = "nobody is believed to be it; AdminClient::ca_certificate, or `--ca-certificate` on the command \
                       line, says whom to believe";
            return Err(client.unreachable(&why));
        };
        let name = ServerName::try_from(client.address.host.clone());
        let name = name.map_err(|error| client.unreachable(&error))?;
        let stream = TlsConnector::from(Arc::clone(config)).connect(name, stream).await;
        Ok(Box::new(stream.map_err(|error| client.unreachable(&error))?))
    }
}
