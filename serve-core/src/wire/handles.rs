//! Handles among the values of a call: written as the name of their deployment, read as a handle that
//! whoever reads has a way for.

use std::any::{Any, TypeId};
use std::sync::Arc;

use scoped_tls::scoped_thread_local;
use serde::de::Error as _;
use serde::ser::{Error as _, SerializeStruct};
use serde::{Deserialize, Deserializer, Serializer};

use crate::deployment::Deployment;
use crate::handle::HandleCore;

scoped_thread_local!(static RESOLVER: Arc<dyn Resolve>);

/// Knows the deployments that values speak of.
pub(crate) trait Resolve: Send + Sync {
    /// A `HandleCore<D>` to this deployment, where `D` is the type of this id.
    fn core(&self, application: &str, deployment: &str, type_id: TypeId) -> Option<Box<dyn Any>>;

    /// A handle is being written; `core` makes more of its kind: calls may come back for it.
    fn leaves(&self, application: &str, deployment: &str, type_id: TypeId, core: Arc<MakeCore>) {
        let _ = (application, deployment, type_id, core);
    }
}

/// Makes a `HandleCore` of a type that was once known.
pub(crate) type MakeCore = dyn Fn() -> Box<dyn Any> + Send + Sync;

/// Reads and writes values in `body` as `resolver` knows them.
pub(crate) fn with_resolver<R>(resolver: &Arc<dyn Resolve>, body: impl FnOnce() -> R) -> R {
    RESOLVER.set(resolver, body)
}

fn resolver() -> Option<Arc<dyn Resolve>> {
    RESOLVER.is_set().then(|| RESOLVER.with(Arc::clone))
}

/// What a handle looks like.
#[derive(Deserialize)]
struct Name {
    application: String,
    deployment: String,
}

/// # Errors
///
/// A mock, or a replica that has been chosen, stands behind the handle.
pub fn serialize_handle<D: Deployment, S: Serializer>(
    core: &HandleCore<D>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let id = core.id().map_err(S::Error::custom)?;
    if let Some(resolver) = resolver() {
        let core = core.clone();
        let make: Arc<MakeCore> = Arc::new(move || Box::new(core.clone()));
        resolver.leaves(&id.application, &id.deployment, TypeId::of::<D>(), make);
    }
    let mut name = serializer.serialize_struct("Handle", 2)?;
    name.serialize_field("application", &*id.application)?;
    name.serialize_field("deployment", &*id.deployment)?;
    name.end()
}

/// # Errors
///
/// There is no such deployment, or nobody here knows.
pub fn deserialize_handle<'de, D: Deployment, S: Deserializer<'de>>(
    deserializer: S,
) -> Result<D::Handle, S::Error> {
    let Name { application, deployment } = Name::deserialize(deserializer)?;
    let resolver = resolver()
        .ok_or_else(|| S::Error::custom("a handle can only be read inside a serve process"))?;
    let core = resolver.core(&application, &deployment, TypeId::of::<D>());
    let core = core.and_then(|core| core.downcast::<HandleCore<D>>().ok());
    core.map(|core| D::handle(*core)).ok_or_else(|| {
        let (name, id) = (D::NAME, format_args!("{application}#{deployment}"));
        S::Error::custom(format_args!("there is no deployment `{id}` of type `{name}` here"))
    })
}
