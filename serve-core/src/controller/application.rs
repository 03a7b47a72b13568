//! One application: its state with the hosts that carry it out, its history, and who waits for what of it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::oneshot;
use tokio::time::Instant;

use super::actor::EventSender;
use super::deployment_state::{Action, ReplicaNumber, Version};
use super::document::{Document, MemberId, RevisionNumber};
use super::graph::Graph;
use super::host::{Happened, Host};
use super::known::{Known, KnownRevision};
use super::prepare::Prepared;
use super::revision::{History, RevisionState};
use super::rollout::{ApplicationState, News, sentence};
use super::scaling::Scaler;
use super::status::{ApplicationStatus, Status};
use super::tag::Tag;
use super::workshop::Workshop;
use crate::error::{Error, Result};
use crate::ingress::{Mount, Route};
use crate::observe::{Draft, EventKind, ScalingRecord};
use crate::site::ReplicaHealth;
use crate::tasks::Tasks;

pub(crate) struct Application {
    pub(crate) name: Arc<str>,
    pub(crate) state: ApplicationState,
    pub(crate) hosts: BTreeMap<MemberId, Arc<Host>>,
    pub(crate) history: History,
    /// When it came to be, in nanoseconds since 1970, and how often it has been pinned and unpinned: for its tag.
    born: u64,
    pins: u64,
    /// Another number after each change of what is wanted, or of what there is to be compared with.
    changes: u64,
    /// The newest version of any deployment that has been submitted.
    newest: Version,
    mounts: BTreeMap<RevisionNumber, BTreeMap<Arc<str>, Mount>>,
    /// Why the last update failed, until the next.
    pub(crate) trouble: String,
    waiters: BTreeMap<RevisionNumber, Vec<Waiter>>,
    /// Told once what they are told of can be seen.
    told_next: Vec<(Waiter, Result<()>)>,
    count_waiters: Vec<(MemberId, Waiter)>,
    /// The last events that changed what is wanted, or what there is: of the application, and of its members.
    cause: Option<u64>,
    causes: BTreeMap<MemberId, u64>,
    /// The status that has been told.
    told_status: Option<ApplicationStatus>,
    delete_waiters: Vec<oneshot::Sender<()>>,
    /// What was last told of how many replicas there shall be.
    told_targets: BTreeMap<MemberId, u32>,
    pub(super) scalers: BTreeMap<MemberId, Scaler>,
    /// When it is time to look whether a replica has done enough.
    pub(super) recycle_at: Option<Instant>,
    workshop: Arc<Workshop>,
    tasks: Tasks,
}

/// Who waits for an update may have given up; that is theirs to decide.
pub(crate) type Waiter = oneshot::Sender<Result<()>>;

impl Application {
    pub(crate) fn new(name: &Arc<str>, workshop: &Arc<Workshop>, tasks: &Tasks) -> Self {
        Self {
            name: Arc::clone(name),
            state: ApplicationState::default(),
            hosts: BTreeMap::new(),
            history: History::default(),
            born: nanos_since_1970(),
            pins: 0,
            changes: 0,
            newest: 0,
            mounts: BTreeMap::new(),
            trouble: String::new(),
            waiters: BTreeMap::new(),
            told_next: Vec::new(),
            count_waiters: Vec::new(),
            cause: None,
            causes: BTreeMap::new(),
            told_status: None,
            delete_waiters: Vec::new(),
            told_targets: BTreeMap::new(),
            scalers: BTreeMap::new(),
            recycle_at: None,
            workshop: Arc::clone(workshop),
            tasks: tasks.clone(),
        }
    }

    /// When there will be something to do though nothing has happened.
    pub(crate) fn wake_at(&self) -> Option<Instant> {
        let times = [self.state.wake_at(), self.scales_at(), self.recycles_at()];
        times.into_iter().flatten().min()
    }

    pub(super) fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    pub(super) fn reports(&self) -> EventSender {
        self.workshop.reports.clone()
    }

    // === what is asked for ===

