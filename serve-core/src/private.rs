//! What generated code may name. Not part of the public API: it changes with every version, and
//! `serve-core` pins the `serve-macros` that knows it.

pub use crate::{
    __start_batch as start_batch, __start_stream as start_stream, __start_value as start_value,
};
pub use inventory;
pub use serde;
pub use std::string::String;
pub use std::vec::Vec;

use std::collections::BTreeMap;
use std::fmt;
pub use std::future::Future;
pub use std::marker::Send;
// Under names that no scope has: what stands at a name of the user's is under the user's lints.
pub use std::future::Future as MethodFuture;
pub use std::marker::Send as MethodSend;

pub use bytes::Bytes;
pub use http::Method as HttpMethod;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use crate::application::{
    Application, BindArg, BindHandles, BorrowTuple, Bound, BoundTuple, Differences, EqualByPointer,
    EqualByValue, EqualShared, Equality, NeverEqual, no_differences,
};
pub use crate::call::{
    BatchError, BatchOutcome, BatchValues, CallResult, CallResultOf, CallToken, ErrOf, IntoArg,
    IntoArgs, ItemOf, Items, Lent, ObjectRef, ObjectRefOf, OkOf, OwnedOf, Replies, Reply, ReplyOf,
    Resolved, ResponseStream, ResponseStreamOf, ResultLike, SentResult, StreamReply, StreamReplyOf,
    ToOwnedOf,
};
pub use crate::codec::{
    ArgumentReader, Arguments, Codec, CodecError, Codecs, DecodeError, NEVER, no_arguments,
};
pub use crate::deployment::{
    AnyReply, BatchCall, CallOf, CallParts, Constructed, Constructing, Cross, Crosses, DecodedCall,
    Deployment, Invoke, InvokeBatch, MethodSpec, Outcome, Parameter, Parameters, Produce, Repeat,
    ReplicaCell, ReplyTo, Shape, Specs, Streaming, Unary, UserConfig, debug_call,
};
pub use crate::error::Failure;
pub use crate::handle::{
    CallOptions, CallPath, CallRef, ChooseReplica, HandleCore, IdempotentArgument, StartCall,
    StartHere, StartStreamHere, Starts,
};
pub use crate::hosting::ReplicaType;
pub use crate::info::{BatchChange, BatchInfo, MethodInfo, RouteInfo, ShutdownHook, WireCheck};
pub use crate::process::TestEntry;
pub use crate::replica::{Alone, Exclusive, Instance, Lock, Shared};
pub use crate::web::{
    CallReply, ErrorReply, HttpOutcome, HttpRequest, HttpResponse, ReadFromRequest, ResponseValue,
    StreamItem, UnhandledReply, WriteToResponse, extract, extract_parts, extract_plain,
    extract_plain_parts, not_found, respond, respond_stream,
};
pub use crate::wire::{Answer, Outgoing};
pub use futures_core::Stream;

/// Traits whose functions generated code calls on types. Their names stay free.
pub mod traits {
    pub use super::{
        Cross as _, Invoke as _, InvokeBatch as _, MethodSpec as _, NotCapable as _,
        NotResult as _, Produce as _, StartCall as _, StartHere as _, StartStreamHere as _,
    };
}

use crate::call::with_frame;
use crate::error::{Error, Result};
use crate::exchange::{FarDeployment, far_deployment};
use crate::handle::Handle;

/// Answers an HTTP request with a method's `Result`: an error that is a response is one, any other is
/// logged and answered with 500.
#[macro_export]
#[doc(hidden)]
macro_rules! __respond_result {
    ($outcome:expr, $reply:ident) => {
        match $outcome {
            ::core::result::Result::Ok(value) => $crate::__private::respond(
                ::core::result::Result::<_, ::core::convert::Infallible>::Ok(value),
            ),
            ::core::result::Result::Err(error) => {
                use $crate::__private::{CallReply as _, UnhandledReply as _};
                ::core::result::Result::Err($crate::__private::ErrorReply(error).$reply())
            }
        }
    };
}
pub use crate::__respond_result as respond_result;

