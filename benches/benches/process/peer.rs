//! The second process: this executable once more, told by its environment what to be. Its end of the
//! connection is its standard input.

use std::env;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream as StdStream;
use std::process::{Child, Command};
use std::sync::Arc;

use tokio::net::UnixStream;
use tokio::runtime::Handle;

use crate::{Result, frames, tarpc_echo, tonic_echo};

/// Where a process finds its role.
const ROLE: &str = "PROCESS_BENCH_ROLE";

/// A process that ends with its last owner.
#[derive(Clone)]
pub(crate) struct Peer(#[expect(dead_code, reason = "held until it is dropped")] Arc<Killed>);

struct Killed(Child);

/// Starts a process in this role, and gives the connection to it.
pub(crate) fn start(role: &str) -> Result<(Peer, UnixStream)> {
    let (ours, theirs) = StdStream::pair()?;
    let mut command = Command::new(env::current_exe()?);
    let child = command.env(ROLE, role).stdin(OwnedFd::from(theirs)).spawn()?;
    Ok((Peer(Arc::new(Killed(child))), from_std(ours)?))
}

/// What this process was started to be, if it was.
pub(crate) fn role() -> Result<Option<(String, StdStream)>> {
    let Some(role) = env::var_os(ROLE) else { return Ok(None) };
    let socket = StdStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    Ok(Some((role.to_string_lossy().into_owned(), socket)))
}

/// Is the server of one design until the other end goes.
pub(crate) async fn play(role: String, socket: StdStream) -> Result<()> {
    let socket = from_std(socket)?;
    // As a task, so that it runs on a worker as the others do.
    let server = Handle::current().spawn(async move {
        match &*role {
            frames::ROLE => frames::serve(socket).await.map_err(|error| error.to_string()),
            tarpc_echo::ROLE => {
                tarpc_echo::serve(socket).await;
                Ok(())
            }
            tonic_echo::ROLE => tonic_echo::serve(socket).await.map_err(|error| error.to_string()),
            unknown => Err(format!("there is no role `{unknown}`")),
        }
    });
    Ok(server.await??)
}

fn from_std(socket: StdStream) -> Result<UnixStream> {
    socket.set_nonblocking(true)?;
    Ok(UnixStream::from_std(socket)?)
}

impl Drop for Killed {
    fn drop(&mut self) {
        // It may have gone by itself, and has to be waited for in either case.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}