    pub(crate) fn changes(&self) -> u64 {
        self.changes
    }

    /// What is asked for at this moment; `None` while it is being deleted.
    pub(crate) fn tag(&self) -> Option<Tag> {
        let revision = self.history.next_number() - 1;
        let tag = Tag { revision, pins: self.pins, born: self.born };
        (!self.state.is_deleting()).then_some(tag)
    }

    /// Takes an update; `done` is told when it is through. Whether the routes have changed.
    pub(crate) fn submit(
        &mut self,
        prepared: Prepared,
        cause: &str,
        done: Waiter,
        now: Instant,
    ) -> bool {
        let Prepared { graph, mut document, hosts, mounts, plan, .. } = prepared;
        let wanted = self.state.coming().or_else(|| self.state.serving());
        if let Some(wanted) = wanted.filter(|wanted| wanted.is_same(&document)) {
            let revision = wanted.revision;
            let is_complete = self.state.coming().is_none()
                && self.state.good().is_some_and(|good| good.revision == revision);
            if is_complete || self.state.coming().is_some() {
                // Values of the user's: not here, and not before whoever waits is told.
                self.tasks.dispose((graph, hosts, mounts));
                match is_complete {
                    true => {
                        let message = "untouched: nothing of it has changed";
                        self.record(Draft::info(EventKind::Untouched, message));
                        self.told_next.push((done, Ok(())));
                    }
                    // The same is on its way already.
                    false => self.waiters.entry(revision).or_default().push(done),
                }
                return false;
            }
        }
        self.changed();
        document.revision = self.history.next_number();
        let revision = document.revision;
        let versions = document.entries.values().map(|entry| entry.version);
        self.newest = versions.max().unwrap_or_default().max(self.newest);
        let message = format!("revision {revision} is on its way: {cause}");
        let started = Draft::info(EventKind::UpdateStarted, message).revision(revision);
        self.cause = Some(self.record(started));
        for change in &plan.deployments {
            let draft = Draft::info(EventKind::ConfigurationChanged, change.to_string());
            self.record(draft.revision(revision).caused_by(self.cause));
        }
        self.hosts.extend(hosts);
        self.mounts.insert(revision, mounts);
        let forgotten = self.history.submit(&document, graph, cause.to_owned());
        if let Some(graph) = forgotten.and_then(|forgotten| forgotten.graph) {
            self.tasks.dispose(graph);
        }
        self.waiters.entry(revision).or_default().push(done);
        self.trouble.clear();
        // A deletion that was under way is overtaken: what it waited for lives again.
        self.delete_waiters.drain(..).for_each(told);
        let news = self.state.submit(document, now);
        let state = match self.state.is_proving() {
            true => RevisionState::Proving,
            false => RevisionState::Rolling,
        };
        self.history.note(revision, state, "");
        self.hear(news)
    }

    pub(crate) fn delete(&mut self, by: Option<Instant>) -> oneshot::Receiver<()> {
        self.changed();
        let (sender, receiver) = oneshot::channel();
        self.delete_waiters.push(sender);
        if !self.state.is_deleting() {
            let draft = Draft::info(EventKind::DeletionStarted, "it is being deleted");
            self.cause = Some(self.record(draft));
        }
        let news = self.state.delete(by);
        self.hear(news);
        receiver
    }

