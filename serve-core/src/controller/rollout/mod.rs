//! How an application gets from one revision to the next: plain data and plain functions.
//!
//! **Prove, then roll.** Each changed deployment, callees first, gets one new replica beside the old ones;
//! nothing old stops and no option or route changes until all of them are proven. Then each is replaced,
//! callees first. What fails before that changes nothing; what fails after it goes back to the last
//! revision that was complete, in the same way: old beside new.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::deployment_state::{Action, DeploymentState, Proof};
use super::document::{Document, Entry, MemberId, RevisionNumber};

/// All deployments of an application, and the revision they are on their way to.
#[derive(Debug, Default)]
pub(crate) struct ApplicationState {
    members: BTreeMap<MemberId, Member>,
    /// The last revision that was complete.
    good: Option<Document>,
    /// The revision that has the routes.
    serving: Option<Document>,
    rollout: Option<Rollout>,
    deleting: Option<Deletion>,
    /// Revisions that no longer serve, as long as replicas of theirs may still call others.
    retired: Vec<Document>,
    looked_at: Option<Instant>,
}

#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: Arc<str>,
    pub(crate) state: DeploymentState,
}

#[derive(Debug)]
struct Rollout {
    document: Document,
    /// What is returned to if it fails.
    fallback: Option<Document>,
    phase: Phase,
    begun: Instant,
    /// The deployments that it changes. That others are complete is not its business.
    changed: BTreeSet<Arc<str>>,
}

#[derive(Debug)]
enum Phase {
    Proving,
    Rolling,
    /// On the way back, and why.
    Returning(String),
}

#[derive(Debug)]
struct Deletion {
    /// When all of it shall have gone, if there is such a moment.
    by: Option<Instant>,
}

/// What an application has to say after a step.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// Another revision has the routes.
    Routes,
    Rolling(RevisionNumber),
    Finished(RevisionNumber),
    /// A later revision has taken its place.
    Superseded(RevisionNumber),
    /// Nothing of it was ever served, or there is nothing to go back to.
    Failed(RevisionNumber, String),
    RolledBack(RevisionNumber, String),
    /// A deployment has no replicas any more and is not wanted.
    Gone(MemberId),
}

/// What one look at a phase has shown.
enum Look {
    Pending,
    /// Something has been set going, so there is more to do at once.
    Moved,
    Done,
    Failed(String),
}

/// What a step wants done.
#[derive(Debug, Default)]
pub(crate) struct Step {
    pub(crate) actions: Vec<(MemberId, Action)>,
    pub(crate) news: Vec<News>,
}

impl ApplicationState {
    // === what is asked for ===

    /// A new revision. Whatever was on its way is superseded.
    pub(crate) fn submit(&mut self, document: Document, now: Instant) -> Vec<News> {
        let mut news = Vec::new();
        if let Some(before) = self.rollout.take() {
            let revision = before.document.revision;
            news.push(match before.phase {
                Phase::Returning(why) => News::RolledBack(revision, why),
                Phase::Proving | Phase::Rolling => News::Superseded(revision),
            });
        }
        let revived = self.deleting.take().is_some();
        if revived {
            (self.good, self.serving) = (None, None);
        }
        let is_first = self.serving.is_none();
        for (&id, member) in &mut self.members {
            if !document.has(id) {
                member.state.abandon();
            }
        }
        let mut changed = BTreeSet::new();
        for (name, entry) in &document.entries {
            if self.propose(name, entry) {
                changed.insert(Arc::clone(name));
            }
        }
        let fallback = self.good.clone();
        let phase = if is_first { Phase::Rolling } else { Phase::Proving };
        if is_first {
            self.serve(document.clone());
            news.push(News::Routes);
        }
        self.rollout = Some(Rollout { document, fallback, phase, begun: now, changed });
        news
    }

    /// Whether it changes the deployment.
    fn propose(&mut self, name: &Arc<str>, entry: &Entry) -> bool {
        let config = Arc::clone(&entry.config);
        let is_good = self.good.as_ref().is_some_and(|good| {
            good.entries.get(name).is_some_and(|good| good.version == entry.version)
        });
        match self.members.get_mut(&entry.member) {
            Some(member) if member.state.is_deleting() => {
                member.state.revive(entry.version, config);
                true
            }
            Some(member) => {
                member.state.propose(entry.version, config);
                member.state.has_trial() || !is_good
            }
            None => {
                // The ids of replicas go on where those of another type under that name have ended.
                let namesakes = self.members.values().filter(|member| member.name == *name);
                let first = namesakes.map(|member| member.state.next_number()).max();
                let state = DeploymentState::new(entry.version, config, entry.is_checked)
                    .numbered_from(first.unwrap_or_default());
                self.members.insert(entry.member, Member { name: Arc::clone(name), state });
                true
            }
        }
    }

