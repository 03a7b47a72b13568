//! The ports that this process listens on, so that a server which finds its port taken knows by whom.
//!
//! Several servers of one process are usual in tests; there a default port that another of them has is no
//! failure. That another process has it may be one, and is left to whoever asks.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use tokio::net::{TcpListener, TcpSocket, TcpStream};

use crate::error::Error;
use crate::log;

/// Changed only together with the sockets, under the lock: whoever finds a port taken by a listener of this
/// process finds its address here.
static LISTENING: Mutex<Vec<SocketAddr>> = Mutex::new(Vec::new());

/// As tokio's own listeners have it.
const BACKLOG: u32 = 1024;
/// How many ports may turn out to be free at one address and taken at another.
const PORTS_TRIED: u32 = 16;

/// What to do if the port is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IfTaken {
    /// Whoever has it.
    Fail,
    /// Another port is as good if a server of this process has it.
    MoveAside,
    /// Another port is as good.
    #[cfg(feature = "cli")]
    MoveOn,
}

impl IfTaken {
    fn may_move(self, from: SocketAddr, listening: &[SocketAddr]) -> bool {
        match self {
            Self::Fail => false,
            Self::MoveAside => listening.iter().any(|other| overlap(*other, from)),
            #[cfg(feature = "cli")]
            Self::MoveOn => true,
        }
    }

    fn who_has_it(self) -> &'static str {
        match self {
            Self::Fail | Self::MoveAside => "another server of this process",
            #[cfg(feature = "cli")]
            Self::MoveOn => "another server",
        }
    }
}

/// Sockets that listen, all on the same port.
pub(super) struct Listener {
    /// At least one.
    sockets: Vec<Socket>,
    address: SocketAddr,
}

/// A socket that listens, and its place in the list.
struct Socket {
    // Closed before it is struck off the list.
    listener: TcpListener,
    _listed: Listed,
}

struct Listed(SocketAddr);

/// An address that cannot be listened on.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) address: SocketAddr,
    pub(super) source: io::Error,
}

impl Listener {
    /// Listens on those of the addresses that this machine has. Needs the context of a runtime.
    pub(super) fn bind(addresses: &[SocketAddr], if_taken: IfTaken) -> Result<Self, Refused> {
        let (opened, moved_from) = {
            let mut listening = lock();
            let (opened, moved_from) = match open_all(addresses, listen) {
                Err(Refused { address, source })
                    if source.kind() == io::ErrorKind::AddrInUse
                        && if_taken.may_move(address, &listening) =>
                {
                    let elsewhere: Vec<_> = addresses.iter().map(|to| on_port(*to, 0)).collect();
                    (open_all(&elsewhere, listen)?, Some(address))
                }
                outcome => (outcome?, None),
            };
            listening.extend(opened.iter().map(|(_, address)| *address));
            (opened, moved_from)
        };
        let address = opened.first().expect("there is an address to listen on").1;
        let socket = |(listener, address)| Socket { listener, _listed: Listed(address) };
        if let Some(taken) = moved_from {
            let by = if_taken.who_has_it();
            log::info(format!("{taken} is used by {by}; this one listens on {address}"))
                .address(address)
                .emit();
        }
        Ok(Self { sockets: opened.into_iter().map(socket).collect(), address })
    }

    /// Listens on sockets that are bound already, of whichever ports. Needs the context of a runtime.
    pub(super) fn adopt(given: Vec<Arc<std::net::TcpListener>>) -> Result<Self, Error> {
        let adopted: Vec<_> = given
            .into_iter()
            .map(|socket| adopt_one(socket).map_err(|why| useless(&why)))
            .collect::<Result<_, _>>()?;
        lock().extend(adopted.iter().map(|(_, address)| *address));
        let address = adopted.first().expect("there is a socket to listen on").1;
        let socket = |(listener, address)| Socket { listener, _listed: Listed(address) };
        Ok(Self { sockets: adopted.into_iter().map(socket).collect(), address })
    }

