//! The contract between generated code and the runtime: what a deployment is.

mod cell;
mod constructing;
mod user_config;

mod field;
mod info;
mod method;
mod parameters;
mod shape;

mod as_bytes;
mod cross;

pub(crate) use as_bytes::{Decoded, encode};
pub use cell::ReplicaCell;
pub use constructing::{Constructed, Constructing};
pub use cross::{Cross, Crosses};
pub use method::{
    AnyReply, BatchCall, CallOf, CallParts, Invoke, InvokeBatch, MethodSpec, Outcome, Produce,
    Repeat, ReplyTo, debug_call,
};
pub use parameters::{Parameter, Parameters, Specs};
pub use shape::{Shape, Streaming, Unary};
pub use user_config::UserConfig;

use std::fmt;
use std::future::Future;

use bytes::Bytes;

use crate::codec::DecodeError;
use crate::config::DeploymentConfig;
use crate::error::Failure;
use crate::handle::HandleCore;
use crate::info::{BatchInfo, MethodInfo, RouteInfo, ShutdownHook};
use crate::replica::Instance;
use crate::web::{HttpOutcome, HttpRequest};
use crate::wire::{Answer, Outgoing};

/// A type whose replicas can be served. Implemented by `#[deployment]`, not by hand.
///
/// ```
/// fn name_of<D: serve_core::Deployment>() -> &'static str {
///     D::NAME
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a deployment",
    label = "not a deployment",
    note = "annotate its impl block: `#[deployment] impl {Self} {{ .. }}`"
)]
pub trait Deployment: Sized + Send + 'static {
    /// A call of one of its methods as a value.
    type Call: fmt::Debug + Send + 'static;
    /// The fields of its [`Handle`](crate::Handle): one for each method.
    #[doc(hidden)]
    type Methods: Send + Sync + 'static;
    /// Where a replica keeps the value.
    #[doc(hidden)]
    type Cell: ReplicaCell<Self>;

    /// The name given, or that of the type.
    const NAME: &'static str;
    #[doc(hidden)]
    const METHODS: &'static [MethodInfo];
    #[doc(hidden)]
    const ROUTES: &'static [RouteInfo] = &[];
    #[doc(hidden)]
    const BATCHES: &'static [BatchInfo] = &[];
    #[doc(hidden)]
    const HAS_HEALTH_CHECK: bool = false;
    #[doc(hidden)]
    const HAS_RECONFIGURE: bool = false;
    #[doc(hidden)]
    const HAS_WARM_UP: bool = false;
    /// How its `on_shutdown` takes the value.
    #[doc(hidden)]
    const ON_SHUTDOWN: ShutdownHook = ShutdownHook::None;

    /// The options given as arguments of the attribute.
    fn config() -> DeploymentConfig;

    #[doc(hidden)]
    fn methods(core: &HandleCore<Self>) -> Self::Methods;

    /// What a call is, without its types.
    #[doc(hidden)]
    fn parts(call: &Self::Call) -> CallParts<'_>;

    #[doc(hidden)]
    fn dispatch(instance: Instance<Self>, call: Self::Call) -> impl Future<Output = ()> + Send;

    /// The call as bytes, and what takes its answer.
    #[doc(hidden)]
    fn encode(call: Self::Call) -> Outgoing;

    /// A call out of bytes, whose reply goes where `answer` says. Where it fails, `answer` stays whole.
    #[doc(hidden)]
    fn decode(method: &str, arguments: &Bytes, answer: &mut Answer) -> DecodedCall<Self>;

    /// The constructor, with arguments out of bytes.
    #[doc(hidden)]
    fn construct(arguments: &Bytes) -> Constructed<Self> {
        let _ = arguments;
        Err(DecodeError::unknown_method("new"))
    }

    /// What a call adds to the cost of its batch.
    #[doc(hidden)]
    fn cost(call: &Self::Call) -> usize {
        let _ = call;
        1
    }

    /// Runs calls of one batched method together. Calls that are dropped answer by themselves.
    #[doc(hidden)]
    fn dispatch_batch(
        instance: Instance<Self>,
        method: &'static str,
        calls: Vec<Self::Call>,
    ) -> impl Future<Output = ()> + Send {
        let _ = (instance, method, calls);
        std::future::ready(())
    }

    #[doc(hidden)]
    fn http(
        instance: Instance<Self>,
        route: &'static str,
        request: HttpRequest,
    ) -> impl Future<Output = HttpOutcome> + Send {
        let _ = (instance, route, request);
        std::future::ready(crate::web::not_found())
    }

    #[doc(hidden)]
    fn check_health(instance: Instance<Self>) -> impl Future<Output = Result<(), Failure>> + Send {
        drop(instance);
        std::future::ready(Ok(()))
    }

    #[doc(hidden)]
    fn reconfigure(
        instance: Instance<Self>,
        config: UserConfig,
    ) -> impl Future<Output = Result<(), Failure>> + Send {
        drop(instance);
        std::future::ready(Self::check_user_config(&config))
    }

    /// Whether `reconfigure` can take this: it is read as the type that it takes, and dropped.
    #[doc(hidden)]
    fn check_user_config(config: &UserConfig) -> Result<(), Failure> {
        let _ = config;
        Err(Failure::new(format_args!(
            "`user_config` is set, but `{}` has no method `reconfigure`",
            Self::NAME
        )))
    }

    /// Called before a replica takes calls.
    #[doc(hidden)]
    fn warm_up(instance: Instance<Self>) -> impl Future<Output = Result<(), Failure>> + Send {
        drop(instance);
        std::future::ready(Ok(()))
    }

    /// Called when a replica has drained, where `ON_SHUTDOWN` is `Borrowed`.
    #[doc(hidden)]
    fn on_shutdown(instance: Instance<Self>) -> impl Future<Output = Result<(), Failure>> + Send {
        drop(instance);
        std::future::ready(Ok(()))
    }

    /// The same where it is `Owned`. To be run where it may block, because a method that is not `async` runs as it is.
    #[doc(hidden)]
    fn on_shutdown_owned(value: Self) -> impl Future<Output = Result<(), Failure>> + Send {
        drop(value);
        std::future::ready(Ok(()))
    }
}

/// A call out of bytes.
pub type DecodedCall<D> = Result<<D as Deployment>::Call, DecodeError>;
