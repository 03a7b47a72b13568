//! A runtime on a thread of its own, which no user code can keep busy.

use tokio::runtime::{Builder, Runtime};

use super::TransportError;
use crate::tasks::Tasks;

/// Runs the tasks of links, and of nothing else.
#[derive(Debug)]
pub(super) struct IoThread {
    tasks: Tasks,
    /// `None` once it is dropped.
    runtime: Option<Runtime>,
}

impl IoThread {
    /// Whoever owns `tasks` owns those that run here.
    pub(super) fn start(tasks: &Tasks) -> Result<Self, TransportError> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("serve-links")
            .enable_all()
            .build()
            .map_err(TransportError::Tcp)?;
        Ok(Self { tasks: tasks.on(runtime.handle().clone()), runtime: Some(runtime) })
    }

    pub(super) fn tasks(&self) -> &Tasks {
        &self.tasks
    }
}

impl Drop for IoThread {
    fn drop(&mut self) {
        // The plain drop would wait, which is not allowed where this is: in a task.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