    /// Pins the number of replicas of a deployment, or unpins it. What this gives is told when it is reached.
    pub(crate) fn pin(
        &mut self,
        deployment: &str,
        replicas: Option<u32>,
    ) -> Result<oneshot::Receiver<Result<()>>> {
        let (done, reached) = oneshot::channel();
        let entry = self.state.serving().and_then(|serving| serving.entries.get(deployment));
        let Some(member) = entry.map(|entry| entry.member) else {
            let application = Some(self.name.to_string());
            let deployment = deployment.to_owned();
            return Err(Error::UnknownDeployment { deployment, application, searched: None });
        };
        self.pins += 1;
        if let Some(state) = self.state.member_mut(member) {
            let from = state.counts().target();
            state.pin(replicas);
            let counts = state.counts();
            let to = counts.target();
            let draft = match replicas {
                Some(replicas) => Draft::info(
                    EventKind::Pinned,
                    format!("pinned at {replicas} replica(s); {} declared", counts.declared),
                ),
                None => Draft::info(
                    EventKind::Unpinned,
                    match counts.autoscaled {
                        Some(count) => format!("unpinned: {count} replica(s), as the load asks"),
                        None => format!("unpinned: {} replica(s) as declared", counts.declared),
                    },
                ),
            };
            let reason = match replicas {
                Some(replicas) => format!("pinned at {replicas}"),
                None => "unpinned".to_owned(),
            };
            let draft = match from == to {
                true => draft,
                false => draft.scaling(by_hand(from, to, reason, "operator")),
            };
            if let Some(host) = self.hosts.get(&member) {
                self.note_cause(member, draft.deployment(host.id()));
                self.note_target(member);
            }
            self.changed();
            self.count_waiters.push((member, done));
        }
        Ok(reached)
    }

    // === what happens ===

    pub(crate) fn happened(
        &mut self,
        member: MemberId,
        number: ReplicaNumber,
        what: Happened,
        now: Instant,
    ) {
        let Some(host) = self.hosts.get(&member).cloned() else { return };
        self.say(member, &host, number, &what, now);
        let is_health = matches!(what, Happened::Health(_));
        let Some(state) = self.state.member_mut(member) else { return };
        let action = match what {
            Happened::Started(outcome) => {
                state.started(number, outcome, now);
                None
            }
            Happened::Reached(step) => {
                state.reached(number, step);
                None
            }
            Happened::Stopped => {
                state.stopped(number);
                None
            }
            Happened::Died(message) => {
                host.kill(number);
                state.died(number, message, now);
                None
            }
            Happened::Leaving(message) => state.leaving(number, message, now),
            Happened::Health(health) => state.health(number, health, now),
            Happened::Reconfigured(outcome) => {
                state.reconfigured(number, outcome, now);
                None
            }
        };
        if let Some(action) = action {
            if is_health {
                let message = "its health checks have failed too often; it is replaced";
                let unhealthy = Draft::error(EventKind::ReplicaUnhealthy, message);
                let unhealthy = unhealthy.replica(&host.replica_name(number));
                self.note_cause(member, unhealthy.caused_by(self.cause_of(member)));
            }
            self.say_action(member, &host, &action);
            host.act(action);
        }
    }

    /// Ends a replica as a crash would; whether it was there.
    pub(crate) fn kill(&mut self, replica: &str, now: Instant) -> bool {
        let found = self.state.members().iter().find_map(|(id, member)| {
            let host = self.hosts.get(id)?;
            let number =
                member.state.routable().into_iter().find(|&n| host.replica_id(n) == replica)?;
            Some((*id, number, Arc::clone(host)))
        });
        let Some((id, number, host)) = found else { return false };
        let killed = Draft::warn(EventKind::ReplicaKilled, "killed, as asked for");
        self.note_cause(id, killed.replica(&host.replica_name(number)));
        host.kill(number);
        if let Some(state) = self.state.member_mut(id) {
            state.died(number, format!("Replica {replica} was killed."), now);
        }
        true
    }

    // === one step ===

    /// Brings everything one step closer to what it should be. Whether the routes have changed.
    pub(crate) fn reconcile(&mut self, now: Instant) -> bool {
        self.scale(now);
        self.recycle(now);
        let step = self.state.reconcile(now);
        for (member, action) in step.actions {
            let Some(host) = self.hosts.get(&member).cloned() else { continue };
            self.say_action(member, &host, &action);
            host.act(action);
        }
        let routes_changed = self.hear(step.news);
        self.forget();
        self.keep_scalers(now);
        self.tell_changes();
        routes_changed
    }

