//! The answers to calls that have come in as bytes: where they go, and the replies that calls are given.

use std::any::Any;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::call::Arrived;
use super::reply_cell::RemoteReplyCell;
use crate::call::{Failure, Reply, ResponseStream, StreamCell, StreamReply};
use crate::codec::{Codecs, DecodeError};
use crate::id::RequestId;
use crate::link::Body;

/// Where the answer of a call that is being decoded goes. Taken by the reply that is made from it.
#[doc(hidden)]
pub struct Answer {
    way: AnswerPath,
    guard: Guard,
}

enum AnswerPath {
    /// Over a connection, to the call of this number.
    Far(Arc<dyn ReplyPath>, u64),
    /// To the caller, who is in this process after all.
    Near(Box<dyn Any + Send>),
    Taken,
}

enum Guard {
    None,
    Wanted,
    Made(AnswerGuard),
}

/// The way back to the callers at the other end of a connection.
pub(crate) trait ReplyPath: Send + Sync + 'static {
    /// A replica has taken a call. At most once; on another thread it may come just after the outcome,
    /// when it means nothing any more.
    fn assigned(&self, number: u64) {
        let _ = number;
    }

    /// The one outcome of a call.
    fn answered(&self, number: u64, answered: Answered);

    /// The items of a call come from here, polled by whoever owns the connection, which so holds them back.
    /// Gives what can put off their end, if that is possible.
    fn streams(
        self: Arc<Self>,
        number: u64,
        items: Box<dyn ItemSource>,
    ) -> Option<Arc<dyn Guarded>>;

    /// Runs what writes values that go this way, where it is known what handles among them are.
    fn write(&self, write: &mut dyn FnMut()) {
        write();
    }
}

/// A call whose answer is put off.
pub(crate) trait Guarded: Send + Sync {
    /// It may go.
    fn release(&self);
}

/// Puts off the answer to a call until it is dropped.
pub(crate) struct AnswerGuard(Arc<dyn Guarded>);

impl Drop for AnswerGuard {
    fn drop(&mut self) {
        self.0.release();
    }
}

/// An outcome, or one item of a stream, as it goes.
#[derive(Debug)]
pub(crate) enum Answered {
    Value(Body),
    /// The method's own error.
    App(Body),
    /// As an item, the last.
    Failed(Failure),
}

/// The items of a call that streams. Dropping it cancels the call.
pub(crate) trait ItemSource: Send {
    /// Writes the next. To be polled where it is known what handles among its values are.
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Answered>>;
}

// === impl Answered ===

impl Answered {
    /// Lets `take` have the same as it comes.
    pub(crate) fn arrive<R>(self, take: impl FnOnce(Arrived<'_>) -> R) -> R {
        match self {
            Self::Value(body) => take(Arrived::Value(&body.into_bytes())),
            Self::App(body) => take(Arrived::App(&body.into_bytes())),
            Self::Failed(why) => take(Arrived::Failed(why)),
        }
    }
}

// === impl Answer ===

impl Answer {
    /// Over a connection, to the call of this number.
    pub(crate) fn far(back: Arc<dyn ReplyPath>, number: u64) -> Self {
        Self { way: AnswerPath::Far(back, number), guard: Guard::None }
    }

    /// The same, put off by [`Self::guard`].
    pub(crate) fn guarded(back: Arc<dyn ReplyPath>, number: u64) -> Self {
        Self { way: AnswerPath::Far(back, number), guard: Guard::Wanted }
    }

    /// To the reply that `FarReply::into_reply` gave.
    pub(crate) fn near(reply: Box<dyn Any + Send>) -> Self {
        Self { way: AnswerPath::Near(reply), guard: Guard::None }
    }

    /// What puts off the answer that has been taken.
    pub(crate) fn guard(self) -> Option<AnswerGuard> {
        match self.guard {
            Guard::Made(guard) => Some(guard),
            Guard::None | Guard::Wanted => None,
        }
    }

