//! tonic with its defaults. The service is written out as its build script would, because that needs
//! `protoc`.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::http::{self, uri::PathAndQuery};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;
use tonic::body::Body;
use tonic::client::Grpc;
use tonic::server::{NamedService, UnaryService};
use tonic::transport::{Channel, Endpoint, Server};
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;
use tower::{Service, service_fn};

use crate::Result;
use crate::load::{Contender, Echo};
use crate::peer::{self, Peer};

pub(crate) const ROLE: &str = "tonic";

#[derive(Clone, PartialEq, prost::Message)]
struct Payload {
    #[prost(bytes = "bytes", tag = "1")]
    bytes: Bytes,
}

type Codec = ProstCodec<Payload, Payload>;

// === the server ===

#[derive(Clone)]
struct Echoing;

impl NamedService for Echoing {
    const NAME: &'static str = "bench.Echoing";
}

impl UnaryService<Payload> for Echoing {
    type Response = Payload;
    type Future = Ready<std::result::Result<Response<Payload>, Status>>;

    fn call(&mut self, request: Request<Payload>) -> Self::Future {
        ready(Ok(Response::new(request.into_inner())))
    }
}

impl Service<http::Request<Body>> for Echoing {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future =
        Pin<Box<dyn Future<Output = std::result::Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<std::result::Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let mut grpc = tonic::server::Grpc::new(Codec::default());
        Box::pin(async move { Ok(grpc.unary(Self, request).await) })
    }
}

pub(crate) async fn serve(socket: UnixStream) -> Result<()> {
    let incoming = stream::iter([Ok::<_, io::Error>(socket)]).chain(stream::pending());
    Server::builder().add_service(Echoing).serve_with_incoming(incoming).await?;
    Ok(())
}

// === the client ===

#[derive(Clone)]
struct Client {
    channel: Channel,
    _peer: Peer,
}

impl Echo for Client {
    type Payload = Bytes;

    async fn echo(&self, bytes: Bytes) -> Bytes {
        let mut grpc = Grpc::new(self.channel.clone());
        grpc.ready().await.expect("the connection stays open");
        let (request, path) = (Request::new(Payload { bytes }), "/bench.Echoing/Echo");
        let answer = grpc.unary(request, PathAndQuery::from_static(path), Codec::default()).await;
        answer.expect("the server answers every call").into_inner().bytes
    }
}

pub(crate) async fn contender() -> Result<Contender> {
    let (peer, socket) = peer::start(ROLE)?;
    let mut socket = Some(TokioIo::new(socket));
    let connect = service_fn(move |_| {
        ready(socket.take().ok_or_else(|| io::Error::from(io::ErrorKind::NotConnected)))
    });
    let channel = Endpoint::from_static("http://localhost").connect_with_connector(connect).await?;
    Ok(Contender::new("tonic", Client { channel, _peer: peer }).await)
}
