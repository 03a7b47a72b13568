//! What one bound deployment has around its routes.

use std::sync::Arc;

use super::keys::ApiKeys;
use super::layers::{Layers, LayersRef};

/// Layers and keys.
#[derive(Clone, Debug, Default)]
pub(crate) struct Around {
    pub(crate) layers: Layers,
    pub(crate) keys: Option<Arc<ApiKeys>>,
}

/// The same without keeping layers, which are dropped where the user's values are: to be compared.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct AroundRef {
    layers: LayersRef,
    keys: Option<Arc<ApiKeys>>,
}

impl Around {
    pub(crate) fn downgrade(&self) -> AroundRef {
        AroundRef { layers: self.layers.downgrade(), keys: self.keys.clone() }
    }
}

impl AroundRef {
    /// What is not the same, by the names of the methods that set it.
    pub(crate) fn differences(&self, other: &Self) -> impl Iterator<Item = &'static str> {
        let layers = (self.layers != other.layers).then_some("layer");
        let keys = (self.keys != other.keys).then_some("api_keys");
        layers.into_iter().chain(keys)
    }
}
