//! By which names a server may be called.
//!
//! A web page of a stranger's can let its own name lead to a server that only this machine reaches; its requests then
//! have that name as their `Host`. An address cannot be made to lead elsewhere, so only names are a danger.

use std::net::IpAddr;

/// The names and addresses that a request may have as its `Host`.
#[derive(Clone, Debug)]
pub(super) struct HostNames {
    names: Vec<String>,
    own: Option<IpAddr>,
}

/// Whether only this machine reaches what listens there. A name but `localhost` may lead anywhere.
pub(super) fn is_local(host: &str) -> bool {
    match address(host) {
        Some(address) => address.is_loopback(),
        None => is_localhost(host),
    }
}

impl HostNames {
    /// Of a server that listens on `host`.
    pub(super) fn new(host: &str, allowed: &[String]) -> Self {
        let names = allowed.iter().map(String::as_str).chain([host]);
        Self { names: names.map(canonical).collect(), own: address(host) }
    }

    /// Whether a request may have this `Host`, with or without a port.
    pub(super) fn allow(&self, host: &str) -> bool {
        let name = without_port(host);
        if let Some(address) = address(name) {
            // One that listens on all of its addresses may be called by each.
            return address.is_loopback()
                || self.own.is_some_and(|own| own == address || own.is_unspecified())
                || self.names.contains(&canonical(name));
        }
        is_localhost(name) || self.names.contains(&canonical(name))
    }
}

fn is_localhost(name: &str) -> bool {
    let name = canonical(name);
    name == "localhost" || name.ends_with(".localhost")
}

fn canonical(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

fn address(host: &str) -> Option<IpAddr> {
    let inner = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inner.unwrap_or(host).parse().ok()
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port))
            if port.bytes().all(|byte| byte.is_ascii_digit())
                && (name.ends_with(']') || !name.contains(':')) =>
        {
            name
        }
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_called_by_its_own_names_only() {
        let local = HostNames::new("127.0.0.1", &["serve.example.com".to_owned()]);
        for host in [
            "localhost",
            "LOCALHOST:8265",
            "a.localhost",
            "127.0.0.1:9",
            "127.0.0.2",
            "[::1]:8265",
            "[::1]",
            "serve.example.com",
            "Serve.Example.Com.:443",
        ] {
            assert!(local.allow(host), "{host}");
        }
        for host in
            ["", "evil.example", "localhost.evil.example:80", "10.0.0.1", "127.0.0.1.nip.io"]
        {
            assert!(!local.allow(host), "{host}");
        }
        let (one, all) = (HostNames::new("10.0.0.1", &[]), HostNames::new("0.0.0.0", &[]));
        assert!(one.allow("10.0.0.1:1") && !one.allow("10.0.0.2"));
        assert!(all.allow("10.0.0.2") && all.allow("[fd00::1]:80") && !all.allow("evil.example"));
        assert!(HostNames::new("my-machine", &[]).allow("my-machine:80"));
    }
}
