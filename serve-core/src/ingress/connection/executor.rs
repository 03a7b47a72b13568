//! Runs the streams of an HTTP/2 connection, which is busy as long as one of them runs.
//!
//! A tunnel (a WebSocket over HTTP/2, say) has no body of ours, but hyper runs a task for it until the
//! method has let go of it or the client has reset it. So that task tells when it has ended.

use std::future::Future;
use std::sync::Arc;

use hyper::rt::Executor;
use hyper_util::rt::TokioExecutor;

use super::activity::Activity;

#[derive(Clone, Debug)]
pub(in crate::ingress) struct BusyExecutor(Arc<Activity>);

impl BusyExecutor {
    pub(in crate::ingress) fn new(activity: &Arc<Activity>) -> Self {
        Self(Arc::clone(activity))
    }
}

impl<F> Executor<F> for BusyExecutor
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, stream: F) {
        let busy = self.0.busy();
        TokioExecutor::new().execute(async move {
            stream.await;
            drop(busy);
        });
    }
}
