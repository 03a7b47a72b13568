//! Handles among the values of a call, see `exchange/handles.rs`.

use serde::de::Error as _;
use serde::ser::{Error as _, SerializeStruct};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::any::typed;
use super::core::HandleCore;
use super::typed::Handle;
use crate::deployment::Deployment;
use crate::exchange::{HandlePath, resolver};

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
            Some(HandlePath::Here(handle)) => typed(&*handle),
            Some(HandlePath::Far(far)) => Some(HandleCore::far(far)),
            None => None,
        };
        core.map(Self::new).ok_or_else(|| {
            let (name, id) = (D::NAME, format_args!("{application}#{deployment}"));
            S::Error::custom(format_args!("there is no deployment `{id}` of type `{name}` here"))
        })
    }
}
