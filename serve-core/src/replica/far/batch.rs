//! A batch for a replica behind a link: one call there, one answer with all outcomes.

use std::any::Any;
use std::sync::Arc;

use bytes::Bytes;

use super::{FarReplica, note, reroute};
use crate::batching::{Cells, Item};
use crate::call::{Failure, RequestInfo, Stoppable};
use crate::deployment::Deployment;
use crate::exchange::{Again, Origin, Outbound};
use crate::replica::Instance;
use crate::router::{Router, refuse};
use crate::wire::{
    Answered, AwaitValue, Awaited, BatchBody, CallHead, Form, Outcome, Outgoing, next_outcome,
};

impl FarReplica {
    /// Sends a batch that has been cut, which holds a slot until its end. Every item gets exactly one
    /// outcome.
    pub(crate) fn send_batch<D: Deployment>(
        &self,
        instance: Instance<D>,
        index: usize,
        request: &RequestInfo,
        items: Vec<Item<D>>,
    ) {
        let router = Arc::clone(instance.replica().whole().router());
        let method = router.batch_line(index).method();
        let signature = match self.methods.signature::<D>(method) {
            Ok(signature) => signature,
            Err(why) => {
                let refused = |Item { call, cell, .. }| refuse(&cell, why.clone(), call);
                return items.into_iter().for_each(refused);
            }
        };
        let (mut body, mut replies, mut waiting) = (BatchBody::default(), Vec::new(), Vec::new());
        for Item { call, cell, request, .. } in items {
            let Outgoing { arguments, awaited, .. } = self.peer.with_handles(|| D::encode(call));
            match (arguments, awaited) {
                (Ok(arguments), Awaited::Value(reply)) => {
                    body.add(arguments);
                    replies.push(reply);
                    waiting.push((cell, request));
                }
                (Err(error), reply) => {
                    refuse(&cell, Failure::NotSent(error.to_string()), reply);
                }
                (Ok(_), reply @ Awaited::Items(_)) => {
                    let why = format!("`{method}` streams, so it has no batches");
                    refuse(&cell, Failure::NotSent(why), reply);
                }
            }
        }
        let Ok(count @ 1..) = u32::try_from(replies.len()) else { return };
        let (body, arguments) = body.finish();
        let cells: Arc<dyn Stoppable> =
            Arc::new(Cells::new(waiting.iter().map(|(cell, _)| Arc::clone(cell)).collect()));
        let items = waiting.into_iter().zip(arguments);
        let items = items.map(|((cell, request), arguments)| SentItem { arguments, cell, request });
        let items = items.collect();
        let whole = Arc::clone(&cells);
        self.peer.send_batch(
            Outbound {
                head: CallHead { signature, ..CallHead::of(method, Form::Batched(count), request) },
                body: body.into(),
                awaited: Awaited::Value(Box::new(Replies { router, index, replies })),
                origin: Box::new(SentBatch { instance, method, items, _cells: whole }),
                // Each item has its own.
                deadline: None,
            },
            &cells,
        );
    }
}

/// What it takes to put the items of a batch back into their line.
struct SentBatch<D: Deployment> {
    instance: Instance<D>,
    method: &'static str,
    items: Vec<SentItem>,
    /// What is watched has no more than a weak reference to them.
    _cells: Arc<dyn Stoppable>,
}

struct SentItem {
    arguments: Bytes,
    cell: Arc<dyn Stoppable>,
    request: RequestInfo,
}

impl<D: Deployment> Origin for SentBatch<D> {
    fn send_again(self: Box<Self>, reply: Box<dyn Any + Send>, again: Again) {
        let Self { instance, method, items, .. } = *self;
        let router = Arc::clone(instance.replica().whole().router());
        drop(instance);
        let Ok(replies) = reply.downcast::<Vec<Box<dyn Any + Send>>>() else { return };
        for (SentItem { arguments, cell, request }, reply) in items.into_iter().zip(*replies) {
            reroute(&router, method, &arguments, reply, &cell, request, again);
        }
    }

    fn close(&self) {
        self.instance.replica().close();
    }

    fn answered(&self, outcome: &Outcome<'_>) {
        // A panic is that of the whole batch.
        if let &Outcome::Value(outcomes) = outcome {
            match next_outcome(&mut outcomes.clone()) {
                Some(Answered::Failed(why)) => note(&**self.instance.replica(), Some(&why)),
                Some(Answered::Value(_) | Answered::App(_)) => {
                    note(&**self.instance.replica(), None);
                }
                None => {}
            }
        }
    }
}

/// The replies to the calls of one batch.
struct Replies<D: Deployment> {
    router: Arc<Router<D>>,
    index: usize,
    replies: Vec<Box<dyn AwaitValue>>,
}

impl<D: Deployment> AwaitValue for Replies<D> {
    fn answer(self: Box<Self>, outcome: Outcome<'_>) {
        let Self { router, index, replies } = *self;
        match outcome {
            Outcome::Value(body) => {
                let mut rest = body.clone();
                let lost = || Failure::Transport("the answer of a batch is cut off".to_owned());
                for reply in replies {
                    let answered = next_outcome(&mut rest);
                    let answered = answered.unwrap_or_else(|| Answered::Failed(lost()));
                    answered.arrive(|outcome| reply.answer(outcome));
                }
            }
            Outcome::App(_) => {
                let why = || Failure::Transport("a batch has no error of its own".to_owned());
                replies.into_iter().for_each(|reply| reply.answer(Outcome::Failed(why())));
            }
            Outcome::Failed(why) => {
                replies.into_iter().for_each(|reply| reply.answer(Outcome::Failed(why.clone())));
            }
        }
        router.batch_line(index).note_told();
    }

    fn into_reply(self: Box<Self>) -> Box<dyn Any + Send> {
        let replies: Vec<_> = self.replies.into_iter().map(AwaitValue::into_reply).collect();
        Box::new(replies)
    }
}