    /// Gives a revision the routes.
    fn serve(&mut self, document: Document) {
        self.retired.extend(self.serving.replace(document));
    }

    /// Ends everything: routes at once, then callers before those they call. If there is a time, all
    /// of them share what is left of it.
    pub(crate) fn delete(&mut self, by: Option<Instant>) -> Vec<News> {
        let superseded = self.rollout.take();
        self.deleting = Some(Deletion { by });
        let why = || "it was deleted meanwhile".to_owned();
        let news = superseded.map(|rollout| News::Failed(rollout.document.revision, why()));
        news.into_iter().chain([News::Routes]).collect()
    }

    // === one step ===

    /// Brings everything one step closer to what it should be.
    pub(crate) fn reconcile(&mut self, now: Instant) -> Step {
        let mut step = Step::default();
        self.looked_at = Some(now);
        for (&id, member) in &mut self.members {
            let given_up = member.state.give_constructors_up(now);
            step.actions.extend(given_up.into_iter().map(|action| (id, action)));
        }
        // What has failed is gone back from before its deployment takes a step, which would close it.
        while self.go_on(now, &mut step.news) {}
        // What has just been started, published or ended may be what the next has waited for; nothing else
        // may happen for long that would be a reason to look again. It ends, because each action and each
        // advance leaves less to do.
        loop {
            let done = step.actions.len();
            self.step_members(now, &mut step);
            let has_acted = step.actions.len() > done;
            let has_gone_on = self.go_on(now, &mut step.news);
            if !has_acted && !has_gone_on {
                return step;
            }
            while self.go_on(now, &mut step.news) {}
        }
    }

    /// Whether anything could be set going.
    fn go_on(&mut self, now: Instant, news: &mut Vec<News>) -> bool {
        match self.deleting {
            Some(_) => self.delete_callers_first(now),
            None => self.advance(now, news) || self.drop_unwanted(),
        }
    }

    fn step_members(&mut self, now: Instant, step: &mut Step) {
        for (&id, member) in &mut self.members {
            let actions = member.state.reconcile(now);
            step.actions.extend(actions.into_iter().map(|action| (id, action)));
        }
        let gone = |_: &MemberId, member: &mut Member| {
            member.state.is_deleting() && member.state.has_no_replicas()
        };
        // While everything is being deleted they are still looked at, until all have gone.
        if self.deleting.is_none() {
            let gone = self.members.extract_if(.., gone);
            step.news.extend(gone.map(|(id, _)| News::Gone(id)));
        }
    }

    /// One step from phase to phase, or within one; whether there was one.
    fn advance(&mut self, now: Instant, news: &mut Vec<News>) -> bool {
        let look = match self.rollout.as_ref().map(|rollout| &rollout.phase) {
            None => return false,
            Some(Phase::Proving) => self.prove(now),
            Some(Phase::Rolling) => self.roll(now),
            Some(Phase::Returning(_)) => self.look_back(now),
        };
        let Some(rollout) = self.rollout.take() else { return false };
        let advanced = match (look, &rollout.phase) {
            (Look::Pending, _) => {
                self.rollout = Some(rollout);
                return false;
            }
            (Look::Moved, _) => {
                self.rollout = Some(rollout);
                Vec::new()
            }
            (Look::Done, Phase::Proving) => self.begin_roll(rollout),
            (Look::Done, Phase::Rolling) => self.finish(rollout),
            (Look::Failed(why), Phase::Proving | Phase::Rolling) => self.fail(rollout, why, now),
            (Look::Done, Phase::Returning(why)) => {
                let why = why.clone();
                self.returned(&rollout, why)
            }
            (Look::Failed(_), Phase::Returning(why)) => {
                let why = format!("{why} The way back is not complete so far.");
                self.returned(&rollout, why)
            }
        };
        news.extend(advanced);
        true
    }

    // === prove ===

