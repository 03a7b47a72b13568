//! Bound deployments that stand for handles: one of them, or those in a collection.

use std::any::Any;
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::sync::Arc;

use super::argument::ArgumentSource;
use super::node::{AnyNode, Scope};
use super::{Application, BindArg, Bound};
use crate::contained::Contained;
use crate::deployment::Deployment;
use crate::handle::Handle;

/// What may be passed to `bind` where the constructor takes a collection of handles: the same collection of bound
/// deployments.
///
/// Only these, so that `None` and `vec![]` need no type. Handles that are there already are passed in an array, as
/// `&handles`, or, to an `Option`, by themselves.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be bound where the constructor takes `{T}`",
    label = "expected bound deployments",
    note = "a collection of handles takes bound deployments, such as `vec![A::bind(), A::bind()]` or `Some(A::bind())`",
    note = "pass handles as an array or as `&handles`, and to an `Option` the handle by itself"
)]
pub trait BindHandles<T> {
    #[doc(hidden)]
    fn bound(self) -> Bound<T>;
}

type Node = Arc<dyn AnyNode>;

/// Bound deployments in the place of the handles that `run` will make of them.
pub(super) trait HandleSource<T>: Send + Sync {
    fn nodes(&self) -> Vec<Node>;
    /// `None` if there is no handle to one of them.
    fn fill(&self, scope: &Scope) -> Option<T>;
    /// Whether `before` leads to the same deployments in the same places.
    fn is_like(&self, before: &dyn HandleSource<T>) -> bool {
        let (now, before) = (self.nodes(), before.nodes());
        now.len() == before.len()
            && now.iter().zip(&before).all(|(now, before)| are_alike(now, before))
    }

    fn as_any(&self) -> &dyn Any;
}

fn are_alike(now: &Node, before: &Node) -> bool {
    now.name() == before.name() && now.deployment_type() == before.deployment_type()
}

/// Nodes by place.
struct Nodes(Vec<Node>);

/// Nodes by key. The keys are the user's, so each is contained.
struct NodesByKey<K>(Vec<(Contained<K>, Node)>);

fn bound<T>(children: impl HandleSource<T> + 'static) -> Bound<T> {
    Bound(ArgumentSource::Handles(Box::new(children)))
}

fn nodes<D: Deployment>(applications: impl IntoIterator<Item = Application<D>>) -> Vec<Node> {
    applications.into_iter().map(Application::into_node).collect()
}

// === one ===

/// A bound deployment stands for a handle to it.
impl<D: Deployment> BindArg<Handle<D>> for Application<D> {
    fn bound(self) -> Bound<Handle<D>> {
        bound(self.into_node())
    }
}

impl<D: Deployment> HandleSource<Handle<D>> for Node {
    fn nodes(&self) -> Vec<Node> {
        vec![Arc::clone(self)]
    }

