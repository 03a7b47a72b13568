//! Requests over HTTP: a permit, or a refusal before anything of the request has been read.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use super::Hosted;
use crate::call::RequestInfo;
use crate::deployment::Deployment;
use crate::http::{Opening, serve};
use crate::replica::{Instance, Site, Station};
use crate::tasks::Tasks;
use crate::wire::{CallHead, Tunnel, WireError};

impl<D: Deployment> Hosted<D> {
    /// Answers a request whose bytes come through the tunnel of `stream`.
    pub(super) fn http(self: &Arc<Self>, stream: u64, head: &CallHead, body: &[u8]) {
        let (Some(replica), Some(link)) = (self.replica.get(), self.link.get()) else {
            return self.fail(stream, WireError::DeploymentUnavailable);
        };
        let opening = match Opening::decode(body) {
            Ok(opening) => opening,
            Err(error) => {
                return self.fail(stream, WireError::Undecodable { what: error.to_string() });
            }
        };
        let request = head.request();
        let Some(instance) = replica.router().try_acquire(&request) else {
            return self.reject(stream);
        };
        if let Err(what) = self.serve(stream, Tunnel::answering(link.clone(), stream), opening, (instance, request)) {
            self.fail(stream, WireError::Undecodable { what });
        }
    }

    fn serve(
        self: &Arc<Self>,
        stream: u64,
        tunnel: Arc<Tunnel>,
        opening: Opening,
        (instance, request): (Instance<D>, RequestInfo),
    ) -> Result<(), String> {
        let panicked = Arc::new(AtomicBool::new(false));
        let station =
            Arc::new(Told { station: instance.station(), panicked: Arc::clone(&panicked) });
        let handler = self.http.handler(instance, station, request)?;
        self.running.insert_tunnel(stream, &tunnel);
        let hosted = Arc::clone(self);
        let guard = Arc::new(Ending { hosted, stream, tunnel: Arc::clone(&tunnel), panicked });
        self.tasks.spawn_until_stopped(serve(tunnel, guard, opening, handler));
        Ok(())
    }
}

/// Answers the call when nobody uses its tunnel any more.
struct Ending<D: Deployment> {
    hosted: Arc<Hosted<D>>,
    stream: u64,
    tunnel: Arc<Tunnel>,
    panicked: Arc<AtomicBool>,
}

impl<D: Deployment> Drop for Ending<D> {
    fn drop(&mut self) {
        if self.panicked.load(Relaxed) {
            // Its text is in the log here, and the client has got a response.
            let message = "see the log of the replica".to_owned();
            self.hosted.fail(self.stream, WireError::Panicked { message });
        } else if let Some(why) = self.tunnel.failure() {
            self.hosted.fail(self.stream, WireError::of(why));
        } else {
            self.hosted.end(self.stream);
        }
    }
}

/// The replica, as the context of a request whose panics the parent counts.
struct Told {
    station: Arc<dyn Station>,
    panicked: Arc<AtomicBool>,
}

impl Station for Told {
    fn site(&self) -> &Site {
        self.station.site()
    }

    fn failed(&self) {
        self.panicked.store(true, Relaxed);
        self.station.failed();
    }

    fn recovered(&self) {
        self.station.recovered();
    }

    fn tasks(&self) -> &Tasks {
        self.station.tasks()
    }

    fn handle(&self) -> &dyn Any {
        self.station.handle()
    }
}
