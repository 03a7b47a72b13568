//! The header of the PROXY protocol, by which a load balancer that passes TCP on says who the client is.
//!
//! Both versions of [HAProxy's specification](https://www.haproxy.org/download/2.8/doc/proxy-protocol.txt). Exactly the header
//! is read, because what follows may be a handshake that somebody else reads.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

const V1: &[u8] = b"PROXY ";
const V1_BYTES_MAX: usize = 107;
const V2: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";
const V2_HEAD: usize = 16;
/// With what else a balancer may have to say, certificates of clients say.
const V2_BYTES_MAX: usize = 4096;
const PEEKED: usize = 256;

/// What the beginning of a connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Header {
    Unfinished,
    Whole {
        length: usize,
        /// `None`: the balancer speaks for itself, or does not say.
        client: Option<SocketAddr>,
    },
    Malformed,
}

/// Reads the header of a connection; `None` if it names no client.
///
/// # Errors
///
/// There is none, or it is malformed.
pub(super) async fn read(stream: &mut TcpStream) -> io::Result<Option<SocketAddr>> {
    let (mut header, mut peeked) = (Vec::new(), [0; PEEKED]);
    loop {
        let came = stream.peek(&mut peeked).await?;
        if came == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let read = header.len();
        header.extend_from_slice(&peeked[..came]);
        match parse(&header) {
            // All that has come is of the header.
            Header::Unfinished => drop(stream.read_exact(&mut peeked[..came]).await?),
            Header::Whole { length, client } => {
                stream.read_exact(&mut peeked[..length - read]).await?;
                return Ok(client);
            }
            Header::Malformed => {
                let message = "it does not begin with a header of the PROXY protocol";
                return Err(io::Error::new(io::ErrorKind::InvalidData, message));
            }
        }
    }
}

fn parse(bytes: &[u8]) -> Header {
    let begins = |with: &[u8]| bytes.starts_with(with) || with.starts_with(bytes);
    if begins(V2) {
        parse_v2(bytes)
    } else if begins(V1) {
        parse_v1(bytes)
    } else {
        Header::Malformed
    }
}

fn parse_v1(bytes: &[u8]) -> Header {
    let within = &bytes[..bytes.len().min(V1_BYTES_MAX)];
    let Some(end) = within.windows(2).position(|pair| pair == b"\r\n") else {
        let is_too_long = bytes.len() >= V1_BYTES_MAX;
        return if is_too_long { Header::Malformed } else { Header::Unfinished };
    };
    let Ok(line) = std::str::from_utf8(&bytes[V1.len()..end]) else { return Header::Malformed };
    match client_of_line(line) {
        Some(client) => Header::Whole { length: end + 2, client },
        None => Header::Malformed,
    }
}

/// `TCP4 192.0.2.1 198.51.100.1 56324 443`. `None` if it is malformed.
fn client_of_line(line: &str) -> Option<Option<SocketAddr>> {
    let mut words = line.split(' ');
    let family = words.next()?;
    if family == "UNKNOWN" {
        return Some(None);
    }
    let [source, destination, port, destination_port] =
        [words.next()?, words.next()?, words.next()?, words.next()?];
    let address = |text: &str| -> Option<IpAddr> {
        match family {
            "TCP4" => text.parse::<Ipv4Addr>().ok().map(IpAddr::from),
            "TCP6" => text.parse::<Ipv6Addr>().ok().map(IpAddr::from),
            _ => None,
        }
    };
    let source = SocketAddr::new(address(source)?, port.parse().ok()?);
    address(destination)?;
    destination_port.parse::<u16>().ok()?;
    words.next().is_none().then_some(Some(source))
}

fn parse_v2(bytes: &[u8]) -> Header {
    let Some((head, rest)) = bytes.split_at_checked(V2_HEAD) else { return Header::Unfinished };
    let [version_and_command, family, high, low] = [head[12], head[13], head[14], head[15]];
    let length = usize::from(u16::from_be_bytes([high, low]));
    if version_and_command >> 4 != 2 || V2_HEAD + length > V2_BYTES_MAX {
        return Header::Malformed;
    }
    let Some(payload) = rest.get(..length) else { return Header::Unfinished };
    let client = match (version_and_command & 15, family) {
        // Its own health check.
        (0, _) => Some(None),
        (1, 0x11) => ipv4(payload).map(Some),
        (1, 0x21) => ipv6(payload).map(Some),
        // Not said, not TCP, or a Unix socket.
        (1, _) => Some(None),
        _ => None,
    };
    match client {
        Some(client) => Header::Whole { length: V2_HEAD + length, client },
        None => Header::Malformed,
    }
}

