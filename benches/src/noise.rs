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
    /// This process and the children it has waited for.
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
        let stat = fs::read_to_string("/proc/self/stat").ok()?;
        // The second field, the program's name, may hold anything; no field after it holds a parenthesis.
        let (_, fields) = stat.rsplit_once(')')?;
        // utime, stime, cutime and cstime are the fields 14 to 17, counted from one.
        let own = numbers(fields).get(TIMES)?.iter().sum();
        Some(Self { all, busy: all - idle, own })
    }
}

/// Without the first two fields, and counted from zero.
const TIMES: std::ops::Range<usize> = 11..15;

/// What is no number counts as zero, so that the fields stay in their places.
fn numbers(text: &str) -> Vec<f64> {
    text.split_whitespace().map(|field| field.parse().unwrap_or(0.0)).collect()
}
