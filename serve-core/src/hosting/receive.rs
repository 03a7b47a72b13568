//! Requests that come over the link, and how they are answered.

use std::sync::Arc;

use bytes::Bytes;

use super::Hosted;
use super::streaming::pump;
use crate::call::Watched;
use crate::deployment::Deployment;
use crate::wire::{
    Answer, Answered, Body, CallHead, Form, ItemSource, Link, LinkError, Message, Receive, Sink,
    Streams, WireError, method_id,
};

/// Takes the requests of the parent. The link's reader calls it; nothing here waits.
pub(super) struct Requests<D: Deployment> {
    hosted: Arc<Hosted<D>>,
    /// The names of the methods by their numbers.
    methods: Streams<&'static str>,
}

impl<D: Deployment> Requests<D> {
    pub(super) fn new(hosted: Arc<Hosted<D>>) -> Self {
        let methods = D::METHODS.iter().map(|info| (method_id(info.name), info.name)).collect();
        Self { hosted, methods }
    }

    fn call(&self, stream: u64, head: &CallHead, body: Body) {
        match head.form {
            // At once, or calls that come next would be too many.
            Form::OngoingMax(requests) => {
                self.hosted.set_ongoing_max(requests);
                self.hosted.answer(stream, Answered::Value(Body::default()));
            }
            Form::System(system) => self.hosted.system(stream, system, body.into_bytes()),
            Form::Unary | Form::Streaming => self.method(stream, head, &body.into_bytes()),
            Form::Batched(_) | Form::Http => {
                let what = "a form of call that this process does not know".to_owned();
                self.hosted.fail(stream, WireError::Undecodable { what });
            }
        }
    }

    fn method(&self, stream: u64, head: &CallHead, body: &Bytes) {
        let hosted = &self.hosted;
        let Some(method) = self.methods.get(&head.method) else {
            return hosted.fail(stream, WireError::UnknownMethod { method: head.method });
        };
        let Some(replica) = hosted.replica.get() else {
            return hosted.fail(stream, WireError::DeploymentUnavailable);
        };
        let request = head.request();
        let Some(instance) = replica.router().try_acquire(&request) else {
            return hosted.reject(stream);
        };
        let answer = Answering { hosted: Arc::clone(hosted), stream };
        match D::decode(method, body, &mut Answer::far(Arc::new(answer))) {
            Ok(call) => {
                let Watched(cell) = D::watched(&call);
                hosted.running.insert(stream, &cell);
                instance.start(call, cell, request);
            }
            Err(error) => {
                instance.forfeit();
                hosted.fail(stream, WireError::Undecodable { what: error.to_string() });
            }
        }
    }
}

impl<D: Deployment> Receive for Requests<D> {
    fn opened(&mut self, link: &Link) {
        drop(self.hosted.link.set(link.clone()));
    }

    fn message(&mut self, message: Message) {
        match message {
            Message::Call { stream, head, body } => self.call(stream, &head, body),
            Message::Cancel { stream } => self.hosted.running.cancel(stream),
            Message::Credit { stream, bytes } => self.hosted.running.refund(stream, bytes),
            Message::Hello(_)
            | Message::Reply { .. }
            | Message::Item { .. }
            | Message::End { .. }
            | Message::Error { .. }
            | Message::Reject { .. }
            | Message::Ping(_)
            | Message::Pong(_)
            | Message::GoAway { .. } => {}
        }
    }

    fn closed(&mut self, why: LinkError, _unsent: Vec<u64>) {
        tracing::debug!("the link to the parent has closed: {why}");
        self.hosted.ended.cancel();
    }
}

/// The way back of one call.
struct Answering<D: Deployment> {
    hosted: Arc<Hosted<D>>,
    stream: u64,
}

impl<D: Deployment> Sink for Answering<D> {
    fn answered(&self, answered: Answered) {
        self.hosted.answer(self.stream, answered);
    }

    fn streams(&self, items: Box<dyn ItemSource>) {
        let window = self.hosted.running.open_window(self.stream);
        let pump = pump(Arc::clone(&self.hosted), self.stream, items, window);
        self.hosted.tasks.spawn_until_stopped(pump);
    }
}
