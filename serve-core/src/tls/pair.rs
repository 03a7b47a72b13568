//! Reads a certificate and its key, and says what is wrong with them.

use std::fmt;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, InconsistentKeys, ServerConfig};

use super::accept::PairFiles;
use crate::error::Error;

/// What a client may choose, ours first.
const PROTOCOLS: &[&[u8]] =
    if cfg!(feature = "http2") { &[b"h2", b"http/1.1"] } else { &[b"http/1.1"] };

/// What a listener needs to make handshakes with this pair.
pub(super) fn load(files: &PairFiles) -> Result<ServerConfig, Error> {
    let PairFiles { certificate, key } = files;
    let chain = chain(certificate)?;
    let private = private_key(key)?;
    // Named and not the process's default, which is the user's to choose.
    let provider = Arc::new(ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| problem(certificate, error))?
        .with_no_client_auth()
        .with_single_cert(chain, private);
    let mut config = config.map_err(|error| match error {
        rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => problem(
            key,
            format!("its key does not fit the certificate in `{}`", certificate.display()),
        ),
        error @ rustls::Error::InvalidCertificate(_) => problem(certificate, error),
        error => problem(key, error),
    })?;
    config.alpn_protocols = PROTOCOLS.iter().map(|&protocol| protocol.to_vec()).collect();
    Ok(config)
}

fn chain(file: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let text = read(file)?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    let chain = chain.map_err(|error| problem(file, malformed(&error)))?;
    if chain.is_empty() {
        let hint =
            if holds_a_key(&text) { ", but a private key; are the two swapped?" } else { "" };
        let what = "it has no certificate in PEM form (`-----BEGIN CERTIFICATE-----`)";
        return Err(problem(file, format!("{what}{hint}")));
    }
    Ok(chain)
}

fn private_key(file: &Path) -> Result<PrivateKeyDer<'static>, Error> {
    let text = read(file)?;
    PrivateKeyDer::from_pem_slice(&text).map_err(|error| match error {
        pem::Error::NoItemsFound if contains(&text, "ENCRYPTED PRIVATE KEY") => {
            problem(file, "its key is encrypted; write it without a passphrase (`openssl pkey`)")
        }
        pem::Error::NoItemsFound if contains(&text, "-----BEGIN CERTIFICATE-----") => {
            problem(file, "it has no private key, but a certificate; are the two swapped?")
        }
        pem::Error::NoItemsFound => {
            problem(file, "it has no private key in PEM form (`-----BEGIN PRIVATE KEY-----`)")
        }
        error => problem(file, malformed(&error)),
    })
}

fn read(file: &Path) -> Result<Vec<u8>, Error> {
    fs::read(file).map_err(|error| problem(file, format!("it cannot be read: {error}")))
}

fn malformed(error: &pem::Error) -> String {
    format!("it is no proper PEM: {error}")
}

fn holds_a_key(text: &[u8]) -> bool {
    contains(text, "PRIVATE KEY-----")
}

fn contains(text: &[u8], word: &str) -> bool {
    text.windows(word.len()).any(|window| window == word.as_bytes())
}

fn problem(file: &Path, problem: impl fmt::Display) -> Error {
    Error::Tls { file: file.to_owned(), problem: problem.to_string() }
}
