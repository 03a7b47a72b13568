//! Certificates of a test's own, and clients that trust them.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};

use crate::folder::Folder;
use crate::{SOON, within};

/// A certificate for `localhost` that nobody but its clients here trusts, and its key.
#[derive(Clone, Debug)]
pub struct Certified {
    /// In PEM form.
    pub certificate: String,
    /// In PEM form.
    pub key: String,
    der: CertificateDer<'static>,
}

impl Certified {
    /// A new one.
    ///
    /// # Panics
    ///
    /// There is no randomness.
    #[must_use]
    pub fn new() -> Self {
        let key = KeyPair::generate().expect("a key can be made");
        let params = CertificateParams::new(["localhost".to_owned()]).expect("it is a name");
        let certificate = params.self_signed(&key).expect("a certificate can be signed");
        Self {
            certificate: certificate.pem(),
            key: key.serialize_pem(),
            der: certificate.der().clone(),
        }
    }

    /// Writes `cert.pem` and `key.pem`, and says where they are.
    #[must_use]
    pub fn write_to(&self, folder: &Folder) -> (PathBuf, PathBuf) {
        (folder.write("cert.pem", &self.certificate), folder.write("key.pem", &self.key))
    }

    /// A client that trusts this alone and speaks these protocols.
    #[must_use]
    pub fn client(&self, protocols: &[&str]) -> TlsClient {
        self.client_of(protocols, &[&TLS13, &TLS12])
    }

    /// A client of an older TLS.
    #[must_use]
    pub fn client_of_tls12(&self) -> TlsClient {
        self.client_of(&[], &[&TLS12])
    }

    fn client_of(
        &self,
        protocols: &[&str],
        versions: &[&'static SupportedProtocolVersion],
    ) -> TlsClient {
        let mut roots = RootCertStore::empty();
        roots.add(self.der.clone()).expect("it is a certificate");
        let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(versions)
            .expect("the provider has them")
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        TlsClient(TlsConnector::from(Arc::new(config)))
    }
}

impl Default for Certified {
    fn default() -> Self {
        Self::new()
    }
}

/// Connects to servers over TLS.
#[derive(Clone)]
pub struct TlsClient(TlsConnector);

impl TlsClient {
    /// Connects and makes the handshake.
    ///
    /// # Errors
    ///
    /// The server has another certificate, or none.
    ///
    /// # Panics
    ///
    /// There is no server.
    pub async fn connect(&self, server: SocketAddr) -> io::Result<TlsStream<TcpStream>> {
        let stream = within(SOON, TcpStream::connect(server)).await.expect("the server accepts");
        self.shake(stream).await
    }

    /// Makes the handshake on a connection.
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect).
    ///
    /// # Panics
    ///
    /// Never: `localhost` is a name.
    pub async fn shake(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        let name = ServerName::try_from("localhost").expect("it is a name");
        within(SOON, self.0.connect(name, stream)).await
    }
}

impl std::fmt::Debug for TlsClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TlsClient")
    }
}
