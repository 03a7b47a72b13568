//! What users put around their routes, as data: layers, the shape of errors, the keys of clients.
//!
//! `ingress` applies it. It stands at the bottom, because options and bound deployments both have some of it.

mod layers;

mod error;
mod on_error;

mod bucket;
mod keys;

mod around;

pub use error::{FrameworkError, FrameworkErrorKind};
pub use keys::{ApiKey, ApiKeys};

pub(crate) use around::{Around, AroundRef};
pub(crate) use bucket::Bucket;
pub(crate) use error::Made;
pub(crate) use keys::{Digest, KeyLimits, digest};
pub(crate) use layers::Layers;
pub(crate) use on_error::OnError;
