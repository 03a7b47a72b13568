//! Applications: deployments bound to their arguments, and through them to each other.
//!
//! `bind` keeps the arguments; a bound deployment among them is a child. Nothing runs before `run`,
//! which names the nodes, makes handles for the children and constructs replicas with them. A child
//! must exist before its parent can be bound, so a cycle cannot be written.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::{Deployment, Failure};
use crate::config::{AutoscalingConfig, Backpressure, DeploymentConfig, Isolation, NumReplicas};
use crate::controller::{Host, HostOf, HostParts};
use crate::handle::AnyHandle;
use crate::wire::{Carried, CodecError, Resolve, with_resolver};

/// A deployment with its arguments, ready to [`run`](crate::run).
///
/// The methods override the options of the attribute. Passing the same value (a clone) twice is one
/// deployment; binding a type twice makes two, named `X` and `X_1`.
///
/// ```no_run
/// # use serve_core::prelude::*;
/// # struct Adder(i64);
/// # #[deployment] impl Adder { fn new(by: i64) -> Self { Self(by) } fn add(&self, x: i64) -> i64 { x + self.0 } }
/// # struct Ingress { adder: AdderHandle }
/// # #[deployment] impl Ingress {
/// #     fn new(adder: AdderHandle) -> Self { Self { adder } }
/// #     async fn __call__(&self, x: i64) -> Result<i64, CallError> { self.adder.add.remote(x).await }
/// # }
/// # async fn example() -> serve_core::Result<()> {
/// let app = Ingress::bind(Adder::bind(1).num_replicas(4)).max_ongoing_requests(10);
/// let handle = serve_core::run(app).await?;
/// assert_eq!(handle.remote(41).await?, 42);
/// # Ok(()) }
/// ```
#[must_use = "nothing runs until the application is passed to `run`"]
pub struct Application<D> {
    node: Arc<Node<D>>,
}

/// Makes the value of one replica.
pub(crate) type Factory<D> = Arc<dyn Fn() -> BoxFuture<'static, Result<D, Failure>> + Send + Sync>;

type Build<D> = dyn Fn(&Scope) -> Result<Factory<D>, Failure> + Send + Sync;

type Encode = dyn Fn(&Scope) -> Result<Result<Bytes, CodecError>, Failure> + Send + Sync;

/// The arguments of a constructor for another process.
#[derive(Clone)]
pub(crate) struct ArgumentBytes {
    pub(crate) bytes: Bytes,
    /// The handles among them.
    pub(crate) handles: Vec<Arc<dyn AnyHandle>>,
}

