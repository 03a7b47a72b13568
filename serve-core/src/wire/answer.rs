//! A call that has come in as bytes: its reply is a cell like any other, whose consumer is the
//! connection. An outcome is encoded by whoever answers, on the thread where it does; no task waits
//! for it.

use std::any::Any;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll, Wake, Waker};

use futures_core::Stream;

use super::arguments::DecodeError;
use super::body::Body;
use super::call::Outcome;
use super::codec::{Codec, CodecError, Encoded};
use super::handles::{Resolve, with_resolver};
use crate::call::{CallCell, CallError, Failure, Reply, ResponseStream, StreamCell, StreamReply};
use crate::id::RequestId;

/// Where the answer of a call that is being decoded goes. Taken by the reply that is made from it.
#[doc(hidden)]
pub struct Answer(Way);

enum Way {
    /// Over a connection.
    Far(Arc<dyn Sink>),
    /// To the caller, who is in this process after all.
    Near(Box<dyn Any + Send>),
    Taken,
}

/// The way back to one caller. Of `answered` and `streams` one is called, once.
pub(crate) trait Sink: Send + Sync + 'static {
    /// A replica has taken the call. At most once; on another thread it may come just after the outcome,
    /// when it means nothing any more.
    fn assigned(&self) {}

    fn answered(&self, answered: Answered);

    /// The items will come from here, polled by whoever owns the connection, which so holds them back.
    fn streams(self: Arc<Self>, items: Box<dyn ItemSource>);

    /// Who knows the handles among the values that go this way.
    fn resolver(&self) -> Option<&Arc<dyn Resolve>> {
        None
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
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Answered>>;
}

// === impl Answered ===

impl Answered {
    /// Lets `take` have the same as it comes.
    pub(crate) fn arrive<R>(self, take: impl FnOnce(Outcome<'_>) -> R) -> R {
        match self {
            Self::Value(body) => take(Outcome::Value(&body.into_bytes())),
            Self::App(body) => take(Outcome::App(&body.into_bytes())),
            Self::Failed(why) => take(Outcome::Failed(why)),
        }
    }
}

// === impl Answer ===

impl Answer {
    pub(crate) fn far(sink: Arc<dyn Sink>) -> Self {
        Self(Way::Far(sink))
    }

    /// To the reply that `Awaited::into_reply` gave.
    pub(crate) fn near(reply: Box<dyn Any + Send>) -> Self {
        Self(Way::Near(reply))
    }

    /// The reply of a call that has one result.
    ///
    /// # Errors
    ///
    /// The reply at hand is that of another method.
    pub fn reply<T, E>(
        &mut self,
        value: Option<Codec<T>>,
        error: Option<Codec<E>>,
    ) -> Result<Reply<T, E>, DecodeError>
    where
        T: Send + 'static,
        E: Send + 'static,
    {
        match self.take() {
            Way::Near(reply) => self.near_reply(reply),
            Way::Taken => Err(DecodeError::OtherReply),
            Way::Far(sink) => {
                let cell = Arc::new(CallCell::unassigned());
                let codecs = Codecs { what: "result", value, error };
                let (answer, assigned) = (Arc::clone(&cell), AtomicBool::new(false));
                let consumer = Waker::from(Arc::new(Consumer { answer, sink, codecs, assigned }));
                let _ = cell.poll_assigned(&consumer);
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
        item: Option<Codec<T>>,
        error: Option<Codec<E>>,
    ) -> Result<StreamReply<T, E>, DecodeError>
    where
        T: Send + 'static,
        E: Send + 'static,
    {
        match self.take() {
            Way::Near(reply) => self.near_reply(reply),
            Way::Taken => Err(DecodeError::OtherReply),
            Way::Far(sink) => {
                let cell = Arc::new(StreamCell::new());
                cell.halve_buffer();
                let items = ResponseStream::new(Arc::clone(&cell), RequestId::Unset, None);
                let codecs = Codecs { what: "item", value: item, error };
                let resolver = sink.resolver().cloned();
                sink.streams(Box::new(Pump { items, codecs, resolver, ended: false }));
                Ok(StreamReply::new(cell))
            }
        }
    }

    fn near_reply<R: 'static>(&mut self, reply: Box<dyn Any + Send>) -> Result<R, DecodeError> {
        reply.downcast().map(|reply| *reply).map_err(|reply| {
            self.0 = Way::Near(reply);
            DecodeError::OtherReply
        })
    }

    fn take(&mut self) -> Way {
        std::mem::replace(&mut self.0, Way::Taken)
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Way::Far(_) => "Far",
            Way::Near(_) => "Near",
            Way::Taken => "Taken",
        })
    }
}

/// How outcomes of one method become bytes.
struct Codecs<T, E> {
    what: &'static str,
    value: Option<Codec<T>>,
    error: Option<Codec<E>>,
}

impl<T, E> Codecs<T, E> {
    fn encode(
        &self,
        outcome: Result<T, CallError<E>>,
        resolver: Option<&Arc<dyn Resolve>>,
    ) -> Answered {
        let encoded = || match outcome {
            Ok(value) => encode(self.value, &value, self.what).map(Answered::Value),
            Err(why) => match why.into_system() {
                Ok(why) => Ok(Answered::Failed(why)),
                Err(error) => encode(self.error, &error, "error").map(Answered::App),
            },
        };
        let encoded = match resolver {
            Some(resolver) => with_resolver(resolver, encoded),
            None => encoded(),
        };
        // The method has run, but nobody will see its result.
        encoded.unwrap_or_else(|error| Answered::Failed(Failure::Transport(error.to_string())))
    }
}

