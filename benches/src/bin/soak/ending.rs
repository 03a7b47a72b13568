//! What is left when the load has ended: nothing under way, nothing that was not there at the beginning, and
//! after the shutdown nothing at all.

use std::time::Duration;

use serve_core::{ApplicationStatus, ReplicaState};
use tokio::time::{Instant, sleep, timeout};

use crate::place::Place;
use crate::report::Wrong;
use crate::resources::{Resources, threads};
use crate::soak::Soak;
use crate::spec::DEPLOYMENT;

/// Longer than a replica may drain, and than the runtime keeps an idle thread.
const PATIENCE: Duration = Duration::from_secs(120);

/// Compares what there is with what was there at the beginning.
pub(crate) async fn find_leaks(soak: &Soak, before: Resources) {
    for place in Place::ALL {
        match timeout(PATIENCE, soak.serve.unpin(place.name(), DEPLOYMENT)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => soak.report.wrong(Wrong::Update, format_args!("unpinned: {error}")),
            Err(_) => soak.report.wrong(Wrong::Hung, "an unpin does not return"),
        }
    }
    if let Some(left) = until_none(|| busy(soak)).await {
        soak.report.wrong(Wrong::Leaked, format_args!("still under way: {left}"));
    }
    if let Some(more) = until_none(|| Resources::now().beyond(before)).await {
        soak.report.wrong(Wrong::Leaked, format_args!("{more}; threads are {:?}", threads()));
    }
}

/// Shuts the server down; what was there before it is there after it.
pub(crate) async fn shut_down(soak: &Soak, before: Resources) {
    match timeout(PATIENCE, soak.serve.shutdown()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => soak.report.wrong(Wrong::Failed, format_args!("the shutdown: {error}")),
        Err(_) => soak.report.wrong(Wrong::Hung, "the shutdown does not end"),
    }
    if let Some(more) = until_none(|| Resources::now().beyond(before)).await {
        soak.report.wrong(
            Wrong::Leaked,
            format_args!("after the shutdown: {more}; threads are {:?}", threads()),
        );
    }
}

/// Asks until there is nothing to say, or returns what was said last.
async fn until_none(mut ask: impl FnMut() -> Option<String>) -> Option<String> {
    let begun = Instant::now();
    loop {
        let answer = ask();
        if answer.is_none() || begun.elapsed() > PATIENCE {
            return answer;
        }
        sleep(Duration::from_millis(100)).await;
    }
}

/// What of the applications has not come to rest.
fn busy(soak: &Soak) -> Option<String> {
    let status = soak.serve.status();
    let is_at_rest = Place::ALL.iter().all(|place| {
        let Some(application) = status.applications.get(place.name()) else { return false };
        let is_at_rest = application.deployments.values().all(|deployment| {
            deployment.queued == 0
                && deployment.replicas.len() == deployment.counts.target as usize
                && deployment
                    .replicas
                    .iter()
                    .all(|one| one.state == ReplicaState::Running && one.ongoing == 0)
        });
        application.status == ApplicationStatus::Running && is_at_rest
    });
    (!is_at_rest).then(|| format!("{status:?}"))
}
