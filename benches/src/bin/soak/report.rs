//! What has happened so far, and what of it should not have.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use benches::{Latencies, Table};

use crate::place::Place;

/// How a call is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Handle,
    Http,
    StreamByHandle,
    StreamByHttp,
}

/// What is done to the server, or by clients, that must not hurt anybody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    Good,
    Same,
    ConstructorError,
    ConstructorPanic,
    ConstructorHang,
    FailedCheck,
    RefusedConfig,
    WrongConfigType,
    Storm,
    OptionInPlace,
    NewConfig,
    Scale,
    Unpin,
    Restart,
    Rollback,
    KilledReplica,
    KilledProcess,
    KilledDuringUpdate,
    UnreadOutput,
    ClosedOutput,
    CancelledCall,
    DroppedCall,
    CancelledStream,
    VanishedClient,
    SlowReader,
}

/// What must not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Wrong {
    /// Answered, and never executed.
    Lost,
    /// Executed twice, or answered twice.
    Double,
    /// No answer, or no end, for a long time.
    Hung,
    /// A stream ended early, and nobody killed its replica.
    Cut,
    /// A call failed, and nobody killed a replica.
    Failed,
    /// An answer that is not the one to what was asked.
    Mismatched,
    /// An update did something else than it should have.
    Update,
    /// Something was not given back.
    Leaked,
}

/// All that is shown of what went wrong.
const TEXTS_MAX: usize = 40;

#[derive(Default)]
pub(crate) struct Report {
    faults: Mutex<BTreeMap<Fault, u64>>,
    latencies: [[Mutex<Latencies>; 4]; 3],
    counts: [[AtomicU64; 4]; 3],
    wrongs: Mutex<BTreeMap<Wrong, u64>>,
    texts: Mutex<Vec<String>>,
    /// Runs of applications: a storm has five.
    redeploys: AtomicU64,
    explained: AtomicU64,
}

impl Report {
    pub(crate) fn made(&self, fault: Fault) {
        *locked(&self.faults).entry(fault).or_default() += 1;
    }

    pub(crate) fn redeployed(&self) {
        self.redeploys.fetch_add(1, Relaxed);
    }

    /// A call was answered, or the first item of a stream has come.
    pub(crate) fn answered(&self, place: Place, kind: Kind, after: Duration) {
        self.counts[place as usize][kind as usize].fetch_add(1, Relaxed);
        let nanos = u64::try_from(after.as_nanos()).unwrap_or(u64::MAX);
        locked(&self.latencies[place as usize][kind as usize]).record_nanos(nanos);
    }

    /// A call failed, and should have.
    pub(crate) fn explained(&self) {
        self.explained.fetch_add(1, Relaxed);
    }

    pub(crate) fn wrong(&self, wrong: Wrong, text: impl fmt::Display) {
        self.wrong_times(wrong, 1, text);
    }

    pub(crate) fn wrong_times(&self, wrong: Wrong, times: u64, text: impl fmt::Display) {
        if times == 0 {
            return;
        }
        *locked(&self.wrongs).entry(wrong).or_default() += times;
        let mut texts = locked(&self.texts);
        if texts.len() < TEXTS_MAX {
            texts.push(format!("{wrong:?}: {text}"));
        }
    }

    pub(crate) fn is_clean(&self) -> bool {
        locked(&self.wrongs).is_empty()
    }
}

fn locked<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new(["isolation", "kind", "calls", "p50 ms", "p99 ms"]);
        for place in Place::ALL {
            for kind in [Kind::Handle, Kind::Http, Kind::StreamByHandle, Kind::StreamByHttp] {
                let [place_index, kind_index] = [place as usize, kind as usize];
                let latencies = locked(&self.latencies[place_index][kind_index]);
                table.row(vec![
                    place.name().to_owned(),
                    format!("{kind:?}"),
                    self.counts[place_index][kind_index].load(Relaxed).to_string(),
                    format!("{:.2}", latencies.micros_at(0.5) / 1e3),
                    format!("{:.2}", latencies.micros_at(0.99) / 1e3),
                ]);
            }
        }
        writeln!(f, "{table}")?;
        write!(f, "redeploys {}; faults:", self.redeploys.load(Relaxed))?;
        for (fault, times) in &*locked(&self.faults) {
            write!(f, " {fault:?} {times}")?;
        }
        let explained = self.explained.load(Relaxed);
        writeln!(f, "\nfailed because a replica was killed: {explained}")?;
        for (wrong, times) in &*locked(&self.wrongs) {
            writeln!(f, "WRONG: {wrong:?} {times}")?;
        }
        for text in &*locked(&self.texts) {
            writeln!(f, "  {text}")?;
        }
        Ok(())
    }
}