/// A constructor at work, with arguments that came as bytes.
#[doc(hidden)]
pub struct Constructing<D>(pub(crate) BoxFuture<'static, Result<D, Failure>>);

struct Node<D> {
    name: Arc<str>,
    config: DeploymentConfig,
    children: Vec<Arc<dyn AnyNode>>,
    build: Arc<Build<D>>,
    encode: Arc<Encode>,
}

/// A node of the graph without its type.
pub(crate) trait AnyNode: Send + Sync {
    fn name(&self) -> &str;
    fn config(&self) -> &DeploymentConfig;
    fn children(&self) -> &[Arc<dyn AnyNode>];
    fn deployment_type(&self) -> TypeId;
    fn has_health_check(&self) -> bool;
    fn has_routes(&self) -> bool;
    /// Whether it is the same bind of the same arguments, with other options at most.
    fn is_same_version(&self, other: &dyn AnyNode) -> bool;
    fn as_any(&self) -> &dyn Any;
    /// Why its replicas cannot be in processes of their own, if they cannot.
    fn obstacles_to_process(&self) -> Vec<String>;
    /// A host for it.
    fn host(&self, parts: HostParts) -> Arc<dyn Host>;
    /// The arguments of the constructor as bytes, with the handles of the children filled in.
    fn encode_arguments(&self, scope: &Scope) -> Result<ArgumentBytes, Failure>;
    /// Gives the host the constructor with its handles filled in.
    fn equip(&self, host: &dyn Host, scope: &Scope) -> Result<(), Failure>;
}

/// The hosts of an application's nodes, by the node's address.
#[derive(Default)]
pub(crate) struct Scope {
    hosts: HashMap<usize, Arc<dyn Host>>,
}

impl Scope {
    pub(crate) fn insert(&mut self, node: &Arc<dyn AnyNode>, host: Arc<dyn Host>) {
        self.hosts.insert(address(node), host);
    }
}

/// Two references are the same node if they point to the same allocation.
pub(crate) fn address(node: &Arc<dyn AnyNode>) -> usize {
    Arc::as_ptr(node).cast::<()>() as usize
}

// === impl Application ===

impl<D: Deployment> Application<D> {
    pub(crate) fn new<B, F, Fut>(
        arguments: B,
        construct: F,
        encode: fn(&B::Values) -> Result<Bytes, CodecError>,
    ) -> Self
    where
        B: BoundTuple,
        F: Fn(B::Values) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<D, Failure>> + Send + 'static,
    {
        let Children(children) = arguments.children();
        let arguments = Arc::new(arguments);
        let to_encode = Arc::clone(&arguments);
        let encode = move |scope: &Scope| Ok(encode(&to_encode.values(&Hosts(scope))?));
        let build = move |scope: &Scope| -> Result<Factory<D>, Failure> {
            let values = arguments.values(&Hosts(scope))?;
            let construct = construct.clone();
            Ok(Arc::new(move || construct(values.clone()).boxed()))
        };
        Self {
            node: Arc::new(Node {
                name: D::NAME.into(),
                config: D::config(),
                children,
                build: Arc::new(build),
                encode: Arc::new(encode),
            }),
        }
    }

    pub(crate) fn into_node(self) -> Arc<dyn AnyNode> {
        self.node
    }

    /// The options as they are now.
    #[must_use]
    pub fn config(&self) -> &DeploymentConfig {
        &self.node.config
    }

    /// The name it will have, unless another deployment of the application has it too.
    #[must_use]
    pub fn deployment_name(&self) -> &str {
        &self.node.name
    }

    /// Overrides `name`.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.node).name = name.into().into();
        self
    }

    fn with(mut self, change: impl FnOnce(&mut DeploymentConfig)) -> Self {
        change(&mut Arc::make_mut(&mut self.node).config);
        self
    }

    /// Overrides `route_prefix`. The attribute must have one too, for it decides whether the entry over
    /// HTTP is compiled; where it has none, `run` says so.
    pub fn route_prefix(self, prefix: impl Into<String>) -> Self {
        let prefix = prefix.into();
        self.with(|config| config.route_prefix = Some(prefix))
    }

    /// Overrides `num_replicas`: a number, or [`NumReplicas::Auto`].
    pub fn num_replicas(self, replicas: impl Into<NumReplicas>) -> Self {
        let replicas = replicas.into();
        self.with(|config| config.num_replicas = replicas)
    }

    /// Overrides `autoscaling`, and sets [`NumReplicas::Auto`].
    pub fn autoscaling(self, autoscaling: AutoscalingConfig) -> Self {
        self.with(|config| {
            config.num_replicas = NumReplicas::Auto;
            config.autoscaling = Some(autoscaling);
        })
    }

    /// Overrides `max_ongoing_requests`.
    pub fn max_ongoing_requests(self, requests: u32) -> Self {
        self.with(|config| config.max_ongoing_requests = requests)
    }

    /// Overrides `max_queued_requests`.
    pub fn max_queued_requests(self, requests: u32) -> Self {
        self.with(|config| config.max_queued_requests = requests)
    }

    /// Overrides `user_config`.
    pub fn user_config(self, config: serde_json::Value) -> Self {
        self.with(|options| options.user_config = Some(config))
    }

    /// Overrides `health_check_period`.
    pub fn health_check_period(self, period: Duration) -> Self {
        self.with(|config| config.health_check_period = period)
    }

    /// Overrides `health_check_timeout`.
    pub fn health_check_timeout(self, timeout: Duration) -> Self {
        self.with(|config| config.health_check_timeout = timeout)
    }

    /// Overrides `graceful_shutdown_timeout`.
    pub fn graceful_shutdown_timeout(self, timeout: Duration) -> Self {
        self.with(|config| config.graceful_shutdown_timeout = timeout)
    }

    /// Overrides `request_timeout`.
    pub fn request_timeout(self, timeout: Duration) -> Self {
        self.with(|config| config.request_timeout = Some(timeout))
    }

    /// Overrides `max_constructor_retry_count`.
    pub fn max_constructor_retry_count(self, count: u32) -> Self {
        self.with(|config| config.max_constructor_retry_count = count)
    }

    /// Overrides `rolling_update_percentage`.
    pub fn rolling_update_percentage(self, percentage: u32) -> Self {
        self.with(|config| config.rolling_update_percentage = percentage)
    }

    /// Overrides `max_surge_percent`.
    pub fn max_surge_percent(self, percent: u32) -> Self {
        self.with(|config| config.max_surge_percent = percent)
    }

    /// Overrides `backpressure`.
    pub fn backpressure(self, backpressure: Backpressure) -> Self {
        self.with(|config| config.backpressure = backpressure)
    }

    /// Overrides `isolation`.
    pub fn isolation(self, isolation: Isolation) -> Self {
        self.with(|config| config.isolation = isolation)
    }

    /// Overrides `gpus`: the GPUs that each replica's process may see.
    pub fn gpus(self, gpus: impl IntoIterator<Item = u32>) -> Self {
        self.with(|config| config.gpus = Some(gpus.into_iter().collect()))
    }

    /// Overrides `cpus`: the processors that each replica's process runs on.
    pub fn cpus(self, cpus: impl IntoIterator<Item = u32>) -> Self {
        self.with(|config| config.cpus = Some(cpus.into_iter().collect()))
    }

    /// Overrides `memory_limit`, in bytes.
    pub fn memory_limit(self, bytes: u64) -> Self {
        self.with(|config| config.memory_limit = Some(bytes))
    }

    /// Overrides `working_directory`.
    pub fn working_directory(self, directory: impl Into<PathBuf>) -> Self {
        let directory = directory.into();
        self.with(|config| config.working_directory = Some(directory))
    }

    /// Sets one more variable in the environment of each replica's process, or another value for one.
    pub fn env(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let (name, value) = (name.into(), value.into());
        self.with(|config| drop(config.env.insert(name, value)))
    }
}

