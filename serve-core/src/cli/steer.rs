//! Verbs that change something.

use super::ask::patient;
use super::failure::{FAILED, VerbFailure, VerbOutcome};
use super::screen::{Screen, Tone};
use super::verbs::Verb;
use crate::client::AdminClient;
use crate::report::ApplicationSnapshot;

pub(super) async fn steer(client: &AdminClient, verb: Verb, screen: &Screen) -> VerbOutcome {
    let changed = match verb {
        Verb::Scale { application, deployment, replicas, wait } => {
            let changed = patient(client, &wait).scale(&application, &deployment, replicas).await?;
            (application, changed)
        }
        Verb::Unpin { application, deployment, wait } => {
            let changed = patient(client, &wait).unpin(&application, &deployment).await?;
            (application, changed)
        }
        Verb::Restart { application, deployment, wait } => {
            let client = patient(client, &wait);
            let changed = client.restart(&application, deployment.as_deref()).await?;
            (application, changed)
        }
        Verb::Rollback { application, wait } => {
            let changed = patient(client, &wait).rollback(&application).await?;
            (application, changed)
        }
        Verb::Delete { application, wait } => {
            patient(client, &wait).delete(&application).await?;
            return gone(&application, screen);
        }
        Verb::Shutdown => {
            client.shutdown().await?;
            return match screen.json {
                true => screen.value_line(&serde_json::json!({ "shutting_down": true })),
                false => screen.line("it finishes what it has, and ends"),
            };
        }
        other => return Err(VerbFailure::new(FAILED, format!("{other:?} is no change"))),
    };
    let (name, application) = changed;
    shown(&name, &application, screen)
}

fn shown(name: &str, application: &ApplicationSnapshot, screen: &Screen) -> VerbOutcome {
    if screen.json {
        return screen.value(application);
    }
    let mut line = format!("{} {}", screen.paint(Tone::Strong, name), application.status);
    for (name, deployment) in &application.deployments {
        line += &format!(", {name} {}/{}", deployment.running, deployment.counts.target);
    }
    screen.line(line)
}

fn gone(name: &str, screen: &Screen) -> VerbOutcome {
    match screen.json {
        true => screen.value_line(&serde_json::json!({ "deleted": name })),
        false => screen.line(format!("{name} is gone")),
    }
}
