//! What was deployed over the API before the server was restarted, deployed again.

use super::deploy::begin;
use super::server::Admin;
use crate::controller::Expected;
use crate::error::{Error, Result};
use crate::file::ApplicationConfig;
use crate::log;
use crate::serve::Serve;

/// A configuration, and its text.
pub(super) type Before = Vec<(ApplicationConfig, String)>;

/// What is kept, as far as this program can run it.
///
/// # Errors
///
/// It cannot run some of it.
pub(super) async fn read(admin: &Admin, serve: &Serve) -> Result<Before> {
    let (mut before, mut problems) = (Before::new(), Vec::new());
    for (name, text) in admin.kept().texts().await {
        let read = ApplicationConfig::from_json_as(&name, &text).and_then(|mut config| {
            serve.builders().check(&mut config)?;
            Ok(config)
        });
        match read {
            Ok(config) => before.push((config, text)),
            Err(error) => problems.push(format!("application `{name}`: {error}")),
        }
    }
    if problems.is_empty() {
        return Ok(before);
    }
    let problem = format!(
        "the state file says what this program cannot run: {}; put that right, or move the file away",
        problems.join("; ")
    );
    Err(Error::Admin { problem })
}

/// Deploys all of it. What fails stops nothing else; its status tells, and the file still has it.
pub(super) async fn deploy(admin: &Admin, before: Before) {
    let mut underway = Vec::new();
    for (config, text) in before {
        let name = config.name().to_owned();
        // Whoever has deployed one meanwhile knows better.
        match begin(admin, config, text, &Expected::Missing).await {
            Ok(deploying) => underway.push((name, deploying)),
            Err(problem) => note(&name, &problem.to_string()),
        }
    }
    for (name, deploying) in underway {
        if let Err(problem) = deploying.done().await {
            note(&name, &problem.to_string());
        }
    }
}

fn note(name: &str, why: &str) {
    let message = "what was deployed over the API before the restart cannot be deployed again";
    log::error(message).application(name).cause(why).emit();
}
