//! What a call says about itself.
//!
//! ```text
//! flags:u8 | method:u64 | signature:u64 | request_id:16 bytes? | budget_micros:u64? | rest, packed?
//! ```
//!
//! What nearly every call says has a place of its own, which costs a tenth of a serde format; a call that
//! says more has a rest. The flags tell what there is.

use bytes::Buf;
use serde::{Deserialize, Serialize};

use crate::packed::{pack_into, unpack};

const RANDOM_ID: u8 = 1;
const STREAMING: u8 = 2;
const BUDGET: u8 = 4;
const REST: u8 = 8;

/// What a call says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CallHead {
    /// [`method_id`](crate::id::method_id) of the method's name.
    pub(crate) method: u64,
    /// What the caller takes the method's signature to be; 0 if it does not say.
    pub(crate) signature: u64,
    pub(crate) form: Form,
    /// The time that is left, so that the clocks of both ends need not agree.
    pub(crate) budget_micros: Option<u64>,
    pub(crate) request_id: WireId,
    pub(crate) target: Target,
    /// Boxed, because few calls have any.
    pub(crate) extras: Option<Box<WireExtras>>,
}

/// What few requests have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WireExtras {
    pub(crate) model_id: Option<String>,
    pub(crate) session_id: Option<String>,
    pub(crate) trace_parent: Option<String>,
    pub(crate) trace_state: Option<String>,
    pub(crate) route: Option<String>,
    /// The number of the call, among those of the other end, that has made this one.
    #[serde(default)]
    pub(crate) caller: Option<u64>,
    #[serde(default)]
    pub(crate) api_key: Option<String>,
}

/// The id of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum WireId {
    /// Not needed so far.
    Unset,
    /// Shown as a UUID.
    Random(u64, u64),
    /// Chosen by the client, or already shown once.
    Text(String),
}

/// Whom a call is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Target {
    /// The replica that lives behind this link.
    Replica,
    /// A deployment, through the other end's router.
    Deployment(Box<DeploymentName>),
    /// A replica that has been chosen before.
    Chosen(Choice),
}

/// One of the replicas that a call of [`System::Choose`] or [`System::ChooseAll`] has chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Choice {
    /// The number of that call.
    pub(crate) stream: u64,
    pub(crate) index: usize,
}

/// A deployment by its names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DeploymentName {
    pub(crate) application: String,
    pub(crate) deployment: String,
}

/// What the body of a call is and what kind of answer is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Form {
    Unary,
    Streaming,
    /// The body holds this many calls.
    Batched(u32),
    /// A request over HTTP: what HTTP/1.1 does not say of it. The rest comes as ITEMs, in both directions.
    Http,
    System(System),
    /// How many requests the replica may have at once from now on.
    OngoingMax(u32),
}

/// The system's own calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum System {
    /// Make the value. The first call of all.
    Construct,
    CheckHealth,
    Reconfigure,
    /// From a replica's process: the models that it has.
    Models,
    /// From a replica's process: other options for a batched method.
    ConfigureBatch,
    /// From a replica's process: what has happened there, for the log.
    Events,
    /// From a replica's process: a place on a replica of a deployment. Answered with the replica's id.
    Choose,
    /// From a replica's process: one on each. Answered with the ids of all.
    ChooseAll,
    /// Get ready for calls.
    WarmUp,
    /// From a replica's process: what a call of the two has chosen is not needed any more.
    LetGo,
    /// From a replica's process: what the user's own metrics are there.
    OwnMetrics,
}

/// What a head has no place of its own for.
type Rest = (Form, Target, Option<String>, Option<Box<WireExtras>>);

impl CallHead {
    /// The head of a call that says no more than what it calls.
    pub(crate) fn new(method: u64, form: Form) -> Self {
        Self {
            method,
            signature: 0,
            form,
            budget_micros: None,
            request_id: WireId::Unset,
            target: Target::Replica,
            extras: None,
        }
    }