    fn prove(&mut self, now: Instant) -> Look {
        let Some(rollout) = &self.rollout else { return Look::Pending };
        let (document, begun) = (rollout.document.clone(), rollout.begun);
        let (mut is_pending, mut has_moved) = (false, false);
        for (name, entry) in &document.entries {
            match self.proof(entry) {
                Proof::Proven => continue,
                Proof::Failed(why) => return Look::Failed(format!("{name}: {why}")),
                Proof::Pending if is_over(begun, entry, now) => {
                    return Look::Failed(late(name, entry, &self.message(entry)));
                }
                Proof::Pending => is_pending = true,
            }
            // A `user_config` is tried last of all, so nothing waits for one.
            let is_last =
                |entry: &Entry| self.state(entry).is_some_and(DeploymentState::tries_user_config);
            let is_ready = |entry: &Entry| self.proof(entry) == Proof::Proven || is_last(entry);
            let is_next = if is_last(entry) {
                document.entries.values().all(is_ready)
            } else {
                let callees = entry.callees.iter().filter_map(|name| document.entries.get(name));
                callees.into_iter().all(is_ready)
            };
            if is_next && let Some(member) = self.members.get_mut(&entry.member) {
                has_moved |= member.state.begin_trial();
            }
        }
        look_of(is_pending, has_moved)
    }

    /// How far the proof of a deployment is. One that nobody calls yet is proven when it is complete.
    fn proof(&self, entry: &Entry) -> Proof {
        let Some(state) = self.state(entry) else { return Proof::Proven };
        let is_new = !self.serving.as_ref().is_some_and(|serving| serving.has(entry.member))
            && !self.good.as_ref().is_some_and(|good| good.has(entry.member));
        if !is_new || state.has_trial() {
            return state.proof();
        }
        match state.failure() {
            Some(why) => Proof::Failed(why.to_owned()),
            None if state.is_rolled() => Proof::Proven,
            None => Proof::Pending,
        }
    }

    fn state(&self, entry: &Entry) -> Option<&DeploymentState> {
        self.members.get(&entry.member).map(|member| &member.state)
    }

    fn message(&self, entry: &Entry) -> String {
        self.state(entry).map(DeploymentState::message).unwrap_or_default()
    }

    // === roll ===

    fn begin_roll(&mut self, rollout: Rollout) -> Vec<News> {
        let revision = rollout.document.revision;
        self.serve(rollout.document.clone());
        self.rollout = Some(Rollout { phase: Phase::Rolling, ..rollout });
        vec![News::Rolling(revision), News::Routes]
    }

    fn roll(&mut self, now: Instant) -> Look {
        let Some(rollout) = &self.rollout else { return Look::Pending };
        let (document, begun) = (rollout.document.clone(), rollout.begun);
        let changed = rollout.changed.clone();
        let is_done = |name: &Arc<str>, state: &DeploymentState| {
            !state.has_trial()
                && if changed.contains(name) { state.is_rolled() } else { state.serves() }
        };
        let (mut is_pending, mut has_moved) = (false, false);
        for (name, entry) in &document.entries {
            let callees_serve = entry.callees.iter().all(|callee| {
                let entry = document.entries.get(callee);
                entry.and_then(|entry| self.state(entry)).is_none_or(|state| is_done(callee, state))
            });
            let Some(member) = self.members.get_mut(&entry.member) else { continue };
            let state = &mut member.state;
            if state.has_trial() && (callees_serve || state.version() == entry.version) {
                state.roll();
                has_moved = true;
            }
            if let Some(why) = state.failure() {
                return Look::Failed(format!("{name}: {why}"));
            }
            if !is_done(name, state) {
                if is_over(begun, entry, now) {
                    return Look::Failed(late(name, entry, &state.message()));
                }
                is_pending = true;
            }
        }
        look_of(is_pending, has_moved)
    }

    fn finish(&mut self, rollout: Rollout) -> Vec<News> {
        for entry in rollout.document.entries.values() {
            if let Some(member) = self.members.get_mut(&entry.member) {
                member.state.finish();
            }
        }
        let revision = rollout.document.revision;
        self.retired.extend(self.good.replace(rollout.document));
        vec![News::Finished(revision)]
    }

    // === failures ===

