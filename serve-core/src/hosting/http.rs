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
use crate::wire::{CallHead, Link, Tunnel, WireError};

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
        match replica.router().try_acquire(&request) {
            Some(instance) => {
                self.serve(Ending::new(self, link, stream), opening, instance, request)
            }
            None => self.reject(stream),
        }
    }

    fn serve(
        &self,
        ending: Arc<Ending<D>>,
        opening: Opening,
        instance: Instance<D>,
        request: RequestInfo,
    ) {
        self.running.insert_tunnel(ending.stream, &ending.tunnel);
        let told = Told { station: instance.station(), ending: Arc::clone(&ending) };
        let handler = self.http.handler(instance, Arc::new(told), request);
        let tunnel = Arc::clone(&ending.tunnel);
        self.tasks.spawn_until_stopped(serve(tunnel, ending, opening, handler));
    }
}

/// Answers the call when nothing of the request is left: nobody can use its tunnel, and no method runs for
/// it, not even on a thread that could not be interrupted. So its permit is free by then.
struct Ending<D: Deployment> {
    hosted: Arc<Hosted<D>>,
    stream: u64,
    tunnel: Arc<Tunnel>,
    panicked: AtomicBool,
}

impl<D: Deployment> Ending<D> {
    fn new(hosted: &Arc<Hosted<D>>, link: &Link, stream: u64) -> Arc<Self> {
        Arc::new(Self {
            hosted: Arc::clone(hosted),
            stream,
            tunnel: Tunnel::answering(link.clone(), stream),
            panicked: AtomicBool::new(false),
        })
    }
}

impl<D: Deployment> Drop for Ending<D> {
    fn drop(&mut self) {
        if *self.panicked.get_mut() {
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
struct Told<D: Deployment> {
    station: Arc<dyn Station>,
    ending: Arc<Ending<D>>,
}

impl<D: Deployment> Station for Told<D> {
    fn site(&self) -> &Site {
        self.station.site()
    }

    fn failed(&self) {
        self.ending.panicked.store(true, Relaxed);
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
