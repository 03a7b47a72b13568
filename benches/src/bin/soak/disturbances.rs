//! What an operator does besides plain updates: storms, scales, restarts, rollbacks and kills.

use std::process::Command;
use std::time::Duration;

use serve_core::Error;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use crate::operator::{Operator, until};
use crate::report::{Fault, Wrong};
use crate::spec::{DEPLOYMENT, Spec};
use crate::worker::Temper;

/// Updates of a storm.
const STORM: usize = 5;
/// How long an update may take until the server has taken note of it.
const SUBMIT_PATIENCE: Duration = Duration::from_secs(20);
const STORM_PATIENCE: Duration = Duration::from_secs(240);

type Update = serve_core::Result<()>;

impl Operator {
    /// Updates that overtake each other. The last one counts.
    pub(super) async fn storm(&mut self) {
        let mut updates = JoinSet::new();
        for number in 0..STORM {
            let is_last = number == STORM - 1;
            let spec = self.next_spec();
            let tempers =
                [Temper::Good, Temper::Good, Temper::Fails, Temper::Hangs, Temper::IsSick];
            let temper = if is_last { Temper::Good } else { tempers[self.random.usize(..5)] };
            self.submit(&mut updates, spec, temper).await;
            if is_last {
                self.spec = spec;
            }
            sleep(Duration::from_millis(self.random.u64(0..300))).await;
        }
        while let Ok(Some(ended)) = timeout(STORM_PATIENCE, updates.join_next()).await {
            let (spec, temper, outcome) = match ended {
                Ok(ended) => ended,
                Err(error) => return self.wrong(Wrong::Update, format_args!("a storm: {error}")),
            };
            let is_expected = match &outcome {
                Ok(()) => temper == Temper::Good,
                Err(Error::Superseded) => spec != self.spec,
                Err(Error::DeployFailed { .. }) => temper != Temper::Good,
                Err(_) => false,
            };
            if !is_expected {
                let text = format_args!("in a storm {temper:?} {spec:?} gave {outcome:?}");
                self.wrong(Wrong::Update, text);
            }
        }
        if !updates.is_empty() {
            self.wrong(Wrong::Hung, "an update of a storm does not return");
        }
        self.learn();
        self.check(Fault::Storm).await;
    }

    /// Begins an update, and waits until the server has it: two that are on their way to the server
    /// could overtake each other.
    async fn submit(
        &mut self,
        updates: &mut JoinSet<(Spec, Temper, Update)>,
        spec: Spec,
        temper: Temper,
    ) {
        let (serve, name) = (self.soak.serve.clone(), self.place.name());
        let newest = {
            let serve = serve.clone();
            move || serve.history(name).last().map(|revision| revision.number)
        };
        let before = newest();
        let application = self.application(spec, temper);
        self.soak.report.redeployed();
        updates.spawn(
            async move { (spec, temper, serve.run_named(name, application).await.map(drop)) },
        );
        if !until(SUBMIT_PATIENCE, || newest() != before).await {
            return self.wrong(Wrong::Hung, "an update is not taken note of");
        }
        // It may be complete for a moment before the next one comes, and a rollback may go back to it.
        if let Some(revision) = newest().filter(|_| temper == Temper::Good) {
            self.remember(revision, spec);
        }
    }

    pub(super) async fn scale(&mut self) {
        let replicas = self.random.u32(1..=3);
        let serve = &self.soak.serve;
        let scaling = serve.scale(self.place.name(), DEPLOYMENT, replicas);
        if self.done(Fault::Scale, scaling).await {
            let running = self.running();
            if running.len() != replicas as usize {
                self.wrong(Wrong::Update, format_args!("scaled to {replicas}: {running:?}"));
            }
        }
        self.check(Fault::Scale).await;
    }

    pub(super) async fn unpin(&mut self) {
        let unpinning = self.soak.serve.unpin(self.place.name(), DEPLOYMENT);
        if self.done(Fault::Unpin, unpinning).await {
            let running = self.running();
            if running.len() != 2 {
                self.wrong(Wrong::Update, format_args!("unpinned: {running:?}"));
            }
        }
        self.check(Fault::Unpin).await;
    }

