//! Who updates, scales, restarts and kills one application, one fault after the other, and knows what must
//! have become of it after each.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use serde_json::{Value, json};
use serve_core::{Application, DeploymentStatusOverview, Error, RevisionState};
use tokio::time::{Instant, sleep, timeout};

use crate::place::Place;
use crate::report::{Fault, Wrong};
use crate::soak::{CALL_PATIENCE, Soak};
use crate::spec::{DEPLOYMENT, Spec, application, config};
use crate::worker::{Temper, Worker, WorkerHandle};

/// An update waits for old replicas to drain, which takes as long as the longest stream.
pub(super) const UPDATE_PATIENCE: Duration = Duration::from_secs(240);
/// What is refused is refused before anything has to drain.
pub(super) const REFUSAL_PATIENCE: Duration = Duration::from_secs(30);
const KNOWN_MAX: usize = 16;

const DECK: [Fault; 17] = [
    Fault::Good,
    Fault::Same,
    Fault::ConstructorError,
    Fault::ConstructorPanic,
    Fault::ConstructorHang,
    Fault::FailedCheck,
    Fault::RefusedConfig,
    Fault::WrongConfigType,
    Fault::Storm,
    Fault::OptionInPlace,
    Fault::NewConfig,
    Fault::Scale,
    Fault::Unpin,
    Fault::Restart,
    Fault::Rollback,
    Fault::KilledReplica,
    Fault::KilledDuringUpdate,
];

pub(crate) struct Operator {
    pub(super) soak: Arc<Soak>,
    pub(super) place: Place,
    pub(super) random: Rng,
    pub(super) spec: Spec,
    last_number: u64,
    /// Revisions that ran, and what they were.
    known: VecDeque<(u64, Spec)>,
}

impl Operator {
    pub(crate) fn new(soak: Arc<Soak>, place: Place, random: Rng) -> Self {
        let mut operator =
            Self { soak, place, random, spec: Spec::FIRST, last_number: 1, known: VecDeque::new() };
        operator.learn();
        operator
    }

    /// One fault after the other, until it is over. Each deck has every fault, so that all are made
    /// equally often.
    pub(crate) async fn operate(mut self) {
        loop {
            let mut deck = Vec::from(DECK);
            if self.place == Place::Process {
                // Only here, so it has to be more often here.
                deck.extend([Fault::KilledProcess; 3]);
            }
            self.random.shuffle(&mut deck);
            for fault in deck {
                if self.soak.is_over() {
                    return;
                }
                self.make(fault).await;
                self.soak.report.made(fault);
                sleep(Duration::from_millis(self.random.u64(300..2000))).await;
            }
        }
    }

    async fn make(&mut self, fault: Fault) {
        match fault {
            Fault::Good => self.good().await,
            Fault::Same => self.same().await,
            Fault::ConstructorError => self.bad(fault, Temper::Fails, "this version fails").await,
            Fault::ConstructorPanic => self.bad(fault, Temper::Panics, "this version panics").await,
            Fault::ConstructorHang => self.bad(fault, Temper::Hangs, "did not return within").await,
            Fault::FailedCheck => self.bad(fault, Temper::IsSick, "this version is sick").await,
            Fault::RefusedConfig => {
                let refused = json!({ "number": 0, "refuse": true });
                self.bad_config(fault, refused, "this configuration is refused").await;
            }
            Fault::WrongConfigType => {
                let wrong = json!({ "number": "seven", "refuse": false });
                self.bad_config(fault, wrong, "number").await;
            }
            Fault::Storm => self.storm().await,
            Fault::OptionInPlace => {
                let ongoing = self.random.u32(50..150);
                self.in_place(fault, Spec { ongoing, ..self.spec }).await;
            }
            Fault::NewConfig => {
                let config = self.next_number();
                self.in_place(fault, Spec { config, ..self.spec }).await;
            }
            Fault::Scale => self.scale().await,
            Fault::Unpin => self.unpin().await,
            Fault::Restart => self.restart().await,
            Fault::Rollback => self.roll_back().await,
            Fault::KilledReplica => self.kill_replica().await,
            Fault::KilledProcess => self.kill_process().await,
            Fault::KilledDuringUpdate => self.kill_during_update().await,
            _ => unreachable!("no deck has {fault:?}"),
        }
    }

    // === what is meant to be ===

    fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    pub(super) fn next_spec(&mut self) -> Spec {
        Spec { version: self.next_number(), ..self.spec }
    }

    pub(super) fn application(&self, spec: Spec, temper: Temper) -> Application<Worker> {
        self.application_with(spec, temper, config(spec))
    }

