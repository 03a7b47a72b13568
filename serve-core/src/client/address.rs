//! Where a server is, as a user writes it.

use std::fmt;

use super::error::ClientError;

/// A host and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// Without brackets.
    pub(super) host: String,
    pub(super) port: u16,
    /// Whether it speaks HTTPS.
    pub(super) is_tls: bool,
}

/// Where an admin API listens by default.
const PORT: u16 = 8265;

impl Address {
    /// `http://host:port` or `https://host:port`, or without the scheme or the port.
    pub(super) fn parse(text: &str) -> Result<Self, ClientError> {
        let wrong = |why: &str| ClientError::Address { address: shown(text), why: why.to_owned() };
        let (is_tls, rest) = match text.split_once("://") {
            Some(("http", rest)) => (false, rest),
            Some(("https", rest)) => (true, rest),
            Some(_) => return Err(wrong("only `http://` and `https://` are known")),
            None => (false, text),
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if authority.contains(['/', '?', '#', '@']) || authority.contains(char::is_whitespace) {
            return Err(wrong("it has more than a host and a port"));
        }
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, Some(port)),
            _ => (authority, None),
        };
        let port = match port {
            None => PORT,
            Some(port) => port.parse().map_err(|_| wrong("its port is none"))?,
        };
        let inner = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let host = inner.unwrap_or(host);
        if host.is_empty() {
            return Err(wrong("it has no host"));
        }
        Ok(Self { host: host.to_owned(), port, is_tls })
    }
}

/// Without the password that others write into addresses.
fn shown(text: &str) -> String {
    match text.rsplit_once('@') {
        None => text.to_owned(),
        Some((before, host)) => {
            let scheme = before.split_once("://").map(|(scheme, _)| format!("{scheme}://"));
            format!("{}***@{host}", scheme.unwrap_or_default())
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.contains(':') {
            true => write!(f, "[{}]:{}", self.host, self.port),
            false => write!(f, "{}:{}", self.host, self.port),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_and_a_port_and_may_be_a_url() {
        for (text, expected) in [
            ("http://127.0.0.1:8265", "127.0.0.1:8265"),
            ("http://127.0.0.1:80/", "127.0.0.1:80"),
            ("localhost", "localhost:8265"),
            ("my-machine:1", "my-machine:1"),
            ("[::1]:9", "[::1]:9"),
            ("http://[::1]", "[::1]:8265"),
        ] {
            assert_eq!(Address::parse(text).unwrap().to_string(), expected, "{text}");
        }
        for text in ["", "http://", "ftp://x", "http://x/api", "x:port", "x:99999", "a b", "u:p@x"]
        {
            assert!(Address::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_password_in_an_address_is_not_repeated() {
        let error = Address::parse("http://ann:hunter2@x:1").unwrap_err().to_string();
        assert!(error.contains("http://***@x:1") && !error.contains("hunter2"), "{error}");
    }
}