    /// Whether the routes have changed.
    fn hear(&mut self, news: Vec<News>) -> bool {
        let mut routes_changed = false;
        for news in news {
            if !matches!(news, News::Routes) {
                self.changed();
            }
            match news {
                News::Routes => routes_changed = true,
                News::Rolling(revision) => {
                    let draft = Draft::info(EventKind::UpdateProven, "proven; it takes over");
                    self.cause = Some(self.record(draft.revision(revision).caused_by(self.cause)));
                    self.history.note(revision, RevisionState::Rolling, "");
                }
                News::Finished(revision) => {
                    let draft = Draft::info(EventKind::UpdateFinished, "it serves");
                    self.record(draft.revision(revision).caused_by(self.cause));
                    self.history.complete(revision);
                    // Told by `answer`, once everybody can see it.
                }
                News::Superseded(revision) => {
                    let message = "a later update takes its place";
                    let draft = Draft::info(EventKind::UpdateSuperseded, message);
                    self.record(draft.revision(revision).caused_by(self.cause));
                    self.history.note(revision, RevisionState::Superseded, "");
                    self.tell(revision, || Err(Error::Superseded));
                }
                News::Failed(revision, why) => {
                    self.history.note(revision, RevisionState::Failed, &why);
                    self.failed(revision, &why);
                }
                News::RolledBack(revision, why) => {
                    self.history.note(revision, RevisionState::RolledBack, &why);
                    self.failed(revision, &why);
                }
                News::Gone(member) => {
                    if let Some(host) = self.hosts.remove(&member) {
                        self.tasks.dispose(host);
                    }
                }
            }
        }
        routes_changed
    }

    fn failed(&mut self, revision: RevisionNumber, why: &str) {
        let serves = match self.state.good() {
            Some(good) => format!(" Revision {} serves as before.", good.revision),
            None => String::new(),
        };
        let message = format!("{}{serves}", sentence(why));
        let draft = Draft::error(EventKind::UpdateFailed, format!("the update failed: {message}"));
        self.cause = Some(self.record(draft.revision(revision).caused_by(self.cause)));
        self.trouble = format!("Revision {revision} failed. {message}");
        let application = self.name.to_string();
        self.tell(revision, || {
            Err(Error::DeployFailed { application: application.clone(), message: message.clone() })
        });
    }

    fn tell(&mut self, revision: RevisionNumber, outcome: impl Fn() -> Result<()>) {
        let waiters = self.waiters.remove(&revision).unwrap_or_default();
        self.told_next.extend(waiters.into_iter().map(|waiter| (waiter, outcome())));
    }

    fn changed(&mut self) {
        self.changes = self.workshop.next_number();
    }

    /// Tells those who wait what has come true. Called when it has been published.
    pub(crate) fn answer(&mut self) {
        if let Some(good) = self.state.good().map(|good| good.revision)
            && self.state.coming().is_none()
        {
            self.tell(good, || Ok(()));
        }
        self.told_next.drain(..).for_each(|(waiter, outcome)| drop(waiter.send(outcome)));
        let application = self.name.to_string();
        let waiters = std::mem::take(&mut self.count_waiters);
        for (member, waiter) in waiters {
            let answer = match self.state.members().get(&member).map(|member| &member.state) {
                None => Some(Err(Error::UnknownApplication(application.clone()))),
                Some(state) if state.has_count() => Some(Ok(())),
                Some(state) => state.struggles().map(|message| {
                    Err(Error::DeployFailed { application: application.clone(), message })
                }),
            };
            match answer {
                Some(answer) => drop(waiter.send(answer)),
                None => self.count_waiters.push((member, waiter)),
            }
        }
    }

    /// It is gone, and so are its waiters.
    pub(crate) fn answer_deleted(&mut self) {
        let unknown = || Err(Error::UnknownApplication(self.name.to_string()));
        self.count_waiters.drain(..).for_each(|(_, waiter)| drop(waiter.send(unknown())));
        self.told_next.drain(..).for_each(|(waiter, outcome)| drop(waiter.send(outcome)));
        self.delete_waiters.drain(..).for_each(told);
    }

