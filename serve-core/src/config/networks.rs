//! Networks of addresses, as an operator writes them: `10.0.0.0/8`, `fd00::/8`, `127.0.0.1`.

use std::net::IpAddr;

use ipnet::IpNet;

/// Addresses that are one like the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Networks(Vec<IpNet>);

impl Networks {
    /// Those of these texts; what is no network has been refused before.
    pub(crate) fn of(texts: &[String]) -> Self {
        Self(texts.iter().filter_map(|text| Self::parse_one(text)).collect())
    }

    pub(super) fn parse_one(text: &str) -> Option<IpNet> {
        let text = text.trim();
        text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(|ip| ip.to_canonical().into()))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// An address of IPv4 that comes by a socket of IPv6 is one of IPv4.
    pub(crate) fn contain(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_in_a_network_whichever_socket_it_comes_by() {
        let texts = ["10.0.0.0/8", "::1", " 192.168.1.7 ", "::ffff:172.16.0.1"].map(str::to_owned);
        let networks = Networks::of(&texts);
        let contain = |address: &str| networks.contain(address.parse().unwrap());
        for inside in ["10.255.0.1", "::ffff:10.1.2.3", "::1", "192.168.1.7", "172.16.0.1"] {
            assert!(contain(inside), "{inside}");
        }
        for outside in ["11.0.0.1", "::2", "192.168.1.8", "::ffff:11.0.0.1"] {
            assert!(!contain(outside), "{outside}");
        }
    }
}
