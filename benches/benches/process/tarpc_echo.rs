//! tarpc as its documentation has it: a service trait, bincode, a task for each request.

use bytes::Bytes;
use futures_util::StreamExt;
use tarpc::context::{self, Context};
use tarpc::server::{BaseChannel, Channel};
use tarpc::tokio_serde::formats::Bincode;
use tarpc::tokio_util::codec::LengthDelimitedCodec;
use tarpc::{client, serde_transport};
use tokio::net::UnixStream;
use tokio::runtime::Handle;

use crate::Result;
use crate::load::{Contender, Echo};
use crate::peer::{self, Peer};

pub(crate) const ROLE: &str = "tarpc";

#[tarpc::service]
trait Echoing {
    async fn echo(payload: Bytes) -> Bytes;
}

#[derive(Clone)]
struct Server;

impl Echoing for Server {
    async fn echo(self, _: Context, payload: Bytes) -> Bytes {
        payload
    }
}

pub(crate) async fn serve(socket: UnixStream) {
    let framed = LengthDelimitedCodec::builder().new_framed(socket);
    let channel = BaseChannel::with_defaults(serde_transport::new(framed, Bincode::default()));
    let runtime = Handle::current();
    channel.execute(Server.serve()).for_each(|call| async { drop(runtime.spawn(call)) }).await;
}

#[derive(Clone)]
struct Client {
    client: EchoingClient,
    _peer: Peer,
}

impl Echo for Client {
    type Payload = Bytes;

    async fn echo(&self, payload: Bytes) -> Bytes {
        let answer = self.client.echo(context::current(), payload).await;
        answer.expect("the server answers every call")
    }
}

pub(crate) async fn contender() -> Result<Contender> {
    let (peer, socket) = peer::start(ROLE)?;
    let framed = LengthDelimitedCodec::builder().new_framed(socket);
    let transport = serde_transport::new(framed, Bincode::default());
    let client = EchoingClient::new(client::Config::default(), transport).spawn();
    Ok(Contender::new("tarpc", Client { client, _peer: peer }).await)
}
