//! Ours: one deployment, called by `remote()` and by `call()`.
//!
//! The default is 100 ongoing requests for each replica, fewer than the 256 callers where there is only
//! one. Rows with room for 1000 stand beside those with the default, and so do rows of a server that does not
//! count calls: what counting costs is the difference.

use serve_core::prelude::{HttpOptions, Serve, deployment};
use serve_core::{Application, MetricsOptions};

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

/// A server with all that is on by default, and one that counts nothing.
pub(crate) struct Servers {
    by_default: Serve,
    uncounted: Serve,
}

pub(crate) async fn servers() -> Result<Servers> {
    let builder = |metrics| Serve::builder().http(HttpOptions::disabled()).metrics(metrics);
    Ok(Servers {
        by_default: builder(MetricsOptions::default()).start().await?,
        uncounted: builder(MetricsOptions::default().enabled(false)).start().await?,
    })
}

pub(crate) async fn contenders(servers: &Servers, replicas: u32) -> Result<[Contender; 6]> {
    let app = Greeter::bind().num_replicas(replicas);
    let roomy = app.clone().max_ongoing_requests(1000);
    let name = format!("default-{replicas}");
    let uncounted = deploy(&servers.uncounted, &name, app.clone()).await?;
    let by_default = deploy(&servers.by_default, &name, app).await?;
    let roomy = deploy(&servers.by_default, &format!("roomy-{replicas}"), roomy).await?;
    Ok([
        Contender::new("**ours, `remote`**", replicas, Remote(by_default.clone())),
        Contender::new("**ours, `call`**", replicas, InPlace(by_default)),
        Contender::new("ours, `remote`, room for 1000", replicas, Remote(roomy.clone())),
        Contender::new("ours, `call`, room for 1000", replicas, InPlace(roomy)),
        Contender::new("ours, `remote`, uncounted", replicas, Remote(uncounted.clone())),
        Contender::new("ours, `call`, uncounted", replicas, InPlace(uncounted)),
    ])
}

async fn deploy(serve: &Serve, name: &str, application: Application<Greeter>) -> Result<Deployed> {
    let handle = serve.run_named(name, application).await?;
    Ok(Deployed { handle, _serve: serve.clone() })
}