impl<D> Clone for Application<D> {
    fn clone(&self) -> Self {
        Self { node: Arc::clone(&self.node) }
    }
}

impl<D> fmt::Debug for Application<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Application").field("name", &self.node.name).finish_non_exhaustive()
    }
}

// === impl Constructing ===

impl<D> Constructing<D> {
    pub fn new(constructing: impl Future<Output = Result<D, Failure>> + Send + 'static) -> Self
    where
        D: 'static,
    {
        Self(constructing.boxed())
    }
}

impl<D> fmt::Debug for Constructing<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Constructing")
    }
}

// === impl Node ===

impl<D> Clone for Node<D> {
    fn clone(&self) -> Self {
        Self {
            name: Arc::clone(&self.name),
            config: self.config.clone(),
            children: self.children.clone(),
            build: Arc::clone(&self.build),
            encode: Arc::clone(&self.encode),
        }
    }
}

impl<D: Deployment> Node<D> {
    /// The constructor as a process would have it, where its arguments can cross: see `wire::loopback`.
    fn build_over_bytes(&self, scope: &Scope) -> Result<Factory<D>, Failure> {
        let handles: Arc<dyn Resolve> = Arc::new(Carried::default());
        let bytes = match with_resolver(&handles, || (self.encode)(scope))? {
            Ok(bytes) => bytes,
            // A type that is no serde value, or the mock of a handle.
            Err(_) => return (self.build)(scope),
        };
        Ok(Arc::new(move || match with_resolver(&handles, || D::construct(&bytes)) {
            Ok(Constructing(constructing)) => constructing,
            Err(error) => std::future::ready(Err(Failure::new(error))).boxed(),
        }))
    }
}

impl<D: Deployment> AnyNode for Node<D> {
    fn name(&self) -> &str {
        &self.name
    }

    fn config(&self) -> &DeploymentConfig {
        &self.config
    }

    fn children(&self) -> &[Arc<dyn AnyNode>] {
        &self.children
    }

    fn deployment_type(&self) -> TypeId {
        TypeId::of::<D>()
    }

    fn has_health_check(&self) -> bool {
        D::HAS_HEALTH_CHECK
    }

    fn has_routes(&self) -> bool {
        !D::ROUTES.is_empty()
    }

    fn is_same_version(&self, other: &dyn AnyNode) -> bool {
        other.as_any().downcast_ref::<Self>().is_some_and(|other| {
            Arc::ptr_eq(&self.build, &other.build) && self.config.has_same_process(&other.config)
        })
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn obstacles_to_process(&self) -> Vec<String> {
        crate::hosting::obstacles::<D>()
    }

    fn host(&self, parts: HostParts) -> Arc<dyn Host> {
        HostOf::<D>::new(parts)
    }

    fn encode_arguments(&self, scope: &Scope) -> Result<ArgumentBytes, Failure> {
        let carried = Arc::new(Carried::default());
        let resolver: Arc<dyn Resolve> = Arc::<Carried>::clone(&carried);
        let bytes = with_resolver(&resolver, || (self.encode)(scope))?.map_err(Failure::new)?;
        Ok(ArgumentBytes { bytes, handles: carried.handles() })
    }

    fn equip(&self, host: &dyn Host, scope: &Scope) -> Result<(), Failure> {
        if let Some(host) = host.as_any().downcast_ref::<HostOf<D>>() {
            if self.config.isolation == Isolation::Process {
                host.set_arguments(self.encode_arguments(scope)?);
                return Ok(());
            }
            let factory = match host.forces_wire() {
                true => self.build_over_bytes(scope)?,
                false => (self.build)(scope)?,
            };
            host.set_factory(factory);
        }
        Ok(())
    }
}

// === arguments of `bind` ===

/// What may be passed to `bind` where the constructor takes a `T`: the value itself, and for a handle
/// also the bound deployment that it shall point to.
///
/// ```
/// use serve_core::BindArg;
/// let bound = BindArg::<String>::bind("Hello");
/// # let _ = bound;
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be bound where the constructor takes `{T}`",
    label = "expected `{T}`",
    note = "a handle parameter takes a handle or a bound deployment of the same type"
)]
pub trait BindArg<T> {
    /// Turns it into a bound argument.
    fn bind(self) -> Bound<T>;
}

