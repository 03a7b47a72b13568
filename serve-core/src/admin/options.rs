//! Options of the admin API.

use std::path::PathBuf;

use super::hosts::{HostNames, is_local};
use super::token::Tokens;
use crate::config::TlsFiles;
use crate::file::AdminSection;
use crate::ingress::IfTaken;

/// Options of the admin API, see [`ServeBuilder::admin`](crate::ServeBuilder::admin); chain the setters, every default is
/// stated there.
///
/// ```
/// use serve_core::AdminOptions;
///
/// let options = AdminOptions::default().port(0).token("a-long-secret");
/// assert!(!format!("{options:?}").contains("secret"));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AdminOptions {
    /// The address or name to listen on. Default `127.0.0.1`.
    pub host: String,
    /// The port to listen on. Default 8265; 0 lets the system choose, see `Serve::admin_addr`.
    pub port: u16,
    pub(super) tokens: Tokens,
    pub(super) allowed_hosts: Vec<String>,
    pub(super) is_insecure: bool,
    pub(crate) tls: Option<TlsFiles>,
    pub(super) state: Option<PathBuf>,
    pub(super) if_taken: IfTaken,
}

impl Default for AdminOptions {
    fn default() -> Self {
        Self {
            host: "127.0.0.1".to_owned(),
            port: 8265,
            tokens: Tokens::default(),
            allowed_hosts: Vec::new(),
            is_insecure: false,
            tls: None,
            state: None,
            if_taken: IfTaken::Fail,
        }
    }
}

