//! The metrics of the user's own in a replica's process go to its server, for as long as it lives.
//!
//! Twice a second whatever has changed, whole, a part at a time: the next goes when the server has that. So a process
//! that is killed takes with it what it has counted in the last second at most.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::call::{OwnOfProcess, install_replica_recorder};
use crate::exchange::Peer;
use crate::link::{Form, System};
use crate::observe::{OwnBatch, OwnSeries, OwnValue, SeriesId};
use crate::packed::pack;
use crate::tasks::Tasks;

const EVERY: Duration = Duration::from_millis(500);
/// So many series cross together.
const TOGETHER_MAX: usize = 500;

/// Begins to count, and to tell, if the server wants so many series.
pub(super) fn tell_own_metrics(series_max: Option<usize>, server: &Arc<Peer>, tasks: &Tasks) {
    if let Some(own) = series_max.and_then(install_replica_recorder) {
        let told = Told { series: BTreeMap::new(), described: BTreeMap::new() };
        tasks.spawn_until_stopped(tell(own, told, Arc::downgrade(server)));
    }
}

/// What the server knows.
struct Told {
    series: BTreeMap<SeriesId, OwnValue>,
    described: BTreeMap<String, String>,
}

async fn tell(own: OwnOfProcess, mut told: Told, server: Weak<Peer>) {
    loop {
        tokio::time::sleep(EVERY).await;
        let Some(server) = server.upgrade() else { return };
        if !own.has_changed() {
            continue;
        }
        for batch in told.news(own.read(), own.described()) {
            let Ok(body) = pack(&batch) else { continue };
            if server.ask(Form::System(System::OwnMetrics), body.into()).await.is_err() {
                return;
            }
        }
    }
}

impl Told {
    /// What the server does not know yet, and from now on will.
    fn news(
        &mut self,
        series: Vec<OwnSeries>,
        described: BTreeMap<String, String>,
    ) -> Vec<OwnBatch> {
        let mut batches = Vec::new();
        let new = described.iter().filter(|(name, text)| self.described.get(*name) != Some(*text));
        let new: Vec<_> = new.map(|(name, text)| (name.clone(), text.clone())).collect();
        self.described = described;
        if !new.is_empty() {
            batches.push(OwnBatch { described: new, series: Vec::new() });
        }
        let is_new = |it: &OwnSeries| self.series.get(&it.id) != Some(&it.value);
        let new: Vec<_> = series.into_iter().filter(is_new).collect();
        let known = new.iter().map(|it| (it.id.clone(), it.value.clone()));
        self.series.extend(known);
        for together in new.chunks(TOGETHER_MAX) {
            batches.push(OwnBatch { described: Vec::new(), series: together.to_vec() });
        }
        batches
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::OwnKind;

    fn series(number: usize, count: u64) -> OwnSeries {
        let labels = vec![("number".to_owned(), number.to_string())];
        let id = SeriesId { name: "tokens".to_owned(), kind: OwnKind::Counter, labels };
        OwnSeries { id, value: OwnValue::Count(count) }
    }

    #[test]
    fn only_what_has_changed_is_told_and_not_all_at_once() {
        let mut told = Told { series: BTreeMap::new(), described: BTreeMap::new() };
        let described = BTreeMap::from([("tokens".to_owned(), "what was said".to_owned())]);
        let all: Vec<_> = (0..TOGETHER_MAX + 1).map(|number| series(number, 1)).collect();
        let first = told.news(all.clone(), described.clone());
        let sizes: Vec<_> = first.iter().map(|it| (it.described.len(), it.series.len())).collect();
        assert_eq!(sizes, [(1, 0), (0, TOGETHER_MAX), (0, 1)]);
        assert_eq!(told.news(all, described.clone()), []);
        let second = told.news(vec![series(0, 1), series(1, 2)], described);
        assert_eq!(second.len(), 1);
        assert_eq!(second[0].series, [series(1, 2)]);
    }
}
