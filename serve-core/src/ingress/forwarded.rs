//! Who a client is behind proxies that speak HTTP, by `X-Forwarded-For` and `Forwarded`.
//!
//! Each proxy appends whom it has the request from. So the list is read from its end, and only as far as those who have
//! written it are trusted: what stands before was written by the client.

use std::net::{IpAddr, SocketAddr};

use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::config::Networks;

static X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The proxies that are believed.
#[derive(Clone, Debug)]
pub(super) struct TrustedProxies(Networks);

impl TrustedProxies {
    pub(super) fn new(networks: Networks) -> Self {
        Self(networks)
    }

    pub(super) fn are_none(&self) -> bool {
        self.0.is_empty()
    }

    /// Who has sent a request that came from `peer`; `None` if that is the client, or says nothing that counts.
    pub(super) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> Option<IpAddr> {
        if !self.0.contain(peer) {
            return None;
        }
        let listed = self.last_untrusted(listed(headers));
        let forwarded = self.last_untrusted(forwarded(headers));
        match (listed, forwarded) {
            // One of the two may be the client's own.
            (Some(one), Some(other)) => (one == other).then_some(one),
            (one, other) => one.or(other),
        }
    }

    /// The last of these addresses that is no proxy's, or the first if all of them are; not beyond what is no address.
    fn last_untrusted(&self, hops: Vec<Option<IpAddr>>) -> Option<IpAddr> {
        let mut client = None;
        for hop in hops.into_iter().rev() {
            let Some(hop) = hop else { break };
            client = Some(hop);
            if !self.0.contain(hop) {
                break;
            }
        }
        client
    }
}

/// What `X-Forwarded-For` lists, with `None` for what is no address.
fn listed(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let lines = headers.get_all(&X_FORWARDED_FOR).into_iter();
    lines.flat_map(|line| line.to_str().unwrap_or("?").split(',').map(address)).collect()
}

/// What `Forwarded` lists.
fn forwarded(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let lines = headers.get_all(header::FORWARDED).into_iter();
    let elements = lines.flat_map(|line| split_outside_quotes(in_pairs(line), ','));
    elements.map(|element| address(for_of(element)?)).collect()
}

/// The text of a line. One whose quotes are no pairs is no address: what a client has left open would swallow what its
/// proxy has added.
fn in_pairs(line: &HeaderValue) -> &str {
    let text = line.to_str().unwrap_or("?");
    if text.matches('"').count().is_multiple_of(2) { text } else { "?" }
}

/// `for=192.0.2.43;proto=https`, `For="[2001:db8::1]:4711"`.
fn for_of(element: &str) -> Option<&str> {
    let pairs = split_outside_quotes(element, ';');
    pairs.into_iter().find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then(|| value.trim().trim_matches('"'))
    })
}

fn split_outside_quotes(text: &str, separator: char) -> Vec<&str> {
    let mut is_quoted = false;
    let separates = |letter: char| {
        is_quoted ^= letter == '"';
        letter == separator && !is_quoted
    };
    text.split(separates).collect()
}

/// With a port or without: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:80`.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let without_brackets = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let ip = without_brackets.unwrap_or(text).parse().ok();
    ip.or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
        .map(|ip: IpAddr| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who has sent a request that came from 10.0.0.1, as proxies in 10.0.0.0/8 say.
    fn client(headers: &[(&'static str, &str)]) -> Option<String> {
        client_from("10.0.0.1", headers)
    }

    fn client_from(peer: &str, headers: &[(&'static str, &str)]) -> Option<String> {
        let trusted = TrustedProxies::new(Networks::of(&["10.0.0.0/8".to_owned()]));
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), value.parse().unwrap());
        }
        trusted.client(peer.parse().unwrap(), &map).map(|client| client.to_string())
    }

    #[test]
    fn the_last_address_that_is_no_proxys_is_the_client() {
        let listed = |list: &str| client(&[("x-forwarded-for", list)]);
        for (list, expected) in [
            ("192.0.2.1", Some("192.0.2.1")),
            ("192.0.2.1, 10.0.0.2", Some("192.0.2.1")),
            ("1.1.1.1, 192.0.2.1,10.0.0.2", Some("192.0.2.1")),
            ("10.0.0.3, 10.0.0.2", Some("10.0.0.3")),
            ("192.0.2.1:4711", Some("192.0.2.1")),
            ("[2001:db8::1]:80", Some("2001:db8::1")),
            ("2001:db8::1", Some("2001:db8::1")),
            ("::ffff:192.0.2.1", Some("192.0.2.1")),
            ("1.1.1.1, nobody, 10.0.0.2", Some("10.0.0.2")),
            ("nobody", None),
            ("", None),
        ] {
            assert_eq!(listed(list).as_deref(), expected, "{list:?}");
        }
        let lines = [("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "192.0.2.1")];
        assert_eq!(client(&lines).as_deref(), Some("192.0.2.1"));
    }

    #[test]
    fn forwarded_is_read_like_it() {
        for (value, expected) in [
            ("for=192.0.2.1", Some("192.0.2.1")),
            ("proto=https;For=192.0.2.1;by=10.0.0.9", Some("192.0.2.1")),
            ("for=1.1.1.1, for=192.0.2.1, for=10.0.0.2", Some("192.0.2.1")),
            ("for=\"[2001:db8::1]:4711\"", Some("2001:db8::1")),
            ("for=\"a,b\";host=\"x;for=1.1.1.1\", for=10.0.0.2", Some("10.0.0.2")),
            ("for=1.1.1.1;x=\", for=192.0.2.1", None),
            ("for=unknown", None),
            ("for=_hidden, for=10.0.0.2", Some("10.0.0.2")),
            ("proto=https", None),
        ] {
            assert_eq!(client(&[("forwarded", value)]).as_deref(), expected, "{value}");
        }
    }

    #[test]
    fn of_two_headers_that_disagree_neither_counts() {
        let both = |one, other| client(&[("x-forwarded-for", one), ("forwarded", other)]);
        assert_eq!(both("192.0.2.1", "for=192.0.2.1").as_deref(), Some("192.0.2.1"));
        assert_eq!(both("192.0.2.1", "for=1.1.1.1"), None);
        assert_eq!(both("1.1.1.1", "for=192.0.2.1"), None);
    }

    #[test]
    fn nobody_else_is_believed() {
        assert_eq!(client_from("192.0.2.9", &[("x-forwarded-for", "1.1.1.1")]), None);
        assert_eq!(
            client_from("::ffff:10.0.0.1", &[("x-forwarded-for", "192.0.2.1")]).as_deref(),
            Some("192.0.2.1")
        );
    }
}
