//! What makes an application of an argument: a function of the program's.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::args::{self, Misfit};
use super::tree::Path;
use crate::application::{AnyNode, Application};
use crate::deployment::Deployment;
use crate::error::Failure;
use crate::panic::catch;

/// A function that makes an application, for a configuration to name: of an argument, which may be any type that serde
/// reads, or of none.
///
/// It gives an [`Application`], or a `Result` with one, whose error may be whatever can be displayed. It is called when a
/// configuration is checked, planned and applied, so it should do no more than bind; what takes time belongs into the
/// constructors of deployments. A panic in it is an error of the configuration.
///
/// ```
/// # #[cfg(feature = "admin")] {
/// use serve_core::file::Builders;
/// # use serve_core::prelude::*;
/// # struct Greeter(String);
/// # #[deployment] impl Greeter { fn new(greeting: String) -> Self { Self(greeting) } fn hi(&self) {} }
///
/// #[derive(serde::Deserialize)]
/// struct HelloArgs {
///     greeting: String,
/// }
///
/// let builders = Builders::default()
///     .app("hello", |args: HelloArgs| Greeter::bind(args.greeting))
///     .app("ahoy", || Greeter::bind("Ahoy"))
///     .app("loud", |args: HelloArgs| match args.greeting.is_empty() {
///         true => Err("the greeting is empty"),
///         false => Ok(Greeter::bind(args.greeting.to_uppercase())),
///     });
/// assert_eq!(builders.names().collect::<Vec<_>>(), ["ahoy", "hello", "loud"]);
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` makes no application",
    label = "expected a function of one argument or none that returns an `Application`",
    note = "the argument must implement `serde::de::DeserializeOwned`; the function returns `Application<D>` or `Result<Application<D>, E>`, `E: Display`, and is `Send + Sync + 'static`"
)]
pub trait ApplicationBuilder<Signature>: Send + Sync + 'static {
    #[doc(hidden)]
    fn build(&self, args: Option<&Value>) -> Result<Built, BuilderRefusal>;
}

/// What a builder may return: an application, or a `Result` with one.
///
/// ```
/// # use serve_core::prelude::*;
/// # #[derive(Default)] struct Greeter;
/// # #[deployment] impl Greeter { fn hi(&self) {} }
/// fn takes(_: impl serve_core::file::IntoApplication) {}
///
/// takes(Greeter::bind());
/// takes(Ok::<_, std::io::Error>(Greeter::bind()));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no application",
    note = "return `Application<D>`, as `bind` gives it, or `Result<Application<D>, E>` with `E: Display`"
)]
pub trait IntoApplication {
    #[doc(hidden)]
    fn into_application(self) -> Result<Built, Failure>;
}

/// An application without its type.
#[doc(hidden)]
pub struct Built(pub(super) Arc<dyn AnyNode>);

/// Why there is none.
#[doc(hidden)]
#[derive(Debug)]
pub enum BuilderRefusal {
    #[doc(hidden)]
    Argument(ArgumentMisfit),
    #[doc(hidden)]
    Builder(Failure),
}

/// Where an argument does not fit, and why.
#[doc(hidden)]
#[derive(Debug)]
pub struct ArgumentMisfit(Misfit);

/// A builder without its types.
pub(super) trait AnyBuilder: Send + Sync {
    fn build(&self, args: Option<&Value>) -> Result<Built, BuilderRefusal>;
}

pub(super) struct BuilderOf<B, Signature> {
    builder: B,
    signature: PhantomData<fn(Signature)>,
}

impl<D: Deployment> IntoApplication for Application<D> {
    fn into_application(self) -> Result<Built, Failure> {
        Ok(Built(self.into_node()))
    }
}

impl<D: Deployment, E: fmt::Display> IntoApplication for Result<Application<D>, E> {
    fn into_application(self) -> Result<Built, Failure> {
        match self {
            Ok(application) => application.into_application(),
            Err(error) => Err(Failure::new(error)),
        }
    }
}

impl<F, A, R> ApplicationBuilder<fn(A) -> R> for F
where
    F: Fn(A) -> R + Send + Sync + 'static,
    A: DeserializeOwned,
    R: IntoApplication,
{
    fn build(&self, args: Option<&Value>) -> Result<Built, BuilderRefusal> {
        let args =
            args::read(args).map_err(|misfit| BuilderRefusal::Argument(ArgumentMisfit(misfit)))?;
        self(args).into_application().map_err(BuilderRefusal::Builder)
    }
}

impl<F, R> ApplicationBuilder<fn() -> R> for F
where
    F: Fn() -> R + Send + Sync + 'static,
    R: IntoApplication,
{
    fn build(&self, args: Option<&Value>) -> Result<Built, BuilderRefusal> {
        // An empty table is no argument.
        args.map_or(Ok(()), |args| match args.as_object().is_some_and(serde_json::Map::is_empty) {
            true => Ok(()),
            false => args::read::<()>(Some(args)),
        })
        .map_err(|_| BuilderRefusal::unwanted())?;
        self().into_application().map_err(BuilderRefusal::Builder)
    }
}

// === impl BuilderOf ===

impl<B, Signature> BuilderOf<B, Signature> {
    pub(super) fn new(builder: B) -> Self {
        Self { builder, signature: PhantomData }
    }
}

impl<B: ApplicationBuilder<Signature>, Signature> AnyBuilder for BuilderOf<B, Signature> {
    fn build(&self, args: Option<&Value>) -> Result<Built, BuilderRefusal> {
        catch(|| self.builder.build(args)).unwrap_or_else(|panic| {
            Err(BuilderRefusal::Builder(Failure::new(format_args!("it panicked: {panic}"))))
        })
    }
}

// === impl BuilderRefusal ===

impl BuilderRefusal {
    fn unwanted() -> Self {
        let message = "it takes no argument".to_owned();
        Self::Argument(ArgumentMisfit(Misfit { path: Path::default(), message }))
    }
}

impl ArgumentMisfit {
    pub(super) fn into_parts(self) -> (Path, String) {
        (self.0.path, self.0.message)
    }
}

impl fmt::Debug for Built {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Built").field(&self.0.name()).finish()
    }
}
