//! Where a replica keeps the user's value: bare, or behind a lock if a method takes `&mut self`.

use std::fmt;
use std::ops::DerefMut;

use tokio::sync::{Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::deployment::ReplicaCell;

/// No method takes `&mut self`: calls run side by side and there is no lock.
#[doc(hidden)]
pub struct Shared<T>(T);

/// Some method takes `&mut self`: it runs alone, `&self` methods run side by side. Fair, so neither
/// kind starves the other.
#[doc(hidden)]
pub struct Exclusive<T>(RwLock<T>);

/// Every method takes `&mut self`: each runs alone, so the value need not be `Sync`.
#[doc(hidden)]
pub struct Alone<T>(Mutex<T>);

/// A cell that a method may have for itself.
#[doc(hidden)]
pub trait Lock<T>: ReplicaCell<T> {
    type Guard<'a>: DerefMut<Target = T> + Send
    where
        Self: 'a;

    fn try_write(&self) -> Option<Self::Guard<'_>>;

    fn write(&self) -> impl Future<Output = Self::Guard<'_>> + Send;
}

impl<T: Send + 'static> ReplicaCell<T> for Alone<T> {
    const IS_LOCKED: bool = true;

    fn new(value: T) -> Self {
        Self(Mutex::new(value))
    }

    fn into_inner(self) -> T {
        self.0.into_inner()
    }
}

impl<T: Send + 'static> Lock<T> for Alone<T> {
    type Guard<'a> = MutexGuard<'a, T>;

    fn try_write(&self) -> Option<MutexGuard<'_, T>> {
        self.0.try_lock().ok()
    }

    fn write(&self) -> impl Future<Output = MutexGuard<'_, T>> + Send {
        self.0.lock()
    }
}

impl<T: Send + Sync + 'static> Lock<T> for Exclusive<T> {
    type Guard<'a> = RwLockWriteGuard<'a, T>;

    fn try_write(&self) -> Option<RwLockWriteGuard<'_, T>> {
        self.0.try_write().ok()
    }

    fn write(&self) -> impl Future<Output = RwLockWriteGuard<'_, T>> + Send {
        self.0.write()
    }
}

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

    pub(crate) fn try_read(&self) -> Option<RwLockReadGuard<'_, T>> {
        self.0.try_read().ok()
    }
}

impl<T> fmt::Debug for Shared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shared")
    }
}

impl<T> fmt::Debug for Alone<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Alone")
    }
}

impl<T> fmt::Debug for Exclusive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Exclusive")
    }
}
