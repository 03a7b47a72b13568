//! Ours: one replica in a process of its own, called by `remote()` and by `call()`.
//!
//! There is room for all callers at once; the default is 100 ongoing requests for each replica.

use bytes::Bytes;
use serve_core::prelude::{HttpOptions, Serve, deployment};

use crate::Result;
use crate::load::{Contender, Echo};

const ANSWERS: &str = "the replica answers every call";

#[derive(Default)]
struct Echoing;

#[deployment(isolation = "process", max_ongoing_requests = 1000)]
impl Echoing {
    fn bytes(&self, payload: Bytes) -> Bytes {
        payload
    }

    fn vec(&self, payload: Vec<u8>) -> Vec<u8> {
        payload
    }

    fn string(&self, payload: String) -> String {
        payload
    }
}

/// A handle, and the server, which ends with its last owner.
#[derive(Clone)]
struct Deployed {
    handle: EchoingHandle,
    _serve: Serve,
}

#[derive(Clone)]
struct Remote(Deployed);

impl Echo for Remote {
    type Payload = Bytes;

    async fn echo(&self, payload: Bytes) -> Bytes {
        self.0.handle.bytes.remote(payload).await.expect(ANSWERS)
    }
}

#[derive(Clone)]
struct Called(Deployed);

impl Echo for Called {
    type Payload = Bytes;

    async fn echo(&self, payload: Bytes) -> Bytes {
        self.0.handle.bytes.call(payload).await.expect(ANSWERS)
    }
}

#[derive(Clone)]
struct RemoteVec(Deployed);

impl Echo for RemoteVec {
    type Payload = Vec<u8>;

    async fn echo(&self, payload: Vec<u8>) -> Vec<u8> {
        self.0.handle.vec.remote(payload).await.expect(ANSWERS)
    }
}

#[derive(Clone)]
struct RemoteString(Deployed);

impl Echo for RemoteString {
    type Payload = String;

    async fn echo(&self, payload: String) -> String {
        self.0.handle.string.remote(payload).await.expect(ANSWERS)
    }
}

pub(crate) async fn contenders() -> Result<[Contender; 4]> {
    let serve = Serve::builder().http(HttpOptions::disabled()).start().await?;
    let handle = serve.run(Echoing::bind()).await?;
    let deployed = Deployed { handle, _serve: serve };
    Ok([
        Contender::new("**ours, `remote`**", Remote(deployed.clone())).await,
        Contender::new("**ours, `call`**", Called(deployed.clone())).await,
        Contender::new("ours, `remote`, a `Vec<u8>`", RemoteVec(deployed.clone())).await,
        Contender::new("ours, `remote`, a `String`", RemoteString(deployed)).await,
    ])
}
