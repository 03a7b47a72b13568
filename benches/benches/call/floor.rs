//! The baselines: a plain `async fn`, and a channel to a replica task written by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use tokio::runtime::Runtime;
use tokio::sync::{mpsc, oneshot};

use crate::greet::{Greet, say_hello};
use crate::load::Contender;

/// As long as the peers' mailboxes; never full here.
pub(crate) const MAILBOX: usize = 1024;

// === a plain function ===

#[derive(Clone)]
struct Plain;

async fn plain_hello(name: String) -> String {
    say_hello(&name)
}

impl Greet for Plain {
    async fn greet(&mut self, name: &'static str) -> String {
        plain_hello(name.to_owned()).await
    }
}

pub(crate) fn plain() -> Contender {
    Contender::new("plain `async fn`", 1, Plain)
}

// === one channel ===

struct Call {
    name: String,
    reply: oneshot::Sender<String>,
}

#[derive(Clone)]
struct Channel {
    calls: mpsc::Sender<Call>,
}

impl Channel {
    fn start(runtime: &Runtime) -> Self {
        let (calls, mut received) = mpsc::channel::<Call>(MAILBOX);
        runtime.spawn(async move {
            while let Some(Call { name, reply }) = received.recv().await {
                // A caller that has gone away wants no answer.
                let _ = reply.send(say_hello(&name));
            }
        });
        Self { calls }
    }

    async fn call(&self, name: &'static str) -> String {
        let (reply, answer) = oneshot::channel();
        let sent = self.calls.send(Call { name: name.to_owned(), reply }).await;
        sent.expect("the replica receives as long as there is a sender");
        answer.await.expect("the replica answers every call")
    }
}

impl Greet for Channel {
    async fn greet(&mut self, name: &'static str) -> String {
        self.call(name).await
    }
}

pub(crate) fn one_replica(runtime: &Runtime) -> Contender {
    Contender::new("mpsc + oneshot", 1, Channel::start(runtime))
}

// === several channels ===

/// A channel with the number of its unanswered calls.
struct Counted {
    channel: Channel,
    ongoing: AtomicUsize,
}

/// The power of two choices over several channels.
#[derive(Clone)]
struct Balanced {
    replicas: Arc<[Counted]>,
    seed: u64,
}

impl Balanced {
    fn choose(&mut self) -> usize {
        // Any cheap mixture will do; this is Knuth's multiplicative generator.
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let (count, random) = (self.replicas.len(), (self.seed >> 33) as usize);
        let first = random % count;
        let second = (first + 1 + (random >> 8) % (count - 1)) % count;
        let load = |index: usize| self.replicas[index].ongoing.load(Relaxed);
        if load(second) < load(first) { second } else { first }
    }
}

impl Greet for Balanced {
    async fn greet(&mut self, name: &'static str) -> String {
        let chosen = self.choose();
        let replica = &self.replicas[chosen];
        replica.ongoing.fetch_add(1, Relaxed);
        let greeting = replica.channel.call(name).await;
        replica.ongoing.fetch_sub(1, Relaxed);
        greeting
    }

    fn for_caller(&self, number: usize) -> Self {
        Self { replicas: Arc::clone(&self.replicas), seed: number as u64 }
    }
}

pub(crate) fn some_replicas(runtime: &Runtime, replicas: u32) -> Contender {
    let start = |_| Counted { channel: Channel::start(runtime), ongoing: AtomicUsize::new(0) };
    let balanced = Balanced { replicas: (0..replicas).map(start).collect(), seed: 0 };
    Contender::new("mpsc + oneshot, p2c", replicas, balanced)
}
