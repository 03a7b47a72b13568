//! The calls that run here, so that the parent can cancel them and take their items.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::call::{Failure, Stoppable};
use crate::wire::{Tunnel, WINDOW_BYTES, Window};

/// Calls by their stream.
#[derive(Default)]
pub(super) struct Running(Mutex<HashMap<u64, Call>>);

#[derive(Clone, Default)]
struct Call {
    call: Option<Weak<dyn Stoppable>>,
    window: Option<Arc<Window>>,
    tunnel: Option<Arc<Tunnel>>,
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

    /// A request over HTTP begins.
    pub(super) fn insert_tunnel(&self, stream: u64, tunnel: &Arc<Tunnel>) {
        self.lock().entry(stream).or_default().tunnel = Some(Arc::clone(tunnel));
    }

    pub(super) fn tunnel(&self, stream: u64) -> Option<Arc<Tunnel>> {
        self.lock().get(&stream)?.tunnel.clone()
    }

    pub(super) fn remove(&self, stream: u64) {
        let call = self.lock().remove(&stream);
        drop(call);
    }

    pub(super) fn refund(&self, stream: u64, bytes: u32) {
        let Some(Call { window, tunnel, .. }) = self.get(stream) else { return };
        if let Some(window) = window {
            window.refund(bytes);
        }
        if let Some(tunnel) = tunnel {
            tunnel.refunded(bytes);
        }
    }

    pub(super) fn cancel(&self, stream: u64) {
        let Some(Call { call, window, tunnel }) = self.get(stream) else { return };
        if let Some(call) = call.as_ref().and_then(Weak::upgrade) {
            call.stop(Failure::Cancelled);
        }
        if let Some(window) = window {
            window.close();
        }
        if let Some(tunnel) = tunnel {
            tunnel.stop(Failure::Cancelled);
        }
    }

    fn get(&self, stream: u64) -> Option<Call> {
        self.lock().get(&stream).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Call>> {
        // Only moves happen under this lock, so a poisoned one is still whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