/// Answers an HTTP request with a stream method's items: an error before the first of them is answered as
/// that of any method.
#[macro_export]
#[doc(hidden)]
macro_rules! __respond_stream {
    ($produce:expr) => {
        $crate::__private::respond_stream($produce, |error| {
            use $crate::__private::{CallReply as _, UnhandledReply as _};
            $crate::__private::ErrorReply(error).reply()
        })
        .await
    };
}
pub use crate::__respond_stream as respond_stream;

/// How two values of a type are compared, if there is a way: see `Equality`.
#[macro_export]
#[doc(hidden)]
macro_rules! __equality {
    ($value:ty) => {{
        use $crate::__private::{
            EqualByPointer as _, EqualByValue as _, EqualShared as _, NeverEqual as _,
        };
        (&&&&$crate::__private::Equality::<$value>::new()).equality()
    }};
}
pub use crate::__equality as equality;

/// The ways from a deployment's type to its handle.
#[macro_export]
#[doc(hidden)]
macro_rules! __handles {
    ($visibility:vis, $deployment:literal) => {
        #[doc = ::core::concat!("A handle to the running deployment of `", $deployment, "` on the default instance.")]
        $visibility fn get_handle() -> $crate::Result<$crate::Handle<Self>> {
            $crate::__private::get_handle::<Self>()
        }

        #[doc = ::core::concat!("Inside a replica of `", $deployment, "`: a handle to the deployment that it belongs to.")]
        $visibility fn current_handle() -> $crate::Result<$crate::Handle<Self>> {
            $crate::__private::current_handle::<Self>()
        }
    };
}
pub use crate::__handles as handles;

/// Says whether a type can leave the process; see `NotCapable`.
#[derive(Debug)]
pub struct Probe<T>(std::marker::PhantomData<T>);

impl<T: Serialize + DeserializeOwned + 'static> Probe<T> {
    /// Found before the constants of `NotCapable`, because inherent ones are looked up first.
    pub const CAPABLE: bool = true;
    pub const CODEC: Option<Codec<T>> = Some(Codec::SERDE);
}

/// The answer for types that are not `Serialize + DeserializeOwned`.
pub trait NotCapable {
    type Value;
    const CAPABLE: bool = false;
    const CODEC: Option<Codec<Self::Value>> = None;
    /// Of a deployment that does not compile.
    const REPLICA_TYPE: ReplicaType = ReplicaType::NONE;
}

impl<T> NotCapable for Probe<T> {
    type Value = T;
}

/// Says whether a type is a `Result`, whatever its name is; see `NotResult`.
#[derive(Debug)]
pub struct Alias<T>(std::marker::PhantomData<T>);

impl<T, E> Alias<std::result::Result<T, E>> {
    pub const IS_RESULT: bool = true;
}

/// The answer for all other types.
pub trait NotResult {
    const IS_RESULT: bool = false;
}

impl<T> NotResult for Alias<T> {}

/// Fails the compilation where it is called, with this text.
#[track_caller]
pub const fn refuse_result(is_result: bool, text: &str) {
    assert!(!is_result, "{}", text);
}

impl<D: Deployment> Probe<D> {
    /// Makes the type findable by its name.
    pub const REPLICA_TYPE: ReplicaType = ReplicaType::new::<D>();
}

/// In place of an argument's type that is wrong, so that the rest compiles and only that is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Unknown;

/// A type that can leave the process.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot leave the process: it is not `Serialize + DeserializeOwned`",
    label = "needed because the deployment is `remote`",
    note = "derive `serde::Serialize` and `serde::Deserialize`, or drop `remote` and `isolation = \"process\"`"
)]
pub trait WireType {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> WireType for T {}

/// A type with a constructor: `Default` serves where the block has no `new`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no constructor",
    label = "neither `fn new` in this block nor `Default`",
    note = "write `fn new(..) -> Self` in the annotated block, or derive `Default`"
)]
pub trait Construct: Sized {
    fn construct() -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Default> Construct for T {
    fn construct() -> Self {
        T::default()
    }
}

/// An error of user code that is not a call: of a constructor, or of what the runtime calls.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say what went wrong: it has no text",
    label = "this error is not `Display`",
    note = "implement `Display` for it, or return an error that has it, such as `String`"
)]
pub trait FailureText: fmt::Display {}

#[diagnostic::do_not_recommend]
impl<T: fmt::Display> FailureText for T {}

