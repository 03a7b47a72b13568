//! Verbs that only look.

use std::time::{Duration, SystemTime};

use futures_util::StreamExt;
use serde::Serialize;
use serde_json::{Value, json};

use super::failure::{FAILED, NOT_FOUND, VerbFailure, VerbOutcome};
use super::progress;
use super::screen::{Screen, Tone};
use super::table::{TableCell, TextTable};
use super::text::tame;
use super::verbs::{DebugVerb, Verb};
use crate::client::AdminClient;
use crate::controller::{ApplicationStatus, DeploymentStatus, ReplicaState};
use crate::observe::{ChildCall, Event, SlowRequest};
use crate::report::{ApplicationSnapshot, DeploymentSnapshot};

const WATCH_EVERY: Duration = Duration::from_secs(1);

pub(super) async fn look(client: &AdminClient, verb: Verb, screen: &Screen) -> VerbOutcome {
    match verb {
        Verb::Status { application, watch } => {
            status(client, application.as_deref(), watch, screen).await
        }
        Verb::Events { follow, application } => {
            events(client, follow, application.as_deref(), screen).await
        }
        Verb::Explain { request_id } => explain(client, &request_id, screen).await,
        Verb::Debug(DebugVerb::Dump { output }) => dump(client, &output, screen).await,
        other => Err(VerbFailure::new(FAILED, format!("{other:?} is no question"))),
    }
}

async fn status(
    client: &AdminClient,
    application: Option<&str>,
    watch: bool,
    screen: &Screen,
) -> VerbOutcome {
    if watch {
        screen.clear()?;
    }
    loop {
        let lines = match application {
            Some(name) => {
                let found = client.application(name).await?;
                match screen.json {
                    true => vec![json_of(&found, watch)?],
                    false => closely(name, &found, screen),
                }
            }
            None => {
                let all = client.applications().await?;
                match screen.json {
                    true => vec![json_of(&all, watch)?],
                    false => overview(all.applications.iter(), screen),
                }
            }
        };
        let text = lines.join("\n");
        match (screen.json, watch) {
            (true, _) => screen.line(text)?,
            (false, true) => screen.redraw(&text)?,
            (false, false) => screen.text(text)?,
        }
        if !watch {
            return Ok(());
        }
        tokio::time::sleep(WATCH_EVERY).await;
    }
}

/// Of several each is one line.
fn json_of(value: &impl Serialize, is_one_of_several: bool) -> VerbOutcome<String> {
    Ok(match is_one_of_several {
        true => serde_json::to_string(value)?,
        false => serde_json::to_string_pretty(value)?,
    })
}

fn overview<'a>(
    applications: impl Iterator<Item = (&'a String, &'a ApplicationSnapshot)>,
    screen: &Screen,
) -> Vec<String> {
    let mut table =
        TextTable::new(["APPLICATION", "STATUS", "ROUTE", "REVISION", "REPLICAS", "MESSAGE"]);
    let mut is_empty = true;
    for (name, application) in applications {
        is_empty = false;
        let deployments = application.deployments.values();
        let running: usize = deployments.clone().map(|deployment| deployment.running).sum();
        let target: u64 = deployments.map(|deployment| u64::from(deployment.counts.target)).sum();
        let revision = application.revision.map(|revision| revision.to_string());
        table.row([
            name.as_str().into(),
            of_application(application.status),
            application.route_prefix.clone().unwrap_or_else(|| "-".to_owned()).into(),
            revision.unwrap_or_else(|| "-".to_owned()).into(),
            format!("{running}/{target}").into(),
            first_line(&application.message).into(),
        ]);
    }
    match is_empty {
        true => vec!["nothing runs".to_owned()],
        false => table.lines(screen, 0),
    }
}

fn closely(name: &str, application: &ApplicationSnapshot, screen: &Screen) -> Vec<String> {
    let title = screen.paint(Tone::Strong, name);
    let route = application.route_prefix.as_deref().unwrap_or("by handle only");
    let mut lines = vec![format!("{title} {} {route}", application.status)];
    if !application.message.is_empty() {
        lines.extend(application.message.lines().map(tame));
    }
    for (name, deployment) in &application.deployments {
        lines.push(String::new());
        lines.extend(of_deployment(name, deployment, screen));
    }
    lines
}

fn of_deployment(name: &str, deployment: &DeploymentSnapshot, screen: &Screen) -> Vec<String> {
    let tone = match deployment.status {
        DeploymentStatus::Healthy => Tone::Good,
        DeploymentStatus::Unhealthy | DeploymentStatus::DeployFailed => Tone::Bad,
        _ => Tone::Busy,
    };
    let rates = &deployment.last_minute;
    let milliseconds = |seconds: Option<f64>| match seconds {
        Some(seconds) => format!("{:.1} ms", seconds * 1000.0),
        None => "-".to_owned(),
    };
    let counts = &deployment.counts;
    let pinned = counts.pinned.map(|pinned| format!(", pinned to {pinned}")).unwrap_or_default();
    let mut lines = vec![
        format!(
            "  {} {}: {} of {} replicas{pinned}",
            screen.paint(Tone::Strong, name),
            screen.paint(tone, deployment.status.to_string()),
            deployment.running,
            counts.target,
        ),
        format!(
            "  {:.1} requests/s, {:.1} errors/s, p50 {}, p99 {}, {} ongoing, {} queued",
            rates.requests_per_second,
            rates.errors_per_second,
            milliseconds(rates.p50),
            milliseconds(rates.p99),
            deployment.ongoing,
            deployment.queued,
        ),
    ];
    if !deployment.message.is_empty() {
        lines.extend(deployment.message.lines().map(|line| format!("  {}", tame(line))));
    }
    if !deployment.replicas.is_empty() {
        let mut table =
            TextTable::new(["REPLICA", "STATE", "AGE", "PLACE", "ONGOING", "REQUESTS", "ERRORS"]);
        for replica in &deployment.replicas {
            let tone = if replica.state == ReplicaState::Running { Tone::Good } else { Tone::Busy };
            let pid = replica.pid.map(|pid| format!(" {pid}")).unwrap_or_default();
            table.row([
                replica.id.as_str().into(),
                TableCell::toned(replica.state.to_string(), tone),
                age(replica.age).into(),
                format!("{}{pid}", replica.place).into(),
                replica.ongoing.to_string().into(),
                replica.requests.to_string().into(),
                replica.errors.to_string().into(),
            ]);
        }
        lines.extend(table.lines(screen, 4));
    }
    lines
}

