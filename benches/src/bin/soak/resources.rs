//! What the process holds: memory, threads, open files, tasks and processes below it.

use std::alloc::System;
use std::collections::{BTreeMap, HashMap};
use std::fs;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use tokio::runtime::Handle;

/// What was held at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Resources {
    pub(crate) tasks: usize,
    pub(crate) threads: usize,
    pub(crate) files: usize,
    pub(crate) processes: usize,
}

impl Resources {
    /// Those of this moment, called on the runtime that is looked at.
    pub(crate) fn now() -> Self {
        let entries = |path| fs::read_dir(path).map_or(0, Iterator::count);
        Self {
            tasks: Handle::current().metrics().num_alive_tasks(),
            threads: entries("/proc/self/task"),
            files: entries("/proc/self/fd"),
            processes: descendants(),
        }
    }

    /// How much more there is than before, beyond a few that come and go.
    pub(crate) fn beyond(self, before: Self) -> Option<String> {
        let kinds = [
            ("tasks", self.tasks, before.tasks, 4),
            // The runtime starts threads for what blocks, and keeps them for a while.
            ("threads", self.threads, before.threads, 4),
            ("open files", self.files, before.files, 4),
            ("processes", self.processes, before.processes, 0),
        ];
        let more = kinds.iter().filter(|(_, now, before, slack)| *now > before + slack);
        let more = Vec::from_iter(
            more.map(|(kind, now, before, _)| format!("{kind}: {now}, {before} at the beginning")),
        );
        (!more.is_empty()).then(|| more.join("; "))
    }
}

/// The threads by name, to tell which of them are too many.
pub(crate) fn threads() -> BTreeMap<String, usize> {
    let threads = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let mut names = BTreeMap::new();
    for thread in threads {
        // One that has ended meanwhile has no name.
        if let Ok(name) = fs::read_to_string(thread.path().join("comm")) {
            *names.entry(name.trim().to_owned()).or_default() += 1;
        }
    }
    names
}

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// What the process holds of memory, in KiB.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    /// In pages that are there.
    pub(crate) resident: u64,
    /// What has been allocated and not given back. The rest of what is resident the allocator keeps.
    pub(crate) heap: u64,
}

impl Memory {
    pub(crate) fn now() -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let resident = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        let stats = ALLOCATOR.stats();
        let heap = stats.bytes_allocated.saturating_sub(stats.bytes_deallocated) / 1024;
        Self { resident: resident.unwrap_or_default(), heap: heap as u64 }
    }

    pub(crate) fn median(samples: &[Self]) -> Self {
        let median = |part: fn(&Self) -> u64| {
            let mut parts: Vec<_> = samples.iter().map(part).collect();
            parts.sort_unstable();
            parts.get(parts.len() / 2).copied().unwrap_or_default()
        };
        Self { resident: median(|memory| memory.resident), heap: median(|memory| memory.heap) }
    }

    /// How many times as much each part is as it was before.
    pub(crate) fn beyond(self, before: Self) -> [(&'static str, f64); 2] {
        [
            ("resident memory", self.resident as f64 / before.resident as f64),
            ("the heap", self.heap as f64 / before.heap as f64),
        ]
    }
}

/// How many processes this one has started, and those have.
fn descendants() -> usize {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let parents: HashMap<u32, u32> = processes
        .filter_map(|entry| {
            let process = entry.file_name().to_str()?.parse().ok()?;
            Some((process, parent(process)?))
        })
        .collect();
    let is_below = |process: &&u32| {
        let ancestors = std::iter::successors(Some(**process), |child| parents.get(child).copied());
        ancestors.skip(1).any(|ancestor| ancestor == std::process::id())
    };
    parents.keys().filter(is_below).count()
}

fn parent(process: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name, in brackets, may hold anything.
    let (_, after) = stat.rsplit_once(')')?;
    after.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_grew_beyond_its_slack_is_named() {
        let before = Resources { tasks: 10, threads: 5, files: 9, processes: 2 };
        assert_eq!(Resources { tasks: 14, ..before }.beyond(before), None);
        let now = Resources { tasks: 15, processes: 3, ..before };
        let expected = "tasks: 15, 10 at the beginning; processes: 3, 2 at the beginning";
        assert_eq!(now.beyond(before).as_deref(), Some(expected));
    }
}
