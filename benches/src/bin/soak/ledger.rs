//! Who was told what, and what has been executed: a call has exactly one outcome, and one that was answered
//! has been executed exactly once.
//!
//! Replicas write the numbers of the calls they execute into a file, which outlives a process that is
//! killed. All memory is taken, and touched, at the beginning, so that the ledger itself does not grow.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// More calls than a second can bring.
const CALLS_A_SECOND_MAX: u64 = 4000;

/// What a caller was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Outcome {
    Answered = 2,
    /// It failed, and was said not to have been executed.
    NotExecuted = 3,
    /// It failed, or nobody waited for it.
    Unknown = 4,
}

/// A place of the ledger whose caller has not been told anything.
const OPEN: u8 = 1;

pub(crate) struct Ledger {
    path: PathBuf,
    outcomes: Box<[AtomicU8]>,
    next: AtomicU64,
}

/// What does not add up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Balance {
    pub(crate) calls: u64,
    pub(crate) answered: u64,
    pub(crate) executed: u64,
    /// Answered, and never executed.
    pub(crate) lost: u64,
    /// Executed more than once.
    pub(crate) double: u64,
    /// Executed, though its caller was told that it was not.
    pub(crate) denied: u64,
    /// Nobody was told anything, or somebody twice.
    pub(crate) open: u64,
}

impl Ledger {
    pub(crate) fn create(time: Duration) -> io::Result<Self> {
        let path = std::env::temp_dir().join(format!("serve-soak-{}", std::process::id()));
        File::create(&path)?;
        let calls = CALLS_A_SECOND_MAX * (time.as_secs() + 60);
        // Not zero, so that every page is really there.
        let outcomes = (0..calls).map(|_| AtomicU8::new(OPEN)).collect();
        Ok(Self { path, outcomes, next: AtomicU64::new(0) })
    }

    pub(crate) fn journal(&self) -> String {
        self.path.display().to_string()
    }

    /// The number of a new call; `None` when the ledger is full.
    pub(crate) fn open(&self) -> Option<u64> {
        let call = self.next.fetch_add(1, Relaxed);
        (call < self.outcomes.len() as u64).then_some(call)
    }

    /// Writes down what the caller was told. Whether it was the first time.
    pub(crate) fn close(&self, call: u64, outcome: Outcome) -> bool {
        let place = usize::try_from(call).ok().and_then(|call| self.outcomes.get(call));
        place.is_some_and(|place| place.swap(outcome as u8, Relaxed) == OPEN)
    }

    pub(crate) fn calls(&self) -> u64 {
        self.next.load(Relaxed).min(self.outcomes.len() as u64)
    }

    /// Compares both sides, once no call is open any more.
    pub(crate) fn balance(&self) -> io::Result<Balance> {
        let executions = self.executions()?;
        let mut balance = Balance { calls: self.calls(), ..Balance::default() };
        let calls = self.outcomes.iter().zip(executions);
        for (outcome, executed) in calls.take(usize::try_from(balance.calls).unwrap_or(usize::MAX))
        {
            let outcome = outcome.load(Relaxed);
            let is_answered = outcome == Outcome::Answered as u8;
            balance.answered += u64::from(is_answered);
            balance.executed += u64::from(executed > 0);
            balance.lost += u64::from(is_answered && executed == 0);
            balance.double += u64::from(executed > 1);
            balance.denied += u64::from(outcome == Outcome::NotExecuted as u8 && executed > 0);
            balance.open += u64::from(outcome == OPEN);
        }
        Ok(balance)
    }

    /// How often each call was executed.
    fn executions(&self) -> io::Result<Vec<u8>> {
        let mut executions = vec![0_u8; self.outcomes.len()];
        let mut journal = io::BufReader::new(File::open(&self.path)?);
        let mut call = [0; 8];
        while journal.read_exact(&mut call).is_ok() {
            let call = usize::try_from(u64::from_le_bytes(call)).unwrap_or(usize::MAX);
            let place = executions.get_mut(call);
            let place =
                place.ok_or_else(|| io::Error::other("the journal has a call nobody made"))?;
            *place = place.saturating_add(1);
        }
        Ok(executions)
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        // It is a temporary file; whoever cleans up there finds it otherwise.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn written(ledger: &Ledger, calls: &[u64]) {
        let mut journal = File::options().append(true).open(ledger.journal()).unwrap();
        calls.iter().for_each(|call| journal.write_all(&call.to_le_bytes()).unwrap());
    }

    #[test]
    fn what_does_not_add_up_is_found() {
        let ledger = Ledger::create(Duration::ZERO).unwrap();
        let calls = Vec::from_iter((0..6).map(|_| ledger.open().unwrap()));
        for (call, outcome) in [
            (0, Outcome::Answered),
            (1, Outcome::Answered),
            (2, Outcome::Answered),
            (3, Outcome::NotExecuted),
            (4, Outcome::Unknown),
        ] {
            assert!(ledger.close(calls[call], outcome));
        }
        assert!(!ledger.close(calls[0], Outcome::Answered), "nobody is told twice");
        written(&ledger, &[0, 1, 1, 3, 4]);
        let balance = ledger.balance().unwrap();
        let expected =
            Balance { calls: 6, answered: 3, executed: 4, lost: 1, double: 1, denied: 1, open: 1 };
        assert_eq!(balance, expected);
    }
}