    /// Nothing of the new revision stays, if there is one to go back to.
    fn fail(&mut self, rollout: Rollout, why: String, now: Instant) -> Vec<News> {
        let revision = rollout.document.revision;
        for member in self.members.values_mut() {
            member.state.abandon();
        }
        self.retired.push(rollout.document.clone());
        let Some(fallback) = rollout.fallback.clone() else {
            for entry in rollout.document.entries.values() {
                if let Some(member) = self.members.get_mut(&entry.member) {
                    member.state.give_up_unless_rolled(&why);
                }
            }
            return vec![News::Failed(revision, why)];
        };
        let moved: BTreeSet<_> = fallback
            .entries
            .iter()
            .filter(|(_, entry)| {
                self.state(entry).is_none_or(|state| {
                    state.version() != entry.version || *state.config() != *entry.config
                })
            })
            .map(|(name, _)| Arc::clone(name))
            .collect();
        let has_routes =
            self.serving.as_ref().is_some_and(|serving| serving.revision != fallback.revision);
        if moved.is_empty() && !has_routes {
            return vec![News::Failed(revision, why)];
        }
        let lost = self.lost(&fallback);
        for name in &moved {
            let entry = &fallback.entries[name];
            if let Some(member) = self.members.get_mut(&entry.member) {
                member.state.return_to(entry.version, Arc::clone(&entry.config));
            }
        }
        self.serve(fallback);
        let phase = Phase::Returning(format!("{}{lost}", sentence(&why)));
        self.rollout = Some(Rollout { phase, begun: now, changed: moved, ..rollout });
        vec![News::Routes]
    }

    /// What the replicas that have gone held in memory is lost: says so.
    fn lost(&self, fallback: &Document) -> String {
        let mut lost = String::new();
        for (name, entry) in &fallback.entries {
            let Some(state) = self.state(entry) else { continue };
            let (target, left) = (state.counts().target() as usize, state.live_of(entry.version));
            if left < target {
                lost.push_str(&format!(
                    " {} of {target} replica(s) of `{name}` had been replaced; what they held in memory is lost.",
                    target - left
                ));
            }
        }
        lost
    }

    /// Whether what was there before is there again.
    fn look_back(&self, now: Instant) -> Look {
        let Some(Rollout { fallback: Some(fallback), begun, changed, .. }) = &self.rollout else {
            return Look::Done;
        };
        let mut look = Look::Done;
        for entry in changed.iter().filter_map(|name| fallback.entries.get(name)) {
            if self.state(entry).is_some_and(|state| !state.is_rolled()) {
                if is_over(*begun, entry, now) {
                    return Look::Failed(String::new());
                }
                look = Look::Pending;
            }
        }
        look
    }

    fn returned(&mut self, rollout: &Rollout, why: String) -> Vec<News> {
        for member in self.members.values_mut() {
            member.state.finish();
        }
        vec![News::RolledBack(rollout.document.revision, why)]
    }

    // === what goes ===

    /// Ends what neither serves nor is on its way nor may have to serve again, nor is called by replicas
    /// that finish what they have. Whether there was any.
    fn drop_unwanted(&mut self) -> bool {
        let members = &self.members;
        self.retired
            .retain(|document| document.entries.values().any(|entry| has_replicas(members, entry)));
        let unwanted: Vec<_> = self
            .members
            .iter()
            .filter(|(id, member)| !member.state.is_deleting() && !self.is_wanted(**id))
            .map(|(id, _)| *id)
            .collect();
        for id in &unwanted {
            if let Some(member) = self.members.get_mut(id) {
                member.state.delete(Duration::MAX);
            }
        }
        !unwanted.is_empty()
    }

    fn is_wanted(&self, id: MemberId) -> bool {
        let documents = [self.good.as_ref(), self.serving.as_ref(), self.coming()];
        let is_called = |document: &Document| {
            let names = document.entries.iter().filter(|(_, entry)| entry.member == id);
            names.into_iter().any(|(name, _)| {
                document.callers(name).any(|caller| has_replicas(&self.members, caller))
            })
        };
        documents.into_iter().flatten().any(|document| document.has(id))
            || self.retired.iter().any(is_called)
    }

