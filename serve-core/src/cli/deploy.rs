//! Verbs about configurations that a server elsewhere runs.

use std::path::Path;

use serde_json::{Value, json};

use super::ask::watched;
use super::failure::{BAD_CONFIG, FAILED, NOT_FOUND, VerbFailure, VerbOutcome};
use super::progress::shown_while;
use super::screen::{Screen, Tone};
use super::verbs::Verb;
use crate::admin::ApplicationList;
use crate::client::{AdminClient, ClientError};
use crate::file::RawConfig;

pub(super) async fn deploy(client: &AdminClient, verb: Verb, screen: &Screen) -> VerbOutcome {
    match verb {
        Verb::Deploy { config, dry_run: true, .. } | Verb::Plan { config } => {
            plan(client, &read(config).await?, screen).await
        }
        Verb::Deploy { config, no_wait, .. } => {
            let raw = read(config).await?;
            let watched = watched(client).await?;
            let value = raw.value();
            let all = match no_wait {
                true => client.without_waiting().apply_all(&value).await,
                false => shown_while(watched, screen, client.apply_all(&value)).await,
            };
            applied(&all.map_err(|error| refused(&raw, error, VerbFailure::of_change))?, screen)
        }
        Verb::Config { application } => show(client, application.as_deref(), screen).await,
        other => Err(VerbFailure::new(FAILED, format!("{other:?} is about no configuration"))),
    }
}

/// Elsewhere, because the standard input may never end, and this program ends at Ctrl-C all the same.
async fn read(config: String) -> VerbOutcome<RawConfig> {
    let runtime = tokio::runtime::Handle::current();
    let read = runtime.spawn_blocking(move || RawConfig::read(Path::new(&config))).await;
    let gone = |_| VerbFailure::new(FAILED, "the configuration could not be read");
    Ok(read.map_err(gone)??)
}

async fn plan(client: &AdminClient, raw: &RawConfig, screen: &Screen) -> VerbOutcome {
    let plan = client
        .plan_all(&raw.value())
        .await
        .map_err(|error| refused(raw, error, VerbFailure::from))?;
    match screen.json {
        true => screen.value(&plan)?,
        false => screen.text(plan.to_string())?,
    }
    match plan.is_possible() {
        true => Ok(()),
        false => Err(VerbFailure::new(BAD_CONFIG, "it would be refused")),
    }
}

fn applied(all: &ApplicationList, screen: &Screen) -> VerbOutcome {
    if screen.json {
        return screen.value_line(all);
    }
    for (name, application) in &all.applications {
        let route = application.route_prefix.as_deref().unwrap_or("by handle only");
        let name = screen.paint(Tone::Strong, name);
        screen.text(format!("{name} {} {route}", application.status))?;
    }
    Ok(())
}

/// What the server says of a configuration, at the lines of the file; whatever else it is, as it is said elsewhere.
fn refused(
    raw: &RawConfig,
    error: ClientError,
    otherwise: impl FnOnce(ClientError) -> VerbFailure,
) -> VerbFailure {
    match &error {
        // What could not be deployed is no mistake in the file.
        ClientError::Refused(problem) if problem.status == 400 && !problem.errors.is_empty() => {
            let mistakes = problem.errors.iter();
            raw.refused(mistakes.map(|mistake| (mistake.at.as_deref(), &*mistake.message))).into()
        }
        _ => otherwise(error),
    }
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