    /// The reply of a call that has one result.
    ///
    /// # Errors
    ///
    /// The reply at hand is that of another method.
    pub fn reply<T, E>(&mut self, codecs: &'static Codecs<T, E>) -> Result<Reply<T, E>, DecodeError>
    where
        T: Send + 'static,
        E: Send + 'static,
    {
        match self.take() {
            AnswerPath::Near(reply) => self.near_reply(reply),
            AnswerPath::Taken => Err(DecodeError::OtherReply),
            AnswerPath::Far(back, number) => {
                let is_guarded = matches!(self.guard, Guard::Wanted);
                let cell = Arc::new(RemoteReplyCell::new(back, number, codecs, is_guarded));
                if is_guarded {
                    self.guard =
                        Guard::Made(AnswerGuard(Arc::<RemoteReplyCell<T, E>>::clone(&cell)));
                }
                Ok(Reply::new(cell))
            }
        }
    }

    /// The reply of a call that streams.
    ///
    /// # Errors
    ///
    /// The reply at hand is that of another method.
    pub fn stream<T, E>(
        &mut self,
        codecs: &'static Codecs<T, E>,
    ) -> Result<StreamReply<T, E>, DecodeError>
    where
        T: Send + 'static,
        E: Send + 'static,
    {
        match self.take() {
            AnswerPath::Near(reply) => self.near_reply(reply),
            AnswerPath::Taken => Err(DecodeError::OtherReply),
            AnswerPath::Far(back, number) => {
                let cell = Arc::new(StreamCell::new());
                cell.halve_buffer();
                let items = ResponseStream::new(Arc::clone(&cell), RequestId::Unset, None);
                let pump = Box::new(Pump { items, codecs, ended: false });
                let guarded = back.streams(number, pump);
                if let (Guard::Wanted, Some(guarded)) = (&self.guard, guarded) {
                    self.guard = Guard::Made(AnswerGuard(guarded));
                }
                Ok(StreamReply::new(cell))
            }
        }
    }

    fn near_reply<R: 'static>(&mut self, reply: Box<dyn Any + Send>) -> Result<R, DecodeError> {
        reply.downcast().map(|reply| *reply).map_err(|reply| {
            self.way = AnswerPath::Near(reply);
            DecodeError::OtherReply
        })
    }

    fn take(&mut self) -> AnswerPath {
        std::mem::replace(&mut self.way, AnswerPath::Taken)
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.way {
            AnswerPath::Far(..) => "Far",
            AnswerPath::Near(_) => "Near",
            AnswerPath::Taken => "Taken",
        })
    }
}

struct Pump<T: 'static, E: 'static> {
    items: ResponseStream<T, E>,
    codecs: &'static Codecs<T, E>,
    ended: bool,
}

