//! What a replica is made of: a constructor with its bound arguments, without their types.

use std::any::Any;
use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::argument::{BorrowTuple, BoundTuple, Children};
use super::compare::{Comparison, Differences};
use super::node::Scope;
use crate::codec::CodecError;
use crate::deployment::{Constructing, Deployment};
use crate::error::Failure;
use crate::exchange::{Resolve, with_resolver};
use crate::handle::HandleTable;

/// A constructor and its arguments.
pub(super) struct Recipe<B: BoundTuple, F> {
    pub(super) arguments: B,
    pub(super) construct: F,
    pub(super) encode: Encode<B>,
    pub(super) compare: Compare<B>,
}

pub(super) type Encode<B> = fn(&B, &<B as BorrowTuple>::Handles) -> Result<Bytes, CodecError>;
pub(super) type Compare<B> = fn(&B, &B, &mut Differences);

/// A recipe without the types of its arguments.
pub(super) trait AnyRecipe<D>: Send + Sync {
    fn children(&self) -> Children;
    /// Fills in the handles of the children.
    fn prepare(self: Arc<Self>, scope: &Scope) -> Result<Arc<dyn Prepared<D>>, Failure>;
    /// The arguments, with their type, which is the same for all binds of a deployment. That of `construct` is not.
    fn arguments(&self) -> &dyn Any;
    fn compare(&self, before: &dyn Any) -> Comparison;
}

/// A recipe with its handles filled in.
pub(crate) trait Prepared<D>: Send + Sync {
    /// Constructs with clones of the arguments, which are made at once.
    fn construct(&self) -> BoxFuture<'static, Result<D, Failure>>;
    /// The arguments for another process.
    fn encode(&self) -> Result<Bytes, CodecError>;
}

struct Complete<B: BoundTuple, F> {
    recipe: Arc<Recipe<B, F>>,
    handles: B::Handles,
}

/// Constructs as a process would, where the arguments can cross: see `handle/loopback.rs`.
pub(crate) fn construct_over_bytes<D: Deployment>(
    prepared: &dyn Prepared<D>,
) -> BoxFuture<'static, Result<D, Failure>> {
    let handles: Arc<dyn Resolve> = Arc::new(HandleTable::default());
    // A type that is no serde value, or the mock of a handle, cannot cross.
    let Ok(bytes) = with_resolver(&handles, || prepared.encode()) else {
        return prepared.construct();
    };
    match with_resolver(&handles, || D::construct(&bytes)) {
        Ok(Constructing(constructing)) => constructing,
        Err(error) => Box::pin(std::future::ready(Err(Failure::new(error)))),
    }
}

// === impl Recipe ===

impl<D, B, F, Fut> AnyRecipe<D> for Recipe<B, F>
where
    D: Deployment,
    B: BoundTuple,
    F: Fn(B::Values) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<D, Failure>> + Send + 'static,
{
    fn children(&self) -> Children {
        self.arguments.children()
    }

    fn prepare(self: Arc<Self>, scope: &Scope) -> Result<Arc<dyn Prepared<D>>, Failure> {
        let handles = self.arguments.handles(scope)?;
        Ok(Arc::new(Complete { recipe: self, handles }))
    }

    fn arguments(&self) -> &dyn Any {
        &self.arguments
    }

    fn compare(&self, before: &dyn Any) -> Comparison {
        match before.downcast_ref() {
            Some(before) => {
                Differences::found(|found| (self.compare)(&self.arguments, before, found))
            }
            None => Comparison::Changed("the arguments are of other types".to_owned()),
        }
    }
}

// === impl Complete ===

impl<D, B, F, Fut> Prepared<D> for Complete<B, F>
where
    D: Deployment,
    B: BoundTuple,
    F: Fn(B::Values) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<D, Failure>> + Send + 'static,
{
    fn construct(&self) -> BoxFuture<'static, Result<D, Failure>> {
        let Recipe { arguments, construct, .. } = &*self.recipe;
        construct(arguments.values(&self.handles)).boxed()
    }

    fn encode(&self) -> Result<Bytes, CodecError> {
        (self.recipe.encode)(&self.recipe.arguments, &self.handles)
    }
}
