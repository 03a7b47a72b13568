//! What a server of this process runs, read again when somebody says so: SIGHUP, or `--watch`.

use std::convert::Infallible;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use super::failure::VerbOutcome;
use super::progress::{Watched, shown_while};
use super::screen::Screen;
use crate::file::{Builders, ConfigError, ServerConfig};
use crate::serve::Serve;

const WATCH_EVERY: Duration = Duration::from_secs(1);

/// Where a configuration comes from, with what the command line sets.
pub(super) enum RunSource {
    Application { name: String, sets: Vec<(String, String)> },
    File { path: PathBuf, sets: Vec<(String, String)> },
}

/// When a configuration is read again.
pub(super) struct Reload {
    source: RunSource,
    is_watching: bool,
    seen: Option<SystemTime>,
    #[cfg(unix)]
    hangups: tokio::signal::unix::Signal,
}

impl RunSource {
    pub(super) fn read(&self, builders: &Builders) -> Result<ServerConfig, ConfigError> {
        match self {
            Self::Application { name, sets } => builders.read_application(name, sets),
            Self::File { path, sets } => builders.read_with(path, sets),
        }
    }

    fn changed_at(&self) -> Option<SystemTime> {
        match self {
            Self::File { path, .. } => path.metadata().and_then(|file| file.modified()).ok(),
            Self::Application { .. } => None,
        }
    }
}

impl Reload {
    /// From now on a SIGHUP does not end the process.
    pub(super) fn new(source: RunSource, is_watching: bool) -> VerbOutcome<Self> {
        Ok(Self {
            seen: source.changed_at(),
            source,
            is_watching,
            #[cfg(unix)]
            hangups: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup())?,
        })
    }

    pub(super) fn read(&self, builders: &Builders) -> Result<ServerConfig, ConfigError> {
        self.source.read(builders)
    }

    /// Reads and applies whenever somebody asks for it. What is wrong is told, and costs nothing that runs.
    pub(super) async fn whenever_asked(mut self, serve: &Serve, screen: &Screen) -> Infallible {
        loop {
            self.wait().await;
            match self.again(serve, screen).await {
                Ok(()) => screen.note("the configuration has been read again, and runs"),
                Err(failure) => {
                    screen.complain(&failure);
                    screen.note("what ran before still runs");
                }
            }
        }
    }

    async fn again(&self, serve: &Serve, screen: &Screen) -> VerbOutcome {
        let config = self.source.read(serve.builders())?;
        Ok(shown_while(Watched::of(serve.events()), screen, serve.apply(&config)).await?)
    }

    async fn wait(&mut self) {
        let (source, seen, is_watching) = (&self.source, &mut self.seen, self.is_watching);
        let changes = async {
            loop {
                match is_watching {
                    true => tokio::time::sleep(WATCH_EVERY).await,
                    false => std::future::pending().await,
                }
                let now = source.changed_at();
                // A file that is just being replaced is not there for a moment.
                if now.is_some() && now != *seen {
                    *seen = now;
                    return;
                }
            }
        };
        #[cfg(unix)]
        tokio::select! {
            _ = self.hangups.recv() => {}
            () = changes => {}
        }
        #[cfg(not(unix))]
        changes.await;
    }
}
