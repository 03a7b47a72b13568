//! Mocks: a closure behind a handle, for tests of whoever has the handle.
//!
//! The closure sees the context that a replica would see: the request's id, deadline and the rest of what a
//! call inherits. Its application is called `mock`, and its one replica has the number 0.

use std::any::Any;
use std::sync::{Arc, Weak};

use tokio::time::Instant;

use super::core::{HandleCore, Target};
use super::typed::Handle;
use crate::call::{
    CallScope, ErasedCall, RequestInfo, address, answer_from_mock, stop_at, stop_late, with_frame,
};
use crate::deployment::Deployment;
use crate::id::{DeploymentId, ReplicaName};
use crate::site::{ReplicaContext, ReplicaInfo, SlowClock};
use crate::tasks::Tasks;

/// The name of the application that every mock belongs to.
const APPLICATION: &str = "mock";

/// What answers the calls of a mocked handle.
pub(super) struct Mock<D: Deployment> {
    answer: Box<dyn Fn(D::Call) + Send + Sync>,
    site: Arc<ReplicaInfo>,
}

/// A handle over a closure that answers its calls.
pub(super) fn mock<D: Deployment>(answer: impl Fn(D::Call) + Send + Sync + 'static) -> Handle<D> {
    let id = DeploymentId { application: APPLICATION.into(), deployment: D::NAME.into() };
    let replica = format!("{id}#0").into();
    let name = ReplicaName { application: id.application, deployment: id.deployment, replica };
    let site = Arc::new(ReplicaInfo::new(name, SlowClock::stopped()));
    let mock = Arc::new(Mock { answer: Box::new(answer), site });
    Handle::new(HandleCore { target: Target::Mock(mock), options: None })
}

impl<D: Deployment> Mock<D> {
    /// Lets the closure answer a call.
    pub(super) fn answer(&self, call: D::Call, cell: &Arc<dyn ErasedCall>, request: RequestInfo) {
        if let Some(deadline) = request.deadline {
            stop_mock_at(deadline, Arc::downgrade(cell));
        }
        let caller = with_frame(|frame| Arc::clone(&frame.station));
        let station = Arc::new(Stage { site: Arc::clone(&self.site), caller });
        let frame =
            CallScope::of_mock(request, station, D::parts(&call).method.name, address(cell));
        answer_from_mock(cell, &frame, || (self.answer)(call));
    }
}

/// Ends a mock's call at its deadline. A mock has no runtime of its own: the test's, or a thread.
fn stop_mock_at(deadline: Instant, call: Weak<dyn ErasedCall>) {
    match tokio::runtime::Handle::try_current() {
        Ok(runtime) => drop(runtime.spawn(stop_at(deadline, call))),
        Err(_) => drop(std::thread::spawn(move || {
            std::thread::sleep(deadline.saturating_duration_since(Instant::now()));
            stop_late(&call);
        })),
    }
}

/// The replica that a mock shows. Everything but its names is that of whoever called the mock, because the
/// closure runs there.
struct Stage {
    site: Arc<ReplicaInfo>,
    caller: Option<Arc<dyn ReplicaContext>>,
}

impl ReplicaContext for Stage {
    fn site(&self) -> &ReplicaInfo {
        &self.site
    }

    fn failed(&self) {}

    fn recovered(&self) {}

    fn tasks(&self) -> &Tasks {
        unreachable!("only bodies of HTTP responses ask, and a mock answers no HTTP request")
    }

    fn server(&self) -> Option<&Tasks> {
        self.caller.as_ref()?.server()
    }

    fn handle(&self) -> &dyn Any {
        match &self.caller {
            Some(caller) => caller.handle(),
            // No handle of any type: `current_handle()` says that this is no replica.
            None => &(),
        }
    }

    fn elsewhere(&self, application: &str, deployment: &str) -> Option<Arc<dyn Any + Send + Sync>> {
        self.caller.as_ref()?.elsewhere(application, deployment)
    }
}
