//! What is soaked: one deployment that writes down each call it executes, and behaves as its version says.

use std::fs::File;
use std::future::pending;
use std::io::Write;
use std::sync::Mutex;
use std::time::Duration;

use futures_util::{Stream, StreamExt, stream};
use serde::{Deserialize, Serialize};
use serve_core::prelude::{Path, deployment};

/// What makes a replica another one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Version {
    pub(crate) number: u64,
    pub(crate) temper: Temper,
    /// The file that says which calls have been executed.
    pub(crate) journal: String,
}

/// How a version behaves when it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Temper {
    Good,
    Fails,
    Panics,
    Hangs,
    IsSick,
}

/// A `user_config`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Config {
    pub(crate) number: u64,
    pub(crate) refuse: bool,
}

pub(crate) struct Worker {
    version: Version,
    journal: File,
    config: Mutex<u64>,
}

/// A stream that is ordered: its call, how many items, the pause before each in microseconds, and how long
/// each is, in bytes.
pub(crate) type Order = (u64, u64, u64, u64);

#[deployment(route_prefix = "/soak")]
impl Worker {
    pub(crate) async fn new(version: Version) -> Result<Self, String> {
        match version.temper {
            Temper::Good | Temper::IsSick => {}
            Temper::Fails => return Err("this version fails".to_owned()),
            // As a panic, but without a line in the output for each of many.
            Temper::Panics => std::panic::resume_unwind(Box::new("this version panics")),
            Temper::Hangs => pending().await,
        }
        let journal = File::options().append(true).open(&version.journal);
        let journal = journal.map_err(|error| format!("{}: {error}", version.journal))?;
        Ok(Self { version, journal, config: Mutex::new(0) })
    }

    pub(crate) fn check_health(&self) -> Result<(), String> {
        match self.version.temper {
            Temper::IsSick => Err("this version is sick".to_owned()),
            _ => Ok(()),
        }
    }

    pub(crate) fn reconfigure(&self, config: Config) -> Result<(), String> {
        if config.refuse {
            return Err("this configuration is refused".to_owned());
        }
        *self.config.lock().expect("nothing panics while it is held") = config.number;
        Ok(())
    }

    /// The numbers of its version and of its configuration.
    pub(crate) fn versions(&self) -> (u64, u64) {
        (self.version.number, *self.config.lock().expect("nothing panics while it is held"))
    }

    /// Takes a while, and answers with its own number.
    #[post("/work/{call}/{micros}")]
    pub(crate) async fn work(&self, Path(work): Path<(u64, u64)>) -> String {
        let (call, micros) = work;
        self.note(call);
        tokio::time::sleep(Duration::from_micros(micros)).await;
        call.to_string()
    }

    /// Lines that say whose they are, which one each is and which replica made it.
    #[get("/count/{call}/{items}/{pause}/{length}")]
    pub(crate) fn count(&self, Path(order): Path<Order>) -> impl Stream<Item = String> {
        let (call, items, pause, length) = order;
        self.note(call);
        let replica = serve_core::context().map_or_else(String::new, |c| c.replica_id().to_owned());
        let padding = usize::try_from(length).unwrap_or_default();
        stream::iter(0..items).then(move |item| {
            let line = format!("{call} {item} {replica} {:.<padding$}\n", "");
            async move {
                if pause > 0 {
                    tokio::time::sleep(Duration::from_micros(pause)).await;
                }
                line
            }
        })
    }
}

impl Worker {
    /// One write for each, so that those of several processes do not mix.
    fn note(&self, call: u64) {
        let written = (&self.journal).write_all(&call.to_le_bytes());
        written.expect("the journal is there for as long as the soak runs");
    }
}