pub(super) fn of_application(status: ApplicationStatus) -> TableCell {
    let tone = match status {
        ApplicationStatus::Running => Tone::Good,
        ApplicationStatus::Unhealthy | ApplicationStatus::DeployFailed => Tone::Bad,
        _ => Tone::Busy,
    };
    TableCell::toned(status.to_string(), tone)
}

fn age(age: Duration) -> String {
    match age.as_secs() {
        seconds @ 0..60 => format!("{seconds}s"),
        seconds @ 60..3600 => format!("{}m", seconds / 60),
        seconds @ 3600..86_400 => format!("{}h", seconds / 3600),
        seconds => format!("{}d", seconds / 86_400),
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

async fn events(
    client: &AdminClient,
    follow: bool,
    application: Option<&str>,
    screen: &Screen,
) -> VerbOutcome {
    let is_wanted =
        |event: &Event| application.is_none() || event.application.as_deref() == application;
    if !follow {
        for event in client.recent_events(0).await?.events.iter().filter(|event| is_wanted(event)) {
            show_event(event, screen)?;
        }
        return Ok(());
    }
    let mut events = client.events(Some(0)).await?;
    while let Some(event) = events.next().await {
        let event = event?;
        if is_wanted(&event) {
            show_event(&event, screen)?;
        }
    }
    screen.note("the server has ended");
    Ok(())
}

fn show_event(event: &Event, screen: &Screen) -> VerbOutcome {
    if screen.json {
        return screen.value_line(event);
    }
    let ago = SystemTime::now().duration_since(event.at).unwrap_or_default();
    let ago = screen.paint(Tone::Dim, format!("{:>4} ago", age(ago)));
    screen
        .text(format!("{ago} {}", progress::line(event, progress::tone_of_any(event.kind), screen)))
}

async fn explain(client: &AdminClient, request_id: &str, screen: &Screen) -> VerbOutcome {
    let slow = client.slow_requests().await?;
    let Some(found) = slow.requests.iter().find(|request| request.request_id == request_id) else {
        let message = format!(
            "the request `{request_id}` is not among the slowest hundred of its deployment in the last ten minutes; send \
             `x-serve-timing: 1` with a request to be told in its answer"
        );
        return Err(VerbFailure::new(NOT_FOUND, message));
    };
    match screen.json {
        true => screen.value(found),
        false => screen.text(explained(found, screen)?.join("\n")),
    }
}

/// Where its time went, the largest part first.
fn explained(request: &SlowRequest, screen: &Screen) -> VerbOutcome<Vec<String>> {
    let SlowRequest { application, deployment, method, outcome, total, .. } = request;
    let route = request.route.as_deref().unwrap_or("by handle");
    let mut lines = vec![
        format!(
            "{} {outcome} in {:.1} ms",
            screen.paint(Tone::Strong, &request.request_id),
            total.as_secs_f64() * 1e3
        ),
        format!("{application}/{deployment}.{method} ({route}) on {}", request.replica),
    ];
    let Value::Object(parts) = serde_json::to_value(&request.parts)? else { return Ok(lines) };
    let mut parts: Vec<_> =
        parts.iter().filter_map(|(name, part)| Some((name, part.as_f64()?))).collect();
    parts.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    for (name, seconds) in parts.into_iter().filter(|(_, seconds)| *seconds > 0.0) {
        let share = 100.0 * seconds / total.as_secs_f64().max(f64::MIN_POSITIVE);
        lines.push(format!(
            "  {:<12} {:>9.1} ms {share:>3.0} %",
            name.replace('_', " "),
            seconds * 1e3
        ));
    }
    for child in &request.children {
        let ChildCall { deployment, method, .. } = child;
        lines.push(format!("  called {deployment}.{method}"));
    }
    Ok(lines)
}

/// Everything there is to see, in one file. What the API shows has no secrets in it.
async fn dump(client: &AdminClient, output: &str, screen: &Screen) -> VerbOutcome {
    let dump = json!({
        "client_version": crate::admin::VERSION,
        "snapshot": client.snapshot().await?,
        "events": client.recent_events(0).await?.events,
        "slow_requests": client.slow_requests().await?.requests,
        "log_level": client.log_level().await?,
        "metrics": client.metrics().await?,
    });
    if output == "-" {
        return screen.value(&dump);
    }
    let text = serde_json::to_string_pretty(&dump)?;
    std::fs::write(output, text).map_err(|error| {
        VerbFailure::new(FAILED, format!("`{output}` cannot be written: {error}"))
    })?;
    match screen.json {
        true => screen.value_line(&json!({ "written": output })),
        false => screen.text(format!("written to {output}")),
    }
}
