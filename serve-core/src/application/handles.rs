//! Bound deployments that stand for handles: one of them, or those in a collection.

use std::any::Any;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};
use std::sync::Arc;

use super::argument::ArgumentSource;
use super::node::{AnyNode, Scope};
use super::{Application, BindArg, Bound};
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
    fn bind(self) -> Bound<T>;
}

/// Bound deployments in the place of the handles that `run` will make of them.
pub(super) trait HandleSource<T>: Send + Sync {
    fn nodes(&self) -> Vec<Arc<dyn AnyNode>>;
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

fn are_alike(now: &Arc<dyn AnyNode>, before: &Arc<dyn AnyNode>) -> bool {
    now.name() == before.name() && now.deployment_type() == before.deployment_type()
}

/// Nodes in a collection, by place or by key.
struct Nodes<C>(C);

type Node = Arc<dyn AnyNode>;

fn bound<T>(children: impl HandleSource<T> + 'static) -> Bound<T> {
    Bound(ArgumentSource::Handles(Box::new(children)))
}

fn nodes<D: Deployment>(applications: impl IntoIterator<Item = Application<D>>) -> Vec<Node> {
    applications.into_iter().map(Application::into_node).collect()
}

// === one ===

/// A bound deployment stands for a handle to it.
impl<D: Deployment> BindArg<Handle<D>> for Application<D> {
    fn bind(self) -> Bound<Handle<D>> {
        bound(Nodes(self.into_node()))
    }
}

impl<D: Deployment> HandleSource<Handle<D>> for Nodes<Node> {
    fn nodes(&self) -> Vec<Node> {
        vec![Arc::clone(&self.0)]
    }

    fn fill(&self, scope: &Scope) -> Option<Handle<D>> {
        scope.handle(&self.0)
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
            fn bind(self) -> Bound<$to> {
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
    fn bind(self) -> Bound<Option<Handle<D>>> {
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
        impl<D: Deployment, $($generics)*> HandleSource<$to> for Nodes<Vec<Node>> {
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
    ($($map:ident [$($generics:tt)*] [$($hasher:ident)?];)*) => {$(
        impl<D: Deployment, $($generics)*> BindHandles<$map<K, Handle<D> $(, $hasher)?>>
            for $map<K, Application<D> $(, $hasher)?>
        {
            fn bind(self) -> Bound<$map<K, Handle<D> $(, $hasher)?>> {
                let nodes = self.into_iter().map(|(key, application)| (key, application.into_node()));
                bound(Nodes(nodes.collect::<$map<K, Node $(, $hasher)?>>()))
            }
        }

        impl<D: Deployment, $($generics)*> HandleSource<$map<K, Handle<D> $(, $hasher)?>>
            for Nodes<$map<K, Node $(, $hasher)?>>
        {
            fn nodes(&self) -> Vec<Node> {
                self.0.values().cloned().collect()
            }

            fn fill(&self, scope: &Scope) -> Option<$map<K, Handle<D> $(, $hasher)?>> {
                let filled = |(key, node): (&K, &Node)| Some((key.clone(), scope.handle(node)?));
                self.0.iter().map(filled).collect()
            }

            fn is_like(&self, before: &dyn HandleSource<$map<K, Handle<D> $(, $hasher)?>>) -> bool {
                let Some(Self(before)) = before.as_any().downcast_ref() else { return false };
                let is_there = |(key, now): (&K, &Node)| before.get(key).is_some_and(|before| are_alike(now, before));
                self.0.len() == before.len() && self.0.iter().all(is_there)
            }

            fn as_any(&self) -> &dyn Any {
                self
            }
        }

        impl<D: Deployment, $($generics)*> BindHandles<$map<K, Handle<D> $(, $hasher)?>>
            for &$map<K, Handle<D> $(, $hasher)?>
        where
            $map<K, Handle<D> $(, $hasher)?>: Clone,
        {
            fn bind(self) -> Bound<$map<K, Handle<D> $(, $hasher)?>> {
                Bound::value(self.clone())
            }
        }
    )*};
}

by_key! {
    HashMap [K: Eq + Hash + Clone + Send + Sync + 'static, S: BuildHasher + Default + Send + Sync + 'static] [S];
    BTreeMap [K: Ord + Clone + Send + Sync + 'static] [];
}

// === handles that are there already ===

macro_rules! handles {
    ($([$($generics:tt)*] $from:ty => $to:ty, $convert:expr;)*) => {$(
        impl<D: Deployment, $($generics)*> BindHandles<$to> for $from {
            fn bind(self) -> Bound<$to> {
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
    [] &Vec<Handle<D>> => Vec<Handle<D>>, Vec::clone;
    [] &Option<Handle<D>> => Option<Handle<D>>, Option::clone;
}
