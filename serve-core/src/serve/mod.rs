//! The composition root: a server is a runtime to run on, a controller, a proxy and an HTTP listener.

mod builder;
mod companion;

mod changes;
mod ending;
mod handles;
mod listening;
mod sight;

use std::fmt;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock, Weak};

use tokio::runtime;

use self::builder::Shutdown;
use crate::config::MetricsOptions;
use crate::controller::ControllerHandle;
use crate::file::Shelf;
use crate::ingress::{Proxy, Server};
use crate::log;
use crate::observe::{EventLog, Tracer};
use crate::replica::Pool;
use crate::report::RateHistory;
use crate::tasks::Tasks;

pub use builder::ServeBuilder;
pub(crate) use companion::Companion;
#[cfg(feature = "admin")]
pub(crate) use companion::StartCompanion;
pub(crate) use handles::typed;

/// A server: the deployments that run on it, and the HTTP listener in front of them.
///
/// A clone is the same server. Most programs use a default instance through [`run`](crate::run) and
/// `D::deploy()`; an explicit one is for tests, for several servers in one process, and for
/// [`HttpOptions`](crate::HttpOptions) of your own.
///
/// Everything runs on the tokio runtime it was started on, and ends with it. Dropping the last clone ends
/// it too, at once and without draining, which is logged as a warning if applications run: keep it, and call
/// [`shutdown`](Self::shutdown).
///
/// ```
/// use serve_core::{HttpOptions, Serve};
///
/// # #[tokio::main]
/// # async fn main() -> serve_core::Result<()> {
/// let serve = Serve::builder().http(HttpOptions::default().port(0)).start().await?;
/// println!("listening on {:?}", serve.http_addr());
/// serve.shutdown().await
/// # }
/// ```
#[derive(Clone)]
#[must_use = "dropping the last `Serve` ends its applications at once; keep it, and call `shutdown`"]
pub struct Serve {
    inner: Arc<Inner>,
}

/// A server that may be gone.
#[derive(Clone)]
pub(crate) struct WeakServe {
    inner: Weak<Inner>,
}

struct Inner {
    tasks: Tasks,
    pool: Arc<Pool>,
    proxy: Proxy,
    server: Option<Server>,
    /// systemd knows that it serves.
    told_ready: AtomicBool,
    controller: ControllerHandle,
    events: EventLog,
    rates: Arc<RateHistory>,
    metrics: MetricsOptions,
    tracer: Option<Arc<Tracer>>,
    shelf: Shelf,
    shutdown: Shutdown,
    /// What has been started beside it.
    companion: OnceLock<Box<dyn Companion>>,
    /// One shutdown at a time; a second one finds everything done.
    shutting_down: tokio::sync::Mutex<()>,
}

impl Serve {
    /// Options for a server of your own.
    pub fn builder() -> ServeBuilder {
        ServeBuilder::default()
    }

    /// Whether nothing will run on this server any more.
    pub(crate) fn has_ended(&self) -> bool {
        self.inner.controller.has_ended()
    }

    #[cfg(feature = "admin")]
    pub(crate) fn companion(&self) -> Option<&dyn Companion> {
        self.inner.companion.get().map(|companion| &**companion)
    }

    #[cfg(feature = "admin")]
    pub(crate) fn controller(&self) -> &ControllerHandle {
        &self.inner.controller
    }

    #[cfg(feature = "admin")]
    pub(crate) fn event_log(&self) -> &EventLog {
        &self.inner.events
    }

    #[cfg(feature = "admin")]
    pub(crate) fn proxy(&self) -> &Proxy {
        &self.inner.proxy
    }

    #[cfg(feature = "admin")]
    pub(crate) fn shelf(&self) -> &Shelf {
        &self.inner.shelf
    }

    #[cfg(feature = "otel")]
    pub(crate) fn tracer(&self) -> Option<&Arc<Tracer>> {
        self.inner.tracer.as_ref()
    }

    pub(crate) fn runtime(&self) -> &runtime::Handle {
        self.inner.tasks.runtime()
    }

    pub(crate) fn owns(&self, tasks: &Tasks) -> bool {
        self.inner.tasks.is_of(tasks)
    }

    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }

    pub(crate) fn downgrade(&self) -> WeakServe {
        WeakServe { inner: Arc::downgrade(&self.inner) }
    }
}

impl WeakServe {
    pub(crate) fn is_there(&self) -> bool {
        self.inner.strong_count() > 0
    }

    pub(crate) fn upgrade(&self) -> Option<Serve> {
        Some(Serve { inner: self.inner.upgrade()? })
    }
}

impl fmt::Debug for Serve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Serve").field("http_addr", &self.http_addr()).finish_non_exhaustive()
    }
}

impl Inner {
    /// How many applications end if nothing is left of the server now.
    fn serving(&self) -> usize {
        match self.tasks.stop_token().is_cancelled() || self.controller.has_ended() {
            true => 0,
            false => self.controller.directory().names().len(),
        }
    }
}

/// The last owner is gone: the tasks are told to end, though nobody is left to wait for them.
impl Drop for Inner {
    fn drop(&mut self) {
        let applications = self.serving();
        self.tasks.stop_token().cancel();
        // The controller will do so too, but its task may take a moment, and calls would say that a replica
        // has died.
        self.controller.directory().close();
        self.pool.close();
        // Seldom meant to be: often the server was a value within an expression, and ended with that.
        if applications > 0 {
            log::warn(format!(
                "the last `Serve` was dropped, which ends its {applications} applications at once; keep it, \
                 and call `shutdown`"
            ))
            .emit();
        }
    }
}
