//! Calls as bytes at the ends of a link: made and read where it is known what handles among their values are.

use std::sync::Arc;

use super::Deployment;
use crate::call::{CallToken, ErasedCall, Failure};
use crate::exchange::{Incoming, Resolve, with_resolver};
use crate::info::MethodInfo;
use crate::panic::catch;
use crate::wire::{Answer, AnswerGuard, Outgoing};

/// Makes bytes of a call, in which handles are what `handles` says. Its arguments are the user's and are
/// dropped here: if that panics, `cell` says so.
pub(crate) fn encode<D: Deployment>(
    call: D::Call,
    cell: &Arc<dyn ErasedCall>,
    handles: &Arc<dyn Resolve>,
) -> Option<Outgoing> {
    match catch(|| with_resolver(handles, || D::encode(call))) {
        Ok(outgoing) => Some(outgoing),
        Err(message) => {
            cell.refuse(Failure::Panicked { message });
            None
        }
    }
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
    /// The call, which can be cancelled from here on. Where it cannot be read, that has been answered.
    pub(crate) fn decode<D: Deployment>(&self, method: &MethodInfo) -> Option<Decoded<D>> {
        self.decode_for(method, Answer::far(self.back(), self.stream))
    }

    /// The same, with a guard that puts off the answer.
    pub(crate) fn decode_guarded<D: Deployment>(&self, method: &MethodInfo) -> Option<Decoded<D>> {
        self.decode_for(method, Answer::guarded(self.back(), self.stream))
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
}
