//! A batch for a replica behind a link: one call there, one answer with all outcomes.

use std::sync::Arc;

use bytes::Bytes;
use tokio::time::Instant;

use super::far::{note, reroute};
use super::{AnyReplica, Instance, Replica};
use crate::batching::{Cells, Item};
use crate::call::{ErasedCall, Failure, RequestInfo, address, refuse};
use crate::deployment::{Deployment, encode};
use crate::exchange::{RetryCost, SentBatch, Unsent};
use crate::observe::{CallEnd, RequestParts, Took};
use crate::remote::{FarReplica, OutboundBatch};
use crate::router::Router;
use crate::site::ReplicaContext;
use crate::striped::Lane;
use crate::wire::{Answered, Arrived, Awaited, BatchBody, FarReply, Outgoing, next_outcome};

impl<D: Deployment> Instance<D> {
    /// Sends a batch that has been cut to a replica behind a link; the slot is held until its end. Every item gets
    /// exactly one outcome.
    pub(crate) fn send_batch(
        self,
        far: &FarReplica,
        index: usize,
        request: &RequestInfo,
        items: Vec<Item<D>>,
    ) {
        let router = Arc::clone(self.replica().whole().router());
        let method = router.batch_queue(index).method();
        let method = match far.method(method) {
            Ok(method) => method,
            Err(why) => {
                let refused = |Item { call, cell, .. }| refuse(&cell, why.clone(), call);
                return items.into_iter().for_each(refused);
            }
        };
        let (mut body, mut replies, mut waiting) = (BatchBody::default(), Vec::new(), Vec::new());
        for Item { call, cell, request, .. } in items {
            let Some(outgoing) = encode::<D>(call, &cell, far.handles()) else { continue };
            let Outgoing { arguments, awaited, .. } = outgoing;
            match (arguments, awaited) {
                (Ok(arguments), Awaited::Value(reply)) => {
                    body.add(&arguments);
                    replies.push(reply);
                    waiting.push((cell, request));
                }
                (Err(error), reply) => {
                    refuse(&cell, Failure::NotSent(error.to_string()), reply);
                }
                (Ok(_), reply @ Awaited::Items(_)) => {
                    let why = format!("`{}` streams, so it has no batches", method.name);
                    refuse(&cell, Failure::NotSent(why), reply);
                }
            }
        }
        let Ok(count @ 1..) = u32::try_from(replies.len()) else { return };
        let (body, arguments) = body.finish();
        let cells = waiting.iter().map(|(cell, _)| Arc::clone(cell)).collect();
        let cells: Arc<dyn ErasedCall> = Arc::new(Cells::new(cells));
        let items = waiting.into_iter().zip(arguments).zip(replies);
        let items = items.map(|(((cell, request), arguments), reply)| SentItem {
            arguments,
            cell,
            request,
            reply,
        });
        let items = items.collect();
        let sender = Arc::<Lane<Replica<D>>>::clone(self.replica());
        let (name, whole) = (method.name, Arc::clone(&cells));
        let batch = Batch {
            instance: self,
            router,
            index,
            method: name,
            items,
            cells: whole,
            request: request.clone(),
            begun: Instant::now(),
        };
        let call = OutboundBatch { method, count, body, batch: Box::new(batch) };
        far.send_batch(call, request, &cells, sender);
    }
}

/// A batch that has been sent, with what it takes to put its items back into their line.
struct Batch<D: Deployment> {
    instance: Instance<D>,
    router: Arc<Router<D>>,
    index: usize,
    method: &'static str,
    items: Vec<SentItem>,
    cells: Arc<dyn ErasedCall>,
    /// Of the batch as a whole.
    request: RequestInfo,
    begun: Instant,
}

struct SentItem {
    arguments: Bytes,
    cell: Arc<dyn ErasedCall>,
    request: RequestInfo,
    reply: FarReply,
}

impl<D: Deployment> SentBatch for Batch<D> {
    fn is_done(&self) -> bool {
        self.cells.is_done()
    }

    fn send_again(self: Box<Self>, again: RetryCost) {
        let Self { instance, router, method, items, .. } = *self;
        // Its slot first, or it might stand in its own way.
        drop(instance);
        for SentItem { arguments, cell, request, reply } in items {
            let (arguments, reply) = (arguments.into(), reply.into_reply());
            reroute(&router, Unsent { method, arguments, reply, cell, request }, again);
        }
    }

    fn close(&self) {
        self.instance.replica().whole().close();
    }

    fn answer(self: Box<Self>, outcome: Arrived<'_>) {
        let Self { instance, router, index, method, items, request, begun, .. } = *self;
        let replica = Arc::clone(instance.replica());
        let (site, ran) = (ReplicaContext::site(&*replica), begun.elapsed());
        let end = |item: &SentItem, end| {
            site.count(method, end, Took::Exactly(ran));
            if site.taps.is_on() {
                site.tell_taps(&item.request.id, method, end, ran);
            }
            item.request.end_item(&site.name, method, address(&item.cell), end);
        };
        let ended = outcome.failure().map_or(CallEnd::Ok, Failure::outcome);
        if let Some(span) = request.span() {
            let items = u32::try_from(items.len()).unwrap_or(u32::MAX);
            span.end_batch((&site.name).into(), method, items, ended);
        }
        let batch_wait = request.waited();
        let parts = RequestParts { batch_wait, method: ran, ..Default::default() };
        request.keep_far(site, method, ended, parts);
        if let Arrived::Value(outcomes) = &outcome {
            // A panic is that of the whole batch.
            match next_outcome(&mut (*outcomes).clone()) {
                Some(Answered::Failed(why)) => note(&**instance.replica(), Some(&why)),
                Some(Answered::Value(_) | Answered::App(_)) => note(&**instance.replica(), None),
                None => {}
            }
        }
        // Its slot first: whoever learns an outcome finds the replica free.
        drop(instance);
        match outcome {
            Arrived::Value(body) => {
                let mut rest = body.clone();
                let lost = || Failure::Transport("the answer of a batch is cut off".to_owned());
                for item in items {
                    let answered = next_outcome(&mut rest);
                    let answered = answered.unwrap_or_else(|| Answered::Failed(lost()));
                    let ended = match &answered {
                        Answered::Value(_) => CallEnd::Ok,
                        Answered::App(_) => CallEnd::Error,
                        Answered::Failed(why) => why.outcome(),
                    };
                    end(&item, ended);
                    answered.arrive(|outcome| item.reply.answer(outcome));
                }
            }
            Arrived::App(_) => {
                let why = || Failure::Transport("a batch has no error of its own".to_owned());
                for item in items {
                    end(&item, CallEnd::Lost);
                    item.reply.answer(Arrived::Failed(why()));
                }
            }
            Arrived::Failed(why) => {
                for item in items {
                    end(&item, why.outcome());
                    item.reply.answer(Arrived::Failed(why.clone()));
                }
            }
        }
        router.batch_queue(index).note_told();
    }
}
