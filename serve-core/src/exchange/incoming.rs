//! A call that has come over a link and has not been begun.

use std::sync::Arc;

use bytes::Bytes;

use super::peer::Peer;
use crate::call::{CallToken, ErasedCall, Failure};
use crate::deployment::Deployment;
use crate::info::{MethodInfo, TypeInfo};
use crate::link::{CallHead, WireError};
use crate::replica::other_signature;
use crate::wire::{Answer, AnswerGuard, Answered};

/// A call that has come. Whoever gets it begins it, or answers it with one of its methods.
pub(crate) struct Incoming<'a> {
    pub(crate) peer: &'a Arc<Peer>,
    pub(crate) stream: u64,
    pub(crate) head: &'a CallHead,
    pub(crate) body: Bytes,
}

/// A call that has been read.
pub(crate) struct Decoded<D: Deployment> {
    pub(crate) call: D::Call,
    /// What stands for it.
    pub(crate) cell: Arc<dyn ErasedCall>,
    /// Puts off the answer, where that was asked for.
    pub(crate) guard: Option<AnswerGuard>,
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

    /// The call, which can be cancelled from here on. Where it cannot be read, that has been answered.
    pub(crate) fn decode<D: Deployment>(&self, method: &MethodInfo) -> Option<Decoded<D>> {
        self.decode_for(method, Answer::far(Arc::<Peer>::clone(self.peer), self.stream))
    }

    /// The same, with a guard that puts off the answer.
    pub(crate) fn decode_guarded<D: Deployment>(&self, method: &MethodInfo) -> Option<Decoded<D>> {
        self.decode_for(method, Answer::guarded(Arc::<Peer>::clone(self.peer), self.stream))
    }

    fn decode_for<D: Deployment>(
        &self,
        method: &MethodInfo,
        mut answer: Answer,
    ) -> Option<Decoded<D>> {
        let call = self.peer.with_handles(|| D::decode(method.name, &self.body, &mut answer));
        match call {
            Ok(call) => {
                let CallToken(cell) = D::parts(&call).watched();
                self.runs(&cell);
                Some(Decoded { call, cell, guard: answer.guard() })
            }
            Err(error) => {
                self.refuse(error.to_string());
                None
            }
        }
    }

    /// It runs, and can be cancelled from here on.
    pub(crate) fn runs(&self, cell: &Arc<dyn ErasedCall>) {
        self.peer.running.insert(self.stream, cell);
    }

    pub(crate) fn answer(&self, answered: Answered) {
        self.peer.answer(self.stream, answered);
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