fn encode<T>(codec: Option<Codec<T>>, value: &T, place: &str) -> Result<Body, CodecError> {
    let codec = codec.ok_or_else(|| CodecError::not_capable::<T>(place))?;
    let mut encoded = Encoded::new();
    codec.encode(value, &mut encoded, place)?;
    Ok(encoded.into_body())
}

/// What a reply's cell wakes: takes the outcome and sends it.
///
/// The cell holds it and it holds the cell, until there is an outcome; a reply that is dropped leaves
/// one too.
struct Consumer<T, E> {
    answer: Arc<CallCell<T, E>>,
    sink: Arc<dyn Sink>,
    codecs: Codecs<T, E>,
    assigned: AtomicBool,
}

impl<T: Send + 'static, E: Send + 'static> Wake for Consumer<T, E> {
    fn wake(self: Arc<Self>) {
        let again = Waker::from(Arc::clone(&self));
        match self.answer.poll(&again) {
            Poll::Ready(outcome) => {
                let resolver = self.sink.resolver();
                self.sink.answered(self.codecs.encode(outcome, resolver));
            }
            Poll::Pending => {
                let is_assigned = self.answer.poll_assigned(&again).is_ready();
                if is_assigned && !self.assigned.swap(true, Relaxed) {
                    self.sink.assigned();
                }
            }
        }
    }
}

struct Pump<T, E> {
    items: ResponseStream<T, E>,
    codecs: Codecs<T, E>,
    resolver: Option<Arc<dyn Resolve>>,
    ended: bool,
}

impl<T: Send, E: Send> ItemSource for Pump<T, E> {
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Answered>> {
        if self.ended {
            return Poll::Ready(None);
        }
        Pin::new(&mut self.items).poll_next(context).map(|item| {
            let answered = self.codecs.encode(item?, self.resolver.as_ref());
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
    use crate::call::{ObjectRef, QueueWatch, Watched, block_on};
    use crate::wire::{Arguments, NEVER, Outgoing};

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

    impl Sink for Noted {
        fn assigned(&self) {
            self.note("assigned".to_owned());
        }

        fn answered(&self, answered: Answered) {
            self.note(shown(answered));
        }

        fn streams(self: Arc<Self>, _: Box<dyn ItemSource>) {
            self.note("streams".to_owned());
        }
    }

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
        let reply = Answer::far(Arc::<Noted>::clone(&sink)).reply(Some(Codec::SERDE), NEVER);
        (sink, reply.expect("a far answer fits every method"))
    }

    fn outgoing() -> (ObjectRef<u8>, Outgoing) {
        let cell = Arc::new(CallCell::new());
        let reference = ObjectRef::new(Arc::clone(&cell), RequestId::Unset, None);
        let mut arguments = Arguments::new();
        arguments.add("n", &1_u8, Some(Codec::SERDE));
        (reference, arguments.call("next", Reply::new(cell), Some(Codec::SERDE), NEVER))
    }

    #[test]
    fn a_far_reply_tells_of_its_assignment_and_its_outcome() {
        let (sink, reply) = far();
        let Watched(call) = reply.watched();
        assert!(call.assign());
        reply.ok(7);
        assert_eq!(sink.all(), ["assigned", r#"Value(b"\x07")"#]);
    }

    #[test]
    fn a_far_reply_that_is_stopped_or_dropped_says_so() {
        let (sink, reply) = far();
        let Watched(call) = reply.watched();
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
    fn a_call_that_could_not_be_delivered_is_made_again() {
        let (reference, outgoing) = outgoing();
        let mut answer = Answer::near(match outgoing.awaited {
            crate::wire::Awaited::Value(awaited) => awaited.into_reply(),
            crate::wire::Awaited::Items(awaited) => awaited.into_reply(),
        });
        assert!(matches!(answer.reply::<u16, u8>(None, None), Err(DecodeError::OtherReply)));
        let reply: Reply<u8> = answer.reply(Some(Codec::SERDE), NEVER).expect("it is the same");
        reply.ok(3);
        assert_eq!(reference.get().ok(), Some(3));
    }

    #[test]
    fn a_call_whose_answer_could_not_come_back_is_not_sent() {
        struct Local;
        let reply = Reply::<Local>::new(Arc::new(CallCell::new()));
        let error = Arguments::new().call("get", reply, None, NEVER).arguments;
        let error = error.expect_err("it cannot come back").to_string();
        assert!(error.starts_with("result: `") && error.contains("Local` cannot leave"), "{error}");
    }

    #[test]
    fn an_answer_that_cannot_be_read_fails_the_call() {
        let (reference, outgoing) = outgoing();
        let super::super::call::Awaited::Value(awaited) = outgoing.awaited else { unreachable!() };
        awaited.answer(Outcome::Value(&bytes::Bytes::from_static(b"\xc1")));
        let error = reference.get().expect_err("these are no bytes of a value").to_string();
        assert!(error.contains("result: cannot decode `u8`"), "{error}");
    }

    #[test]
    fn the_items_of_a_far_stream_are_pulled_and_the_last_is_its_failure() {
        struct Kept(Mutex<Option<Box<dyn ItemSource>>>);
        impl Sink for Kept {
            fn answered(&self, _: Answered) {}
            fn streams(self: Arc<Self>, items: Box<dyn ItemSource>) {
                *self.0.lock().expect("nobody panics") = Some(items);
            }
        }
        let kept = Arc::new(Kept(Mutex::new(None)));
        let reply = Answer::far(Arc::<Kept>::clone(&kept)).stream(Some(Codec::SERDE), NEVER);
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
