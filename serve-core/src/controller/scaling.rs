//! Autoscaling, carried out: samples the load of each deployment that scales, lets it be judged (`autoscaling`, or a
//! policy of the user's on a thread of its own), and does what comes of it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::task::JoinError;
use tokio::time::Instant;

use super::actor::ControllerEvent;
use super::application::Application;
use super::deployment_state::DeploymentState;
use super::document::MemberId;
use super::host::Host;
use super::status::ReplicaState;
use crate::autoscaling::{
    Autoscaler, AutoscalingContext, Facts, LoadSample, ScalingDecision, SharedPolicy, Verdict,
};
use crate::config::AutoscalingConfig;
use crate::contained::discard;
use crate::observe::{Draft, EventKind, ScalingRecord};
use crate::panic::catch;

/// How long a policy may take before it is told of as failing.
const POLICY_PATIENCE: Duration = Duration::from_millis(100);
/// Who decides where there is no policy.
const LOAD: &str = "load";

/// What has come of asking a policy.
pub(crate) enum PolicyAnswer {
    Decided(ScalingDecision),
    Failed(String),
    /// It has not decided in time, and goes on.
    Late,
    /// One that was late has come to its end. What it says is too old to count.
    Over,
}

/// The autoscaling of one deployment.
pub(super) struct Scaler {
    autoscaler: Autoscaler,
    next_look: Instant,
    /// What had been counted at each sample of the look-back period, oldest first.
    counted: VecDeque<Counted>,
    look_back: Duration,
    /// A policy has been asked and has not answered.
    is_asking: bool,
    /// What was told last of a policy that fails, or of a decision that is not carried out.
    told: Option<String>,
}

#[derive(Clone, Copy)]
struct Counted {
    at: Instant,
    finished: u64,
    refused: u64,
    /// How long all that has finished took, in nanoseconds.
    took: u64,
}

impl Scaler {
    fn new(config: AutoscalingConfig, now: Instant) -> Self {
        let look_back = config.look_back_period;
        Self {
            autoscaler: Autoscaler::new(config),
            next_look: now,
            counted: VecDeque::new(),
            look_back,
            is_asking: false,
            told: None,
        }
    }

    fn reconfigure(&mut self, config: AutoscalingConfig) {
        self.look_back = config.look_back_period;
        self.autoscaler.reconfigure(config);
    }

    /// Takes a sample of the load.
    fn sample(&mut self, host: &Host, running: u32, now: Instant) {
        let (view, meter) = (host.look(), host.meter());
        let calls = meter.calls().all();
        let counted = Counted {
            at: now,
            finished: calls.count(),
            refused: meter.refused.get(),
            took: calls.took.sum,
        };
        let before = self.counted.back().copied().unwrap_or(counted);
        let mut sample = LoadSample::new(now);
        sample.ongoing = view.replicas.values().map(|live| u64::from(live.ongoing)).sum();
        sample.queued = view.queued as u64;
        sample.refused = counted.refused.saturating_sub(before.refused);
        sample.finished = counted.finished.saturating_sub(before.finished);
        sample.running = running;
        self.autoscaler.observe(sample);
        self.counted.push_back(counted);
        let is_old = |counted: &Counted| now.saturating_duration_since(counted.at) > self.look_back;
        while self.counted.get(1).is_some_and(is_old) {
            self.counted.pop_front();
        }
    }

    /// How long a call took in the mean of the look-back period.
    fn mean_duration(&self) -> Option<Duration> {
        let (first, last) = (self.counted.front()?, self.counted.back()?);
        let finished = last.finished.saturating_sub(first.finished);
        Some(Duration::from_nanos(last.took.saturating_sub(first.took).checked_div(finished)?))
    }

    /// Whether this is news: the same is not told again and again.
    fn is_news(&mut self, what: &str) -> bool {
        self.told.replace(what.to_owned()).is_none_or(|told| told != what)
    }
}

impl Application {
    /// When the load of some deployment is to be looked at.
    pub(super) fn scales_at(&self) -> Option<Instant> {
        self.scalers.values().map(|scaler| scaler.next_look).min()
    }