impl<T: Send + 'static, E: Send + 'static> ItemSource for Pump<T, E> {
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Answered>> {
        if self.ended {
            return Poll::Ready(None);
        }
        Pin::new(&mut self.items).poll_next(context).map(|item| {
            let answered = self.codecs.encode(item?);
            self.ended = matches!(answered, Answered::Failed(_));
            Some(answered)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::sync::{Mutex, Weak};
    use std::task::Waker;

    use super::*;
    use crate::call::{CallCell, CallToken, ObjectRef, QueueWatch, block_on};
    use crate::codec::{Arguments, Codec, NEVER};
    use crate::wire::{Awaited, Outgoing};

    const BYTE: &Codecs<u8, std::convert::Infallible> =
        &Codecs::result(["u8", "Infallible"], Some(Codec::SERDE), NEVER);

    #[derive(Default)]
    struct Noted(Mutex<Vec<String>>);

    impl Noted {
        fn note(&self, text: String) {
            self.0.lock().expect("nobody panics").push(text);
        }

        fn all(&self) -> Vec<String> {
            self.0.lock().expect("nobody panics").clone()
        }
    }

    impl ReplyPath for Noted {
        fn assigned(&self, number: u64) {
            assert_eq!(number, NUMBER);
            self.note("assigned".to_owned());
        }

        fn answered(&self, number: u64, answered: Answered) {
            assert_eq!(number, NUMBER);
            self.note(shown(answered));
        }

        fn streams(self: Arc<Self>, _: u64, _: Box<dyn ItemSource>) -> Option<Arc<dyn Guarded>> {
            unreachable!("these calls do not stream")
        }
    }

    const NUMBER: u64 = 7;

    fn shown(answered: Answered) -> String {
        match answered {
            Answered::Value(body) => format!("Value({:?})", body.into_bytes()),
            Answered::App(body) => format!("App({:?})", body.into_bytes()),
            failed @ Answered::Failed(_) => format!("{failed:?}"),
        }
    }

    impl QueueWatch for Noted {
        fn entry_cancelled(&self) {
            self.note("cancelled".to_owned());
        }
    }

    fn far() -> (Arc<Noted>, Reply<u8>) {
        let sink = Arc::new(Noted::default());
        let reply = Answer::far(Arc::<Noted>::clone(&sink), NUMBER).reply(BYTE);
        (sink, reply.expect("a far answer fits every method"))
    }

    fn outgoing() -> (ObjectRef<u8>, Outgoing) {
        let cell = Arc::new(CallCell::new());
        let reference = ObjectRef::new(Arc::clone(&cell), RequestId::Unset, None);
        let mut arguments = Arguments::new();
        arguments.add("n", &1_u8, Some(Codec::SERDE));
        let awaited = Awaited::value(Reply::new(cell), BYTE);
        (reference, Outgoing::new("next", arguments, BYTE, awaited))
    }

    #[test]
    fn a_far_reply_tells_of_its_assignment_and_its_outcome() {
        let (sink, reply) = far();
        let CallToken(call) = reply.watched();
        assert!(call.assign());
        reply.ok(7);
        assert_eq!(sink.all(), ["assigned", r#"Value(b"\x07")"#]);
    }

    #[test]
    fn a_far_reply_that_is_stopped_or_dropped_says_so() {
        let (sink, reply) = far();
        let CallToken(call) = reply.watched();
        let watch: Arc<dyn QueueWatch> = Arc::<Noted>::clone(&sink);
        assert!(call.enter_queue(Arc::downgrade(&watch) as Weak<dyn QueueWatch>));
        call.stop(Failure::Cancelled);
        assert_eq!(sink.all(), ["cancelled", "Failed(Cancelled)"]);
        drop(reply);
        assert_eq!(sink.all().len(), 2);
        let (sink, reply) = far();
        drop(reply);
        assert_eq!(sink.all(), ["Failed(ReplicaDied { executed: Maybe })"]);
    }

    #[test]
    fn an_answer_that_is_put_off_goes_when_its_guard_does() {
        let back = Arc::new(Noted::default());
        let mut answer = Answer::guarded(Arc::<Noted>::clone(&back), NUMBER);
        let reply = answer.reply(BYTE).expect("a far answer fits every method");
        let guard = answer.guard().expect("one was wanted");
        reply.ok(7);
        assert!(back.all().is_empty());
        drop(guard);
        assert_eq!(back.all(), [r#"Value(b"\x07")"#]);
    }

    #[test]
    fn an_answer_whose_guard_has_gone_goes_at_once() {
        let back = Arc::new(Noted::default());
        let mut answer = Answer::guarded(Arc::<Noted>::clone(&back), NUMBER);
        let reply = answer.reply(BYTE).expect("a far answer fits every method");
        drop(answer.guard());
        assert!(back.all().is_empty());
        reply.ok(7);
        assert_eq!(back.all(), [r#"Value(b"\x07")"#]);
    }

    #[test]
    fn a_call_that_could_not_be_delivered_is_made_again() {
        let (reference, outgoing) = outgoing();
        let mut answer = Answer::near(match outgoing.awaited {
            Awaited::Value(awaited) => awaited.into_reply(),
            Awaited::Items(awaited) => awaited.into_reply(),
        });
        let other = answer.reply::<u16, u8>(const { &Codecs::result(["u16", "u8"], None, None) });
        assert!(matches!(other, Err(DecodeError::OtherReply)));
        let reply: Reply<u8> = answer.reply(BYTE).expect("it is the same");
        reply.ok(3);
        assert_eq!(reference.get().ok(), Some(3));
    }

    #[test]
    fn a_call_whose_answer_could_not_come_back_is_not_sent() {
        struct Local;
        let reply = Reply::<Local>::new(Arc::new(CallCell::new()));
        let codecs = const { &Codecs::result(["Local", "Infallible"], None, NEVER) };
        let awaited = Awaited::value(reply, codecs);
        let error = Outgoing::new("get", Arguments::new(), codecs, awaited).arguments;
        let error = error.expect_err("it cannot come back").to_string();
        assert!(error.starts_with("result: `") && error.contains("Local` cannot leave"), "{error}");
    }

    #[test]
    fn an_answer_that_cannot_be_read_fails_the_call() {
        let (reference, outgoing) = outgoing();
        let Awaited::Value(awaited) = outgoing.awaited else { unreachable!() };
        awaited.answer(Arrived::Value(&bytes::Bytes::from_static(b"\xc1")));
        let error = reference.get().expect_err("these are no bytes of a value").to_string();
        assert!(error.contains("result: cannot decode `u8`"), "{error}");
    }

    #[test]
    fn the_items_of_a_far_stream_are_pulled_and_the_last_is_its_failure() {
        struct Kept(Mutex<Option<Box<dyn ItemSource>>>);
        impl ReplyPath for Kept {
            fn answered(&self, _: u64, _: Answered) {}
            fn streams(
                self: Arc<Self>,
                _: u64,
                items: Box<dyn ItemSource>,
            ) -> Option<Arc<dyn Guarded>> {
                *self.0.lock().expect("nobody panics") = Some(items);
                None
            }
        }
        let kept = Arc::new(Kept(Mutex::new(None)));
        let reply = Answer::far(Arc::<Kept>::clone(&kept), NUMBER).stream(BYTE);
        let reply: StreamReply<u8> = reply.expect("a far answer fits every method");
        let mut items = kept.0.lock().expect("nobody panics").take().expect("it streams");
        assert!(items.poll_next(&mut Context::from_waker(Waker::noop())).is_pending());
        assert!(reply.push(Ok(1)));
        drop(reply);
        let mut next = || {
            let item = poll_fn(|context| items.poll_next(context));
            block_on(item, None).expect("there is no time limit").map(shown)
        };
        assert_eq!(next().as_deref(), Some(r#"Value(b"\x01")"#));
        assert_eq!(next().as_deref(), Some("Failed(ReplicaDied { executed: Maybe })"));
        assert_eq!(next(), None);
    }
}
