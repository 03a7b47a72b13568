//! Sockets that listen already when the process begins: `LISTEN_FDS`, as of systemd's socket units.
//!
//! The socket stays open in systemd when this process ends, so clients that connect while it is started again wait,
//! and none is refused.

use std::net::TcpListener;
use std::sync::{Arc, OnceLock};

use listenfd::ListenFd;

use crate::error::{Error, Result};

/// The name, by `FileDescriptorName=`, that is reserved for a socket of the admin API, which takes none yet.
pub(crate) const ADMIN: &str = "admin";

/// Taken once: afterwards the variables that tell of them are gone.
static INHERITED: OnceLock<Result<Vec<PassedSocket>, String>> = OnceLock::new();

/// A socket that this process was started with.
#[derive(Clone, Debug)]
pub(crate) struct PassedSocket {
    /// Empty if it has none.
    pub(crate) name: String,
    pub(crate) listener: Arc<TcpListener>,
}

/// The sockets that this process was started with; none if it was started otherwise. The same each time.
///
/// # Errors
///
/// One of them does not listen for TCP.
pub(crate) fn sockets() -> Result<&'static [PassedSocket]> {
    let inherited = INHERITED.get_or_init(|| {
        let names = std::env::var("LISTEN_FDNAMES").unwrap_or_default();
        take(ListenFd::from_env(), &names)
    });
    match inherited {
        Ok(sockets) => Ok(sockets),
        Err(problem) => Err(Error::InvalidConfig { problems: vec![problem.clone()] }),
    }
}

fn take(mut inherited: ListenFd, names: &str) -> Result<Vec<PassedSocket>, String> {
    let mut names = names.split(':');
    let mut sockets = Vec::new();
    for index in 0..inherited.len() {
        let name = names.next().unwrap_or_default().to_owned();
        match inherited.take_tcp_listener(index) {
            Ok(Some(listener)) => {
                sockets.push(PassedSocket { name, listener: Arc::new(listener) });
            }
            Ok(None) => {}
            Err(error) => {
                return Err(format!(
                    "socket {index} (`{name}`) of those that systemd has passed (LISTEN_FDS) cannot be used: {error}; \
                     give the socket unit a `ListenStream=` with a port"
                ));
            }
        }
    }
    Ok(sockets)
}