    /// Looks at the load of the deployments for which it is time.
    pub(super) fn scale(&mut self, now: Instant) {
        let is_due = |(_, scaler): &(&MemberId, &Scaler)| scaler.next_look <= now;
        let due: Vec<_> = self.scalers.iter().filter(is_due).map(|(member, _)| *member).collect();
        for member in due {
            self.look(member, now);
        }
    }

    /// A call has come to a deployment without replicas.
    pub(super) fn demanded(&mut self, member: MemberId, now: Instant) {
        if let Some(scaler) = self.scalers.get_mut(&member) {
            scaler.next_look = now;
        }
    }

    /// One for each deployment that serves and scales.
    pub(super) fn keep_scalers(&mut self, now: Instant) {
        // Before it has been complete once, its first replicas are to show that it works.
        let is_good = |member| self.state.good().is_some_and(|good| good.has(member));
        let serving = self.state.serving().into_iter();
        let members =
            serving.flat_map(|serving| serving.entries.values()).map(|entry| entry.member);
        let members: Vec<_> = members.filter(|member| is_good(*member)).collect();
        let mut scalers = std::mem::take(&mut self.scalers);
        for member in members {
            let Some(state) = self.state.members().get(&member).map(|it| &it.state) else {
                continue;
            };
            let Some(config) = state.config().scaling().filter(|_| !state.is_deleting()) else {
                continue;
            };
            let scaler = match scalers.remove(&member) {
                Some(mut scaler) => {
                    scaler.reconfigure(config);
                    scaler
                }
                None => Scaler::new(config, now),
            };
            self.scalers.insert(member, scaler);
        }
    }

    fn look(&mut self, member: MemberId, now: Instant) {
        let Some(facts) = self.facts(member) else { return };
        let (policy, host) = (self.policy(member), self.hosts.get(&member).cloned());
        let (Some(scaler), Some(host)) = (self.scalers.get_mut(&member), host) else { return };
        scaler.sample(&host, facts.running, now);
        let facts = Facts { mean_duration: scaler.mean_duration(), ..facts };
        let verdict = scaler.autoscaler.decide(&facts, now);
        scaler.next_look = verdict.next_look;
        match policy {
            None => self.carry_out(member, &host, &facts, verdict, LOAD),
            Some(_) if scaler.is_asking => {}
            Some(policy) => {
                scaler.is_asking = true;
                let context = scaler.autoscaler.context(&facts, now);
                self.ask(member, policy, context);
            }
        }
    }

    /// Lets a policy decide where it holds up nobody, and waits for it only so long.
    fn ask(&self, member: MemberId, policy: SharedPolicy, context: AutoscalingContext) {
        let deciding = self.tasks().runtime().spawn_blocking(move || {
            let decided = catch(|| policy.decide(&context));
            // It may be the last to have it, and it is the user's.
            discard(policy);
            decided
        });
        let (reports, application) = (self.reports(), Arc::clone(&self.name));
        self.tasks().spawn_until_stopped(async move {
            let mut deciding = deciding;
            let report = |answer| {
                let application = Arc::clone(&application);
                ControllerEvent::Decided { application, member, answer }
            };
            if let Ok(decided) = tokio::time::timeout(POLICY_PATIENCE, &mut deciding).await {
                return drop(reports.send(report(PolicyAnswer::of(decided))).await);
            }
            drop(reports.send(report(PolicyAnswer::Late)).await);
            drop(deciding.await);
            drop(reports.send(report(PolicyAnswer::Over)).await);
        });
    }