impl AdminOptions {
    /// Where to listen, as [`HttpOptions::host`](crate::HttpOptions::host). Default `127.0.0.1`: programs of this
    /// machine only. Wherever else machines can reach it, a [`token`](Self::token) and TLS are asked for.
    #[must_use]
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.host = host.into();
        self
    }

    /// The port to listen on. Default 8265, which is Ray's; 0 lets the system choose.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Asks every request for this token, as `Authorization: Bearer <token>`; also those for `/metrics`, for the health
    /// of the server (which its HTTP port tells without), and for paths that there are not. None by default.
    ///
    /// Called again it adds another one, so that tokens can be exchanged one client after the other. Only their SHA-256
    /// is kept; so a token has to be one that cannot be guessed: random, of 32 letters say. `start` refuses one that is
    /// empty, or that a header cannot have.
    ///
    /// ```
    /// let options = serve_core::AdminOptions::default().token("the-new-one").token("the-old-one");
    /// ```
    #[must_use]
    pub fn token(mut self, token: impl AsRef<str>) -> Self {
        self.tokens.add(token.as_ref());
        self
    }

    /// Listens on addresses that other machines can reach without a token or without TLS: whoever reaches it can then
    /// change what runs, or read the token on its way. Default false; for networks that keep strangers out themselves,
    /// and for proxies that bring TLS.
    #[must_use]
    pub fn insecure(mut self, insecure: bool) -> Self {
        self.is_insecure = insecure;
        self
    }

    /// Speaks HTTPS, with a certificate and its key from files in PEM form, which are read again when they change, as
    /// [`HttpOptions::tls`](crate::HttpOptions::tls) has it. Off by default.
    ///
    /// ```
    /// let options = serve_core::AdminOptions::default()
    ///     .host("0.0.0.0")
    ///     .token("a-long-secret")
    ///     .tls("cert.pem", "key.pem")
    ///     .allowed_hosts(["serve.example.com"]);
    /// ```
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn tls(mut self, certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.tls = Some(TlsFiles { certificate: certificate.into(), key: key.into() });
        self
    }

    /// Names by which clients may call the server, besides `localhost` and the address that it listens on: the `Host`
    /// of a request without its port, `serve.example.com` say. A request with another one is refused, because it may be
    /// a web page of a stranger's whose name leads here. None by default.
    ///
    /// ```
    /// let options = serve_core::AdminOptions::default().allowed_hosts(["serve.example.com"]);
    /// ```
    #[must_use]
    pub fn allowed_hosts<T: Into<String>>(mut self, hosts: impl IntoIterator<Item = T>) -> Self {
        self.allowed_hosts.extend(hosts.into_iter().map(Into::into));
        self
    }

    /// Keeps in this file what is deployed over the API, so that it is there again after a restart of the server: before
    /// [`start`](crate::ServeBuilder::start) returns, each of these applications has been deployed, or has failed to be,
    /// which the log and its status tell and which stops nothing else. None by default: then only the program itself says
    /// what runs after a restart.
    ///
    /// An application that the program runs itself, under the same name, takes the place of the one of the file, because
    /// it comes later. Pins are not kept. The file has configurations as they were sent, with their references; it is for
    /// its owner alone. Each server has a file of its own.
    ///
    /// `start` fails if the file cannot be read or written, or says what this program cannot run: put it right, or move
    /// it away.
    ///
    /// ```
    /// let options = serve_core::AdminOptions::default().state("/var/lib/shop/serve.json");
    /// ```
    #[must_use]
    pub fn state(mut self, path: impl Into<PathBuf>) -> Self {
        self.state = Some(path.into());
        self
    }

    /// On another port if this one is taken.
    #[cfg(feature = "cli")]
    pub(crate) fn or_elsewhere(self) -> Self {
        Self { if_taken: IfTaken::MoveOn, ..self }
    }

    /// What a configuration says wins, the rest stays.
    pub(super) fn with(self, section: AdminSection) -> Self {
        let AdminSection { host, port, token, insecure, allowed_hosts, tls, state } = section;
        let tokens = token.map(|token| {
            let mut tokens = Tokens::default();
            tokens.add(&token);
            tokens
        });
        Self {
            // One that is named is meant.
            if_taken: if port.is_some() { IfTaken::Fail } else { self.if_taken },
            host: host.unwrap_or(self.host),
            port: port.unwrap_or(self.port),
            tokens: tokens.unwrap_or(self.tokens),
            allowed_hosts: allowed_hosts.unwrap_or(self.allowed_hosts),
            is_insecure: insecure.unwrap_or(self.is_insecure),
            tls: tls.or(self.tls),
            state: state.or(self.state),
        }
    }

    pub(super) fn host_names(&self) -> HostNames {
        HostNames::new(&self.host, &self.allowed_hosts)
    }

    /// What is wrong with these options, and what to write instead.
    pub(super) fn problem(&self) -> Option<String> {
        if let Some(problem) = self.tokens.problem() {
            return Some(problem.to_owned());
        }
        if self.is_insecure || is_local(&self.host) {
            return None;
        }
        let missing: Vec<_> = [
            (self.tokens.is_empty(), "a token (AdminOptions::token)"),
            (self.tls.is_none(), "TLS (AdminOptions::tls, with the feature `tls`)"),
        ]
        .into_iter()
        .filter_map(|(is_missing, what)| is_missing.then_some(what))
        .collect();
        (!missing.is_empty()).then(|| {
            format!(
                "other machines can reach the host `{}`, and {} is missing; set that, listen on `127.0.0.1`, or say \
                 AdminOptions::insecure(true) if the network keeps strangers out",
                self.host,
                missing.join(" and ")
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_strangers_can_reach_asks_for_a_token_and_tls() {
        let problem = |options: AdminOptions| options.problem().unwrap_or_default();
        let wide = || AdminOptions::default().host("0.0.0.0");
        for host in ["127.0.0.1", "127.8.8.8", "localhost", "::1", "[::1]", "LocalHost."] {
            assert_eq!(problem(AdminOptions::default().host(host)), "", "{host}");
        }
        let both = problem(wide());
        assert!(both.contains("`0.0.0.0`") && both.contains("insecure(true)"), "{both}");
        assert!(
            both.contains("AdminOptions::token") && both.contains("AdminOptions::tls"),
            "{both}"
        );
        let tls = problem(wide().token("secret"));
        assert!(!tls.contains("AdminOptions::token") && tls.contains("AdminOptions::tls"), "{tls}");
        assert_eq!(problem(wide().insecure(true)), "");
        // A name may lead anywhere.
        assert!(!problem(AdminOptions::default().host("my-machine")).is_empty());
    }

    #[test]
    fn a_token_that_no_request_can_have_is_refused() {
        for token in ["", " ", "two words", "line\nbreak", "ä"] {
            assert!(AdminOptions::default().token(token).problem().is_some(), "{token:?}");
        }
    }
}
