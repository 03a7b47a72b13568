//! Updates under load: good ones, bad ones, and the way back, while callers never stop calling.
//!
//! Sixteen callers call a greeter all the time. Meanwhile it is run again as it is, updated, updated with a
//! constructor that fails and with a `user_config` that does not fit, given more replicas, and rolled back.
//! Whatever happens, the callers are served; the last line says how many calls have failed.
//!
//! Run with `cargo run -p examples --bin redeploy`. With `LevelFilter::INFO` the log tells each step.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use serve_core::prelude::*;
use tokio::task::JoinSet;
use tracing_subscriber::filter::LevelFilter;

/// What `user_config` is made of.
#[derive(Deserialize)]
struct Settings {
    greeting: String,
}

/// Counts its greetings in memory: state that a new replica does not have.
struct Greeter {
    version: u32,
    greeting: String,
    greeted: AtomicU64,
}

#[deployment(num_replicas = 2)]
impl Greeter {
    fn new(version: u32) -> Result<Self, String> {
        if version == 3 {
            return Err("there is no model for version 3".to_owned());
        }
        Ok(Self { version, greeting: "Hello".to_owned(), greeted: AtomicU64::new(0) })
    }

    async fn greet(&self, name: &str) -> String {
        tokio::time::sleep(Duration::from_millis(2)).await;
        let count = self.greeted.fetch_add(1, Relaxed) + 1;
        format!("{} {name}! (version {}, greeting {count})", self.greeting, self.version)
    }

    fn reconfigure(&mut self, settings: Settings) -> Result<(), String> {
        if settings.greeting.is_empty() {
            return Err("the greeting is empty".to_owned());
        }
        self.greeting = settings.greeting;
        Ok(())
    }
}

/// Callers that call until they are told to stop, and count what comes of it.
struct Load {
    callers: JoinSet<(u64, u64)>,
    stop: Arc<AtomicBool>,
}

impl Load {
    fn start(greeter: &GreeterHandle) -> Self {
        let (mut callers, stop) = (JoinSet::new(), Arc::<AtomicBool>::default());
        for _ in 0..16 {
            let (greeter, stop) = (greeter.clone(), Arc::clone(&stop));
            callers.spawn(async move {
                let (mut calls, mut failed) = (0, 0);
                while !stop.load(Relaxed) {
                    calls += 1;
                    failed += u64::from(greeter.greet.remote("Bob").await.is_err());
                }
                (calls, failed)
            });
        }
        Self { callers, stop }
    }

    async fn stop(self) -> (u64, u64) {
        self.stop.store(true, Relaxed);
        let counted = self.callers.join_all().await;
        counted.iter().fold((0, 0), |sum, caller| (sum.0 + caller.0, sum.1 + caller.1))
    }
}

/// Says what an update would do, does it, and says what came of it.
async fn update(serve: &Serve, what: &str, app: Application<Greeter>) -> serve_core::Result<()> {
    // For a moment the callers have the greeter as it is.
    tokio::time::sleep(Duration::from_millis(200)).await;
    println!("\n== {what}\n{}", serve.plan("default", &app));
    match serve.run(app).await {
        Ok(greeter) => println!("it serves: {}", greeter.greet.remote("Alice").await?),
        Err(error) => {
            println!("error: {error}");
            let greeter = serve.app_handle::<Greeter>("default")?;
            println!("still there: {}", greeter.greet.remote("Alice").await?);
        }
    }
    Ok(())
}

async fn updates(serve: &Serve) -> serve_core::Result<()> {
    update(serve, "the same again", Greeter::bind(1)).await?;
    update(serve, "version 2", Greeter::bind(2)).await?;
    update(serve, "version 3, whose constructor fails", Greeter::bind(3)).await?;

    let configured = |greeting| Greeter::bind(2).user_config(json!({ "greeting": greeting }));
    update(serve, "a `user_config` of another type", configured(json!(7))).await?;
    update(serve, "a `user_config` that `reconfigure` refuses", configured(json!(""))).await?;
    update(serve, "a good `user_config`", configured(json!("Good day"))).await?;

    println!("\n== more replicas");
    serve.scale("default", "Greeter", 4).await?;
    let status = serve.status();
    let greeter = &status.applications["default"].deployments["Greeter"];
    let (running, declared) = (greeter.running_replicas.len(), greeter.counts.declared);
    println!("{running} replicas take calls; {declared} are declared");

    println!("\n== back to the revision before");
    serve.rollback("default").await?;
    let greeter = serve.app_handle::<Greeter>("default")?;
    println!("it serves: {}", greeter.greet.remote("Alice").await?);

    println!("\n== history");
    for revision in serve.history("default") {
        let (number, state) = (revision.number, revision.state);
        println!("{number:>2} {state:<10} {} {}", revision.cause, revision.message);
    }
    Ok(())
}

#[tokio::main]
async fn main() -> serve_core::Result<()> {
    let log = tracing_subscriber::fmt().with_max_level(LevelFilter::WARN);
    log.with_writer(std::io::stderr).init();
    let serve = Serve::builder().http(HttpOptions::disabled()).start().await?;
    let greeter = serve.run(Greeter::bind(1)).await?;
    println!("version 1 serves: {}", greeter.greet.remote("Alice").await?);

    let load = Load::start(&greeter);
    updates(&serve).await?;
    let (calls, failed) = load.stop().await;
    println!("\n{failed} of {calls} calls failed");
    serve.shutdown().await
}
