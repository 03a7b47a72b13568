//! What a child gives itself: processors and a memory limit. For its limits a process needs no rights.

use std::io;

use rustix::process::{Pid, Resource, Rlimit, getrlimit, setrlimit};
use rustix::thread::{CpuSet, sched_setaffinity};

use super::spec::Description;

/// Applies what the description asks for to the whole process. The error is a sentence.
pub(super) fn apply(description: &Description) -> Result<(), String> {
    if let Some(cpus) = &description.cpus {
        stay_on(cpus).map_err(|error| format!("it cannot run on processors {cpus:?}: {error}"))?;
    }
    if let Some(limit) = description.memory_limit {
        limit_memory(limit)
            .map_err(|error| format!("its memory cannot be limited to {limit} bytes: {error}"))?;
    }
    Ok(())
}

fn stay_on(cpus: &[u32]) -> io::Result<()> {
    let mut set = CpuSet::new();
    for cpu in cpus {
        let cpu = *cpu as usize;
        if cpu >= CpuSet::MAX_CPU {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "there is no such processor"));
        }
        set.set(cpu);
    }
    // A runtime may have started its threads before `main` had a chance to take over.
    for thread in threads()? {
        match sched_setaffinity(Some(thread), &set) {
            // It has ended meanwhile.
            Ok(()) | Err(rustix::io::Errno::SRCH) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn threads() -> io::Result<Vec<Pid>> {
    let mut threads = Vec::new();
    for entry in std::fs::read_dir("/proc/self/task")? {
        let name = entry?.file_name();
        let id = name.to_str().and_then(|name| name.parse().ok()).and_then(Pid::from_raw);
        threads.extend(id);
    }
    Ok(threads)
}

fn limit_memory(limit: u64) -> io::Result<()> {
    let inherited = getrlimit(Resource::Data).maximum;
    let limit = Some(inherited.map_or(limit, |inherited| inherited.min(limit)));
    setrlimit(Resource::Data, Rlimit { current: limit, maximum: limit })?;
    Ok(())
}
