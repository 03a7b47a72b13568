//! Where a replica keeps the user's value, as a deployment says.

/// Holds the value of a replica.
#[doc(hidden)]
pub trait ReplicaCell<T>: Send + Sync + 'static {
    /// Whether a call may have to wait for another to end.
    const IS_LOCKED: bool;

    fn new(value: T) -> Self;

    fn into_inner(self) -> T;
}