    pub(super) async fn restart(&mut self) {
        let before = self.running();
        let restarting = self.soak.serve.restart(self.place.name(), None);
        if self.done(Fault::Restart, restarting).await {
            self.learn();
            let after = self.running();
            if after.iter().any(|replica| before.contains(replica)) {
                let text = format_args!("a restart left replicas: {before:?} became {after:?}");
                self.wrong(Wrong::Update, text);
            }
        }
        self.check(Fault::Restart).await;
    }

    pub(super) async fn roll_back(&mut self) {
        match timeout(STORM_PATIENCE, self.soak.serve.rollback(self.place.name())).await {
            Ok(Ok(())) => {
                let history = self.soak.serve.history(self.place.name());
                let cause = history.last().map(|revision| revision.cause.clone());
                let number =
                    cause.as_ref().and_then(|cause| cause.rsplit(' ').next()?.parse().ok());
                match number.and_then(|number| self.known(number)) {
                    Some(spec) => self.spec = spec,
                    None => {
                        let text = format_args!("a rollback to what never ran: {history:?}");
                        self.wrong(Wrong::Update, text);
                    }
                }
                self.learn();
            }
            // There was one revision so far.
            Ok(Err(Error::NoRollback { .. })) if self.is_first() => {}
            Ok(Err(error)) => self.wrong(Wrong::Update, format_args!("a rollback: {error}")),
            Err(_) => self.wrong(Wrong::Hung, "a rollback does not return"),
        }
        self.check(Fault::Rollback).await;
    }

    // === kills ===

    pub(super) async fn kill_replica(&mut self) {
        let running = self.running();
        let Some(replica) = self.random.choice(&running) else { return };
        self.kill(replica).await;
        self.settle(Fault::KilledReplica).await;
        self.check(Fault::KilledReplica).await;
    }

    async fn kill(&self, replica: &str) {
        let kills = self.soak.kills(self.place);
        kills.note(replica, Instant::now());
        if !self.soak.serve.kill_replica(replica).await {
            kills.forget(replica);
        }
    }

    /// As the system would, out of memory say.
    pub(super) async fn kill_process(&mut self) {
        let overview = self.overview();
        let running =
            overview.replicas.iter().filter(|one| overview.running_replicas.contains(&one.id));
        let running =
            Vec::from_iter(running.filter_map(|replica| Some((&replica.id, replica.pid?))));
        let Some((replica, process)) = self.random.choice(running) else {
            return self
                .wrong(Wrong::Update, format_args!("no replica has a process: {overview:?}"));
        };
        self.soak.kills(self.place).note(replica, Instant::now());
        if !Command::new("kill")
            .args(["-9", &process.to_string()])
            .status()
            .is_ok_and(|s| s.success())
        {
            self.wrong(Wrong::Update, format_args!("{replica} has no process {process}"));
        }
        if !until(STORM_PATIENCE, || !self.running().contains(replica)).await {
            self.wrong(Wrong::Update, format_args!("{replica} runs without its process"));
        }
        self.settle(Fault::KilledProcess).await;
        self.check(Fault::KilledProcess).await;
    }

    /// Old or new, proven or not: the update may fail for it, and nothing else may go wrong.
    pub(super) async fn kill_during_update(&mut self) {
        let spec = self.next_spec();
        let mut updates = JoinSet::new();
        self.submit(&mut updates, spec, Temper::Good).await;
        sleep(Duration::from_millis(self.random.u64(0..300))).await;
        let replicas = self.overview().replicas;
        if let Some(replica) = self.random.choice(&replicas) {
            self.kill(&replica.id).await;
        }
        match timeout(STORM_PATIENCE, updates.join_next()).await {
            Ok(Some(Ok((_, _, Ok(()))))) => self.spec = spec,
            Ok(Some(Ok((_, _, Err(Error::DeployFailed { .. }))))) => {}
            Ok(ended) => self.wrong(Wrong::Update, format_args!("with a kill: {ended:?}")),
            Err(_) => self.wrong(Wrong::Hung, "an update with a kill does not return"),
        }
        self.learn();
        self.settle(Fault::KilledDuringUpdate).await;
        self.check(Fault::KilledDuringUpdate).await;
    }
}
