//! What systemd hands to a process that it starts: sockets that listen already, and one to tell it how the process is.
//!
//! Both are told by environment variables, so they are the process's own. Linux only; elsewhere there is nothing.

#[cfg(target_os = "linux")]
mod notify;
#[cfg(target_os = "linux")]
mod sockets;
#[cfg(not(target_os = "linux"))]
mod unsupported;

#[cfg(target_os = "linux")]
pub(crate) use self::{
    notify::notify,
    sockets::{ADMIN, sockets},
};
#[cfg(not(target_os = "linux"))]
pub(crate) use unsupported::{ADMIN, notify, sockets};

/// The variables that are meant for this process alone, and for none that it starts.
#[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "nothing is started there"))]
pub(crate) const VARIABLES: [&str; 4] =
    ["LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES", "NOTIFY_SOCKET"];
