//! Tells systemd how this process is, if it wants to know (`Type=notify`).

use std::io;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

use crate::log;
use crate::tasks::Tasks;

/// systemd reads at once. If it does not, nothing here waits for it.
const PATIENCE: Duration = Duration::from_secs(1);

/// Says `state`, which is lines of `NAME=value`, and returns when it is said. Nothing happens if nobody wants to know.
pub(crate) async fn notify(tasks: &Tasks, state: String) {
    let Some(socket) = std::env::var_os("NOTIFY_SOCKET").filter(|socket| !socket.is_empty()) else {
        return;
    };
    let said = tasks.runtime().spawn_blocking(move || {
        if let Err(error) = send(socket.as_bytes(), &state) {
            log::warn("systemd cannot be told how this server is (NOTIFY_SOCKET)")
                .cause(error)
                .emit();
        }
    });
    // All threads that may block may be taken by methods. In a task, because whoever waits here may have no clock.
    let waited = tasks.spawn(async move { drop(tokio::time::timeout(PATIENCE, said).await) });
    drop(waited.await);
}

fn send(name: &[u8], state: &str) -> io::Result<()> {
    let address = match name {
        // A name that is in no file system.
        [b'@', name @ ..] => SocketAddr::from_abstract_name(name)?,
        path => SocketAddr::from_pathname(std::ffi::OsStr::from_bytes(path))?,
    };
    let socket = UnixDatagram::unbound()?;
    socket.set_write_timeout(Some(PATIENCE))?;
    socket.connect_addr(&address)?;
    socket.send(state.as_bytes()).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(socket: &UnixDatagram) -> String {
        let mut text = [0; 64];
        let length = socket.recv(&mut text).unwrap();
        String::from_utf8_lossy(&text[..length]).into_owned()
    }

    #[test]
    fn a_state_reaches_a_socket_by_its_path_or_by_its_abstract_name() {
        let path = std::env::temp_dir().join(format!("serve-notify-{}", std::process::id()));
        let socket = UnixDatagram::bind(&path).unwrap();
        send(path.as_os_str().as_bytes(), "READY=1").unwrap();
        assert_eq!(heard(&socket), "READY=1");
        std::fs::remove_file(&path).unwrap();

        let name = format!("serve-notify-{}", std::process::id());
        let address = SocketAddr::from_abstract_name(&name).unwrap();
        let socket = UnixDatagram::bind_addr(&address).unwrap();
        send(format!("@{name}").as_bytes(), "STOPPING=1").unwrap();
        assert_eq!(heard(&socket), "STOPPING=1");
    }

    #[test]
    fn a_socket_that_is_not_there_is_an_error() {
        assert!(send(b"/nowhere/at/all", "READY=1").is_err());
    }
}
