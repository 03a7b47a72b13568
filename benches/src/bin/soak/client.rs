//! An HTTP/1.1 client with one connection, which closes when the client is dropped.

use std::fmt;
use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::Failure;

pub(crate) struct Client {
    sender: SendRequest<Empty<Bytes>>,
    /// Aborted when it is dropped, and the connection with it.
    _connection: JoinSet<hyper::Result<()>>,
}

/// Another answer than 200.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) status: StatusCode,
    body: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.status, self.body)
    }
}

impl std::error::Error for Refused {}

/// Whether a request can have failed like this because its replica died.
pub(crate) fn is_death(error: &Failure) -> bool {
    let dead = [StatusCode::INTERNAL_SERVER_ERROR, StatusCode::BAD_GATEWAY];
    match error.downcast_ref::<Refused>() {
        Some(refused) => dead.contains(&refused.status),
        None => error.is::<hyper::Error>(),
    }
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let mut connections = JoinSet::new();
        connections.spawn(connection);
        Ok(Self { sender, _connection: connections })
    }

    /// Sends a request; the body is still to come.
    pub(crate) async fn send(
        &mut self,
        method: Method,
        path: &str,
    ) -> Result<Response<Incoming>, Failure> {
        self.sender.ready().await?;
        let request = Request::builder().method(method).uri(path).header("host", "localhost");
        let response = self.sender.send_request(request.body(Empty::new())?).await?;
        match response.status() {
            StatusCode::OK => Ok(response),
            status => {
                let body = response.into_body().collect().await?.to_bytes();
                let body = String::from_utf8_lossy(&body).into_owned();
                Err(Refused { status, body }.into())
            }
        }
    }

    /// Sends a request and reads the whole answer.
    pub(crate) async fn ask(&mut self, method: Method, path: &str) -> Result<String, Failure> {
        let response = self.send(method, path).await?;
        let body = response.into_body().collect().await?.to_bytes();
        Ok(String::from_utf8(body.into())?)
    }
}
