//! The calls that run here, so that the parent can cancel them and take their items.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::call::{Failure, Stoppable};
use crate::wire::{Streams, WINDOW_BYTES, Window};

/// Calls by their stream.
#[derive(Default)]
pub(super) struct Running(Mutex<Streams<Call>>);

#[derive(Default)]
struct Call {
    call: Option<Weak<dyn Stoppable>>,
    window: Option<Arc<Window>>,
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

    pub(super) fn cancel(&self, stream: u64) {
        let (call, window) = match self.lock().get(&stream) {
            Some(call) => (call.call.as_ref().and_then(Weak::upgrade), call.window.clone()),
            None => return,
        };
        if let Some(call) = call {
            call.stop(Failure::Cancelled);
        }
        if let Some(window) = window {
            window.close();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Streams<Call>> {
        // Only moves happen under this lock, so a poisoned one is still whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
