//! Verbs that change something.

use std::time::Duration;

use super::ask::watched;
use super::failure::{FAILED, VerbFailure, VerbOutcome};
use super::progress::shown_while;
use super::screen::{Screen, Tone};
use super::verbs::Verb;
use crate::client::{AdminClient, ClientError};
use crate::report::ApplicationSnapshot;

/// A server that is asked to end says at once that it will.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(30);

pub(super) async fn steer(client: &AdminClient, verb: Verb, screen: &Screen) -> VerbOutcome {
    match verb {
        Verb::Scale { application, deployment, replicas } => {
            let change = client.scale(&application, &deployment, replicas);
            changed(client, &application, screen, change).await
        }
        Verb::Unpin { application, deployment } => {
            let change = client.unpin(&application, &deployment);
            changed(client, &application, screen, change).await
        }
        Verb::Restart { application, deployment } => {
            let change = client.restart(&application, deployment.as_deref());
            changed(client, &application, screen, change).await
        }
        Verb::Rollback { application } => {
            changed(client, &application, screen, client.rollback(&application)).await
        }
        Verb::Delete { application } => {
            made(client, &application, screen, client.delete(&application)).await?;
            gone(&application, screen)
        }
        Verb::Shutdown => {
            let client = client.clone();
            client.timeout_or(SHUTDOWN_TIMEOUT).shutdown().await?;
            match screen.json {
                true => screen.value_line(&serde_json::json!({ "shutting_down": true })),
                false => screen.text("it finishes what it has, and ends"),
            }
        }
        other => Err(VerbFailure::new(FAILED, format!("{other:?} is no change"))),
    }
}

/// Waits for a change, and shows what happens meanwhile.
async fn made<T>(
    client: &AdminClient,
    application: &str,
    screen: &Screen,
    change: impl Future<Output = Result<T, ClientError>>,
) -> VerbOutcome<T> {
    let mut watched = watched(client).await?.about(application);
    // With JSON the answer is one value, and not one of several.
    watched.is_silent = screen.json;
    shown_while(watched, screen, change).await.map_err(VerbFailure::of_change)
}

async fn changed(
    client: &AdminClient,
    name: &str,
    screen: &Screen,
    change: impl Future<Output = Result<ApplicationSnapshot, ClientError>>,
) -> VerbOutcome {
    let application = made(client, name, screen, change).await?;
    if screen.json {
        return screen.value(&application);
    }
    let mut line = format!("{} {}", screen.paint(Tone::Strong, name), application.status);
    for (name, deployment) in &application.deployments {
        line += &format!(", {name} {}/{}", deployment.running, deployment.counts.target);
    }
    screen.text(line)
}

fn gone(name: &str, screen: &Screen) -> VerbOutcome {
    match screen.json {
        true => screen.value_line(&serde_json::json!({ "deleted": name })),
        false => screen.text(format!("{name} is gone")),
    }
}
