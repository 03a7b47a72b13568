//! The peers: tower's `Buffer` and the actors of kameo and ractor, each in its own idiom.
//!
//! None of them balances by itself, so callers go round over several replicas.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use kameo::actor::Spawn;
use tokio::runtime::Runtime;
use tower::{Service, ServiceExt};

use crate::Result;
use crate::floor::MAILBOX;
use crate::greet::{Greet, RoundRobin, say_hello};
use crate::load::Contender;

// === tower ===

struct Hello;

impl Service<String> for Hello {
    type Response = String;
    type Error = Infallible;
    type Future = Ready<std::result::Result<String, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<std::result::Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: String) -> Self::Future {
        ready(Ok(say_hello(&name)))
    }
}

type Buffer = tower::buffer::Buffer<String, Ready<std::result::Result<String, Infallible>>>;

#[derive(Clone)]
struct Buffered(Buffer);

impl Greet for Buffered {
    async fn greet(&mut self, name: &'static str) -> String {
        let ready = self.0.ready().await.expect("the service never fails");
        ready.call(name.to_owned()).await.expect("the service never fails")
    }
}

pub(crate) fn buffer(runtime: &Runtime, replicas: u32) -> Contender {
    let start = |_| {
        let (buffer, worker) = Buffer::pair(Hello, MAILBOX);
        runtime.spawn(worker);
        Buffered(buffer)
    };
    let buffers = RoundRobin::new((0..replicas).map(start).collect());
    Contender::new("tower `Buffer`", replicas, buffers)
}

// === kameo ===

struct KameoGreeter;

struct SayHello(String);

impl kameo::Actor for KameoGreeter {
    type Args = Self;
    type Error = Infallible;

    async fn on_start(
        state: Self,
        _: kameo::actor::ActorRef<Self>,
    ) -> std::result::Result<Self, Infallible> {
        Ok(state)
    }
}

impl kameo::message::Message<SayHello> for KameoGreeter {
    type Reply = String;

    async fn handle(
        &mut self,
        SayHello(name): SayHello,
        _: &mut kameo::message::Context<Self, String>,
    ) -> String {
        say_hello(&name)
    }
}

#[derive(Clone)]
struct Kameo(kameo::actor::ActorRef<KameoGreeter>);

impl Greet for Kameo {
    async fn greet(&mut self, name: &'static str) -> String {
        self.0.ask(SayHello(name.to_owned())).await.expect("the actor answers every message")
    }
}

pub(crate) async fn kameo(replicas: u32) -> Contender {
    let start = |_| {
        let mailbox = kameo::mailbox::bounded(MAILBOX);
        Kameo(KameoGreeter::spawn_with_mailbox(KameoGreeter, mailbox))
    };
    let actors = RoundRobin::new((0..replicas).map(start).collect());
    Contender::new("kameo `ask`", replicas, actors)
}

// === ractor ===

struct RactorGreeter;

struct RactorHello(String, ractor::RpcReplyPort<String>);

impl ractor::Actor for RactorGreeter {
    type Msg = RactorHello;
    type State = ();
    type Arguments = ();

    async fn pre_start(
        &self,
        _: ractor::ActorRef<RactorHello>,
        (): (),
    ) -> std::result::Result<(), ractor::ActorProcessingErr> {
        Ok(())
    }

    async fn handle(
        &self,
        _: ractor::ActorRef<RactorHello>,
        RactorHello(name, reply): RactorHello,
        (): &mut (),
    ) -> std::result::Result<(), ractor::ActorProcessingErr> {
        Ok(reply.send(say_hello(&name))?)
    }
}

#[derive(Clone)]
struct Ractor(ractor::ActorRef<RactorHello>);

impl Greet for Ractor {
    async fn greet(&mut self, name: &'static str) -> String {
        ractor::call!(self.0, RactorHello, name.to_owned())
            .expect("the actor answers every message")
    }
}

pub(crate) async fn ractor(replicas: u32) -> Result<Contender> {
    let mut actors = Vec::new();
    for _ in 0..replicas {
        let (actor, _running) = ractor::Actor::spawn(None, RactorGreeter, ()).await?;
        actors.push(Ractor(actor));
    }
    Ok(Contender::new("ractor `call`", replicas, RoundRobin::new(actors)))
}
