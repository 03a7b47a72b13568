//! The calls of a batch in one body, and their outcomes in one answer, in the same order.

use bytes::{Buf, Bytes};

use super::answer::Answered;
use crate::call::{Executed, Failure};
use crate::link::{Body, WireError};
use crate::packed::{pack, unpack};

/// The arguments of the calls of a batch, one after the other, each behind its length.
#[derive(Debug, Default)]
pub(crate) struct BatchBody {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl BatchBody {
    pub(crate) fn add(&mut self, arguments: &Body) {
        put(&mut self.bytes, arguments);
        self.ends.push(self.bytes.len());
    }

    /// The body, and of each call the arguments in it.
    pub(crate) fn finish(self) -> (Bytes, Vec<Bytes>) {
        let body = Bytes::from(self.bytes);
        let begins = std::iter::once(0).chain(self.ends.iter().copied());
        let arguments = begins.zip(&self.ends);
        let arguments = arguments.map(|(begin, end)| body.slice(begin + LEN_BYTES..*end)).collect();
        (body, arguments)
    }
}

/// The arguments of each call. `None` where the body is cut off.
pub(crate) fn batch_arguments(mut body: Bytes) -> Option<Vec<Bytes>> {
    let mut arguments = Vec::new();
    while !body.is_empty() {
        arguments.push(take(&mut body)?);
    }
    Some(arguments)
}

const VALUE: u8 = 0;
const APP: u8 = 1;
const FAILED: u8 = 2;

/// The outcomes of a batch as one body. A call without one was let go of by whoever ran it.
pub(crate) fn encode_outcomes(outcomes: Vec<Option<Answered>>) -> Bytes {
    let mut out = Vec::new();
    for outcome in outcomes {
        let died = Failure::ReplicaDied { executed: Executed::Maybe };
        match outcome.unwrap_or(Answered::Failed(died)) {
            Answered::Value(body) => put_tagged(&mut out, VALUE, &body),
            Answered::App(body) => put_tagged(&mut out, APP, &body),
            Answered::Failed(why) => {
                let error = pack(&WireError::of(why)).unwrap_or_default();
                put_tagged(&mut out, FAILED, &error.into());
            }
        }
    }
    out.into()
}

/// The next outcome of a batch. `None` where the answer is cut off.
pub(crate) fn next_outcome(body: &mut Bytes) -> Option<Answered> {
    let tag = body.try_get_u8().ok()?;
    let outcome = take(body)?;
    match tag {
        VALUE => Some(Answered::Value(outcome.into())),
        APP => Some(Answered::App(outcome.into())),
        FAILED => {
            let error: WireError = unpack(&outcome).ok()?;
            Some(Answered::Failed(error.into_failure()))
        }
        _ => None,
    }
}

const LEN_BYTES: usize = 4;

fn put_tagged(out: &mut Vec<u8>, tag: u8, body: &Body) {
    out.push(tag);
    put(out, body);
}

fn put(out: &mut Vec<u8>, body: &Body) {
    // What is longer than this is over the limit of a message, and refused as a whole.
    let len = u32::try_from(body.len()).unwrap_or(u32::MAX);
    out.extend_from_slice(&len.to_le_bytes());
    body.parts().for_each(|part| out.extend_from_slice(part));
}

fn take(bytes: &mut Bytes) -> Option<Bytes> {
    let len = usize::try_from(bytes.try_get_u32_le().ok()?).ok()?;
    (len <= bytes.len()).then(|| bytes.split_to(len))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn arguments_come_back_in_order(items in prop::collection::vec(any::<Vec<u8>>(), 0..20)) {
            let mut body = BatchBody::default();
            items.iter().for_each(|item| body.add(&item.clone().into()));
            let (body, arguments) = body.finish();
            prop_assert_eq!(&arguments, &items);
            prop_assert_eq!(batch_arguments(body), Some(arguments));
        }

        #[test]
        fn junk_never_panics(junk in any::<Vec<u8>>()) {
            let mut rest = Bytes::from(junk);
            drop(batch_arguments(rest.clone()));
            while next_outcome(&mut rest).is_some() {}
        }
    }

    #[test]
    fn outcomes_come_back_in_order_and_end() {
        let value = Some(Answered::Value("value".into()));
        let app = Some(Answered::App("app".into()));
        let failed = Some(Answered::Failed(Failure::Cancelled));
        let body = encode_outcomes(vec![value, app, failed, None]);
        let mut rest = body;
        let next = |rest: &mut Bytes| next_outcome(rest).expect("there are four");
        assert!(matches!(next(&mut rest), Answered::Value(body) if body == "value".into()));
        assert!(matches!(next(&mut rest), Answered::App(body) if body == "app".into()));
        assert!(matches!(next(&mut rest), Answered::Failed(Failure::Cancelled)));
        assert!(matches!(next(&mut rest), Answered::Failed(Failure::ReplicaDied { .. })));
        assert!(next_outcome(&mut rest).is_none());
    }
}
