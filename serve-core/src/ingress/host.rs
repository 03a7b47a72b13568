//! The addresses that a host means, as a user writes it.
//!
//! A name means all of its addresses, because a client that says it comes to whichever its own resolver prefers.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::net::lookup_host;

/// All addresses of a host, those of IPv4 first; never none. Names are looked up, which needs a runtime.
pub(super) async fn addresses(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    let host = without_brackets(host);
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![(address, port).into()]);
    }
    if is_localhost(host) {
        // Clients know both of them without asking, and not every resolver tells both.
        return Ok(vec![(Ipv4Addr::LOCALHOST, port).into(), (Ipv6Addr::LOCALHOST, port).into()]);
    }
    if let Some(problem) = problem(host) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, problem));
    }
    let mut found = Vec::new();
    for address in lookup_host((host, port)).await? {
        if !found.contains(&address) {
            found.push(address);
        }
    }
    found.sort_by_key(SocketAddr::is_ipv6);
    if found.is_empty() {
        return Err(io::Error::new(io::ErrorKind::NotFound, "it has no address"));
    }
    Ok(found)
}

/// Whether it is a name, and not an address itself.
pub(super) fn is_name(host: &str) -> bool {
    without_brackets(host).parse::<IpAddr>().is_err()
}

/// As addresses of IPv6 are written in URLs.
fn without_brackets(host: &str) -> &str {
    let inner = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inner.filter(|inner| inner.contains(':')).unwrap_or(host)
}

fn is_localhost(host: &str) -> bool {
    host.strip_suffix('.').unwrap_or(host).eq_ignore_ascii_case("localhost")
}

/// Why it cannot be a name. Nobody is asked for it then.
fn problem(host: &str) -> Option<&'static str> {
    if host.is_empty() {
        Some("it is empty")
    } else if host.contains(|letter: char| letter == '/' || letter.is_whitespace()) {
        Some("it is no name")
    } else if host.contains(':') && !host.contains('%') {
        Some("it is no address, and a name has no `:`")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn found(host: &str) -> Result<Vec<String>, String> {
        let found = addresses(host, 80).await.map_err(|error| error.to_string())?;
        Ok(found.iter().map(ToString::to_string).collect())
    }

    #[tokio::test]
    async fn a_host_is_an_address_or_a_name() {
        for (host, expected) in [
            ("127.0.0.1", ["127.0.0.1:80"].as_slice()),
            ("0.0.0.0", &["0.0.0.0:80"]),
            ("::1", &["[::1]:80"]),
            ("[::1]", &["[::1]:80"]),
            ("[::]", &["[::]:80"]),
            ("localhost", &["127.0.0.1:80", "[::1]:80"]),
            ("LocalHost.", &["127.0.0.1:80", "[::1]:80"]),
        ] {
            assert_eq!(found(host).await.unwrap(), expected, "{host}");
        }
    }

    #[tokio::test]
    async fn what_is_neither_is_refused_without_asking_anybody() {
        for host in ["", "no host", "localhost:80", "127.0.0.1:80", "[::1]:80", "http://x", "::x"] {
            assert!(found(host).await.is_err(), "{host}");
        }
    }
}
