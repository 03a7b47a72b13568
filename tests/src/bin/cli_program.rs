//! A program as users make them with `serve_core::cli()`, for tests of the command line.

use std::path::PathBuf;
use std::process::ExitCode;

use serde::Deserialize;
use serve_core::Secret;
use serve_core::prelude::*;

struct Greeter(String);

#[deployment(route_prefix = "/")]
impl Greeter {
    fn new(greeting: String) -> Result<Self, String> {
        match greeting.as_str() {
            "" => Err("there is nothing to say".to_owned()),
            _ => Ok(Self(greeting)),
        }
    }

    async fn __call__(&self) -> String {
        self.0.clone()
    }
}

/// Lives in a process of its own.
struct Apart(u32);

#[deployment(route_prefix = "/", isolation = "process")]
impl Apart {
    fn new() -> Self {
        Self(std::process::id())
    }

    async fn __call__(&self) -> String {
        self.0.to_string()
    }
}

/// Never comes up.
struct Slow;

#[deployment(route_prefix = "/slow")]
impl Slow {
    async fn new() -> Self {
        std::future::pending().await
    }

    async fn __call__(&self) -> String {
        String::new()
    }
}

/// Has secrets, and says too much of them where it can.
struct Guarded {
    word: String,
    secrets: Vec<Secret>,
}

#[deployment(route_prefix = "/guarded")]
impl Guarded {
    fn new(word: String, secrets: Vec<Secret>) -> Result<Self, String> {
        match word.as_str() {
            "fail" => Err("it cannot be made".to_owned()),
            _ => Ok(Self { word, secrets }),
        }
    }

    async fn __call__(&self) -> String {
        let secrets: Vec<_> = self.secrets.iter().map(Secret::expose).collect();
        format!("{} {}", self.word, secrets.join(" "))
    }

    fn reconfigure(&self, settings: Settings) -> Result<(), String> {
        let Settings { password } = settings;
        match password.expose() {
            "" => Err("there is no password".to_owned()),
            _ => Ok(()),
        }
    }
}

#[derive(Clone, Deserialize)]
struct Settings {
    password: Secret,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GuardedArgs {
    word: String,
    key: Secret,
    pin: Secret,
    from_variable: Secret,
    from_file: Secret,
}

fn guarded(args: GuardedArgs) -> Result<Application<Guarded>, String> {
    let GuardedArgs { word, key, pin, from_variable, from_file } = args;
    if word == "quote" {
        let all = [&key, &pin, &from_variable, &from_file].map(Secret::expose);
        return Err(format!("these are wrong: {}", all.join(", ")));
    }
    Ok(Guarded::bind(word, vec![key, from_variable, from_file]))
}

/// Lives in a process of its own, which has started another program.
struct Parent(std::process::Child);

#[deployment(route_prefix = "/", isolation = "process")]
impl Parent {
    fn new() -> std::io::Result<Self> {
        std::process::Command::new("sleep").arg("3600").spawn().map(Self)
    }

    /// The ids of both.
    async fn __call__(&self) -> String {
        format!("{} {}", std::process::id(), self.0.id())
    }
}

/// Answers when the test lets it.
struct Patient(PathBuf);

#[deployment(route_prefix = "/")]
impl Patient {
    fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    #[get("/wait")]
    async fn wait(&self) -> &'static str {
        std::fs::write(self.0.join("entered"), "").expect("the folder is there");
        tests::processes::until(async || self.0.join("open").exists()).await;
        "at last"
    }

    #[blocking]
    #[get("/block")]
    fn block(&self) -> &'static str {
        std::fs::write(self.0.join("entered"), "").expect("the folder is there");
        loop {
            std::thread::park();
        }
    }
}

#[derive(Deserialize)]
struct PatientArgs {
    folder: PathBuf,
}

#[derive(Deserialize)]
struct HelloArgs {
    greeting: String,
}

fn main() -> ExitCode {
    serve_core::cli()
        .app("hello", |args: HelloArgs| Greeter::bind(args.greeting))
        .app("apart", Apart::bind)
        .app("slow", Slow::bind)
        .app("guarded", guarded)
        .app("parent", Parent::bind)
        .app("patient", |args: PatientArgs| Patient::bind(args.folder))
        .main()
}
