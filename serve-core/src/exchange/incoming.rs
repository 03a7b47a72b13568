//! A call that has come over a link and has not been begun.

use std::sync::Arc;

use bytes::Bytes;

use super::methods::other_signature;
use super::peer::Peer;
use crate::call::{ErasedCall, Failure, RequestInfo};
use crate::info::{MethodInfo, TypeInfo};
use crate::link::{Body, CallHead, WireError};
use crate::wire::{Answered, ReplyPath};

/// A call that has come. Whoever gets it begins it, or answers it with one of its methods.
pub(crate) struct Incoming<'a> {
    pub(crate) peer: &'a Arc<Peer>,
    pub(crate) stream: u64,
    pub(crate) head: &'a CallHead,
    pub(crate) body: Bytes,
}

impl Incoming<'_> {
    /// The method that is called. Where there is none of this number, or it is another in the build of
    /// the other end, that has been answered.
    pub(crate) fn method(&self, info: &'static TypeInfo) -> Option<&'static MethodInfo> {
        let Some(method) = info.methods.iter().find(|it| it.id == self.head.method) else {
            self.fail(WireError::UnknownMethod { method: self.head.method });
            return None;
        };
        if self.head.signature != 0 && self.head.signature != method.signature {
            self.refuse(other_signature(info, method.name));
            return None;
        }
        Some(method)
    }

    /// The request as it goes on in a replica's process: what it calls is known by the number of this call.
    pub(crate) fn request(&self) -> RequestInfo {
        let mut request = self.head.request();
        if request.extras.is_some() {
            request.extras_mut().caller = Some(self.stream);
        }
        request
    }

    /// The request as it goes on in the server, where the call that has made this one has a journal.
    pub(crate) fn request_of_replica(&self) -> RequestInfo {
        let mut request = self.head.request();
        if let Some(caller) = request.extras.as_ref().and_then(|extras| extras.caller) {
            let extras = request.extras_mut();
            (extras.caller, extras.journal) = (None, self.peer.calls.journal(caller));
        }
        request
    }

    /// The way of its answer.
    pub(crate) fn back(&self) -> Arc<dyn ReplyPath> {
        Arc::<Peer>::clone(self.peer)
    }

    /// It runs, and can be cancelled from here on.
    pub(crate) fn runs(&self, cell: &Arc<dyn ErasedCall>) {
        self.peer.running.insert(self.stream, cell);
    }

    pub(crate) fn answer(&self, answered: Answered) {
        self.peer.answer(self.stream, answered);
    }

    /// It has been done, and there is nothing to say about it.
    pub(crate) fn acknowledge(&self) {
        self.answer(Answered::Value(Body::default()));
    }

    pub(crate) fn fail(&self, error: WireError) {
        self.peer.fail(self.stream, error);
    }

    /// It has not been executed, and would not be if it came again.
    pub(crate) fn refuse(&self, why: String) {
        self.fail(WireError::of(Failure::NotSent(why)));
    }

    /// There is no room for it here.
    pub(crate) fn reject(&self) {
        self.peer.reject(self.stream);
    }

    /// It is of a form that is not known here.
    pub(crate) fn refuse_form(&self) {
        self.refuse("a form of call that this process does not know".to_owned());
    }
}
