//! The deployments that are compiled into this executable, by the name of their type: how a process
//! that is started to be a replica finds out what of.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{HostedType, hosted_type};
use crate::deployment::Deployment;
use crate::info::TypeInfo;

/// A type whose replicas this executable can be. Submitted by generated code, for every deployment that
/// is not generic.
#[doc(hidden)]
pub struct ReplicaType {
    pub(crate) key: fn() -> &'static str,
    /// The package of the code, where cargo builds it.
    package: Option<&'static str>,
    name: &'static str,
    pub(crate) hosted: Option<&'static dyn HostedType>,
}

/// A type as one build names it to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TypeName {
    /// With its module, which may be another in another build.
    key: String,
    package: Option<String>,
    /// As the deployment is called.
    name: String,
}

inventory::collect!(ReplicaType);

// === impl ReplicaType ===

impl ReplicaType {
    /// No type.
    pub const NONE: Self = Self { key: || "", package: None, name: "", hosted: None };

    #[must_use]
    pub const fn new<D: Deployment>() -> Self {
        Self { key: key::<D>, package: None, name: D::NAME, hosted: Some(hosted_type::<D>()) }
    }

    #[must_use]
    pub const fn of_package(self, package: Option<&'static str>) -> Self {
        Self { package, ..self }
    }

    /// The names of all types that have been submitted.
    pub fn keys() -> impl Iterator<Item = &'static str> {
        inventory::iter::<Self>().map(|ty| (ty.key)())
    }

    /// The type of this key.
    pub(crate) fn of_key(key: &str) -> Option<&'static Self> {
        inventory::iter::<Self>().find(|ty| (ty.key)() == key)
    }

    /// The type that a process is to be: the one of exactly this name, or else the only one of its
    /// package that is called so as a deployment, because it may have moved between two builds.
    pub(crate) fn find(wanted: &TypeName) -> Option<&'static Self> {
        Self::of_key(&wanted.key).or_else(|| {
            let is_alike =
                |ty: &&Self| ty.name == wanted.name && ty.package == wanted.package.as_deref();
            let mut alike = inventory::iter::<Self>().filter(is_alike);
            alike.next().filter(|_| alike.next().is_none())
        })
    }
}

// === impl TypeName ===

impl TypeName {
    pub(crate) fn of(info: &TypeInfo) -> Self {
        let key = (info.key)();
        let package = ReplicaType::of_key(key).and_then(|ty| ty.package).map(str::to_owned);
        Self { key: key.to_owned(), package, name: info.name.to_owned() }
    }

    /// As what a process is told when it is started.
    pub(crate) fn to_text(&self) -> String {
        serde_json::to_string(self).expect("strings are always JSON")
    }

    /// `None` where another version wrote it.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

impl fmt::Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key)
    }
}

/// The name under which a type is found.
fn key<D>() -> &'static str {
    std::any::type_name::<D>()
}

impl fmt::Debug for ReplicaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReplicaType").field(&(self.key)()).finish()
    }
}
