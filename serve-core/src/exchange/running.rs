//! The calls that run here, so that the other end can cancel them and take their items.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::call::{ErasedCall, Failure};
use crate::link::{Occupant, Table, WINDOW_BYTES, Window};
use crate::wire::Tunnel;

/// Calls by their stream.
#[derive(Default)]
pub(super) struct RunningCalls(Mutex<Table<Call>>);

#[derive(Default)]
struct Call {
    call: Option<Weak<dyn ErasedCall>>,
    window: Option<Arc<Window>>,
    tunnel: Option<Arc<Tunnel>>,
    assignment: Assignment,
}

/// Whether a replica has taken a call, and whether its caller wants to know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Assignment {
    #[default]
    Unknown,
    Wanted,
    Made,
}

impl RunningCalls {
    /// A call begins. One that has been answered already is forgotten by its answer.
    pub(super) fn insert(&self, stream: u64, call: &Arc<dyn ErasedCall>) {
        self.edit(stream, |running| running.call = Some(Arc::downgrade(call)));
    }

    /// The credit of a call that streams.
    pub(super) fn open_window(&self, stream: u64) -> Arc<Window> {
        let window = Arc::new(Window::new(WINDOW_BYTES));
        self.edit(stream, |running| running.window = Some(Arc::clone(&window)));
        window
    }

    /// A request over HTTP begins.
    pub(super) fn insert_tunnel(&self, stream: u64, tunnel: &Arc<Tunnel>) {
        self.edit(stream, |running| running.tunnel = Some(Arc::clone(tunnel)));
    }

    pub(super) fn tunnel(&self, stream: u64) -> Option<Arc<Tunnel>> {
        self.lock().get(stream)?.tunnel.clone()
    }

    /// A call has been answered. One with a single result need not say so: that it is over is seen from its
    /// cell, whose memory so goes back to the thread it came from, and no lock is taken by two threads.
    pub(super) fn remove(&self, stream: u64) {
        let call = self.lock().remove(stream);
        drop(call);
    }

    pub(super) fn refund(&self, stream: u64, bytes: u32) {
        let Some(Parts { window, tunnel, .. }) = self.parts(stream) else { return };
        if let Some(window) = window {
            window.refund(bytes);
        }
        if let Some(tunnel) = tunnel {
            tunnel.refunded(bytes);
        }
    }

    /// A replica has taken a call: whether its caller is to be told.
    pub(super) fn assigned(&self, stream: u64) -> bool {
        self.lock().get_mut(stream).is_some_and(|call| {
            std::mem::replace(&mut call.assignment, Assignment::Made) == Assignment::Wanted
        })
    }

    /// A caller wants to know when its call is taken: whether it has been.
    pub(super) fn want_assignment(&self, stream: u64) -> bool {
        let mut calls = self.lock();
        match calls.get_mut(stream) {
            Some(call) if call.assignment == Assignment::Made => true,
            Some(call) => {
                call.assignment = Assignment::Wanted;
                false
            }
            // It has been answered.
            None => false,
        }
    }

    pub(super) fn cancel(&self, stream: u64) {
        if let Some(parts) = self.parts(stream) {
            parts.stop();
        }
    }

    /// The other end has gone, and with it everybody who wanted these calls.
    pub(super) fn end(&self) {
        let calls = std::mem::take(&mut *self.lock());
        calls.into_all().map(|(_, call)| call.parts()).for_each(Parts::stop);
    }

    /// Changes what is known of a call, of which nothing may be known yet.
    fn edit(&self, stream: u64, edit: impl FnOnce(&mut Call)) {
        let mut calls = self.lock();
        match calls.get_mut(stream) {
            Some(call) => edit(call),
            None => {
                let mut call = Call::default();
                edit(&mut call);
                calls.insert(stream, call);
            }
        }
    }

    fn parts(&self, stream: u64) -> Option<Parts> {
        self.lock().get(stream).map(Call::parts)
    }

    fn lock(&self) -> MutexGuard<'_, Table<Call>> {
        // Only moves happen under this lock, so a poisoned one is still whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Occupant for Call {
    fn is_over(&self) -> bool {
        let is_dropped = |call: &Weak<dyn ErasedCall>| call.strong_count() == 0;
        self.window.is_none() && self.tunnel.is_none() && self.call.as_ref().is_none_or(is_dropped)
    }
}

/// What there is of a call, to be used outside the lock.
struct Parts {
    call: Option<Arc<dyn ErasedCall>>,
    window: Option<Arc<Window>>,
    tunnel: Option<Arc<Tunnel>>,
}

impl Call {
    fn parts(&self) -> Parts {
        Parts {
            call: self.call.as_ref().and_then(Weak::upgrade),
            window: self.window.clone(),
            tunnel: self.tunnel.clone(),
        }
    }
}

impl Parts {
    fn stop(self) {
        if let Some(call) = self.call {
            call.stop(Failure::Cancelled);
        }
        if let Some(window) = self.window {
            window.close();
        }
        if let Some(tunnel) = self.tunnel {
            tunnel.stop(Failure::Cancelled);
        }
    }
}
