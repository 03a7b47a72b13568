//! The listener: accepts connections, speaks HTTP/1.1 and HTTP/2 on one port, and drains.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream, lookup_host};
use tokio_util::sync::CancellationToken;

use super::proxy::Proxy;
use crate::config::HttpOptions;
use crate::error::{Error, Result};
use crate::tasks::Tasks;

/// A running HTTP server.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    stop_accepting: CancellationToken,
    drained: CancellationToken,
}

/// After an accept that failed for lack of resources: trying again at once would only spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

impl Server {
    /// Binds the address, so that a taken port is an error here, and starts to accept.
    pub(crate) async fn start(options: &HttpOptions, proxy: Proxy, tasks: &Tasks) -> Result<Self> {
        let host = || options.host.clone();
        let address = lookup_host((options.host.as_str(), options.port))
            .await
            .map_err(|source| Error::Host { host: host(), source })?
            .next()
            .ok_or_else(|| Error::Host { host: host(), source: io::ErrorKind::NotFound.into() })?;
        let listener =
            TcpListener::bind(address).await.map_err(|source| Error::Listen { address, source })?;
        let server = Self {
            address: listener.local_addr()?,
            stop_accepting: CancellationToken::new(),
            drained: CancellationToken::new(),
        };
        let acceptor = Acceptor {
            proxy,
            tasks: tasks.clone(),
            connections: GracefulShutdown::new(),
            builder: builder(options),
        };
        let (stop, drained) = (server.stop_accepting.clone(), server.drained.clone());
        drop(tasks.spawn(async move {
            acceptor.run(listener, stop).await;
            drained.cancel();
        }));
        Ok(server)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Accepts no more connections, lets those there finish their requests, and resolves then.
    pub(crate) async fn drain(&self) {
        self.stop_accepting.cancel();
        self.drained.cancelled().await;
    }
}

fn builder(options: &HttpOptions) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(options.keep_alive_timeout);
    configure_http2(&mut builder);
    builder
}

#[cfg(feature = "http2")]
fn configure_http2(builder: &mut Builder<TokioExecutor>) {
    builder.http2().timer(TokioTimer::new()).enable_connect_protocol();
}

#[cfg(not(feature = "http2"))]
fn configure_http2(_: &mut Builder<TokioExecutor>) {}

struct Acceptor {
    proxy: Proxy,
    tasks: Tasks,
    connections: GracefulShutdown,
    builder: Builder<TokioExecutor>,
}

impl Acceptor {
    async fn run(self, listener: TcpListener, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => self.serve(stream),
                    Err(error) if is_of_one_connection(&error) => {}
                    Err(error) => {
                        tracing::error!("cannot accept connections: {error}");
                        tokio::time::sleep(ACCEPT_PAUSE).await;
                    }
                },
            }
        }
        drop(listener);
        self.connections.shutdown().await;
    }

    fn serve(&self, stream: TcpStream) {
        // Small answers go out at once; a failure here only costs that.
        let _ = stream.set_nodelay(true);
        let proxy = self.proxy.clone();
        let service = service_fn(move |request: http::Request<hyper::body::Incoming>| {
            let proxy = proxy.clone();
            async move {
                let response = proxy.serve(request.map(Body::new)).await;
                Ok::<_, std::convert::Infallible>(response)
            }
        });
        let io = TokioIo::new(stream);
        let connection = self.builder.serve_connection_with_upgrades(io, service).into_owned();
        let connection = self.connections.watch(connection);
        self.tasks.spawn_until_stopped(async move {
            // Malformed requests are answered by hyper; broken connections concern nobody else.
            if let Err(error) = connection.await {
                tracing::debug!("connection ended: {error}");
            }
        });
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}
