//! The HTTP server: opens its sockets once, lets them be accepted from, and drains.

use std::future::Future;
use std::io;
use std::mem;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, OnceLock};

use tokio_util::sync::CancellationToken;

use super::SentResponse;
use super::acceptor::Acceptor;
use super::host::{addresses, is_name};
use super::ports::{IfTaken, Listener, Refused};
use super::proxy::Proxy;
use super::reception::Reception;
use crate::config::{HttpOptions, Networks};
use crate::error::{Error, Result};
use crate::observe::EventLog;
use crate::tasks::{OwnedTask, Tasks};
use crate::tls::Tls;
use crate::web::HttpRequest;

/// What answers the requests that come to a server.
pub(crate) trait RequestService: Clone + Send + Sync + 'static {
    type Answer: Future<Output = SentResponse> + Send + 'static;

    fn serve(&self, request: HttpRequest) -> Self::Answer;

    /// Resolves when there is something to serve: at once, or with the first of it.
    fn populated(&self) -> impl Future<Output = ()> + Send {
        std::future::ready(())
    }
}

/// A response that is no deployment's, as a server sends it.
#[cfg(feature = "admin")]
pub(crate) fn sent(response: crate::web::HttpResponse) -> SentResponse {
    response.map(super::body::SentBody::plain)
}

/// An HTTP server, which listens once it has been [opened](Self::open).
pub(crate) struct Server<S = Proxy> {
    options: HttpOptions,
    if_taken: IfTaken,
    service: S,
    tasks: Tasks,
    events: EventLog,
    /// Set when it listens.
    address: OnceLock<SocketAddr>,
    /// Opened once, and not after it has begun to drain. The sockets that it was given, until then.
    opening: tokio::sync::Mutex<Vec<Arc<TcpListener>>>,
    stop_accepting: CancellationToken,
    drained: CancellationToken,
}

impl<S: RequestService> Server<S> {
    /// One that does not listen yet.
    pub(crate) fn new(
        options: &HttpOptions,
        if_taken: IfTaken,
        service: S,
        tasks: &Tasks,
        events: &EventLog,
    ) -> Self {
        let mut options = options.clone();
        let given = mem::take(&mut options.listeners);
        Self {
            options,
            if_taken,
            service,
            tasks: tasks.clone(),
            events: events.clone(),
            address: OnceLock::new(),
            opening: tokio::sync::Mutex::new(given),
            stop_accepting: CancellationToken::new(),
            drained: CancellationToken::new(),
        }
    }

    /// Binds the addresses, so that a taken port is an error here, and starts to accept. A server that
    /// listens goes on.
    pub(crate) async fn open(&self) -> Result<()> {
        if self.address.get().is_some() {
            return Ok(());
        }
        let mut given = self.opening.lock().await;
        if self.address.get().is_some() {
            return Ok(());
        }
        // Whoever shuts down waits for the lock, and must wait neither for files nor for a name server.
        let (tls, listener) = tokio::select! {
            biased;
            () = self.stop_accepting.cancelled() => return Err(Error::Stopped),
            opened = async { Ok::<_, Error>((self.load_tls().await?, self.listen(given.clone()).await?)) } => opened?,
        };
        given.clear();
        if let Some(tls) = &tls {
            tls.watch(&self.tasks, &self.events);
        }
        let balancers = Networks::of(&self.options.proxy_protocol);
        let reception = Reception::new(balancers, tls, self.options.write_timeout);
        let acceptor = Acceptor::new(&self.options, reception, self.service.clone(), &self.tasks);
        self.address.get_or_init(|| listener.address());
        let stop = self.stop_accepting.clone();
        // However the task ends, also with its runtime, nobody waits for it any longer.
        let drained = self.drained.clone().drop_guard();
        drop(self.tasks.spawn(async move {
            acceptor.run(listener, stop).await;
            drop(drained);
        }));
        Ok(())
    }

    /// Opens the sockets, or takes those that it was given.
    async fn listen(&self, given: Vec<Arc<TcpListener>>) -> Result<Listener> {
        if !given.is_empty() {
            let _runtime = self.tasks.runtime().enter();
            return Listener::adopt(given);
        }
        let addresses = self.resolve().await?;
        // The sockets belong to the server's runtime, whoever opens them.
        let _runtime = self.tasks.runtime().enter();
        Listener::bind(&addresses, self.if_taken).map_err(|why| self.refused(why))
    }

    /// Reads the certificate where that may block.
    async fn load_tls(&self) -> Result<Option<Arc<Tls>>> {
        let Some(files) = self.options.tls.clone() else { return Ok(None) };
        let reading = move || Tls::load(&files.certificate, &files.key);
        let read = self.tasks.runtime().spawn_blocking(reading).await;
        read.map_err(|_| Error::Stopped)?.map(|tls| Some(Arc::new(tls)))
    }

    /// The addresses to listen on. On the server's runtime, because resolving a name needs one.
    async fn resolve(&self) -> Result<Vec<SocketAddr>> {
        let (host, port) = (self.options.host.clone(), self.options.port);
        let found = OwnedTask(self.tasks.spawn(async move { addresses(&host, port).await }));
        let found = found.await.map_err(|_| Error::Stopped)?;
        found.map_err(|source| Error::Host { host: self.options.host.clone(), source })
    }

    fn refused(&self, Refused { address, source }: Refused) -> Error {
        let host = &self.options.host;
        if source.kind() == io::ErrorKind::AddrNotAvailable && is_name(host) {
            return Error::Host { host: host.clone(), source };
        }
        Error::Listen { address, source }
    }

    /// The beginning of its URLs.
    pub(crate) fn scheme(&self) -> &'static str {
        if self.options.tls.is_some() { "https" } else { "http" }
    }

    /// Where it listens, if it does.
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        self.address.get().copied()
    }

    /// Accepts no more connections, lets those there finish their requests, and resolves then.
    pub(crate) async fn drain(&self) {
        self.stop_accepting.cancel();
        let opening = self.opening.lock().await;
        let is_open = self.address.get().is_some();
        drop(opening);
        if is_open {
            self.drained.cancelled().await;
        }
    }
}
