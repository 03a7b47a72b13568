//! The calls that run here, so that the other end can cancel them and take their items.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::call::{Failure, Stoppable};
use crate::wire::{WINDOW_BYTES, Window};

/// Calls by their stream.
#[derive(Default)]
pub(super) struct Running(Mutex<HashMap<u64, Call>>);

#[derive(Default)]
struct Call {
    call: Option<Weak<dyn Stoppable>>,
    window: Option<Arc<Window>>,
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

impl Running {
    /// A call begins. One that has been answered already is forgotten by its answer.
    pub(super) fn insert(&self, stream: u64, call: &Arc<dyn Stoppable>) {
        self.lock().entry(stream).or_default().call = Some(Arc::downgrade(call));
    }

    /// The credit of a call that streams.
    pub(super) fn open_window(&self, stream: u64) -> Arc<Window> {
        let window = Arc::new(Window::new(WINDOW_BYTES));
        self.lock().entry(stream).or_default().window = Some(Arc::clone(&window));
        window
    }

    pub(super) fn remove(&self, stream: u64) {
        self.lock().remove(&stream);
    }

    pub(super) fn refund(&self, stream: u64, bytes: u32) {
        let window = self.lock().get(&stream).and_then(|call| call.window.clone());
        if let Some(window) = window {
            window.refund(bytes);
        }
    }

    /// A replica has taken a call: whether its caller is to be told.
    pub(super) fn assigned(&self, stream: u64) -> bool {
        self.lock().get_mut(&stream).is_some_and(|call| {
            std::mem::replace(&mut call.assignment, Assignment::Made) == Assignment::Wanted
        })
    }

    /// A caller wants to know when its call is taken: whether it has been.
    pub(super) fn want_assignment(&self, stream: u64) -> bool {
        let mut calls = self.lock();
        match calls.get_mut(&stream) {
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
        let parts = self.lock().get(&stream).map(Call::parts);
        if let Some(parts) = parts {
            stop(parts);
        }
    }

    /// The other end has gone, and with it everybody who wanted these calls.
    pub(super) fn end(&self) {
        let calls = std::mem::take(&mut *self.lock());
        calls.values().map(Call::parts).for_each(stop);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Call>> {
        // Only moves happen under this lock, so a poisoned one is still whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type Parts = (Option<Arc<dyn Stoppable>>, Option<Arc<Window>>);

impl Call {
    fn parts(&self) -> Parts {
        (self.call.as_ref().and_then(Weak::upgrade), self.window.clone())
    }
}

fn stop((call, window): Parts) {
    if let Some(call) = call {
        call.stop(Failure::Cancelled);
    }
    if let Some(window) = window {
        window.close();
    }
}
