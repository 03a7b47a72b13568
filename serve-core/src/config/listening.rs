//! Options of what the HTTP server listens on, and of who is in front of it.

use std::net::TcpListener;
use std::sync::Arc;

use super::HttpOptions;
use crate::error::Result;
use crate::systemd;

impl HttpOptions {
    /// Listens on a socket that is bound already, instead of [`host`](Self::host) and [`port`](Self::port). Called
    /// several times, on all of them.
    ///
    /// So a test knows its port before the server starts, a port below 1024 is bound before privileges are dropped, and a
    /// socket comes from whoever started the program ([`systemd`](Self::systemd) does it for its sockets). The server makes
    /// it nonblocking, and closes it when it is shut down, unless a clone of these options is kept.
    ///
    /// ```
    /// use serve_core::{HttpOptions, Serve};
    ///
    /// # #[tokio::main]
    /// # async fn main() -> serve_core::Result<()> {
    /// let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    /// let address = listener.local_addr()?;
    /// let serve = Serve::builder().http(HttpOptions::default().listener(listener)).start().await?;
    /// assert_eq!(serve.http_addr(), Some(address));
    /// # serve.shutdown().await }
    /// ```
    #[must_use]
    pub fn listener(mut self, listener: TcpListener) -> Self {
        self.listeners.push(Arc::new(listener));
        self
    }

    /// Listens on the sockets of a systemd socket unit, if the process was started by one (`LISTEN_FDS`); else nothing
    /// changes. [`from_env`](Self::from_env), and so the default instance, does this; other options only where it is
    /// said. A socket named `admin` (`FileDescriptorName=admin`) is not listened on: the name is reserved for the
    /// admin API, which takes no sockets yet.
    ///
    /// Connections are accepted from them when the first application serves. Clients that connect while the program is
    /// started, or started again, wait until then, and none is refused or told that there is nothing.
    ///
    /// The sockets are taken once and stay the process's until it ends. Each server that is told so listens on all of them.
    /// Processes of replicas inherit neither them nor the variables.
    ///
    /// A server that listens also tells systemd `READY=1` when its first application serves, and `STOPPING=1` when it
    /// is shut down, for units of `Type=notify`; whatever it listens on, and without being asked to.
    ///
    /// # Errors
    ///
    /// A socket that was passed does not listen for TCP.
    ///
    /// ```
    /// # fn main() -> serve_core::Result<()> {
    /// let options = serve_core::HttpOptions::default().port(9000).systemd()?;
    /// # Ok(()) }
    /// ```
    pub fn systemd(mut self) -> Result<Self> {
        let sockets = systemd::sockets()?.iter().filter(|socket| socket.name != systemd::ADMIN);
        for socket in sockets {
            self.listeners.push(Arc::clone(&socket.listener));
            self.accepts_when_serving = true;
        }
        Ok(self)
    }

    /// Networks whose connections begin with a header of the PROXY protocol (version 1 or 2): load balancers that pass
    /// TCP on. None by default. The client that the header names is the one that handlers see as `ConnectInfo` and
    /// [`ClientAddr`](crate::ClientAddr), and that the access log shows.
    ///
    /// From these networks the header is required: a connection that begins otherwise is closed. From anywhere
    /// else it is not taken, so nobody can claim to be somebody else. Write networks as `10.0.0.0/8` or `fd00::/8`, single
    /// addresses as they are; `0.0.0.0/0` and `::/0` are everybody. With TLS the header comes before the
    /// handshake, as load balancers send it.
    ///
    /// What is no network is an error when the server starts.
    ///
    /// ```
    /// let options = serve_core::HttpOptions::default().proxy_protocol(["10.0.0.0/8"]);
    /// ```
    #[must_use]
    pub fn proxy_protocol(mut self, networks: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.proxy_protocol = networks.into_iter().map(Into::into).collect();
        self
    }

    /// Networks of proxies that speak HTTP and are believed who their client is, by `X-Forwarded-For` or `Forwarded`. None
    /// by default: without it such a header is only what a client says of itself.
    ///
    /// The client is the last address of the list that is not itself one of these proxies; addresses before it were
    /// written by the client. A request that has both headers is believed only if they agree, because most proxies
    /// write one of them and pass on the other as the client has sent it. It shows as
    /// [`ClientAddr`](crate::ClientAddr) and in the access log; `ConnectInfo` stays the address of the connection. Counts for
    /// [`Serve::router`](crate::Serve::router) as well, where the application has `ConnectInfo`.
    ///
    /// Networks are written as for [`proxy_protocol`](Self::proxy_protocol).
    ///
    /// ```
    /// let options = serve_core::HttpOptions::default().trusted_proxies(["127.0.0.1", "10.0.0.0/8"]);
    /// ```
    #[must_use]
    pub fn trusted_proxies(
        mut self,
        networks: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.trusted_proxies = networks.into_iter().map(Into::into).collect();
        self
    }
}