/// What such code returned, with the text of its error.
///
/// # Errors
///
/// It has failed.
pub fn or_failure<T, E: FailureText>(
    result: std::result::Result<T, E>,
) -> std::result::Result<T, Failure> {
    result.map_err(Failure::new)
}

/// The constructor of a type that has no other, for a replica in a process.
///
/// # Errors
///
/// There are arguments.
pub fn construct_default<D: Deployment + Construct>(arguments: &Bytes) -> Constructed<D> {
    ArgumentReader::new(arguments).end()?;
    Constructing::new(async { Ok(<D as Construct>::construct()) })
}

/// A deployment without arguments. Whether its type has a constructor is asked once, by `construct`.
pub fn bind_default<D: Deployment>() -> Application<D> {
    let construct = |()| async {
        let Constructing(constructing) = D::construct(&Bytes::new()).map_err(Failure::new)?;
        constructing.await
    };
    bind((), construct, no_arguments, no_differences)
}

/// # Errors
///
/// That there is no such method.
pub fn unknown_method<T>(method: &str) -> std::result::Result<T, DecodeError> {
    Err(DecodeError::unknown_method(method))
}

/// The JSON of a `user_config` in an attribute. The macro has checked nothing about it, so what is
/// wrong with it is told where it is used: by `reconfigure`, at deploy time.
#[must_use]
pub fn user_config(json: &str) -> serde_json::Value {
    serde_json::from_str(json).unwrap_or_else(|_| serde_json::Value::String(json.to_owned()))
}

/// A text in an attribute, for an option that has none by default.
#[must_use]
pub fn text<T: for<'a> From<&'a str>>(text: &str) -> Option<T> {
    Some(text.into())
}

/// A list of numbers in an attribute.
#[must_use]
pub fn numbers(numbers: &[u32]) -> Vec<u32> {
    numbers.to_vec()
}

/// The environment variables in an attribute.
#[must_use]
pub fn variables(variables: &[(&str, &str)]) -> BTreeMap<String, String> {
    variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// An argument of `bind`, by a name that no scope has: it stands at the user's constructor, under the user's lints.
pub fn bound<T>(argument: impl BindArg<T>) -> Bound<T> {
    argument.bound()
}

/// The same where the constructor takes a collection of handles.
pub fn bound_handles<T>(argument: impl BindHandles<T>) -> Bound<T> {
    argument.bound()
}

pub fn bind<D, B, F, Fut>(
    arguments: B,
    construct: F,
    encode: fn(&B, &B::Handles) -> std::result::Result<Bytes, CodecError>,
    compare: fn(&B, &B, &mut Differences),
) -> Application<D>
where
    D: Deployment,
    B: BoundTuple,
    F: Fn(B::Values) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = std::result::Result<D, Failure>> + Send + 'static,
{
    Application::new(arguments, construct, encode, compare)
}

/// # Errors
///
/// As [`run_named`](crate::run_named).
pub async fn deploy<D: Deployment>(application: Application<D>) -> Result<Handle<D>> {
    crate::default_instance::deploy(application).await
}

/// # Errors
///
/// As [`run_named`](crate::run_named).
pub fn deploy_blocking<D: Deployment>(application: Application<D>) -> Result<Handle<D>> {
    crate::default_instance::deploy_blocking(application)
}

/// # Errors
///
/// No such deployment runs on the replica's own server, nor on the default instance.
pub fn get_handle<D: Deployment>() -> Result<Handle<D>> {
    let elsewhere = with_frame(|frame| frame.station.elsewhere("", D::NAME)).flatten();
    let elsewhere = elsewhere.and_then(|far| far.downcast::<FarDeployment>().ok());
    // A constructor in a process of its own has no frame yet.
    match elsewhere.or_else(|| far_deployment("", D::NAME)) {
        Some(far) => Ok(Handle::new(HandleCore::far(far))),
        None => crate::get_handle::get_handle::<D>(),
    }
}

/// # Errors
///
/// No request of that deployment runs here.
pub fn current_handle<D: Deployment>() -> Result<Handle<D>> {
    with_frame(|frame| frame.station.handle().downcast_ref::<Handle<D>>().cloned())
        .flatten()
        .ok_or(Error::OutsideReplica(D::NAME))
}
