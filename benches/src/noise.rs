//! How much of the processor others took while a bench ran: what says whether to believe it.
//!
//! A busy machine does not slow everybody down alike. Two tasks that hand work to each other suffer more
//! than one that works alone, and threads that seldom run at once never compete for a cache line, so a
//! noisy run can flatter a design as well as wrong it.

use std::fmt;
use std::fs;

/// The processor time used so far, in ticks. Known on Linux only.
#[derive(Clone, Copy, Debug)]
pub struct Noise {
    before: Option<Ticks>,
}

#[derive(Clone, Copy, Debug)]
struct Ticks {
    /// All processors together, idle or not.
    all: f64,
    /// Not idle, whoever it was, and what the host took away.
    busy: f64,
    /// This process, its descendants, and those of them that have been waited for.
    own: f64,
}

impl Noise {
    /// Starts to watch.
    #[must_use]
    pub fn watch() -> Self {
        Self { before: Ticks::now() }
    }

    /// The share of the processors that others have had since, from 0 to 1.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        let (before, now) = (self.before?, Ticks::now()?);
        let all = now.all - before.all;
        let others = (now.busy - before.busy) - (now.own - before.own);
        (all > 0.0).then(|| (others / all).clamp(0.0, 1.0))
    }
}

impl fmt::Display for Noise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.share() {
            Some(share) => {
                write!(f, "Others had {:.0} % of the processors meanwhile.", 100.0 * share)
            }
            None => f.write_str("How busy the machine was meanwhile is not known here."),
        }
    }
}

impl Ticks {
    fn now() -> Option<Self> {
        let stat = fs::read_to_string("/proc/stat").ok()?;
        // user, nice, system, idle, iowait, irq, softirq, steal; the guests' time is in user already.
        let cpu = numbers(stat.lines().next()?.strip_prefix("cpu")?);
        let (all, idle) = (cpu.iter().take(8).sum::<f64>(), cpu.get(3)? + cpu.get(4)?);
        Some(Self { all, busy: all - idle, own: own_ticks() })
    }
}

/// The processor time in seconds of this process and of all that it has started, directly or not. Counted
/// in hundredths. Zero where it is not known.
#[must_use]
pub fn own_cpu_seconds() -> f64 {
    own_ticks() / 100.0
}

fn own_ticks() -> f64 {
    let mut processes =
        Vec::from_iter(fs::read_dir("/proc").into_iter().flatten().flatten().filter_map(|entry| {
            let id: u32 = entry.file_name().to_str()?.parse().ok()?;
            let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
            Some((id, Process::of(&stat)?))
        }));
    let (mut family, mut ticks) = (vec![std::process::id()], 0.0);
    while let Some(member) = family.pop() {
        processes.retain(|(id, process)| {
            if *id == member {
                ticks += process.ticks;
            } else if process.parent == member {
                family.push(*id);
            }
            *id != member
        });
    }
    ticks
}

struct Process {
    parent: u32,
    ticks: f64,
}

impl Process {
    fn of(stat: &str) -> Option<Self> {
        // The second field, the program's name, may hold anything; no field after it holds a parenthesis.
        let (_, fields) = stat.rsplit_once(')')?;
        let parent = fields.split_whitespace().nth(1)?.parse().ok()?;
        // utime, stime, cutime and cstime are the fields 14 to 17, counted from one.
        Some(Self { parent, ticks: numbers(fields).get(TIMES)?.iter().sum() })
    }
}

/// Without the first two fields, and counted from zero.
const TIMES: std::ops::Range<usize> = 11..15;

/// What is no number counts as zero, so that the fields stay in their places.
fn numbers(text: &str) -> Vec<f64> {
    text.split_whitespace().map(|field| field.parse().unwrap_or(0.0)).collect()
}
