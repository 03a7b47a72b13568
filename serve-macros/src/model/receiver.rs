//! What a function does with its instance: nothing, share it, or have it alone.

use syn::{Receiver, ReceiverKind, Type};

use super::types;
use crate::diagnostics::Scope;

/// How a function takes its instance.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// `&self`: beside others.
    Shared,
    /// `&mut self`: alone.
    Exclusive,
    /// `self`: when nothing comes after it.
    Owned,
}

/// Reads `&self`, `&mut self` or `self`.
pub(super) fn read_last(receiver: &Receiver, scope: &Scope<'_>) -> Option<Access> {
    let is_value = match &receiver.kind {
        ReceiverKind::Value => true,
        ReceiverKind::Typed(_, ty) => types::is_self_keyword(ty),
        _ => false,
    };
    if is_value { Some(Access::Owned) } else { read(receiver, scope) }
}

/// Reads `&self` or `&mut self`.
pub(super) fn read(receiver: &Receiver, scope: &Scope<'_>) -> Option<Access> {
    let advice = "take `&self` to run beside other calls, or `&mut self` to run alone";
    match &receiver.kind {
        ReceiverKind::Reference(_, Some(lifetime), _) => {
            scope.report(lifetime, "the instance is borrowed for the call alone; write the receiver without the lifetime");
            None
        }
        ReceiverKind::Reference(_, None, mutability) => Some(access(mutability.is_some())),
        ReceiverKind::Typed(_, ty) => match types::peel(ty) {
            Type::Reference(reference)
                if reference.lifetime.is_none() && types::is_self_keyword(&reference.elem) =>
            {
                Some(access(reference.mutability.is_some()))
            }
            _ => {
                scope.report(
                    receiver,
                    format_args!(
                        "the instance stays on its replica and is only borrowed; {advice}"
                    ),
                );
                None
            }
        },
        _ => {
            scope.report(
                receiver,
                format_args!(
                    "a call must not use up the instance, which serves the calls after it; {advice}"
                ),
            );
            None
        }
    }
}

fn access(mutable: bool) -> Access {
    if mutable { Access::Exclusive } else { Access::Shared }
}
