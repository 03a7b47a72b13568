//! Requests over HTTP: a permit, or a refusal before anything of the request has been read.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use super::Hosted;
use crate::call::RequestInfo;
use crate::exchange::{Incoming, Peer};
use crate::ingress::{Granted, Opening, serve};
use crate::link::WireError;
use crate::site::{ReplicaContext, ReplicaInfo};
use crate::tasks::Tasks;
use crate::wire::Tunnel;

impl Hosted {
    /// Answers a request whose bytes come through a tunnel.
    pub(super) fn http(&self, call: &Incoming<'_>) {
        let Some(replica) = self.replica.get() else {
            return call.fail(WireError::DeploymentUnavailable);
        };
        let opening = match Opening::decode(&call.body) {
            Ok(opening) => opening,
            Err(error) => return call.refuse(error.to_string()),
        };
        let request = call.request();
        let Some(granted) = replica.grant(&request) else { return call.reject() };
        match Ending::new(call) {
            Some(ending) => self.serve(ending, opening, granted, request),
            None => granted.forfeit(),
        }
    }

    fn serve(
        &self,
        ending: Arc<Ending>,
        opening: Opening,
        granted: Box<dyn Granted>,
        request: RequestInfo,
    ) {
        let told = Told { station: granted.station(), ending: Arc::clone(&ending) };
        let handler = self.http.handler(self.hosted_type.info(), granted, Arc::new(told), request);
        let tunnel = Arc::clone(&ending.tunnel);
        self.tasks.spawn_until_stopped(serve(tunnel, ending, opening, handler));
    }
}

/// Answers the call when nothing of the request is left: nobody can use its tunnel, and no method runs for
/// it, not even on a thread that could not be interrupted. So its permit is free by then.
struct Ending {
    peer: Arc<Peer>,
    stream: u64,
    tunnel: Arc<Tunnel>,
    panicked: AtomicBool,
}

impl Ending {
    /// `None` where the link has gone.
    fn new(call: &Incoming<'_>) -> Option<Arc<Self>> {
        Some(Arc::new(Self {
            peer: Arc::clone(call.peer),
            stream: call.stream,
            tunnel: call.peer.accept_tunnel(call.stream)?,
            panicked: AtomicBool::new(false),
        }))
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        if *self.panicked.get_mut() {
            // Its text is in the log here, and the client has got a response.
            let message = "see the log of the replica".to_owned();
            self.peer.fail(self.stream, WireError::Panicked { message });
        } else if let Some(why) = self.tunnel.failure() {
            self.peer.fail(self.stream, WireError::of(why));
        } else {
            self.peer.end_stream(self.stream);
        }
    }
}

/// The replica, as the context of a request whose panics the parent counts.
struct Told {
    station: Arc<dyn ReplicaContext>,
    ending: Arc<Ending>,
}

impl ReplicaContext for Told {
    fn site(&self) -> &ReplicaInfo {
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

    fn server(&self) -> Option<&Tasks> {
        self.station.server()
    }

    fn handle(&self) -> &dyn Any {
        self.station.handle()
    }

    fn elsewhere(&self, application: &str, deployment: &str) -> Option<Arc<dyn Any + Send + Sync>> {
        self.station.elsewhere(application, deployment)
    }
}
