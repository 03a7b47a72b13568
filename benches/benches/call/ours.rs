//! Ours: one deployment, called by `remote()` and by `call()`.
//!
//! With the default of 100 ongoing requests for each replica, some of 256 callers wait in line until there
//! are three replicas; with 1000 nobody does.

use serve_core::prelude::{HttpOptions, Serve, deployment};

use crate::Result;
use crate::greet::Greet;
use crate::load::Contender;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn say_hello(&self, name: &str) -> String {
        crate::greet::say_hello(name)
    }
}

#[derive(Clone)]
struct Remote(GreeterHandle);

impl Greet for Remote {
    async fn greet(&mut self, name: &'static str) -> String {
        self.0.say_hello.remote(name).await.expect("the replica answers every call")
    }
}

#[derive(Clone)]
struct InPlace(GreeterHandle);

impl Greet for InPlace {
    async fn greet(&mut self, name: &'static str) -> String {
        self.0.say_hello.call(name).await.expect("the replica answers every call")
    }
}

pub(crate) async fn contenders(replicas: usize) -> Result<[Contender; 4]> {
    let by_default = deploy(Greeter::bind().num_replicas(replicas)).await?;
    let roomy = Greeter::bind().num_replicas(replicas).max_ongoing_requests(1000);
    let roomy = deploy(roomy).await?;
    Ok([
        Contender::new("**ours, `remote`**", replicas, Remote(by_default.clone())),
        Contender::new("**ours, `call`**", replicas, InPlace(by_default)),
        Contender::new("ours, `remote`, room for 1000", replicas, Remote(roomy.clone())),
        Contender::new("ours, `call`, room for 1000", replicas, InPlace(roomy)),
    ])
}

/// Runs it on a server of its own, which lives as long as its handles are called.
async fn deploy(application: serve_core::Application<Greeter>) -> Result<GreeterHandle> {
    let serve = Serve::builder().http(HttpOptions::disabled()).start().await?;
    let handle = serve.run(application).await?;
    // The last owner of a server ends it when dropped, and this one is to stay until the process ends.
    std::mem::forget(serve);
    Ok(handle)
}