/// Addresses of source and destination, then their ports.
fn ipv4(payload: &[u8]) -> Option<SocketAddr> {
    let address: [u8; 4] = payload.get(..4)?.try_into().ok()?;
    let port = payload.get(8..12)?;
    Some((Ipv4Addr::from(address), u16::from_be_bytes([port[0], port[1]])).into())
}

fn ipv6(payload: &[u8]) -> Option<SocketAddr> {
    let address: [u8; 16] = payload.get(..16)?.try_into().ok()?;
    let port = payload.get(32..36)?;
    Some((Ipv6Addr::from(address), u16::from_be_bytes([port[0], port[1]])).into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn v2(command: u8, family: u8, payload: &[u8]) -> Vec<u8> {
        let length = (payload.len() as u16).to_be_bytes();
        [V2, &[0x20 | command, family], &length, payload].concat()
    }

    fn v1_of(client: SocketAddr) -> Vec<u8> {
        let (family, other) =
            if client.is_ipv4() { ("TCP4", "10.0.0.1") } else { ("TCP6", "fd00::1") };
        format!("PROXY {family} {} {other} {} 443\r\n", client.ip(), client.port()).into_bytes()
    }

    fn v2_of(client: SocketAddr) -> Vec<u8> {
        let ports = [client.port().to_be_bytes(), 443_u16.to_be_bytes()].concat();
        match client.ip() {
            IpAddr::V4(ip) => v2(1, 0x11, &[&ip.octets()[..], &[10, 0, 0, 1], &ports].concat()),
            IpAddr::V6(ip) => v2(1, 0x21, &[&ip.octets()[..], &[0; 16], &ports].concat()),
        }
    }

    #[test]
    fn a_balancer_that_speaks_for_itself_names_no_client() {
        for (header, what) in [
            (b"PROXY UNKNOWN\r\n".to_vec(), "version 1"),
            (b"PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n".to_vec(), "version 1 with addresses"),
            (v2(0, 0, &[]), "LOCAL"),
            (v2(1, 0, &[]), "nothing said"),
            (v2(1, 0x31, &[0; 216]), "a Unix socket"),
        ] {
            let length = header.len();
            assert_eq!(parse(&header), Header::Whole { length, client: None }, "{what}");
        }
    }

    #[test]
    fn what_is_no_header_is_refused() {
        for bytes in [
            b"GET / HTTP/1.1\r\n".to_vec(),
            b"PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n".to_vec(),
            b"PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3\r\n".to_vec(),
            b"PROXY TCP4 ::1 ::1 1 2\r\n".to_vec(),
            b"PROXY TCP4 1.2.3.4 1.2.3.4 1 65536\r\n".to_vec(),
            b"PROXY \xff\r\n".to_vec(),
            [V1, &[b'x'; V1_BYTES_MAX]].concat(),
            v2(2, 0x11, &[0; 12]),
            v2(1, 0x11, &[0; 11]),
            v2(1, 0x21, &[0; 35]),
            [V2, &[0x11, 0x11, 0, 0]].concat(),
            [V2, &[0x21, 0x11, 0xff, 0xff]].concat(),
        ] {
            assert_eq!(parse(&bytes), Header::Malformed, "{}", bytes.escape_ascii());
        }
    }

    fn client() -> impl Strategy<Value = SocketAddr> {
        (any::<IpAddr>(), any::<u16>()).prop_map(|(ip, port)| SocketAddr::new(ip, port))
    }

    proptest! {
        #[test]
        fn a_header_names_its_client_whatever_follows_and_is_unfinished_before_its_end(
            client in client(),
            is_v2 in any::<bool>(),
            rest in proptest::collection::vec(any::<u8>(), 0..64),
        ) {
            let header = if is_v2 { v2_of(client) } else { v1_of(client) };
            let whole = Header::Whole { length: header.len(), client: Some(client) };
            prop_assert_eq!(parse(&[&header[..], &rest].concat()), whole);
            for end in 0..header.len() {
                prop_assert_eq!(parse(&header[..end]), Header::Unfinished);
            }
        }

        #[test]
        fn any_bytes_are_taken_or_refused(
            version in prop_oneof![Just(V1), Just(V2), Just(&b""[..])],
            bytes in proptest::collection::vec(any::<u8>(), 0..300),
        ) {
            let bytes = [version, &bytes].concat();
            if let Header::Whole { length, .. } = parse(&bytes) {
                prop_assert!(length <= bytes.len());
            }
        }
    }
}