    /// A policy has been asked.
    pub(super) fn decided(&mut self, member: MemberId, answer: PolicyAnswer, now: Instant) {
        let (facts, host) = (self.facts(member), self.hosts.get(&member).cloned());
        let (Some(facts), Some(host)) = (facts, host) else { return };
        let Some(scaler) = self.scalers.get_mut(&member) else { return };
        // One that is late is not asked again before it has come to its end.
        scaler.is_asking = matches!(answer, PolicyAnswer::Late);
        let facts = Facts { mean_duration: scaler.mean_duration(), ..facts };
        let why = match answer {
            PolicyAnswer::Decided(decision) => {
                let verdict = scaler.autoscaler.decide_by(&decision, &facts, now);
                return self.carry_out(member, &host, &facts, verdict, "policy");
            }
            PolicyAnswer::Failed(why) => why,
            PolicyAnswer::Late => format!("the policy did not decide within {POLICY_PATIENCE:?}"),
            PolicyAnswer::Over => return,
        };
        host.meter().policy_failures.add();
        let message = format!("{why}; {} replica(s) as before", facts.target);
        if scaler.is_news(&message) {
            let failed = Draft::warn(EventKind::PolicyFailed, message);
            self.tell_events([failed.deployment(host.id())]);
        }
    }

    fn carry_out(
        &mut self,
        member: MemberId,
        host: &Host,
        facts: &Facts,
        verdict: Verdict,
        by: &str,
    ) {
        let Some(scaler) = self.scalers.get_mut(&member) else { return };
        if verdict.target == facts.target {
            scaler.told = None;
            return;
        }
        let is_dry_run = scaler.autoscaler.is_dry_run();
        let (from, to) = (facts.target, verdict.target);
        // The figures change all the time; only another target is news.
        if is_dry_run && !scaler.is_news(&format!("{from} → {to}")) {
            return;
        }
        let members = self.state.members();
        let is_pinned = members.get(&member).is_some_and(|it| it.state.counts().pinned.is_some());
        let but = match (is_dry_run, is_pinned) {
            (true, _) => ", but for the dry run",
            (false, true) => ", but for the pin",
            (false, false) => "",
        };
        let message = format!("{from} → {to} replicas{but}: {}", verdict.reason);
        let record = ScalingRecord {
            at: SystemTime::now(),
            from,
            to,
            reason: verdict.reason,
            by: by.to_owned(),
            is_dry_run: is_dry_run || is_pinned,
            inputs: serde_json::to_value(&verdict.inputs).unwrap_or_default(),
        };
        let scaled = Draft::info(EventKind::Scaled, message).deployment(host.id()).scaling(record);
        match is_dry_run || is_pinned {
            // Nothing follows from it.
            true => self.tell_events([scaled]),
            false => self.note_cause(member, scaled),
        }
        if !is_dry_run && let Some(state) = self.state.member_mut(member) {
            state.autoscale(to);
            self.note_target(member);
        }
    }

    fn facts(&self, member: MemberId) -> Option<Facts> {
        let (state, host) = (&self.state.members().get(&member)?.state, self.hosts.get(&member)?);
        let in_state = |wanted| {
            let states = state.replica_states();
            u32::try_from(states.get(&wanted).copied().unwrap_or_default()).unwrap_or(u32::MAX)
        };
        Some(Facts {
            application: Arc::clone(&self.name),
            deployment: Arc::clone(&host.id().deployment),
            declared: state.config().scaling().and_then(|scaling| scaling.initial_replicas),
            target: scaled_target(state),
            running: u32::try_from(state.routable().len()).unwrap_or(u32::MAX),
            starting: in_state(ReplicaState::Starting),
            mean_duration: None,
            startup_time: host.meter().startup.read().median(),
        })
    }

    fn policy(&self, member: MemberId) -> Option<SharedPolicy> {
        let serving = self.state.serving()?;
        let entry = serving.entries.values().find(|entry| entry.member == member)?;
        entry.policy.as_ref()?.upgrade()
    }
}

/// How many replicas the load has asked for so far; a pin beside it does not count.
fn scaled_target(state: &DeploymentState) -> u32 {
    let counts = state.counts();
    counts.autoscaled.unwrap_or(counts.declared)
}

impl PolicyAnswer {
    fn of(decided: Result<Result<ScalingDecision, String>, JoinError>) -> Self {
        match decided {
            Ok(Ok(decision)) => Self::Decided(decision),
            Ok(Err(panic)) => Self::Failed(format!("the policy panicked: {panic}")),
            Err(_) => Self::Failed("the policy was not asked, because the server ends".to_owned()),
        }
    }
}
