//! What owns the value of a borrowed argument: the handle takes it, the call carries it, the method borrows it.

use std::ffi::{CStr, CString, OsStr, OsString};
use std::path::{Path, PathBuf};

/// A type that a method may take as `&T`.
///
/// Not `ToOwned`, which asks for `Clone`: a call owns its arguments already, so nothing is cloned.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a call cannot own a `{Self}`, which has no size of its own",
    label = "borrowed here, and owned nowhere",
    note = "take an owned type, such as `Box<{Self}>`"
)]
pub trait Lent {
    /// What the handle takes.
    type Owned;
}

/// What owns a `T`.
pub type OwnedOf<T> = <T as Lent>::Owned;

/// What owns a `T` that is no type of the standard library and has no size, such as `Utf8Path`.
pub type ToOwnedOf<T> = <T as ToOwned>::Owned;

#[diagnostic::do_not_recommend]
impl<T> Lent for T {
    type Owned = T;
}

impl Lent for str {
    type Owned = String;
}

impl<T> Lent for [T] {
    type Owned = Vec<T>;
}

impl Lent for Path {
    type Owned = PathBuf;
}

impl Lent for OsStr {
    type Owned = OsString;
}

impl Lent for CStr {
    type Owned = CString;
}