/// An argument that a constructor will get: a value, or a handle that `run` will make.
pub struct Bound<T>(Source<T>);

enum Source<T> {
    Value(T),
    Handle { node: Arc<dyn AnyNode>, of: fn(&dyn Host) -> Option<T> },
}

impl<T> Bound<T> {
    /// A handle to a deployment of the same application.
    #[doc(hidden)]
    pub fn application<D: Deployment<Handle = T>>(application: Application<D>) -> Self {
        Self(Source::Handle { node: application.into_node(), of: handle_of::<D> })
    }

    pub(crate) fn value(value: T) -> Self {
        Self(Source::Value(value))
    }

    fn node(&self) -> Option<Arc<dyn AnyNode>> {
        match &self.0 {
            Source::Value(_) => None,
            Source::Handle { node, .. } => Some(Arc::clone(node)),
        }
    }

    fn resolve(&self, scope: &Scope) -> Result<T, Failure>
    where
        T: Clone,
    {
        match &self.0 {
            Source::Value(value) => Ok(value.clone()),
            Source::Handle { node, of } => scope
                .hosts
                .get(&address(node))
                .and_then(|host| of(&**host))
                .ok_or_else(|| Failure::new(format_args!("no handle to `{}`", node.name()))),
        }
    }
}

fn handle_of<D: Deployment>(host: &dyn Host) -> Option<D::Handle> {
    let host: &dyn Any = host.as_any();
    host.downcast_ref::<HostOf<D>>().map(HostOf::handle)
}

impl<T> fmt::Debug for Bound<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Source::Value(_) => "Value",
            Source::Handle { .. } => "Handle",
        })
    }
}

impl<T> BindArg<T> for T {
    fn bind(self) -> Bound<T> {
        Bound::value(self)
    }
}

/// All arguments of a constructor, in order.
#[doc(hidden)]
pub trait BoundTuple: Send + Sync + 'static {
    type Values: Clone + Send + Sync + 'static;

    #[doc(hidden)]
    fn children(&self) -> Children;

    #[doc(hidden)]
    fn values(&self, hosts: &Hosts<'_>) -> Result<Self::Values, Failure>;
}

/// The bound deployments among a constructor's arguments.
#[doc(hidden)]
pub struct Children(Vec<Arc<dyn AnyNode>>);

/// Where the handles of those deployments are found.
#[doc(hidden)]
pub struct Hosts<'a>(&'a Scope);

impl fmt::Debug for Children {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Children").field(&self.0.len()).finish()
    }
}

impl fmt::Debug for Hosts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Hosts").field(&self.0.hosts.len()).finish()
    }
}

macro_rules! bound_tuple {
    ($($name:ident)*) => {
        #[expect(non_snake_case, reason = "each argument is named after its type parameter")]
        impl<$($name: Clone + Send + Sync + 'static),*> BoundTuple for ($(Bound<$name>,)*) {
            type Values = ($($name,)*);

            fn children(&self) -> Children {
                let ($($name,)*) = self;
                Children([$($name.node()),*].into_iter().flatten().collect())
            }

            fn values(&self, hosts: &Hosts<'_>) -> Result<Self::Values, Failure> {
                let ($($name,)*) = self;
                Ok(($($name.resolve(hosts.0)?,)*))
            }
        }
    };
}

impl BoundTuple for () {
    type Values = ();

    fn children(&self) -> Children {
        Children(Vec::new())
    }

    fn values(&self, _hosts: &Hosts<'_>) -> Result<(), Failure> {
        Ok(())
    }
}

bound_tuple!(A);
bound_tuple!(A B);
bound_tuple!(A B C);
bound_tuple!(A B C D);
bound_tuple!(A B C D E);
bound_tuple!(A B C D E F);
bound_tuple!(A B C D E F G);
bound_tuple!(A B C D E F G H);
bound_tuple!(A B C D E F G H I);
bound_tuple!(A B C D E F G H I J);
bound_tuple!(A B C D E F G H I J K);
bound_tuple!(A B C D E F G H I J K L);
