//! What everybody in the soak knows: the server, the ledger, the report, and when it is over.

use std::net::SocketAddr;
use std::time::Duration;

use serve_core::{CallError, Executed, Serve};
use tokio::time::Instant;

use crate::ledger::{Ledger, Outcome};
use crate::place::{Kills, Place};
use crate::report::{Kind, Report, Wrong};
use crate::worker::{Worker, WorkerHandle};

/// Every call takes a fraction of a second; whoever waits longer than this waits for ever.
pub(crate) const CALL_PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Soak {
    pub(crate) serve: Serve,
    pub(crate) address: SocketAddr,
    pub(crate) ledger: Ledger,
    pub(crate) report: Report,
    pub(crate) kills: [Kills; 3],
    pub(crate) end: Instant,
}

/// A call under way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    pub(crate) number: u64,
    pub(crate) place: Place,
    pub(crate) kind: Kind,
    pub(crate) begun: Instant,
}

impl Soak {
    pub(crate) fn handle(&self, place: Place) -> serve_core::Result<WorkerHandle> {
        self.serve.app_handle::<Worker>(place.name())
    }

    pub(crate) fn is_over(&self) -> bool {
        Instant::now() >= self.end
    }

    pub(crate) fn kills(&self, place: Place) -> &Kills {
        &self.kills[place as usize]
    }

    /// A new call; `None` when it is time to end.
    pub(crate) fn open(&self, place: Place, kind: Kind) -> Option<Call> {
        if self.is_over() {
            return None;
        }
        let Some(number) = self.ledger.open() else {
            self.report.wrong(Wrong::Failed, "the ledger is full");
            return None;
        };
        Some(Call { number, place, kind, begun: Instant::now() })
    }

    pub(crate) fn close(&self, call: Call, outcome: Outcome) {
        if !self.ledger.close(call.number, outcome) {
            self.report.wrong(Wrong::Double, format_args!("{call:?} has two outcomes"));
        }
    }

    /// A call was answered with this.
    pub(crate) fn answered(&self, call: Call, answer: &str) {
        if answer != call.number.to_string() {
            let text = format_args!("{call:?} was answered with {answer:?}");
            self.report.wrong(Wrong::Mismatched, text);
        }
        self.report.answered(call.place, call.kind, call.begun.elapsed());
        self.close(call, Outcome::Answered);
    }

    /// A call failed. Only a replica that died may do that to it, and only if it was killed.
    pub(crate) fn failed(&self, call: Call, error: &CallError) {
        let is_death = matches!(error, CallError::ReplicaDied { .. } | CallError::Transport(_));
        match is_death && self.kills(call.place).explain(call.begun) {
            true => self.report.explained(),
            false => self.report.wrong(
                Wrong::Failed,
                format_args!("{call:?} after {:?}: {error:?}", call.begun.elapsed()),
            ),
        }
        self.close(
            call,
            match error.executed() {
                Executed::No => Outcome::NotExecuted,
                Executed::Maybe => Outcome::Unknown,
            },
        );
    }

    pub(crate) fn hung(&self, call: Call, text: &str) {
        self.report.wrong(Wrong::Hung, format_args!("{call:?}: {text}"));
        self.close(call, Outcome::Unknown);
    }

    /// Nobody waits for it any more, on purpose.
    pub(crate) fn abandoned(&self, call: Call) {
        self.close(call, Outcome::Unknown);
    }
}
