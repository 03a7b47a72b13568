//! Ours: one deployment, called by `remote()` and by `call()`.
//!
//! The default is 100 ongoing requests for each replica, fewer than the 256 callers where there is only
//! one. Rows with room for 1000 stand beside those with the default.

use serve_core::Application;
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

/// A handle, and the server, which ends with its last owner.
#[derive(Clone)]
struct Deployed {
    handle: GreeterHandle,
    _serve: Serve,
}

#[derive(Clone)]
struct Remote(Deployed);

impl Greet for Remote {
    async fn greet(&mut self, name: &'static str) -> String {
        self.0.handle.say_hello.remote(name).await.expect("the replica answers every call")
    }
}

#[derive(Clone)]
struct InPlace(Deployed);

impl Greet for InPlace {
    async fn greet(&mut self, name: &'static str) -> String {
        self.0.handle.say_hello.call(name).await.expect("the replica answers every call")
    }
}

pub(crate) async fn server() -> Result<Serve> {
    Ok(Serve::builder().http(HttpOptions::disabled()).start().await?)
}

pub(crate) async fn contenders(serve: &Serve, replicas: u32) -> Result<[Contender; 4]> {
    let by_default = Greeter::bind().num_replicas(replicas);
    let by_default = deploy(serve, &format!("default-{replicas}"), by_default).await?;
    let roomy = Greeter::bind().num_replicas(replicas).max_ongoing_requests(1000);
    let roomy = deploy(serve, &format!("roomy-{replicas}"), roomy).await?;
    Ok([
        Contender::new("**ours, `remote`**", replicas, Remote(by_default.clone())),
        Contender::new("**ours, `call`**", replicas, InPlace(by_default)),
        Contender::new("ours, `remote`, room for 1000", replicas, Remote(roomy.clone())),
        Contender::new("ours, `call`, room for 1000", replicas, InPlace(roomy)),
    ])
}

async fn deploy(serve: &Serve, name: &str, application: Application<Greeter>) -> Result<Deployed> {
    let handle = serve.run_named(name, application).await?;
    Ok(Deployed { handle, _serve: serve.clone() })
}
