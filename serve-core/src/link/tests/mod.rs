//! The link as its users see it. Time is paused, so that what hangs fails at once.

mod cut;
mod ends;
mod order;
mod refusals;
mod silence;
mod streams;
mod threads;

use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream};
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::head::WireId;
use super::*;
use crate::tasks::Tasks;

/// What a [`Receive`] was told.
#[derive(Debug, PartialEq)]
enum Event {
    Hello(String),
    Message(Message),
    Closed(String, Vec<u64>),
}

/// Writes down what it is told.
struct Log(watch::Sender<Vec<Event>>);

impl Receive for Log {
    fn opened(&mut self, link: &Link) {
        self.0.send_modify(|log| log.push(Event::Hello(link.peer().build_id.clone())));
    }

    fn message(&mut self, message: Message) {
        self.0.send_modify(|log| log.push(Event::Message(message)));
    }

    fn closed(&mut self, why: LinkError, unsent: Vec<u64>) {
        self.0.send_modify(|log| log.push(Event::Closed(why.to_string(), unsent)));
    }
}

/// One end of a connection and what has arrived there.
struct End {
    link: Link,
    log: watch::Receiver<Vec<Event>>,
    tasks: Tasks,
}

impl End {
    async fn open(io: DuplexStream, limits: Limits, name: &str) -> Result<Self, LinkError> {
        let tasks = Tasks::new(Handle::current());
        let (sender, log) = watch::channel(Vec::new());
        let link = Link::open(io, &tasks, limits, hello(name), Log(sender)).await?;
        Ok(Self { link, log, tasks })
    }

    /// Waits until what has arrived is as `enough` says.
    async fn until(&mut self, enough: impl Fn(&[Event]) -> bool) {
        let wait = self.log.wait_for(|log| enough(log));
        let found = tokio::time::timeout(Duration::from_secs(60), wait).await.is_ok();
        assert!(found, "nothing more arrives: {:?}", self.log.borrow());
    }

    async fn until_closed(&mut self) -> (String, Vec<u64>) {
        self.until(|log| log.iter().any(|event| matches!(event, Event::Closed(..)))).await;
        match self.log.borrow().last() {
            Some(Event::Closed(why, unsent)) => (why.clone(), unsent.clone()),
            _ => panic!("something came after the end"),
        }
    }

    async fn until_messages(&mut self, count: usize) {
        self.until(|log| messages(log).count() >= count).await;
    }

    /// The streams of the messages that have arrived, in their order.
    fn streams(&self) -> Vec<u64> {
        messages(&self.log.borrow()).map(Message::stream).collect()
    }
}

fn messages(log: &[Event]) -> impl Iterator<Item = &Message> {
    log.iter().filter_map(|event| match event {
        Event::Message(message) => Some(message),
        Event::Hello(_) | Event::Closed(..) => None,
    })
}

async fn pair(buffer: usize, limits: Limits) -> (End, End) {
    let (left, right) = tokio::io::duplex(buffer);
    let (left, right) =
        tokio::join!(End::open(left, limits, "left"), End::open(right, limits, "right"));
    (left.unwrap(), right.unwrap())
}

/// A link whose other end is written by hand.
async fn with_raw(buffer: usize, limits: Limits) -> (End, DuplexStream) {
    let (io, mut raw) = tokio::io::duplex(buffer);
    let greet = async {
        write_raw(&mut raw, Message::Hello(hello("raw"))).await;
        let mut length = [0; 4];
        raw.read_exact(&mut length).await.unwrap();
        let mut rest = vec![0; u32::from_le_bytes(length) as usize];
        raw.read_exact(&mut rest).await.unwrap();
    };
    let (end, ()) = tokio::join!(End::open(io, limits, "end"), greet);
    (end.unwrap(), raw)
}

async fn write_raw(io: &mut (impl AsyncWrite + Unpin), message: Message) {
    io.write_all(&raw(message)).await.unwrap();
}

/// The bytes of a message in one frame.
fn raw(message: Message) -> Vec<u8> {
    let frame = message.into_frame();
    let mut bytes = Vec::new();
    let (kind, body) = ((frame.kind, frame.stream), frame::Piece::whole(frame.body().len()));
    frame::put_head(&mut bytes, kind, body, &Limits::default(), |out| {
        out.extend_from_slice(frame.header());
    })
    .unwrap();
    bytes.extend_from_slice(frame.body());
    bytes
}

pub(crate) fn hello(build_id: &str) -> Hello {
    Hello::new(build_id.to_owned(), Vec::new())
}

fn head() -> CallHead {
    CallHead { signature: 1, ..CallHead::new(7, Form::Unary) }
}

pub(crate) fn call(stream: u64, body: impl Into<Body>) -> Message {
    Message::Call { stream, head: head(), body: body.into() }
}

fn reply(stream: u64, body: impl Into<Body>) -> Message {
    Message::Reply { stream, body: body.into() }
}
