//! Where the certificate of a listener is.

use std::path::PathBuf;

/// The files of a certificate and of its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TlsFiles {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

#[cfg(feature = "tls")]
impl super::HttpOptions {
    /// Speaks HTTPS, with HTTP/2 and HTTP/1.1 by ALPN, TLS 1.2 and 1.3. Off by default.
    ///
    /// Both files are in PEM form: the chain, the server's own certificate first, as `fullchain.pem` of Let's Encrypt
    /// is, and the key without a passphrase, which may be the same file. They are read when the server starts, and again
    /// within about a second when one has changed, also by way of a symbolic link, as Kubernetes and cert-manager do
    /// it. Connections that are there keep the certificate that they have; new ones get the new one. A new pair
    /// that cannot be used leaves the old one in force, which is the event
    /// [`CertificateRefused`](crate::EventKind::CertificateRefused).
    ///
    /// A handshake happens in its connection's own task, and counts among what
    /// [`header_read_timeout`](Self::header_read_timeout) limits. [At the edge](crate::guide::at_the_edge) has more.
    ///
    /// ```no_run
    /// use serve_core::{HttpOptions, Serve};
    ///
    /// # async fn example() -> serve_core::Result<()> {
    /// let options = HttpOptions::default().host("0.0.0.0").port(8443).tls("cert.pem", "key.pem");
    /// let serve = Serve::builder().http(options).start().await?;
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn tls(mut self, certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.tls = Some(TlsFiles { certificate: certificate.into(), key: key.into() });
        self
    }
}
