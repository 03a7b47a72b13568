//! Who is who: an authority that lives in the memory of one server, and the certificates that it issues.

use std::fmt;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::client::Resumption;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::version::TLS13;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};

use super::super::invitation::TcpInvitation;
use super::{ALPN, TransportError};

/// What the certificate of a server is made out to.
const SERVER: &str = "server.serve.internal";
/// What those of replicas are made out to. Which replica it is their common name says; told apart they
/// are as a whole.
const REPLICA: &str = "replica.serve.internal";

/// Signs the certificates of one server and its replicas, and nobody else's. Its key never leaves memory.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    server: Identity,
}

/// A certificate and its key, as DER (PKCS #8).
pub(super) struct Identity {
    pub(super) certificate: CertificateDer<'static>,
    pub(super) private_key: Vec<u8>,
}

// === impl Authority ===

impl Authority {
    pub(super) fn new() -> Result<Self, TransportError> {
        let key = KeyPair::generate().map_err(certificates)?;
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "serve");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let certificate = params.self_signed(&key).map_err(certificates)?.der().clone();
        let issuer = Issuer::new(params, key);
        let server = issue(&issuer, SERVER, "server", ExtendedKeyUsagePurpose::ServerAuth)?;
        Ok(Self { issuer, certificate, server })
    }

    pub(super) fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// A certificate for a replica, which can be no server with it.
    pub(super) fn issue(&self, replica: &str) -> Result<Identity, TransportError> {
        issue(&self.issuer, REPLICA, replica, ExtendedKeyUsagePurpose::ClientAuth)
    }

    /// Takes connections of whoever has a certificate of this authority.
    pub(super) fn acceptor(&self) -> Result<TlsAcceptor, TransportError> {
        self.acceptor_as(&self.server)
    }

    pub(super) fn acceptor_as(&self, identity: &Identity) -> Result<TlsAcceptor, TransportError> {
        let roots = Arc::new(roots(&self.certificate)?);
        let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider()).build();
        let (certificate, key) = identity.parts();
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(&[&TLS13])
            .map_err(certificates)?
            .with_client_cert_verifier(verifier.map_err(certificates)?)
            .with_single_cert(certificate, key.into())
            .map_err(certificates)?;
        config.alpn_protocols = vec![ALPN.to_vec()];
        // A connection is made once and never resumed.
        config.send_tls13_tickets = 0;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authority")
    }
}

// === impl Identity ===

impl Identity {
    fn parts(&self) -> (Vec<CertificateDer<'static>>, PrivatePkcs8KeyDer<'static>) {
        (vec![self.certificate.clone()], self.private_key.clone().into())
    }
}

/// What an invited process connects with, and the name that the other end must prove to have.
pub(super) fn connector(
    invitation: &TcpInvitation,
) -> Result<(ServerName<'static>, Arc<ClientConfig>), TransportError> {
    let authority = CertificateDer::from(invitation.authority.clone());
    let certificate = CertificateDer::from(invitation.certificate.clone());
    let key = PrivatePkcs8KeyDer::from(invitation.private_key.clone());
    let mut config = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&TLS13])
        .map_err(certificates)?
        .with_root_certificates(roots(&authority)?)
        .with_client_auth_cert(vec![certificate], key.into())
        .map_err(certificates)?;
    config.alpn_protocols = vec![ALPN.to_vec()];
    config.resumption = Resumption::disabled();
    let name = ServerName::try_from(SERVER).map_err(certificates)?;
    Ok((name, Arc::new(config)))
}

fn issue(
    issuer: &Issuer<'_, KeyPair>,
    host: &str,
    name: &str,
    purpose: ExtendedKeyUsagePurpose,
) -> Result<Identity, TransportError> {
    let key = KeyPair::generate().map_err(certificates)?;
    let mut params = CertificateParams::new([host.to_owned()]).map_err(certificates)?;
    params.distinguished_name.push(DnType::CommonName, name);
    params.extended_key_usages = vec![purpose];
    let certificate = params.signed_by(&key, issuer).map_err(certificates)?;
    Ok(Identity { certificate: certificate.der().clone(), private_key: key.serialize_der() })
}

fn roots(authority: &CertificateDer<'static>) -> Result<RootCertStore, TransportError> {
    let mut roots = RootCertStore::empty();
    roots.add(authority.clone()).map_err(certificates)?;
    Ok(roots)
}

/// Named and not the process's default, which is the user's to choose.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn certificates(error: impl fmt::Display) -> TransportError {
    TransportError::Certificates(error.to_string())
}
