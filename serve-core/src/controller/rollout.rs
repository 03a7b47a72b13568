//! How an application gets from one revision to the next: plain data and plain functions.
//!
//! **Prove, then roll.** Each changed deployment, callees first, gets one new replica beside the old ones;
//! nothing old stops and no option or route changes until all of them are proven. Then each is replaced,
//! callees first. What fails before that changes nothing; what fails after it goes back to the last
//! revision that was complete, in the same way: old beside new.

use std::collections::BTreeMap;
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
    /// The same, and it has become some deployment's turn.
    Begun,
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
        for member in self.members.values_mut() {
            member.state.abandon();
        }
        for (name, entry) in &document.entries {
            self.propose(name, entry);
        }
        let fallback = self.good.clone();
        let phase = if is_first { Phase::Rolling } else { Phase::Proving };
        if is_first {
            self.serving = Some(document.clone());
            news.push(News::Routes);
        }
        self.rollout = Some(Rollout { document, fallback, phase, begun: now });
        self.drop_unwanted();
        news
    }

    fn propose(&mut self, name: &Arc<str>, entry: &Entry) {
        let config = Arc::clone(&entry.config);
        match self.members.get_mut(&entry.member) {
            Some(member) if member.state.is_deleting() => {
                member.state.revive(entry.version, config);
            }
            Some(member) => member.state.propose(entry.version, config),
            None => {
                let state = DeploymentState::new(entry.version, config, entry.is_checked);
                self.members.insert(entry.member, Member { name: Arc::clone(name), state });
            }
        }
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
        match self.deleting {
            Some(_) => self.delete_callers_first(now),
            None => drop(self.advance(now, &mut step.news)),
        }
        // What has just been done may complete the revision, or make it another deployment's turn; nothing
        // else may happen for long that would be a reason to look again. It ends, because each action and
        // each advance leaves less to do.
        loop {
            let done = step.actions.len();
            self.step_members(now, &mut step);
            let has_acted = step.actions.len() > done;
            let has_advanced = self.deleting.is_none() && self.advance(now, &mut step.news);
            if !has_acted && !has_advanced {
                return step;
            }
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

    /// Goes on as far as it can; whether it has gone on at all.
    fn advance(&mut self, now: Instant, news: &mut Vec<News>) -> bool {
        let mut has_advanced = false;
        while let Some(rollout) = &self.rollout {
            let look = match &rollout.phase {
                Phase::Proving => self.prove(now),
                Phase::Rolling => self.roll(now),
                Phase::Returning(_) => self.look_back(now),
            };
            let Some(rollout) = self.rollout.take() else { return has_advanced };
            let advanced = match (look, &rollout.phase) {
                (Look::Pending, _) => {
                    self.rollout = Some(rollout);
                    return has_advanced;
                }
                (Look::Begun, _) => {
                    self.rollout = Some(rollout);
                    return true;
                }
                (Look::Done, Phase::Proving) => self.begin_roll(rollout),
                (Look::Done, Phase::Rolling) => self.finish(rollout),
                (Look::Failed(why), Phase::Proving | Phase::Rolling) => {
                    self.fail(rollout, why, now)
                }
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
            has_advanced = true;
        }
        has_advanced
    }

    // === prove ===

    fn prove(&mut self, now: Instant) -> Look {
        let Some(rollout) = &self.rollout else { return Look::Pending };
        let (document, begun) = (rollout.document.clone(), rollout.begun);
        let (mut is_pending, mut has_begun) = (false, false);
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
                has_begun |= member.state.begin_trial();
            }
        }
        pending_or_done(is_pending, has_begun)
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
        self.serving = Some(rollout.document.clone());
        self.rollout = Some(Rollout { phase: Phase::Rolling, ..rollout });
        vec![News::Rolling(revision), News::Routes]
    }

    fn roll(&mut self, now: Instant) -> Look {
        let Some(rollout) = &self.rollout else { return Look::Pending };
        let (document, begun) = (rollout.document.clone(), rollout.begun);
        let (mut is_pending, mut has_begun) = (false, false);
        for (name, entry) in &document.entries {
            let callees_serve = entry
                .callees
                .iter()
                .filter_map(|callee| self.state(document.entries.get(callee)?))
                .all(DeploymentState::is_rolled);
            let Some(member) = self.members.get_mut(&entry.member) else { continue };
            let state = &mut member.state;
            if state.has_trial() && (callees_serve || state.version() == entry.version) {
                state.roll();
                has_begun = true;
            }
            if let Some(why) = state.failure() {
                return Look::Failed(format!("{name}: {why}"));
            }
            if state.has_trial() || !state.is_rolled() {
                if is_over(begun, entry, now) {
                    return Look::Failed(late(name, entry, &state.message()));
                }
                is_pending = true;
            }
        }
        pending_or_done(is_pending, has_begun)
    }

    fn finish(&mut self, rollout: Rollout) -> Vec<News> {
        for entry in rollout.document.entries.values() {
            if let Some(member) = self.members.get_mut(&entry.member) {
                member.state.finish();
            }
        }
        let revision = rollout.document.revision;
        self.good = Some(rollout.document);
        self.drop_unwanted();
        vec![News::Finished(revision)]
    }

    // === failures ===

    /// Nothing of the new revision stays, if there is one to go back to.
    fn fail(&mut self, rollout: Rollout, why: String, now: Instant) -> Vec<News> {
        let revision = rollout.document.revision;
        for member in self.members.values_mut() {
            member.state.abandon();
        }
        let Some(fallback) = &rollout.fallback else {
            return vec![News::Failed(revision, why)];
        };
        let has_moved = fallback.entries.values().any(|entry| {
            self.state(entry).is_none_or(|state| {
                state.version() != entry.version || *state.config() != *entry.config
            })
        });
        if !has_moved && matches!(rollout.phase, Phase::Proving) {
            self.drop_unwanted();
            return vec![News::Failed(revision, why)];
        }
        let lost = self.lost(fallback);
        for entry in fallback.entries.values() {
            let Some(member) = self.members.get_mut(&entry.member) else { continue };
            let state = &mut member.state;
            if state.version() != entry.version || *state.config() != *entry.config {
                state.return_to(entry.version, Arc::clone(&entry.config));
            }
        }
        self.serving = Some(fallback.clone());
        let phase = Phase::Returning(format!("{why}{lost}"));
        self.rollout = Some(Rollout { phase, begun: now, ..rollout });
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
        let Some(Rollout { fallback: Some(fallback), begun, .. }) = &self.rollout else {
            return Look::Done;
        };
        let mut look = Look::Done;
        for entry in fallback.entries.values() {
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
        self.drop_unwanted();
        vec![News::RolledBack(rollout.document.revision, why)]
    }

    // === what goes ===

    /// Ends what neither serves nor is on its way nor may have to serve again.
    fn drop_unwanted(&mut self) {
        let documents = [self.good.as_ref(), self.serving.as_ref()];
        let coming = self.rollout.as_ref().map(|rollout| &rollout.document);
        let documents: Vec<_> = documents.into_iter().chain([coming]).flatten().collect();
        for (&id, member) in &mut self.members {
            if !member.state.is_deleting() && !documents.iter().any(|document| document.has(id)) {
                member.state.delete(Duration::MAX);
            }
        }
    }

    /// A deployment goes once nobody is left who could call it.
    fn delete_callers_first(&mut self, now: Instant) {
        let Some(Deletion { by }) = self.deleting else { return };
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
        for (id, patience) in ready {
            if let Some(member) = self.members.get_mut(&id) {
                member.state.delete(patience);
            }
        }
    }

    // === what others see ===

    pub(crate) fn members(&self) -> &BTreeMap<MemberId, Member> {
        &self.members
    }

    pub(crate) fn member_mut(&mut self, id: MemberId) -> Option<&mut DeploymentState> {
        self.members.get_mut(&id).map(|member| &mut member.state)
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
        let members = self.members.values().filter_map(|member| member.state.wake_at());
        let deadline = self.rollout.as_ref().and_then(|rollout| {
            let document = match &rollout.phase {
                Phase::Proving | Phase::Rolling => Some(&rollout.document),
                Phase::Returning(_) => rollout.fallback.as_ref(),
            };
            let entries = document.into_iter().flat_map(|document| document.entries.values());
            entries.filter_map(|entry| rollout.begun.checked_add(entry.config.update_timeout)).min()
        });
        // What has passed has been looked at: that nothing came of it is no reason to look again.
        let looked_at = self.looked_at;
        members.chain(deadline).filter(|at| looked_at.is_none_or(|looked| *at > looked)).min()
    }
}

fn pending_or_done(is_pending: bool, has_begun: bool) -> Look {
    match (is_pending, has_begun) {
        (true, true) => Look::Begun,
        (true, false) => Look::Pending,
        (false, _) => Look::Done,
    }
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
