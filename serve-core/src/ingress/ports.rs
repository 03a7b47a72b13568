//! The ports that this process listens on, so that a server which finds its port taken knows by whom.
//!
//! Several servers of one process are usual in tests; there a default port that another of them has is no
//! failure. That another process has it may be one, and is left to whoever asks.

use std::io;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::net::{TcpListener, TcpSocket, TcpStream};

use crate::log;

/// Changed only together with the sockets, under the lock: whoever finds a port taken by a listener of this
/// process finds its address here.
static LISTENING: Mutex<Vec<SocketAddr>> = Mutex::new(Vec::new());

/// As tokio's own listeners have it.
const BACKLOG: u32 = 1024;

/// What to do if the port is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IfTaken {
    /// Whoever has it.
    Fail,
    /// Another port is as good if a server of this process has it.
    MoveAside,
}

/// A socket that listens, and its place in the list.
pub(super) struct Listener {
    // Closed before it is struck off the list.
    listener: TcpListener,
    listed: Listed,
}

struct Listed(SocketAddr);

impl Listener {
    /// Listens on an address. Needs the context of a runtime.
    pub(super) fn bind(address: SocketAddr, if_taken: IfTaken) -> io::Result<Self> {
        let (listener, moved) = {
            let mut listening = lock();
            let (listener, moved) = match listen(address) {
                Err(error)
                    if if_taken == IfTaken::MoveAside
                        && error.kind() == io::ErrorKind::AddrInUse
                        && listening.iter().any(|other| overlap(*other, address)) =>
                {
                    (listen(SocketAddr::new(address.ip(), 0))?, true)
                }
                outcome => (outcome?, false),
            };
            let own = listener.local_addr()?;
            listening.push(own);
            (Self { listener, listed: Listed(own) }, moved)
        };
        if moved {
            log::info(format!(
                "{address} is used by another server of this process; this one listens on {}",
                listener.address()
            ))
            .address(listener.address())
            .emit();
        }
        Ok(listener)
    }

    pub(super) fn socket(&self) -> &TcpListener {
        &self.listener
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.listed.0
    }

    pub(super) async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        self.listener.accept().await
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

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // Connections of an earlier server that linger do not keep a new one out. On Windows the option means
    // that two may listen at once.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Whether one of two listeners keeps the other out.
fn overlap(one: SocketAddr, other: SocketAddr) -> bool {
    one.port() == other.port()
        && (one.ip() == other.ip() || one.ip().is_unspecified() || other.ip().is_unspecified())
}

#[cfg(test)]
mod tests {
    use super::*;

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