    /// A deployment goes once nobody is left who could call it. Whether there was one to go.
    fn delete_callers_first(&mut self, now: Instant) -> bool {
        let Some(Deletion { by }) = self.deleting else { return false };
        let document = self.serving.clone();
        let is_gone = |member: MemberId| {
            self.members
                .get(&member)
                .is_none_or(|m| m.state.is_deleting() && m.state.has_no_replicas())
        };
        let mut ready = Vec::new();
        for (&id, member) in &self.members {
            let place = document.as_ref().filter(|document| document.has(id));
            let waits = place
                .is_some_and(|document| document.callers(&member.name).any(|c| !is_gone(c.member)));
            if !member.state.is_deleting() && !waits {
                // Each level of callers has an equal share of what is left.
                let levels = place.map_or(1, |document| document.depth(&member.name));
                let patience = by
                    .map_or(Duration::MAX, |by| by.saturating_duration_since(now) / levels.max(1));
                ready.push((id, patience));
            }
        }
        for &(id, patience) in &ready {
            if let Some(member) = self.members.get_mut(&id) {
                member.state.delete(patience);
            }
        }
        !ready.is_empty()
    }

    // === what others see ===

    pub(crate) fn members(&self) -> &BTreeMap<MemberId, Member> {
        &self.members
    }

    pub(crate) fn members_mut(&mut self) -> impl Iterator<Item = (MemberId, &mut Member)> {
        self.members.iter_mut().map(|(id, member)| (*id, member))
    }

    pub(crate) fn member_mut(&mut self, id: MemberId) -> Option<&mut DeploymentState> {
        self.members.get_mut(&id).map(|member| &mut member.state)
    }

    /// The revision that has the routes, or had them until it was to be deleted.
    pub(crate) fn routed(&self) -> Option<&Document> {
        self.serving.as_ref()
    }

    /// The revision that has the routes; none while it is being deleted.
    pub(crate) fn serving(&self) -> Option<&Document> {
        self.serving.as_ref().filter(|_| self.deleting.is_none())
    }

    pub(crate) fn good(&self) -> Option<&Document> {
        self.good.as_ref()
    }

    /// The revision on its way.
    pub(crate) fn coming(&self) -> Option<&Document> {
        self.rollout.as_ref().map(|rollout| &rollout.document)
    }

    pub(crate) fn is_proving(&self) -> bool {
        self.rollout.as_ref().is_some_and(|rollout| matches!(rollout.phase, Phase::Proving))
    }

    pub(crate) fn is_deleting(&self) -> bool {
        self.deleting.is_some()
    }

    pub(crate) fn is_gone(&self) -> bool {
        self.deleting.is_some()
            && self.members.values().all(|m| m.state.is_deleting() && m.state.has_no_replicas())
    }

    /// When there will be something to do though nothing has happened.
    pub(crate) fn wake_at(&self) -> Option<Instant> {
        let members = self.members.values().flat_map(|member| member.state.wakes());
        let deadlines = self.rollout.iter().flat_map(|rollout| {
            let document = match &rollout.phase {
                Phase::Proving | Phase::Rolling => Some(&rollout.document),
                Phase::Returning(_) => rollout.fallback.as_ref(),
            };
            let entries = document.into_iter().flat_map(|document| document.entries.values());
            entries.filter_map(|entry| rollout.begun.checked_add(entry.config.update_timeout))
        });
        // What has passed has been looked at: that nothing came of it is no reason to look again.
        let is_to_come = |at: &Instant| self.looked_at.is_none_or(|looked| *at > looked);
        members.chain(deadlines).filter(is_to_come).min()
    }
}

fn look_of(is_pending: bool, has_moved: bool) -> Look {
    match (is_pending, has_moved) {
        (_, true) => Look::Moved,
        (true, false) => Look::Pending,
        (false, false) => Look::Done,
    }
}

/// Whether replicas of this version are left, which may call others.
fn has_replicas(members: &BTreeMap<MemberId, Member>, entry: &Entry) -> bool {
    members.get(&entry.member).is_some_and(|member| member.state.has_replica_of(entry.version))
}

/// With a full stop, so that another sentence can follow. What users write has none, mostly.
pub(crate) fn sentence(text: &str) -> String {
    let text = text.trim_end();
    let stop = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{text}{stop}")
}

fn is_over(begun: Instant, entry: &Entry, now: Instant) -> bool {
    begun.checked_add(entry.config.update_timeout).is_some_and(|end| end <= now)
}

fn late(name: &str, entry: &Entry, message: &str) -> String {
    let timeout = entry.config.update_timeout;
    format!("{name}: the update was not done within its `update_timeout` of {timeout:?}. {message}")
        .trim_end()
        .to_owned()
}

#[cfg(test)]
mod tests;