    /// Something broke in here that is not the user's: what waits learns it.
    pub(crate) fn broke(&mut self, message: &str) {
        self.trouble = format!("Internal error: {message}");
        let revisions: Vec<_> = self.waiters.keys().copied().collect();
        for revision in revisions {
            self.failed(revision, &format!("internal error: {message}"));
        }
    }

    /// Lets go of what no revision needs that may have to serve again.
    fn forget(&mut self) {
        let documents = [self.state.good(), self.state.serving(), self.state.coming()];
        let documents: Vec<&Document> = documents.into_iter().flatten().collect();
        let mut kept: Vec<_> = documents.iter().map(|document| document.revision).collect();
        let versions = |member: MemberId| {
            documents
                .iter()
                .flat_map(|document| document.entries.values())
                .filter(|entry| entry.member == member)
                .map(|entry| entry.version)
                .collect::<Vec<_>>()
        };
        for (&id, host) in &self.hosts {
            let live = self.state.members().get(&id).into_iter();
            let live = live.flat_map(|member| member.state.versions());
            let kept: Vec<_> = versions(id).into_iter().chain(live).collect();
            host.retain(&kept, self.newest);
        }
        let gone = self.mounts.extract_if(.., |revision, _| !kept.contains(revision));
        let gone: Vec<_> = gone.collect();
        if !gone.is_empty() {
            // Layers are the user's.
            self.tasks.dispose(gone);
        }
        kept.extend(self.history.previous(self.state.good().map(|good| good.revision)));
        let forgotten = self.history.keep(&kept);
        if !forgotten.is_empty() {
            self.tasks.dispose(forgotten);
        }
    }

    // === what others need ===

    pub(crate) fn known(&self) -> Known {
        let revision = |document: &Document| {
            let graph = self.history.find(document.revision)?.graph.clone()?;
            Some(KnownRevision { document: document.clone(), graph })
        };
        // Also while it is being deleted: a deployment that is wanted again has the same host, so there
        // are never two of one that is exclusive.
        let documents = [self.state.routed(), self.state.coming(), self.state.good()];
        Known {
            changes: self.changes,
            revisions: documents.into_iter().flatten().filter_map(revision).collect(),
            hosts: self.hosts.clone(),
        }
    }

    /// What the last good revision before the one that serves is made of.
    pub(crate) fn rollback_graph(&self) -> Option<(RevisionNumber, Arc<Graph>)> {
        let serving = self.state.good()?.revision;
        // An update on its way is called off.
        let wanted = match self.state.coming() {
            Some(_) => serving,
            None => self.history.previous(Some(serving))?,
        };
        Some((wanted, self.history.find(wanted)?.graph.clone()?))
    }

    /// What the revision that is wanted is made of.
    pub(crate) fn wanted_graph(&self) -> Option<Arc<Graph>> {
        let wanted = self.state.coming().or_else(|| self.state.serving())?;
        self.history.find(wanted.revision)?.graph.clone()
    }

    pub(crate) fn routes(&self) -> Vec<Route> {
        let Some(serving) = self.state.serving() else { return Vec::new() };
        let Some(mounts) = self.mounts.get(&serving.revision) else { return Vec::new() };
        let route = |(name, mount): (&Arc<str>, &Mount)| {
            let prefix = serving.entries.get(name)?.config.route_prefix.as_deref()?;
            Some(Route::new(prefix, Arc::clone(&self.name), mount.clone()))
        };
        mounts.iter().filter_map(route).collect()
    }

    /// The prefixes that it has or will have, with their owners.
    pub(crate) fn prefixes(&self) -> Vec<(String, Arc<str>)> {
        let documents = [self.state.serving(), self.state.coming(), self.state.good()];
        let documents = if self.state.is_deleting() { [None; 3] } else { documents };
        let entries = documents.into_iter().flatten().flat_map(|document| &document.entries);
        entries
            .filter_map(|(name, entry)| {
                Some((entry.config.route_prefix.clone()?, Arc::clone(name)))
            })
            .collect()
    }

