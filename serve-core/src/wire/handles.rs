//! Handles among the values of a call: written as the name of their deployment, read as a handle that
//! whoever reads has a way for.

use std::sync::Arc;

use scoped_tls::scoped_thread_local;
use serde::de::Error as _;
use serde::ser::{Error as _, SerializeStruct};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::deployment::Deployment;
use crate::exchange::FarDeployment;
use crate::handle::{AnyHandle, Handle, HandleCore, typed_handle};

scoped_thread_local!(static RESOLVER: Arc<dyn Resolve>);

/// Knows the deployments that values speak of.
pub(crate) trait Resolve: Send + Sync {
    /// The way to this deployment from here, if there is one.
    fn way(&self, application: &str, deployment: &str) -> Option<HandlePath>;

    /// A handle is being written: calls may come back for it.
    fn leaves(&self, handle: Arc<dyn AnyHandle>) {
        drop(handle);
    }
}

/// Where a deployment is.
pub(crate) enum HandlePath {
    /// In this process.
    Here(Arc<dyn AnyHandle>),
    /// At the other end of a link. Its type shows when it is called.
    Far(Arc<FarDeployment>),
}

/// Reads and writes values in `body` as `resolver` knows them.
pub(crate) fn with_resolver<R>(resolver: &Arc<dyn Resolve>, body: impl FnOnce() -> R) -> R {
    RESOLVER.set(resolver, body)
}

/// A deployment at the other end of the link whose values are being read or written here.
pub(crate) fn far_deployment(application: &str, deployment: &str) -> Option<Arc<FarDeployment>> {
    match resolver()?.way(application, deployment)? {
        HandlePath::Far(far) => Some(far),
        HandlePath::Here(_) => None,
    }
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

impl<D: Deployment> Serialize for Handle<D> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let handle = self.core().to_any().map_err(S::Error::custom)?;
        let id = handle.id().clone();
        if let Some(resolver) = resolver() {
            resolver.leaves(handle);
        }
        let mut name = serializer.serialize_struct("Handle", 2)?;
        name.serialize_field("application", &*id.application)?;
        name.serialize_field("deployment", &*id.deployment)?;
        name.end()
    }
}

impl<'de, D: Deployment> Deserialize<'de> for Handle<D> {
    fn deserialize<S: Deserializer<'de>>(deserializer: S) -> Result<Self, S::Error> {
        let Name { application, deployment } = Name::deserialize(deserializer)?;
        let resolver = resolver()
            .ok_or_else(|| S::Error::custom("a handle can only be read inside a serve process"))?;
        let core = match resolver.way(&application, &deployment) {
            Some(HandlePath::Here(handle)) => typed_handle(&*handle),
            Some(HandlePath::Far(far)) => Some(HandleCore::far(far)),
            None => None,
        };
        core.map(Self::new).ok_or_else(|| {
            let (name, id) = (D::NAME, format_args!("{application}#{deployment}"));
            S::Error::custom(format_args!("there is no deployment `{id}` of type `{name}` here"))
        })
    }
}