    /// Appends the bytes.
    pub(super) fn put(&self, out: &mut Vec<u8>) {
        let text = match &self.request_id {
            WireId::Text(text) => Some(text),
            WireId::Unset | WireId::Random(..) => None,
        };
        let has_rest = !matches!(self.form, Form::Unary | Form::Streaming)
            || !matches!(self.target, Target::Replica)
            || text.is_some()
            || self.extras.is_some();
        let mut flags = if has_rest { REST } else { 0 };
        let start = out.len();
        out.push(0);
        out.extend_from_slice(&self.method.to_le_bytes());
        out.extend_from_slice(&self.signature.to_le_bytes());
        if self.form == Form::Streaming {
            flags |= STREAMING;
        }
        if let WireId::Random(high, low) = self.request_id {
            flags |= RANDOM_ID;
            out.extend_from_slice(&high.to_le_bytes());
            out.extend_from_slice(&low.to_le_bytes());
        }
        if let Some(micros) = self.budget_micros {
            flags |= BUDGET;
            out.extend_from_slice(&micros.to_le_bytes());
        }
        out[start] = flags;
        if has_rest {
            pack_into(&(self.form, &self.target, text, &self.extras), out);
        }
    }

    /// Reads them; `None` if they are no head.
    pub(super) fn take(mut bytes: &[u8]) -> Option<Self> {
        let flags = bytes.try_get_u8().ok()?;
        if flags & !(RANDOM_ID | STREAMING | BUDGET | REST) != 0 {
            return None;
        }
        let has = |flag| flags & flag != 0;
        let number = |bytes: &mut &[u8]| bytes.try_get_u64_le().ok();
        let mut head = Self {
            method: number(&mut bytes)?,
            signature: number(&mut bytes)?,
            form: if has(STREAMING) { Form::Streaming } else { Form::Unary },
            request_id: match has(RANDOM_ID) {
                true => WireId::Random(number(&mut bytes)?, number(&mut bytes)?),
                false => WireId::Unset,
            },
            budget_micros: if has(BUDGET) { Some(number(&mut bytes)?) } else { None },
            target: Target::Replica,
            extras: None,
        };
        if has(REST) {
            let (form, target, text, extras): Rest = unpack(bytes).ok()?;
            (head.form, head.target, head.extras) = (form, target, extras);
            if let Some(text) = text {
                head.request_id = WireId::Text(text);
            }
        } else if !bytes.is_empty() {
            return None;
        }
        Some(head)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::id::method_id;

    #[test]
    fn what_nearly_every_call_says_takes_few_bytes() {
        let head = CallHead::new(method_id("say_hello"), Form::Unary);
        let mut bytes = Vec::new();
        head.put(&mut bytes);
        assert_eq!(bytes.len(), 1 + 8 + 8);
        assert_eq!(bytes[0], 0);
        bytes[0] = 1 << 7;
        assert_eq!(CallHead::take(&bytes), None, "a flag that is not known");
    }

    prop_compose! {
        fn heads()(
            method: u64,
            signature: u64,
            target in prop_oneof![
                Just(Target::Replica),
                any::<(String, String)>().prop_map(|(application, deployment)| {
                    Target::Deployment(Box::new(DeploymentName { application, deployment }))
                }),
                any::<(u64, usize)>()
                    .prop_map(|(stream, index)| Target::Chosen(Choice { stream, index })),
            ],
            form in prop_oneof![
                Just(Form::Unary),
                Just(Form::Streaming),
                any::<u32>().prop_map(Form::Batched),
                Just(Form::Http),
            ],
            budget_micros: Option<u64>,
            request_id in prop_oneof![
                Just(WireId::Unset),
                any::<(u64, u64)>().prop_map(|(high, low)| WireId::Random(high, low)),
                any::<String>().prop_map(WireId::Text),
            ],
            extras in prop::option::of(any::<([Option<String>; 6], Option<u64>)>().prop_map(
                |([model_id, session_id, trace_parent, trace_state, route, api_key], caller)| {
                    Box::new(WireExtras {
                        model_id,
                        session_id,
                        trace_parent,
                        trace_state,
                        route,
                        caller,
                        api_key,
                    })
                },
            )),
        ) -> CallHead {
            CallHead { method, signature, form, budget_micros, request_id, target, extras }
        }
    }

    proptest! {
        #[test]
        fn any_head_comes_back_as_it_was(head in heads()) {
            let mut bytes = Vec::new();
            head.put(&mut bytes);
            prop_assert_eq!(CallHead::take(&bytes), Some(head));
        }

        #[test]
        fn a_head_that_is_cut_or_longer_is_refused(
            head in heads(),
            cut: prop::sample::Index,
        ) {
            let mut bytes = Vec::new();
            head.put(&mut bytes);
            prop_assert_eq!(CallHead::take(&bytes[..cut.index(bytes.len())]), None);
            bytes.push(0);
            prop_assert_eq!(CallHead::take(&bytes), None);
        }
    }
}