    // === what it says ===

    fn record(&self, draft: Draft) -> u64 {
        self.workshop.events.tell(draft.application(&self.name))
    }

    /// What is told of it last.
    pub(crate) fn last_words(&self) -> Draft {
        let draft = Draft::info(EventKind::Deleted, "it is gone");
        draft.application(&self.name).caused_by(self.cause)
    }

    pub(super) fn tell_events(&self, drafts: impl IntoIterator<Item = Draft>) {
        for draft in drafts {
            self.workshop.events.tell(draft);
        }
    }

    /// Tells what the next things that happen to a member will be due to.
    pub(super) fn note_cause(&mut self, member: MemberId, draft: Draft) {
        let number = self.workshop.events.tell(draft);
        self.causes.insert(member, number);
    }

    /// Its target has been told of.
    pub(super) fn note_target(&mut self, member: MemberId) {
        if let Some(found) = self.state.members().get(&member) {
            self.told_targets.insert(member, found.state.counts().target());
        }
    }

    /// The event that what happens to a member now is due to.
    fn cause_of(&self, member: MemberId) -> Option<u64> {
        self.cause.max(self.causes.get(&member).copied())
    }

    /// Tells which statuses, and which numbers of replicas, have changed since the last time.
    fn tell_changes(&mut self) {
        let (mut targets, mut changed) = (BTreeMap::new(), Vec::new());
        for (id, member) in self.state.members_mut() {
            let Some(host) = self.hosts.get(&id) else { continue };
            let cause = self.cause.max(self.causes.get(&id).copied());
            let message = member.state.message();
            for (before, status) in member.state.take_transitions() {
                let message = status_message(before, status, &message);
                let draft = Draft::info(EventKind::StatusChanged, message);
                changed.push(draft.deployment(host.id()).caused_by(cause));
            }
            let target = member.state.counts().target();
            targets.insert(id, target);
            // Whoever else changes it has told so: this was an update, or the way back from one.
            let before = self.told_targets.get(&id).filter(|before| **before != target);
            if let Some(&from) = before {
                let record = by_hand(from, target, "as declared".to_owned(), "update");
                let message = format!("{from} → {target} replicas: as declared");
                let draft = Draft::info(EventKind::Scaled, message).deployment(host.id());
                changed.push(draft.scaling(record).caused_by(self.cause));
            }
        }
        self.told_targets = targets;
        let (status, message) = self.status();
        if self.told_status.replace(status) != Some(status) {
            let message = format!("it is {status}{}", because(&message));
            let draft = Draft::info(EventKind::StatusChanged, message);
            changed.push(draft.application(&self.name).caused_by(self.cause));
        }
        self.tell_events(changed);
    }

    /// Tells, and counts, what has happened to a replica.
    fn say(
        &mut self,
        member: MemberId,
        host: &Host,
        number: ReplicaNumber,
        what: &Happened,
        now: Instant,
    ) {
        let Some(draft) = draft_of(host, number, what) else { return };
        self.measure(member, host, number, what, now);
        let draft = draft.replica(&host.replica_name(number)).caused_by(self.cause_of(member));
        match what {
            // What follows from these is due to them.
            Happened::Died(_)
            | Happened::Leaving(_)
            | Happened::Health(_)
            | Happened::Started(Err(_)) => self.note_cause(member, draft),
            Happened::Reached(_)
            | Happened::Started(Ok(()))
            | Happened::Stopped
            | Happened::Reconfigured(_) => self.tell_events([draft]),
        }
    }