    pub(super) fn application_with(
        &self,
        spec: Spec,
        temper: Temper,
        user_config: Value,
    ) -> Application<Worker> {
        application(self.soak.ledger.journal(), self.place, spec, temper, user_config)
    }

    /// Remembers which revision the present state is.
    pub(super) fn learn(&mut self) {
        let history = self.soak.serve.history(self.place.name());
        let running = history.iter().rfind(|revision| revision.state == RevisionState::Running);
        if let Some(revision) = running {
            self.remember(revision.number, self.spec);
        }
    }

    pub(super) fn remember(&mut self, revision: u64, spec: Spec) {
        self.known.retain(|(known, _)| *known != revision);
        self.known.push_back((revision, spec));
        if self.known.len() > KNOWN_MAX {
            self.known.pop_front();
        }
    }

    pub(super) fn known(&self, revision: u64) -> Option<Spec> {
        self.known.iter().find(|(known, _)| *known == revision).map(|(_, spec)| *spec)
    }

    /// Whether nothing else has run so far.
    pub(super) fn is_first(&self) -> bool {
        self.known.iter().all(|(_, spec)| *spec == Spec::FIRST)
    }

    // === what is ===

    pub(super) fn overview(&self) -> DeploymentStatusOverview {
        let mut status = self.soak.serve.status();
        let application = status.applications.get_mut(self.place.name());
        let deployment = application.and_then(|one| one.deployments.remove(DEPLOYMENT));
        deployment.expect("the application is never deleted")
    }

    pub(super) fn running(&self) -> Vec<String> {
        let mut running = self.overview().running_replicas;
        running.sort_unstable();
        running
    }

    /// Runs an application to its end, or says that there is none.
    pub(super) async fn run(
        &self,
        application: Application<Worker>,
        patience: Duration,
    ) -> Option<Result<WorkerHandle, Error>> {
        self.soak.report.redeployed();
        let running = self.soak.serve.run_named(self.place.name(), application);
        match timeout(patience, running).await {
            Ok(outcome) => Some(outcome),
            Err(_) => {
                self.wrong(Wrong::Hung, "`run` does not return");
                None
            }
        }
    }

    pub(super) fn wrong(&self, wrong: Wrong, text: impl std::fmt::Display) {
        let place = self.place.name();
        self.soak.report.wrong(wrong, format_args!("{place}: {text}"));
    }

    /// Every replica that answers is what it is meant to be.
    pub(super) async fn check(&self, fault: Fault) {
        let handle = match self.soak.handle(self.place) {
            Ok(handle) => handle,
            Err(error) => {
                return self.wrong(Wrong::Update, format_args!("after {fault:?}: {error}"));
            }
        };
        for _ in 0..4 {
            let wanted = (self.spec.version, self.spec.config);
            let begun = Instant::now();
            match timeout(CALL_PATIENCE, handle.versions.remote()).await {
                Ok(Ok(found)) if found == wanted => {}
                Ok(Err(_)) if self.soak.kills(self.place).explain(begun) => {}
                outcome => self.wrong(
                    Wrong::Update,
                    format_args!("after {fault:?} {outcome:?}, not {wanted:?}"),
                ),
            }
        }
    }

    /// The same replicas take calls as before.
    pub(super) fn check_untouched(&self, fault: Fault, before: &[String]) {
        let after = self.running();
        if after != before {
            let text = format_args!("{fault:?} replaced replicas: {before:?} became {after:?}");
            self.wrong(Wrong::Update, text);
        }
    }

    /// Waits until as many replicas take calls as there shall be.
    pub(super) async fn settle(&self, fault: Fault) {
        let is_complete = |overview: &DeploymentStatusOverview| {
            overview.running_replicas.len() == overview.counts.target as usize
        };
        if !until(UPDATE_PATIENCE, || is_complete(&self.overview())).await {
            self.wrong(Wrong::Hung, format_args!("after {fault:?}: {:?}", self.overview()));
        }
    }

    /// Waits for an operation other than `run`; whether it went well.
    pub(super) async fn done(
        &self,
        fault: Fault,
        operation: impl Future<Output = serve_core::Result<()>>,
    ) -> bool {
        match timeout(UPDATE_PATIENCE, operation).await {
            Ok(Ok(())) => return true,
            Ok(Err(error)) => self.wrong(Wrong::Update, format_args!("{fault:?}: {error}")),
            Err(_) => self.wrong(Wrong::Hung, format_args!("{fault:?} does not return")),
        }
        false
    }
}

/// Whether it is so in time.
pub(super) async fn until(patience: Duration, mut is_so: impl FnMut() -> bool) -> bool {
    let begun = Instant::now();
    while !is_so() {
        if begun.elapsed() > patience {
            return false;
        }
        sleep(Duration::from_millis(5)).await;
    }
    true
}
