//! Results under whatever name: generated code recognises them by name and takes them apart by trait.

/// A method's return type that is a `Result`, under whatever alias.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is named `Result`, but it is not one",
    label = "expected `Result<T, E>` or an alias of it",
    note = "rename the type, so that the method is not taken for one that can fail"
)]
pub trait ResultLike {
    /// The value.
    type Ok;
    /// The error.
    type Err;
    /// The same as a plain `Result`.
    ///
    /// # Errors
    ///
    /// Its own.
    fn into_result(self) -> Result<Self::Ok, Self::Err>;
}

impl<T, E> ResultLike for Result<T, E> {
    type Ok = T;
    type Err = E;

    /// The same as a plain `Result`.
    ///
    /// # Errors
    ///
    /// Its own.
    fn into_result(self) -> Self {
        self
    }
}
