//! A method as a type: what generated code says about each. Starting a call of it, making bytes of it and answering it
//! is written over this, here, in `handle/` and in `replica/`.

use std::fmt;

use super::shape::{Shape, Streaming, Unary};
use super::{Deployment, Parameters};
use crate::call::{CallToken, Items, Replies, Reply, StreamReply};
use crate::codec::Codecs;
use crate::info::MethodInfo;
use crate::replica::Instance;

/// A method of a deployment that can be called by handle. Implemented by generated code.
#[doc(hidden)]
pub trait MethodSpec: Sized + Send + Sync + 'static {
    /// The deployment whose method it is.
    type On: Deployment;
    /// Its arguments, owned, as a tuple.
    type Args: Parameters;
    /// What callers get.
    type Value: Send + 'static;
    /// The method's own error.
    type Error: Send + 'static;
    /// [`Unary`](super::Unary) or [`Streaming`](super::Streaming).
    type Shape: Shape;

    const NAME: &'static str;
    /// A hash of its arguments and its result as they are written.
    const SIGNATURE: u64;
    /// What its arguments are called, and how they become bytes.
    const PARAMETERS: <Self::Args as Parameters>::Specs;
    /// How its outcomes become bytes.
    const OUTPUT: Codecs<Self::Value, Self::Error>;
    /// How its arguments are copied, if it may run twice for one call.
    const REPEAT: Option<Repeat<Self::Args>> = None;
    /// Its calls run together.
    const IS_BATCHED: bool = false;
    /// The same without types.
    const INFO: MethodInfo = MethodInfo::of::<Self>();

    /// The call as a value.
    fn wrap(arguments: Self::Args, reply: ReplyTo<Self>) -> CallOf<Self>;

    /// What a call is, without its types.
    fn parts(reply: &ReplyTo<Self>) -> CallParts<'_> {
        CallParts { method: const { &Self::INFO }, reply }
    }
}

/// How the arguments of a method are copied.
pub type Repeat<A> = fn(&A) -> A;
/// The item and the reply of a call that runs with others.
pub type BatchCall<M> =
    (<M as InvokeBatch>::Item, Reply<<M as MethodSpec>::Value, <M as MethodSpec>::Error>);
/// A call of a method's deployment as a value.
pub type CallOf<M> = <<M as MethodSpec>::On as Deployment>::Call;
/// What takes the answer to a call of a method.
pub type ReplyTo<M> =
    <<M as MethodSpec>::Shape as Shape>::Reply<<M as MethodSpec>::Value, <M as MethodSpec>::Error>;
/// What a method returns.
pub type Outcome<M> = Result<<M as MethodSpec>::Value, <M as MethodSpec>::Error>;

/// A method with one result, which runs for one caller at a time.
#[doc(hidden)]
pub trait Invoke: MethodSpec<Shape = Unary> {
    /// Calls the user's method.
    fn invoke(
        instance: Instance<Self::On>,
        arguments: Self::Args,
    ) -> impl Future<Output = Result<Self::Value, Self::Error>> + Send;
}

/// A method that streams.
#[doc(hidden)]
pub trait Produce: MethodSpec<Shape = Streaming> {
    /// Calls the user's method, and passes on what it produces.
    fn produce(
        instance: Instance<Self::On>,
        arguments: Self::Args,
        items: Items<Self::Value, Self::Error>,
    ) -> impl Future<Output = ()> + Send;
}

/// A method whose calls run together.
#[doc(hidden)]
pub trait InvokeBatch: MethodSpec<Args = (Self::Item,)> {
    /// The one argument of each call.
    type Item: Send + 'static;

    /// The item and the reply of a call, if it is one of this method.
    fn unwrap(call: CallOf<Self>) -> Option<BatchCall<Self>>;

    /// Calls the user's method, and answers.
    fn invoke(
        instance: Instance<Self::On>,
        items: Vec<Self::Item>,
        replies: Replies<Self::Value, Self::Error>,
    ) -> impl Future<Output = ()> + Send;

    /// Runs calls of this method together.
    fn run_all(
        instance: Instance<Self::On>,
        calls: Vec<CallOf<Self>>,
    ) -> impl Future<Output = ()> + Send {
        let (items, replies) = calls.into_iter().filter_map(Self::unwrap).unzip();
        Self::invoke(instance, items, Replies::new(replies))
    }

    /// Runs a call alone.
    fn run_one(
        instance: Instance<Self::On>,
        item: Self::Item,
        reply: Reply<Self::Value, Self::Error>,
    ) -> impl Future<Output = ()> + Send {
        Self::invoke(instance, vec![item], Replies::new(vec![reply]))
    }
}

/// A call without its types, as [`Deployment::parts`] shows it.
#[doc(hidden)]
pub struct CallParts<'a> {
    pub(crate) method: &'static MethodInfo,
    reply: &'a dyn AnyReply,
}

impl CallParts<'_> {
    /// What stands for the call.
    pub(crate) fn watched(&self) -> CallToken {
        self.reply.watched()
    }
}

impl fmt::Debug for CallParts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CallParts").field(&self.method.name).finish()
    }
}

/// A reply of whatever shape and types.
#[doc(hidden)]
pub trait AnyReply {
    fn watched(&self) -> CallToken;
}

impl<T: Send + 'static, E: Send + 'static> AnyReply for Reply<T, E> {
    #[inline]
    fn watched(&self) -> CallToken {
        self.watched()
    }
}

impl<T: Send + 'static, E: Send + 'static> AnyReply for StreamReply<T, E> {
    fn watched(&self) -> CallToken {
        self.watched()
    }
}

/// What a call looks like: the name of its variant. Its arguments need not be `Debug`.
///
/// # Errors
///
/// Those of the formatter.
pub fn debug_call<D: Deployment>(call: &D::Call, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    debug_named(D::parts(call).method.name, f)
}

fn debug_named(method: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let words = method.split('_').filter(|word| !word.is_empty());
    let name: String = words
        .flat_map(|word| {
            let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
            [first.to_uppercase(), rest.to_owned()]
        })
        .collect();
    f.debug_struct(&name).finish_non_exhaustive()
}
