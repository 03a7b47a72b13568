//! Where a replica keeps the user's value: bare, or behind a lock if a method takes `&mut self`.

use std::fmt;

use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::deployment::ReplicaCell;

/// No method takes `&mut self`: calls run side by side and there is no lock.
#[doc(hidden)]
pub struct Shared<T>(T);

/// Some method takes `&mut self`: it runs alone, `&self` methods run side by side. Fair, so neither
/// kind starves the other.
#[doc(hidden)]
pub struct Exclusive<T>(RwLock<T>);

impl<T: Send + Sync + 'static> ReplicaCell<T> for Shared<T> {
    const IS_LOCKED: bool = false;

    fn new(value: T) -> Self {
        Self(value)
    }

    fn into_inner(self) -> T {
        self.0
    }
}

impl<T: Send + Sync + 'static> ReplicaCell<T> for Exclusive<T> {
    const IS_LOCKED: bool = true;

    fn new(value: T) -> Self {
        Self(RwLock::new(value))
    }

    fn into_inner(self) -> T {
        self.0.into_inner()
    }
}

impl<T> Shared<T> {
    pub(crate) fn get(&self) -> &T {
        &self.0
    }
}

impl<T> Exclusive<T> {
    pub(crate) async fn read(&self) -> RwLockReadGuard<'_, T> {
        self.0.read().await
    }

    pub(crate) async fn write(&self) -> RwLockWriteGuard<'_, T> {
        self.0.write().await
    }

    pub(crate) fn try_write(&self) -> Option<RwLockWriteGuard<'_, T>> {
        self.0.try_write().ok()
    }

    pub(crate) fn try_read(&self) -> Option<RwLockReadGuard<'_, T>> {
        self.0.try_read().ok()
    }
}

impl<T> fmt::Debug for Shared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shared")
    }
}

impl<T> fmt::Debug for Exclusive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Exclusive")
    }
}
