//! What changed between two binds of one deployment: its arguments, as far as the compiler finds a way to compare them.
//!
//! Generated code names each argument and brings its type's way, see [`Equality`]. Comparing runs the user's `PartialEq`,
//! which may panic or take its time: panics are caught here, and where it runs is the caller's choice.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::argument::{ArgumentSource, Bound};
use crate::panic::catch;

/// What there is to say of two versions of a deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Same,
    /// What has changed.
    Changed(String),
    /// What cannot be compared. All else is the same.
    Incomparable(String),
}

/// Collects what differs between the arguments of two binds.
#[doc(hidden)]
pub struct Differences(Comparison);

/// How two values of a type are compared, if there is a way.
type Equal<T> = Option<fn(&T, &T) -> bool>;

/// Finds out how two values of a type are compared.
///
/// The traits below all have a method `equality`, on this type under as many references as they rank: the compiler takes
/// the first that fits, from the outermost reference inwards. That also works where the type is a parameter of the
/// user's block; then only what its bounds say counts.
#[doc(hidden)]
pub struct Equality<T>(PhantomData<fn(T)>);

impl<T> Equality<T> {
    #[expect(clippy::new_without_default, reason = "generated code names it, nobody else")]
    #[must_use]
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

/// `Arc<T>`, `T: PartialEq`: one value is the same as itself, whatever its `PartialEq` says of it.
#[doc(hidden)]
pub trait EqualShared {
    #[doc(hidden)]
    type Value;
    #[doc(hidden)]
    fn equality(&self) -> Equal<Self::Value>;
}

impl<T: PartialEq + ?Sized> EqualShared for &&&Equality<Arc<T>> {
    type Value = Arc<T>;

    fn equality(&self) -> Equal<Arc<T>> {
        Some(|one, other| Arc::ptr_eq(one, other) || **one == **other)
    }
}

/// `T: PartialEq`.
#[doc(hidden)]
pub trait EqualByValue {
    #[doc(hidden)]
    type Value;
    #[doc(hidden)]
    fn equality(&self) -> Equal<Self::Value>;
}

impl<T: PartialEq> EqualByValue for &&Equality<T> {
    type Value = T;

    fn equality(&self) -> Equal<T> {
        Some(|one, other| one == other)
    }
}

/// `Arc<T>` of any `T`.
#[doc(hidden)]
pub trait EqualByPointer {
    #[doc(hidden)]
    type Value;
    #[doc(hidden)]
    fn equality(&self) -> Equal<Self::Value>;
}

impl<T: ?Sized> EqualByPointer for &Equality<Arc<T>> {
    type Value = Arc<T>;

    fn equality(&self) -> Equal<Arc<T>> {
        Some(Arc::ptr_eq)
    }
}

/// Everything else.
#[doc(hidden)]
pub trait NeverEqual {
    #[doc(hidden)]
    type Value;
    #[doc(hidden)]
    fn equality(&self) -> Equal<Self::Value>;
}

impl<T> NeverEqual for Equality<T> {
    type Value = T;

    fn equality(&self) -> Equal<T> {
        None
    }
}

/// The comparison of a constructor's arguments where it takes none.
#[doc(hidden)]
pub fn no_differences((): &(), (): &(), differences: &mut Differences) {
    let _ = differences;
}

// === impl Comparison ===

impl Comparison {
    /// Both together: a change counts more than what cannot be compared. Changes add up.
    #[must_use]
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Changed(one), Self::Changed(other)) => Self::Changed(format!("{one}, {other}")),
            (changed @ Self::Changed(_), _) | (_, changed @ Self::Changed(_)) => changed,
            (Self::Incomparable(one), Self::Incomparable(other)) => {
                Self::Incomparable(format!("{one}, {other}"))
            }
            (incomparable @ Self::Incomparable(_), Self::Same)
            | (Self::Same, incomparable @ Self::Incomparable(_)) => incomparable,
            (Self::Same, Self::Same) => Self::Same,
        }
    }
}

// === impl Differences ===

impl Differences {
    /// What `compare` finds.
    pub(super) fn found(compare: impl FnOnce(&mut Self)) -> Comparison {
        let mut differences = Self(Comparison::Same);
        compare(&mut differences);
        differences.0
    }

    /// Compares one argument.
    pub fn argument<T>(
        &mut self,
        name: &str,
        ty: &str,
        now: &Bound<T>,
        before: &Bound<T>,
        equal: Equal<T>,
    ) {
        let is_same = match (&now.0, &before.0) {
            (ArgumentSource::Value(now), ArgumentSource::Value(before)) => {
                let Some(equal) = equal else {
                    let why = format!("argument `{name}` of type `{ty}` has no `PartialEq`");
                    return self.add(Comparison::Incomparable(why));
                };
                catch(|| equal(now, before))
            }
            // A map's keys are the user's.
            (ArgumentSource::Handles(now), ArgumentSource::Handles(before)) => {
                catch(|| now.is_like(&**before))
            }
            _ => Ok(false),
        };
        match is_same {
            Ok(true) => {}
            Ok(false) => self.add(Comparison::Changed(format!("argument `{name}` changed"))),
            Err(panic) => {
                let why = format!("comparing argument `{name}` panicked: {panic}");
                self.add(Comparison::Changed(why));
            }
        }
    }

    fn add(&mut self, found: Comparison) {
        let before = std::mem::replace(&mut self.0, Comparison::Same);
        self.0 = before.and(found);
    }
}

impl fmt::Debug for Differences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl<T> fmt::Debug for Equality<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Equality")
    }
}
