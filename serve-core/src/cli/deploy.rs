//! Verbs about configurations that a server elsewhere runs.

use std::path::Path;

use futures_util::StreamExt;
use serde_json::{Value, json};

use super::ask::patient;
use super::failure::{BAD_CONFIG, FAILED, NOT_FOUND, VerbFailure, VerbOutcome};
use super::progress::shown_while;
use super::screen::{Screen, Tone};
use super::verbs::Verb;
use crate::client::{AdminClient, ClientError};
use crate::file::RawConfig;

pub(super) async fn deploy(client: &AdminClient, verb: Verb, screen: &Screen) -> VerbOutcome {
    match verb {
        Verb::Deploy { config, dry_run: true, .. } | Verb::Plan { config } => {
            plan(client, &config, screen).await
        }
        Verb::Deploy { config, no_wait, patience, .. } => {
            let client = patient(client, &patience);
            let raw = RawConfig::read(Path::new(&config))?;
            match no_wait {
                true => send(&client.without_waiting(), &raw, screen).await,
                false => send_and_watch(&client, &raw, screen).await,
            }
        }
        Verb::Config { application } => show(client, application.as_deref(), screen).await,
        other => Err(VerbFailure::new(FAILED, format!("{other:?} is about no configuration"))),
    }
}

async fn plan(client: &AdminClient, path: &str, screen: &Screen) -> VerbOutcome {
    let raw = RawConfig::read(Path::new(path))?;
    let plan = client.plan_all(&raw.value()).await.map_err(|error| refused(&raw, error))?;
    match screen.json {
        true => screen.value(&plan)?,
        false => screen.line(plan.to_string())?,
    }
    match plan.is_possible() {
        true => Ok(()),
        false => Err(VerbFailure::new(BAD_CONFIG, "it would be refused")),
    }
}

/// What happens on the server is shown meanwhile, where it lets itself be watched.
async fn send_and_watch(client: &AdminClient, raw: &RawConfig, screen: &Screen) -> VerbOutcome {
    match client.events(None).await {
        Ok(events) => {
            let events = Box::pin(events.filter_map(async |event| event.ok()));
            shown_while(events, screen, send(client, raw, screen)).await
        }
        Err(_) => send(client, raw, screen).await,
    }
}

async fn send(client: &AdminClient, raw: &RawConfig, screen: &Screen) -> VerbOutcome {
    let all = client.apply_all(&raw.value()).await.map_err(|error| refused(raw, error))?;
    if screen.json {
        return screen.value_line(&all);
    }
    for (name, application) in &all.applications {
        let route = application.route_prefix.as_deref().unwrap_or("by handle only");
        screen.line(format!(
            "{} {} {route}",
            screen.paint(Tone::Strong, name),
            application.status
        ))?;
    }
    Ok(())
}

/// What the server says of a configuration, at the lines of the file.
fn refused(raw: &RawConfig, error: ClientError) -> VerbFailure {
    let problem = match &error {
        ClientError::Refused(problem) if !problem.errors.is_empty() => problem,
        _ => return error.into(),
    };
    let mistakes = problem.errors.iter();
    raw.refused(mistakes.map(|mistake| (mistake.at.as_deref(), mistake.message.as_str()))).into()
}

async fn show(client: &AdminClient, application: Option<&str>, screen: &Screen) -> VerbOutcome {
    let config = client.config().await?;
    let Some(name) = application else { return screen.value(&config) };
    let all = config["applications"].as_array().into_iter().flatten();
    let found: Vec<&Value> = all.filter(|config| config["name"] == json!(name)).collect();
    match found.first() {
        Some(config) => screen.value(config),
        None => {
            let message = format!("no configuration has deployed an application `{name}`");
            Err(VerbFailure::new(NOT_FOUND, message))
        }
    }
}