    fn measure(
        &self,
        member: MemberId,
        host: &Host,
        number: ReplicaNumber,
        what: &Happened,
        now: Instant,
    ) {
        let meter = host.meter();
        let state = self.state.members().get(&member).map(|member| &member.state);
        let since = state.and_then(|state| state.in_state_since(number));
        let lasted = since.map(|since| now.saturating_duration_since(since));
        match (what, lasted) {
            (Happened::Started(Ok(())), Some(lasted)) => meter.startup.add_duration(lasted),
            (Happened::Started(Err(_)), _) => meter.start_failures.add(),
            (Happened::Stopped, Some(lasted)) => meter.drain.add_duration(lasted),
            (Happened::Died(_), _) => meter.deaths.add(),
            (Happened::Health(ReplicaHealth::Failed(_)), _) => meter.health_failures.add(),
            _ => {}
        }
    }

    fn say_action(&self, member: MemberId, host: &Host, action: &Action) {
        let (number, draft) = match action {
            Action::Start { replica, version, .. } => {
                host.meter().starts.add();
                let message = format!("the replica is being started, of version {version}");
                (replica, Draft::info(EventKind::ReplicaStarting, message))
            }
            Action::Stop { replica, patience } => {
                let message = match *patience {
                    Duration::ZERO => "the replica is being ended".to_owned(),
                    _ => format!("the replica takes no more calls; it has {patience:?} to finish"),
                };
                (replica, Draft::info(EventKind::ReplicaStopping, message))
            }
            Action::Reconfigure { replica, .. } => {
                let message = "the replica is given its `user_config`";
                (replica, Draft::info(EventKind::Reconfiguring, message))
            }
            Action::CheckHealth { .. }
            | Action::Configure(_)
            | Action::Publish(_)
            | Action::Close => return,
        };
        let draft = draft.replica(&host.replica_name(*number)).caused_by(self.cause_of(member));
        self.workshop.events.tell(draft);
    }
}

/// What is told of what has happened to a replica; a passed health check is no news, and neither is a step of a start.
fn draft_of(host: &Host, number: ReplicaNumber, what: &Happened) -> Option<Draft> {
    use EventKind as K;
    Some(match what {
        Happened::Started(Ok(())) => {
            let pid = host.look().replicas.get(&number).and_then(|live| live.pid);
            let message = match pid {
                Some(pid) => format!("the replica runs in process {pid}"),
                None => "the replica runs".to_owned(),
            };
            Draft::info(K::ReplicaStarted, message)
        }
        Happened::Started(Err(why)) => {
            Draft::error(K::ReplicaStartFailed, format!("replica failed to start: {why}"))
        }
        Happened::Stopped => Draft::info(K::ReplicaStopped, "the replica has ended"),
        Happened::Died(why) => Draft::error(K::ReplicaDied, why.as_str()),
        Happened::Leaving(why) => Draft::warn(K::ReplicaLeaving, why.as_str()),
        Happened::Health(ReplicaHealth::Failed(why)) => {
            Draft::warn(K::HealthCheckFailed, format!("health check failed: {why}"))
        }
        Happened::Health(_) | Happened::Reached(_) => return None,
        Happened::Reconfigured(Ok(())) => {
            Draft::info(K::Reconfigured, "the replica has taken its `user_config`")
        }
        Happened::Reconfigured(Err(why)) => {
            Draft::error(K::ReconfigureRefused, format!("`reconfigure` was refused: {why}"))
        }
    })
}

/// The record of a change that nobody has reckoned out.
fn by_hand(from: u32, to: u32, reason: String, by: &str) -> ScalingRecord {
    ScalingRecord {
        at: SystemTime::now(),
        from,
        to,
        reason,
        by: by.to_owned(),
        is_dry_run: false,
        inputs: serde_json::Value::Null,
    }
}

fn status_message(before: Option<Status>, (status, trigger): Status, cause: &str) -> String {
    let from = before.map(|(before, _)| format!("{before} → ")).unwrap_or_default();
    format!("{from}{status} ({trigger}){}", because(cause))
}

/// A reason as the next sentence, if there is one.
fn because(why: &str) -> String {
    if why.is_empty() { String::new() } else { format!(". {why}") }
}

/// Who waited may have given up.
fn told(waiter: oneshot::Sender<()>) {
    let _ = waiter.send(());
}

fn nanos_since_1970() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
