//! Arguments of `bind`: values, and bound deployments that become handles when the application runs.
//!
//! The values are the user's. Their `Drop` runs inside a catch; their `Clone` runs when a replica is made of them, where
//! the constructor does.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::handles;
use super::node::{AnyNode, Scope};
use crate::call::borrowed_forms;
use crate::contained::Contained;
use crate::error::Failure;

/// What may be passed to `bind` where the constructor takes a `T`: the value itself, and for a handle
/// also the bound deployment that it shall point to.
///
/// ```
/// use serve_core::BindArg;
/// let bound = BindArg::<String>::bound("Hello");
/// # let _ = bound;
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be bound where the constructor takes `{T}`",
    label = "expected `{T}`",
    note = "a handle parameter takes a handle or a bound deployment of the same type"
)]
pub trait BindArg<T> {
    /// Turns it into a bound argument.
    fn bound(self) -> Bound<T>;
}

impl<T> BindArg<T> for T {
    fn bound(self) -> Bound<T> {
        Bound::value(self)
    }
}

impl<T: Clone> BindArg<T> for &T {
    fn bound(self) -> Bound<T> {
        Bound::value(self.clone())
    }
}

macro_rules! bind_arg {
    ($([$($generics:tt)*] $borrowed:ty => $owned:ty, $convert:expr;)*) => {$(
        impl<$($generics)*> BindArg<$owned> for $borrowed {
            fn bound(self) -> Bound<$owned> {
                Bound::value($convert(self))
            }
        }
    )*};
}

borrowed_forms!(bind_arg);

/// An argument that a constructor will get: a value, or a handle that `run` will make.
pub struct Bound<T>(pub(super) ArgumentSource<T>);

/// What stands in the place of bound deployments. The handles may be in a collection, whose keys are the user's.
#[doc(hidden)]
pub struct Filled<T>(Option<Contained<T>>);

pub(super) enum ArgumentSource<T> {
    Value(Contained<T>),
    /// Bound deployments.
    Handles(Box<dyn handles::HandleSource<T>>),
}

/// All arguments of a constructor, in order.
#[doc(hidden)]
pub trait BoundTuple: BorrowTuple<Handles: Send + Sync + 'static> + Send + Sync + 'static {
    /// What the constructor takes.
    type Values: Send + 'static;

    #[doc(hidden)]
    fn children(&self) -> Children;

    /// # Errors
    ///
    /// There is no handle to one of the bound deployments.
    #[doc(hidden)]
    fn handles(&self, scope: &Scope) -> Result<Self::Handles, Failure>;

    /// Clones them, which is the user's code.
    #[doc(hidden)]
    fn values(&self, handles: &Self::Handles) -> Self::Values;
}

/// The same without bounds, so that an argument that is not `Clone` is reported where `bind` asks for it, and once.
#[doc(hidden)]
pub trait BorrowTuple {
    /// The handles of the bound deployments among them, in their places.
    type Handles;
    /// What the constructor takes, borrowed.
    type Refs<'a>
    where
        Self: 'a;

    #[doc(hidden)]
    fn refs<'a>(&'a self, handles: &'a Self::Handles) -> Self::Refs<'a>;
}

/// The bound deployments among a constructor's arguments.
#[doc(hidden)]
pub struct Children(pub(super) Vec<Arc<dyn AnyNode>>);

// === impl Bound ===

impl<T> Bound<T> {
    pub(crate) fn value(value: T) -> Self {
        Self(ArgumentSource::Value(Contained::new(value)))
    }

    fn nodes(&self) -> Vec<Arc<dyn AnyNode>> {
        match &self.0 {
            ArgumentSource::Value(_) => Vec::new(),
            ArgumentSource::Handles(children) => children.nodes(),
        }
    }

    /// The handles, if these are bound deployments.
    fn handle(&self, scope: &Scope) -> Result<Filled<T>, Failure> {
        let ArgumentSource::Handles(children) = &self.0 else { return Ok(Filled(None)) };
        let filled = children.fill(scope).map(|handles| Filled(Some(Contained::new(handles))));
        filled.ok_or_else(|| {
            let nodes = children.nodes();
            let names = nodes.iter().map(|node| format!("`{}`", node.name()));
            Failure::new(format_args!("no handle to {}", names.collect::<Vec<_>>().join(", ")))
        })
    }

    /// The value, or the handle that [`Self::handle`] has found.
    fn get<'a>(&'a self, Filled(handle): &'a Filled<T>) -> &'a T {
        match &self.0 {
            ArgumentSource::Value(value) => value,
            ArgumentSource::Handles(_) => {
                handle.as_ref().expect("a bound deployment without a handle has failed before")
            }
        }
    }
}

impl<T> fmt::Debug for Bound<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            ArgumentSource::Value(_) => "Value",
            ArgumentSource::Handles(_) => "Handles",
        })
    }
}

impl<T> fmt::Debug for Filled<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Filled").field(&self.0).finish()
    }
}

impl fmt::Debug for Children {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Children").field(&self.0.len()).finish()
    }
}

// === impl BoundTuple ===

macro_rules! bound_tuple {
    ($($name:ident $index:tt)*) => {
        impl<$($name),*> BorrowTuple for ($(Bound<$name>,)*) {
            type Handles = ($(Filled<$name>,)*);
            type Refs<'a> = ($(&'a $name,)*) where Self: 'a;

            fn refs<'a>(&'a self, handles: &'a Self::Handles) -> Self::Refs<'a> {
                ($(self.$index.get(&handles.$index),)*)
            }
        }

        impl<$($name: Clone + Send + Sync + 'static),*> BoundTuple for ($(Bound<$name>,)*) {
            type Values = ($($name,)*);

            fn children(&self) -> Children {
                Children([$(self.$index.nodes()),*].into_iter().flatten().collect())
            }

            fn handles(&self, scope: &Scope) -> Result<Self::Handles, Failure> {
                Ok(($(self.$index.handle(scope)?,)*))
            }

            fn values(&self, handles: &Self::Handles) -> Self::Values {
                // Contained until all are there: one clone may panic and another's `Drop` as well.
                let values = ($(Contained::new(self.$index.get(&handles.$index).clone()),)*);
                ($(values.$index.into_inner(),)*)
            }
        }
    };
}

impl BorrowTuple for () {
    type Handles = ();
    type Refs<'a> = ();

    fn refs<'a>(&'a self, (): &'a ()) {}
}

impl BoundTuple for () {
    type Values = ();

    fn children(&self) -> Children {
        Children(Vec::new())
    }

    fn handles(&self, _scope: &Scope) -> Result<(), Failure> {
        Ok(())
    }

    fn values(&self, (): &()) {}
}

bound_tuple!(A 0);
bound_tuple!(A 0 B 1);
bound_tuple!(A 0 B 1 C 2);
bound_tuple!(A 0 B 1 C 2 D 3);
bound_tuple!(A 0 B 1 C 2 D 3 E 4);
bound_tuple!(A 0 B 1 C 2 D 3 E 4 F 5);
bound_tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6);
bound_tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7);
bound_tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8);
bound_tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9);
bound_tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10);
bound_tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11);