    pub(super) fn sockets(&self) -> impl Iterator<Item = &TcpListener> {
        self.sockets.iter().map(|socket| &socket.listener)
    }

    /// One of its addresses, the first of those that were asked for.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// # Cancel safety
    ///
    /// No connection is lost.
    pub(super) async fn accept(&mut self) -> io::Result<(TcpStream, SocketAddr)> {
        poll_fn(|context| {
            for _ in 0..self.sockets.len() {
                // Whoever had the last one is asked last.
                self.sockets.rotate_left(1);
                let accepted = self.sockets[0].listener.poll_accept(context);
                if accepted.is_ready() {
                    return accepted;
                }
            }
            Poll::Pending
        })
        .await
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        let mut listening = lock();
        if let Some(index) = listening.iter().position(|address| *address == self.0) {
            listening.swap_remove(index);
        }
    }
}

fn lock() -> MutexGuard<'static, Vec<SocketAddr>> {
    LISTENING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Opens all addresses, with one port for all if the system is to choose it. What this machine does not have is left
/// out, unless it is all.
fn open_all<L>(
    addresses: &[SocketAddr],
    mut open: impl FnMut(SocketAddr) -> io::Result<(L, SocketAddr)>,
) -> Result<Vec<(L, SocketAddr)>, Refused> {
    let mut tries = PORTS_TRIED;
    loop {
        tries -= 1;
        match open_each(addresses, &mut open) {
            // The system has chosen a port that is free at the first of them.
            Err(refused)
                if tries > 0
                    && refused.source.kind() == io::ErrorKind::AddrInUse
                    && addresses.iter().all(|address| address.port() == 0) => {}
            outcome => return outcome,
        }
    }
}

fn open_each<L>(
    addresses: &[SocketAddr],
    mut open: impl FnMut(SocketAddr) -> io::Result<(L, SocketAddr)>,
) -> Result<Vec<(L, SocketAddr)>, Refused> {
    let (mut opened, mut missing) = (Vec::<(L, SocketAddr)>::new(), None);
    for address in addresses {
        let port = opened.first().map_or(address.port(), |(_, first)| first.port());
        let address = on_port(*address, port);
        match open(address) {
            Ok(socket) => opened.push(socket),
            Err(source) if source.kind() == io::ErrorKind::AddrNotAvailable => {
                missing.get_or_insert(Refused { address, source });
            }
            Err(source) => return Err(Refused { address, source }),
        }
    }
    match missing {
        Some(missing) if opened.is_empty() => Err(missing),
        _ => Ok(opened),
    }
}

fn on_port(mut address: SocketAddr, port: u16) -> SocketAddr {
    address.set_port(port);
    address
}

fn listen(address: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        // Without IPv6 there are no such sockets, and so no such addresses either.
        TcpSocket::new_v6()
            .map_err(|error| io::Error::new(io::ErrorKind::AddrNotAvailable, error))?
    };
    // Connections of an earlier server that linger do not keep a new one out. On Windows the option means
    // that two may listen at once.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    let listener = socket.listen(BACKLOG)?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

fn adopt_one(socket: Arc<std::net::TcpListener>) -> io::Result<(TcpListener, SocketAddr)> {
    // Whoever keeps the options keeps the socket.
    let socket = Arc::try_unwrap(socket).or_else(|shared| shared.try_clone())?;
    if !is_listening(&socket)? {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it does not listen"));
    }
    socket.set_nonblocking(true)?;
    let address = socket.local_addr()?;
    Ok((TcpListener::from_std(socket)?, address))
}

/// Whether connections can be accepted from it. One that systemd passes for each connection is a connection.
#[cfg(target_os = "linux")]
fn is_listening(socket: &std::net::TcpListener) -> io::Result<bool> {
    Ok(rustix::net::sockopt::socket_acceptconn(socket)?)
}

#[cfg(not(target_os = "linux"))]
fn is_listening(_: &std::net::TcpListener) -> io::Result<bool> {
    Ok(true)
}

