//! The replicas that the other end of a link has chosen, each with its place, until it lets go of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::call::{CallToken, Failure, Reply, unless_stopped};
use crate::exchange::{AnyHandle, ChosenHandle, Incoming, REPLICA_IDS};
use crate::link::Choice;
use crate::wire::Answer;

/// By the number of the call that has chosen them.
#[derive(Default)]
pub(super) struct Choices(Mutex<HashMap<u64, Vec<Arc<dyn AnyHandle>>>>);

impl Choices {
    /// Takes a place on one replica, for which it waits in the queue.
    pub(super) fn choose(self: &Arc<Self>, call: &Incoming<'_>, handle: &Arc<dyn AnyHandle>) {
        let Some(reply) = reply_to(call) else { return };
        let CallToken(cell) = reply.watched();
        call.runs(&cell);
        // Noted before there is one: the other end may let go meanwhile.
        self.lock().insert(call.stream, Vec::new());
        let (choices, stream, request) = (Arc::clone(self), call.stream, call.head.request());
        let choosing = handle.choose(request.clone());
        call.peer.tasks().spawn_until_stopped(async move {
            match unless_stopped(choosing, &*cell, &request).await {
                Some(Ok(chosen)) => choices.keep(stream, vec![chosen], reply),
                Some(Err(why)) => {
                    choices.let_go(stream);
                    reply.send(Err(why));
                }
                None => choices.let_go(stream),
            }
        });
    }

    /// Takes a place on every replica.
    pub(super) fn choose_all(&self, call: &Incoming<'_>, handle: &Arc<dyn AnyHandle>) {
        let Some(reply) = reply_to(call) else { return };
        let all = handle.choose_all();
        if all.is_empty() {
            return reply.send(Err(Failure::DeploymentUnavailable));
        }
        self.lock().insert(call.stream, Vec::new());
        self.keep(call.stream, all, reply);
    }

    /// A handle to a replica that has been chosen.
    pub(super) fn get(&self, choice: Choice) -> Option<Arc<dyn AnyHandle>> {
        self.lock().get(&choice.stream)?.get(choice.index).cloned()
    }

    /// Gives back the places that are left of what a call has chosen.
    pub(super) fn let_go(&self, stream: u64) {
        let handles = self.lock().remove(&stream);
        drop(handles);
    }

    /// The other end has gone.
    pub(super) fn clear(&self) {
        let all = std::mem::take(&mut *self.lock());
        drop(all);
    }

    /// Keeps what a call has chosen, unless the other end has let go of it.
    fn keep(&self, stream: u64, chosen: Vec<ChosenHandle>, reply: Reply<Vec<String>>) {
        let name = |it: ChosenHandle| ((*it.replica_id).to_owned(), it.handle);
        let (replica_ids, handles) = chosen.into_iter().map(name).unzip();
        let unwanted = match self.lock().get_mut(&stream) {
            Some(kept) => std::mem::replace(kept, handles),
            None => handles,
        };
        drop(unwanted);
        reply.ok(replica_ids);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Vec<Arc<dyn AnyHandle>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn reply_to(call: &Incoming<'_>) -> Option<Reply<Vec<String>>> {
    let reply = Answer::far(call.back(), call.stream).reply(REPLICA_IDS);
    reply.inspect_err(|_| call.refuse_form()).ok()
}