    fn fill(&self, scope: &Scope) -> Option<Handle<D>> {
        scope.handle(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

// === some, many ===

/// Collections of which the places are numbered.
macro_rules! by_place {
    ($([$($generics:tt)*] $from:ty => $to:ty;)*) => {$(
        impl<D: Deployment, $($generics)*> BindHandles<$to> for $from {
            fn bound(self) -> Bound<$to> {
                bound::<$to>(Nodes(nodes(self)))
            }
        }
    )*};
}

by_place! {
    [] Vec<Application<D>> => Vec<Handle<D>>;
    [] Option<Application<D>> => Option<Handle<D>>;
    [const N: usize] [Application<D>; N] => Vec<Handle<D>>;
    [const N: usize] [Application<D>; N] => [Handle<D>; N];
}

impl<D: Deployment> BindHandles<Option<Handle<D>>> for Application<D> {
    fn bound(self) -> Bound<Option<Handle<D>>> {
        bound(Nodes(nodes([self])))
    }
}

/// What is made of all handles, in their order.
trait Collect<D: Deployment>: Sized + 'static {
    fn collect(handles: Vec<Handle<D>>) -> Option<Self>;
}

impl<D: Deployment> Collect<D> for Vec<Handle<D>> {
    fn collect(handles: Self) -> Option<Self> {
        Some(handles)
    }
}

impl<D: Deployment> Collect<D> for Option<Handle<D>> {
    fn collect(handles: Vec<Handle<D>>) -> Option<Self> {
        Some(handles.into_iter().next())
    }
}

impl<D: Deployment, const N: usize> Collect<D> for [Handle<D>; N] {
    fn collect(handles: Vec<Handle<D>>) -> Option<Self> {
        handles.try_into().ok()
    }
}

macro_rules! children_by_place {
    ($([$($generics:tt)*] $to:ty;)*) => {$(
        impl<D: Deployment, $($generics)*> HandleSource<$to> for Nodes {
            fn nodes(&self) -> Vec<Node> {
                self.0.clone()
            }

            fn fill(&self, scope: &Scope) -> Option<$to> {
                let handles = self.0.iter().map(|node| scope.handle(node)).collect::<Option<_>>()?;
                Collect::<D>::collect(handles)
            }

            fn as_any(&self) -> &dyn Any {
                self
            }
        }
    )*};
}

children_by_place! {
    [] Vec<Handle<D>>;
    [] Option<Handle<D>>;
    [const N: usize] [Handle<D>; N];
}

// === maps ===

macro_rules! by_key {
    ($($map:ident [$($key:tt)*];)*) => {$(
        impl<D: Deployment, K: $($key)* + Clone + Send + Sync + 'static> BindHandles<$map<K, Handle<D>>>
            for $map<K, Application<D>>
        {
            fn bound(self) -> Bound<$map<K, Handle<D>>> {
                let nodes = self.into_iter().map(|(key, application)| (Contained::new(key), application.into_node()));
                bound(NodesByKey(nodes.collect()))
            }
        }

        impl<D: Deployment, K: $($key)* + Clone + Send + Sync + 'static> HandleSource<$map<K, Handle<D>>>
            for NodesByKey<K>
        {
            fn nodes(&self) -> Vec<Node> {
                self.0.iter().map(|(_, node)| Arc::clone(node)).collect()
            }

            fn fill(&self, scope: &Scope) -> Option<$map<K, Handle<D>>> {
                let filled = |(key, node): &(Contained<K>, Node)| Some(((**key).clone(), scope.handle(node)?));
                self.0.iter().map(filled).collect()
            }

            fn is_like(&self, before: &dyn HandleSource<$map<K, Handle<D>>>) -> bool {
                before.as_any().downcast_ref().is_some_and(|before| self.agrees_with(before))
            }

            fn as_any(&self) -> &dyn Any {
                self
            }
        }
    )*};
}

by_key! {
    HashMap [Eq + Hash];
    BTreeMap [Ord];
}

impl<K: Eq> NodesByKey<K> {
    fn agrees_with(&self, before: &Self) -> bool {
        let is_there = |(key, now): &(Contained<K>, Node)| {
            let before = before.0.iter().find(|(before, _)| **before == **key);
            before.is_some_and(|(_, before)| are_alike(now, before))
        };
        self.0.len() == before.0.len() && self.0.iter().all(is_there)
    }
}

// === handles that are there already ===

impl<C: Clone> BindHandles<C> for &C {
    fn bound(self) -> Bound<C> {
        Bound::value(self.clone())
    }
}

macro_rules! handles {
    ($([$($generics:tt)*] $from:ty => $to:ty, $convert:expr;)*) => {$(
        impl<D: Deployment, $($generics)*> BindHandles<$to> for $from {
            fn bound(self) -> Bound<$to> {
                Bound::value($convert(self))
            }
        }
    )*};
}

handles! {
    [] Handle<D> => Option<Handle<D>>, Some;
    [const N: usize] [Handle<D>; N] => [Handle<D>; N], std::convert::identity;
    [const N: usize] [Handle<D>; N] => Vec<Handle<D>>, Vec::from;
    [] &[Handle<D>] => Vec<Handle<D>>, <[Handle<D>]>::to_vec;
}
