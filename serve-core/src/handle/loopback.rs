//! A call that becomes bytes and a call again without leaving the process: `SERVE_FORCE_WIRE=1`, which
//! is how everything that works here is shown to work across processes.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::task::{Context, Poll, Wake, Waker, ready};

use crate::call::{CallToken, ErasedCall, Failure, QueueWatch, drop_because};
use crate::deployment::{Deployment, encode};
use crate::exchange::{AnyHandle, HandlePath, Resolve, with_resolver};
use crate::tasks::Tasks;
use crate::wire::{
    Answer, Answered, AwaitItems, Awaited, Flow, Guarded, ItemSource, Outgoing, ReplyPath,
};

/// Sends a call through bytes: the call that arrives, and what stands for it. `None` where it does not
/// arrive; then its caller knows.
pub(crate) fn loop_back<D: Deployment>(
    call: D::Call,
    caller: &Arc<dyn ErasedCall>,
    tasks: &Tasks,
) -> Option<(D::Call, Arc<dyn ErasedCall>)> {
    let handles: Arc<dyn Resolve> = Arc::new(HandleTable::default());
    let Outgoing { method: name, arguments, awaited } = encode::<D>(call, caller, &handles)?;
    let arguments = match arguments {
        Ok(arguments) => arguments.into_bytes(),
        Err(error) => return fail(caller, format_args!("`{name}`: {error}"), awaited),
    };
    let back = Arc::new_cyclic(|this| Loop {
        this: Weak::clone(this),
        caller: Arc::clone(caller),
        awaited: Mutex::new(Some(awaited)),
        arrived: OnceLock::new(),
        tasks: tasks.clone(),
        handles: Arc::clone(&handles),
    });
    let watch: Arc<dyn QueueWatch> = Arc::<Loop>::clone(&back);
    if !caller.enter_queue(Arc::downgrade(&watch)) {
        return None;
    }
    let mut answer = Answer::far(Arc::<Loop>::clone(&back), 0);
    match with_resolver(&handles, || D::decode(name, &arguments, &mut answer)) {
        Err(error) => fail(caller, format_args!("`{name}`: {error}"), (answer, back)),
        Ok(call) => {
            let CallToken(arrived) = D::parts(&call).watched();
            let _ = back.arrived.set(Arc::downgrade(&arrived));
            if caller.is_done() {
                back.stop();
            }
            Some((call, arrived))
        }
    }
}

fn fail<T, C>(caller: &Arc<dyn ErasedCall>, why: impl std::fmt::Display, rest: C) -> Option<T> {
    let why = Failure::NotSent(why.to_string());
    caller.refuse(why.clone());
    drop_because(why, rest);
    None
}

/// Both ends of the way there and back.
struct Loop {
    this: Weak<Self>,
    caller: Arc<dyn ErasedCall>,
    awaited: Mutex<Option<Awaited>>,
    arrived: OnceLock<Weak<dyn ErasedCall>>,
    tasks: Tasks,
    handles: Arc<dyn Resolve>,
}

impl Loop {
    fn take(&self) -> Option<Awaited> {
        self.awaited.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// The caller has given up.
    fn stop(&self) {
        if let Some(arrived) = self.arrived.get().and_then(Weak::upgrade) {
            arrived.stop(Failure::Cancelled);
        }
    }
}

impl ReplyPath for Loop {
    fn assigned(&self, _: u64) {
        self.caller.assign();
        // Out of the line it is told as a task would be.
        if let Some(this) = self.this.upgrade()
            && !self.caller.park_runner(&Waker::from(this))
        {
            self.stop();
        }
    }

    fn answered(&self, _: u64, answered: Answered) {
        if let Some(Awaited::Value(awaited)) = self.take() {
            with_resolver(&self.handles, || answered.arrive(|outcome| awaited.answer(outcome)));
        }
    }

    fn streams(self: Arc<Self>, _: u64, items: Box<dyn ItemSource>) -> Option<Arc<dyn Guarded>> {
        let Some(Awaited::Items(awaited)) = self.take() else { return None };
        let (handles, tasks) = (Arc::clone(&self.handles), self.tasks.clone());
        let mut ends = Ends { items, awaited, this: self };
        tasks.spawn_until_stopped(async move {
            if poll_fn(|context| ends.poll_all(context, &handles)).await {
                ends.awaited.end();
            }
        });
        None
    }

    fn write(&self, write: &mut dyn FnMut()) {
        with_resolver(&self.handles, write);
    }
}

/// The two ends of a stream.
struct Ends {
    items: Box<dyn ItemSource>,
    awaited: Box<dyn AwaitItems>,
    /// Tells the far end when the caller gives up.
    #[expect(dead_code, reason = "the caller's cell has no more than a weak reference to it")]
    this: Arc<Loop>,
}

impl Ends {
    /// Passes all items on; `true` after the last, `false` where the stream is over otherwise.
    fn poll_all(&mut self, context: &mut Context<'_>, handles: &Arc<dyn Resolve>) -> Poll<bool> {
        loop {
            if !ready!(self.awaited.poll_wanted(context)) {
                return Poll::Ready(false);
            }
            let Some(item) = ready!(with_resolver(handles, || self.items.poll_next(context)))
            else {
                return Poll::Ready(true);
            };
            let flow = with_resolver(handles, || item.arrive(|outcome| self.awaited.item(outcome)));
            if flow == Flow::Ended {
                return Poll::Ready(false);
            }
        }
    }
}

impl QueueWatch for Loop {
    fn entry_cancelled(&self) {
        self.stop();
    }
}

impl Wake for Loop {
    fn wake(self: Arc<Self>) {
        self.stop();
    }
}

/// The handles that have been written are the ones that can be read.
#[derive(Default)]
pub(crate) struct HandleTable {
    handles: Mutex<Vec<Arc<dyn AnyHandle>>>,
}

impl HandleTable {
    /// All that have been written.
    pub(crate) fn handles(&self) -> Vec<Arc<dyn AnyHandle>> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<dyn AnyHandle>>> {
        self.handles.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Resolve for HandleTable {
    fn way(&self, application: &str, deployment: &str) -> Option<HandlePath> {
        let handles = self.lock();
        let carried = handles.iter().find(|handle| handle.id().is(application, deployment))?;
        Some(HandlePath::Here(Arc::clone(carried)))
    }

    fn leaves(&self, handle: Arc<dyn AnyHandle>) {
        self.lock().push(handle);
    }
}