fn useless(why: &io::Error) -> Error {
    let problem = format!(
        "a socket that the HTTP server was given (HttpOptions::listener, or `LISTEN_FDS` of systemd) cannot be used: {why}"
    );
    Error::InvalidConfig { problems: vec![problem] }
}

/// Whether one of two listeners keeps the other out.
fn overlap(one: SocketAddr, other: SocketAddr) -> bool {
    one.port() == other.port()
        && (one.ip() == other.ip() || one.ip().is_unspecified() || other.ip().is_unspecified())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is opened for these addresses if the system chooses ports from 1 on, and opening fails as `fail` says.
    fn opened(
        addresses: &[&str],
        fail: impl Fn(&str) -> Option<io::ErrorKind>,
    ) -> Result<Vec<String>, String> {
        let mut chosen = 0;
        let open = |address: SocketAddr| {
            let port = if address.port() == 0 {
                chosen += 1;
                chosen
            } else {
                address.port()
            };
            let address = on_port(address, port);
            match fail(&address.to_string()) {
                Some(kind) => Err(kind.into()),
                None => Ok(((), address)),
            }
        };
        let addresses: Vec<_> = addresses.iter().map(|address| address.parse().unwrap()).collect();
        let text = |(_, address): &((), SocketAddr)| address.to_string();
        match open_all(&addresses, open) {
            Ok(opened) => Ok(opened.iter().map(text).collect()),
            Err(refused) => Err(refused.address.to_string()),
        }
    }

    const LOCAL: [&str; 2] = ["127.0.0.1:0", "[::1]:0"];

    #[test]
    fn all_addresses_have_one_port() {
        let fixed = opened(&["127.0.0.1:80", "[::1]:80"], |_| None).unwrap();
        assert_eq!(fixed, ["127.0.0.1:80", "[::1]:80"]);
        assert_eq!(opened(&LOCAL, |_| None).unwrap(), ["127.0.0.1:1", "[::1]:1"]);
    }

    #[test]
    fn a_port_that_is_taken_at_one_address_is_chosen_anew_or_refused() {
        let taken = |taken: &'static str| {
            move |address: &str| address.contains(taken).then_some(io::ErrorKind::AddrInUse)
        };
        assert_eq!(opened(&LOCAL, taken("[::1]:1")).unwrap(), ["127.0.0.1:2", "[::1]:2"]);
        assert_eq!(opened(&LOCAL, taken("[::1]")).unwrap_err(), "[::1]:16");
        let fixed = opened(&["127.0.0.1:80", "[::1]:80"], taken("[::1]:80"));
        assert_eq!(fixed.unwrap_err(), "[::1]:80");
    }

    #[test]
    fn what_this_machine_does_not_have_is_left_out_unless_it_is_all() {
        let missing = |missing: &'static str| {
            move |address: &str| {
                address.contains(missing).then_some(io::ErrorKind::AddrNotAvailable)
            }
        };
        assert_eq!(opened(&LOCAL, missing("[")).unwrap(), ["127.0.0.1:1"]);
        assert_eq!(opened(&LOCAL, missing("127")).unwrap(), ["[::1]:2"]);
        assert_eq!(opened(&LOCAL, missing("")).unwrap_err(), "127.0.0.1:0");
    }

    #[test]
    fn listeners_overlap_if_one_takes_the_others_connections() {
        let overlaps =
            |one: &str, other: &str| overlap(one.parse().unwrap(), other.parse().unwrap());
        assert!(overlaps("127.0.0.1:80", "127.0.0.1:80"));
        assert!(overlaps("0.0.0.0:80", "127.0.0.1:80"));
        assert!(overlaps("127.0.0.1:80", "[::]:80"));
        assert!(!overlaps("127.0.0.1:80", "127.0.0.2:80"));
        assert!(!overlaps("0.0.0.0:80", "127.0.0.1:81"));
    }
}
