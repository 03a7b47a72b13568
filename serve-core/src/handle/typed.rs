//! [`Handle`]: the one thing that users hold.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use super::core::{HandleCore, dispatch};
use super::mock::mock;
use crate::deployment::Deployment;

/// A handle to a deployment: one field for each method, called as `handle.say_hello.remote(..)`; `__call__` is
/// called as `handle.remote(..)`.
///
/// `#[deployment]` on `Greeter` names it: `GreeterHandle` is `Handle<Greeter>`. A clone costs one reference count.
/// Handles work from any task and from any thread. Equal handles lead to the same deployment of the same server, or to
/// the same mock. A handle may be an argument of a call, or a part of one, wherever the deployment lives that gets it.
///
/// It is a type of this crate, so methods of your own go on a newtype or into an extension trait, as below.
///
/// ```
/// # use serve_core::prelude::*;
/// # #[derive(Default)] struct Greeter;
/// #[deployment]
/// impl Greeter {
///     fn say_hello(&self, name: &str) -> String {
///         format!("Hello {name}!")
///     }
/// }
///
/// trait Politely {
///     fn greet(&self, name: &str) -> ObjectRef<String>;
/// }
///
/// impl Politely for GreeterHandle {
///     fn greet(&self, name: &str) -> ObjectRef<String> {
///         self.say_hello.remote(format!("dear {name}"))
///     }
/// }
///
/// # async fn example(handle: GreeterHandle) -> Result<(), CallError> {
/// assert_eq!(handle.greet("Alice").await?, "Hello dear Alice!");
/// # Ok(()) }
/// ```
pub struct Handle<D: Deployment> {
    shared: Arc<Shared<D>>,
}

struct Shared<D: Deployment> {
    core: HandleCore<D>,
    methods: D::Methods,
}

impl<D: Deployment> Handle<D> {
    pub(crate) fn new(core: HandleCore<D>) -> Self {
        let methods = D::methods(&core);
        Self { shared: Arc::new(Shared { core, methods }) }
    }

    pub(crate) fn core(&self) -> &HandleCore<D> {
        &self.shared.core
    }

    /// A handle over a closure, to test deployments that call this one. A call that the closure drops without a reply
    /// fails.
    ///
    /// ```
    /// # use serve_core::prelude::*;
    /// # #[derive(Default)] struct Greeter;
    /// # #[deployment] impl Greeter { fn say_hello(&self, name: &str) -> String { format!("Hello {name}!") } }
    /// let handle = GreeterHandle::mock(|call| match call {
    ///     GreeterCall::SayHello { name, reply } => reply.ok(format!("hi {name}")),
    /// });
    /// assert_eq!(handle.say_hello.remote("Alice").get().unwrap(), "hi Alice");
    /// ```
    pub fn mock(mock: impl Fn(D::Call) + Send + Sync + 'static) -> Self {
        self::mock(mock)
    }

    /// Sends a call that already is a value, such as one that a mock has received, to a replica.
    ///
    /// ```
    /// # use serve_core::prelude::*;
    /// # #[derive(Default)] struct Greeter;
    /// # #[deployment] impl Greeter { fn say_hello(&self, name: &str) -> String { format!("Hello {name}!") } }
    /// /// A handle that notes how many calls go through it.
    /// fn counted(handle: GreeterHandle, count: &'static std::sync::atomic::AtomicUsize) -> GreeterHandle {
    ///     GreeterHandle::mock(move |call| {
    ///         count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    ///         handle.dispatch(call);
    ///     })
    /// }
    /// ```
    pub fn dispatch(&self, call: D::Call) {
        dispatch(self.core(), call);
    }
}

impl<D: Deployment> Deref for Handle<D> {
    type Target = D::Methods;

    #[inline]
    fn deref(&self) -> &D::Methods {
        &self.shared.methods
    }
}

impl<D: Deployment> Clone for Handle<D> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<D: Deployment> PartialEq for Handle<D> {
    fn eq(&self, other: &Self) -> bool {
        self.core() == other.core()
    }
}

impl<D: Deployment> Eq for Handle<D> {}

impl<D: Deployment> fmt::Debug for Handle<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Handle").field(self.core()).finish()
    }
}
