//! Plays hosts to the state of a whole application: answers its actions and checks what comes out.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::config::{DeploymentConfig, NumReplicas};
use crate::controller::deployment_state::ReplicaNumber;
use crate::edge::AroundRef;
use crate::site::ReplicaHealth;

/// What the constructors of a version do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Code {
    Good,
    Bad,
    Hangs,
}

/// A `user_config` that is refused.
const REFUSED: u64 = 666;

#[derive(Default)]
struct World {
    state: ApplicationState,
    now: Option<Instant>,
    codes: BTreeMap<u64, Code>,
    /// The member that bears a name, and the version it was last submitted with.
    names: BTreeMap<&'static str, (MemberId, u64)>,
    configs: BTreeMap<&'static str, DeploymentConfig>,
    starting: Vec<(MemberId, ReplicaNumber, u64)>,
    stopping: Vec<(MemberId, ReplicaNumber)>,
    reconfiguring: Vec<(MemberId, ReplicaNumber, u64)>,
    published: BTreeMap<MemberId, Vec<ReplicaNumber>>,
    submitted: u64,
    ended: BTreeMap<RevisionNumber, Vec<News>>,
}

const NAMES: [&str; 2] = ["callee", "caller"];

impl World {
    fn new(config: &DeploymentConfig) -> Self {
        let mut world = Self { now: Some(Instant::now()), ..Self::default() };
        for (index, name) in NAMES.into_iter().enumerate() {
            world.names.insert(name, (index as MemberId, index as u64));
            world.codes.insert(index as u64, Code::Good);
            world.configs.insert(name, config.clone());
        }
        world.submit();
        world
    }

    fn now(&self) -> Instant {
        self.now.expect("set when it was made")
    }

    fn change(&mut self, name: &'static str, code: Code) {
        let version = self.codes.len() as u64;
        self.codes.insert(version, code);
        self.names.get_mut(name).expect("both are there").1 = version;
    }

    fn submit(&mut self) -> RevisionNumber {
        self.submitted += 1;
        let entry = |name: &&'static str| {
            let (member, version) = self.names[name];
            let callees = match *name {
                "caller" => {
                    self.names.keys().filter(|n| *n != name).map(|n| Arc::from(*n)).collect()
                }
                _ => Vec::new(),
            };
            let config = Arc::new(self.configs[name].clone());
            (
                Arc::from(*name),
                Entry {
                    member,
                    version,
                    config,
                    is_checked: true,
                    callees,
                    policy: None,
                    around: AroundRef::default(),
                },
            )
        };
        let document = Document {
            revision: self.submitted,
            entries: self.names.keys().map(entry).collect(),
            ingress: Arc::from("caller"),
        };
        let news = self.state.submit(document, self.now());
        self.hear(news);
        self.reconcile();
        self.submitted
    }

    fn hear(&mut self, news: Vec<News>) {
        for news in news {
            let revision = match &news {
                News::Finished(revision)
                | News::Superseded(revision)
                | News::Failed(revision, _)
                | News::RolledBack(revision, _) => *revision,
                News::Routes | News::Rolling(_) | News::Gone(_) => continue,
            };
            self.ended.entry(revision).or_default().push(news);
        }
    }

    fn reconcile(&mut self) {
        let step = self.state.reconcile(self.now());
        for (member, action) in step.actions {
            self.act(member, action);
        }
        self.hear(step.news);
        // One look does all there is to do: nothing else may come that would be a reason for another.
        let again = self.state.reconcile(self.now());
        assert!(again.actions.is_empty() && again.news.is_empty(), "left undone: {again:?}");
    }

    fn act(&mut self, member: MemberId, action: Action) {
        match action {
            Action::Start { replica, version, .. } => {
                self.starting.push((member, replica, version));
            }
            Action::Stop { replica, .. } => {
                let published = self.published.get(&member);
                assert!(
                    !published.is_some_and(|published| published.contains(&replica)),
                    "stopped while it takes calls"
                );
                self.starting.retain(|&(m, r, _)| (m, r) != (member, replica));
                self.reconfiguring.retain(|&(m, r, _)| (m, r) != (member, replica));
                self.stopping.push((member, replica));
            }
            Action::Publish(replicas) => drop(self.published.insert(member, replicas)),
            Action::Close => drop(self.published.insert(member, Vec::new())),
            Action::Reconfigure { replica, user_config, .. } => {
                let value = user_config.as_u64().unwrap_or_default();
                self.reconfiguring.push((member, replica, value));
            }
            Action::CheckHealth { .. } | Action::Configure(_) => {}
        }
    }

    /// One constructor ends, if it ever does.
    fn start_one(&mut self) -> bool {
        let ends = |&(_, _, version): &(_, _, u64)| self.codes[&version] != Code::Hangs;
        let Some(index) = self.starting.iter().position(ends) else { return false };
        let (member, number, version) = self.starting.remove(index);
        let outcome = match self.codes[&version] {
            Code::Good => Ok(()),
            Code::Bad | Code::Hangs => Err("no weights".to_owned()),
        };
        let now = self.now();
        self.with(member, |state| state.started(number, outcome, now));
        true
    }

    fn stop_one(&mut self) -> bool {
        if self.stopping.is_empty() {
            return false;
        }
        let (member, number) = self.stopping.remove(0);
        self.with(member, |state| state.stopped(number));
        true
    }

    fn reconfigure_one(&mut self) -> bool {
        if self.reconfiguring.is_empty() {
            return false;
        }
        let (member, number, value) = self.reconfiguring.remove(0);
        let outcome = if value == REFUSED { Err("not that one".to_owned()) } else { Ok(()) };
        let now = self.now();
        self.with(member, |state| state.reconfigured(number, outcome, now));
        true
    }

    fn with(&mut self, member: MemberId, work: impl FnOnce(&mut DeploymentState)) {
        if let Some(state) = self.state.member_mut(member) {
            work(state);
        }
        self.reconcile();
    }

    fn with_action(
        &mut self,
        member: MemberId,
        work: impl FnOnce(&mut DeploymentState) -> Option<Action>,
    ) {
        let action = self.state.member_mut(member).and_then(work);
        if let Some(action) = action {
            // What the controller does: the action first, then the next look at everything.
            if let (Action::Stop { replica, .. }, Some(published)) =
                (&action, self.published.get_mut(&member))
            {
                published.retain(|number| number != replica);
            }
            self.act(member, action);
        }
        self.reconcile();
    }

    /// One of the replicas that take calls dies.
    fn kill(&mut self, name: &str, which: usize) {
        let member = self.names[name].0;
        let Some(&number) = self.published.get(&member).and_then(|p| p.get(which)) else { return };
        if let Some(published) = self.published.get_mut(&member) {
            published.retain(|&published| published != number);
        }
        self.reconfiguring.retain(|&(m, r, _)| (m, r) != (member, number));
        let now = self.now();
        self.with(member, |state| state.died(number, "killed".to_owned(), now));
    }

    fn fall_ill(&mut self, name: &str) {
        let member = self.names[name].0;
        let Some(&number) = self.published.get(&member).and_then(|p| p.first()) else { return };
        let now = self.now();
        for _ in 0..3 {
            let health = ReplicaHealth::Failed("sick".to_owned());
            self.with_action(member, |state| state.health(number, health, now));
        }
    }

    /// Time passes, and what has asked to be woken is.
    fn pass(&mut self, time: Duration) {
        let end = self.now() + time;
        while let Some(at) = self.state.wake_at().filter(|at| *at <= end) {
            self.now = Some(at);
            self.reconcile();
        }
        self.now = Some(end);
    }

    fn settle(&mut self) {
        while self.start_one() || self.reconfigure_one() || self.stop_one() {}
    }

    /// Lets enough time go by for everything that has a deadline.
    fn settle_for_good(&mut self) {
        for _ in 0..400 {
            self.settle();
            self.pass(Duration::from_secs(1));
        }
    }

    fn serving(&self, name: &str) -> usize {
        self.published.get(&self.names[name].0).map_or(0, Vec::len)
    }

    fn outcome(&self, revision: RevisionNumber) -> &News {
        match self.ended.get(&revision).map_or(&[][..], |news| news) {
            [news] => news,
            other => panic!("revision {revision} ended {other:?}"),
        }
    }
}

fn config(count: u32) -> DeploymentConfig {
    DeploymentConfig {
        num_replicas: NumReplicas::Fixed(count),
        constructor_timeout: Duration::from_secs(2),
        update_timeout: Duration::from_secs(120),
        user_config: Some(1.into()),
        ..DeploymentConfig::default()
    }
}

#[test]
fn a_first_revision_starts_everything_at_once() {
    let mut world = World::new(&config(2));
    assert_eq!(world.starting.len(), 4);
    world.settle();
    assert_eq!(*world.outcome(1), News::Finished(1));
}

#[test]
fn callees_are_proven_before_their_callers_and_nothing_rolls_before_all_are() {
    let mut world = World::new(&config(1));
    world.settle();
    let before = world.published.clone();
    world.change("callee", Code::Good);
    world.change("caller", Code::Good);
    world.submit();
    assert_eq!(world.starting.iter().map(|start| start.0).collect::<Vec<_>>(), [0]);
    world.start_one();
    assert_eq!(world.starting.iter().map(|start| start.0).collect::<Vec<_>>(), [1]);
    assert_eq!(world.published, before);
    world.start_one();
    world.settle();
    assert_eq!(*world.outcome(2), News::Finished(2));
}

#[test]
fn a_bad_callee_leaves_its_caller_untouched() {
    let mut world = World::new(&config(3));
    world.settle();
    let before = world.published.clone();
    world.change("callee", Code::Bad);
    world.change("caller", Code::Good);
    let bad = world.submit();
    world.settle_for_good();
    let News::Failed(_, why) = world.outcome(bad) else { panic!("{:?}", world.ended) };
    assert!(why.contains("no weights"), "{why}");
    assert_eq!(world.published, before);
    world.change("callee", Code::Good);
    let good = world.submit();
    world.settle();
    assert_eq!(*world.outcome(good), News::Finished(good));
}

#[test]
fn a_refused_user_config_is_the_last_to_be_tried_and_changes_nothing() {
    let mut world = World::new(&config(2));
    world.settle();
    let before = world.published.clone();
    world.change("caller", Code::Good);
    world.configs.get_mut("callee").unwrap().user_config = Some(REFUSED.into());
    let refused = world.submit();
    assert_eq!((world.starting.len(), world.reconfiguring.len()), (1, 0));
    world.settle_for_good();
    assert!(matches!(world.outcome(refused), News::Failed(_, why) if why.contains("not that one")));
    assert_eq!(world.published, before);
}

#[test]
fn an_exclusive_version_that_fails_makes_room_for_the_old_one_again() {
    let exclusive = DeploymentConfig { exclusive: true, ..config(1) };
    let mut world = World::new(&exclusive);
    world.settle();
    world.change("callee", Code::Bad);
    let bad = world.submit();
    world.settle_for_good();
    let News::RolledBack(_, why) = world.outcome(bad) else { panic!("{:?}", world.ended) };
    assert!(why.contains("no weights") && why.contains("lost"), "{why}");
    assert_eq!(world.serving("callee"), 1);
}

#[test]
fn a_storm_of_updates_ends_with_the_last() {
    let mut world = World::new(&config(2));
    world.settle();
    for code in [Code::Good, Code::Hangs, Code::Bad, Code::Good, Code::Good] {
        world.change("callee", code);
        world.submit();
        world.start_one();
    }
    world.settle_for_good();
    for revision in 2..6 {
        assert_eq!(*world.outcome(revision), News::Superseded(revision));
    }
    assert_eq!(*world.outcome(6), News::Finished(6));
}

/// A third deployment, which only later revisions have.
const ADDED: &str = "added";

impl World {
    /// From now on the caller calls it too.
    fn add(&mut self, config: DeploymentConfig) {
        let version = self.codes.len() as u64;
        self.codes.insert(version, Code::Good);
        self.names.insert(ADDED, (100, version));
        self.configs.insert(ADDED, config);
    }
}

#[test]
fn a_caller_is_proven_as_soon_as_the_callee_that_is_added_serves() {
    let mut world = World::new(&config(1));
    world.settle();
    world.add(config(2));
    world.change("caller", Code::Good);
    let added = world.submit();
    // Nothing but the answers of constructors drives it.
    world.settle();
    assert_eq!(*world.outcome(added), News::Finished(added));
}

#[test]
fn a_restart_of_exclusive_deployments_goes_from_the_callee_to_the_caller() {
    let mut world = World::new(&DeploymentConfig { exclusive: true, ..config(1) });
    world.settle();
    world.change("callee", Code::Good);
    world.change("caller", Code::Good);
    let restarted = world.submit();
    world.settle();
    assert_eq!(*world.outcome(restarted), News::Finished(restarted));
}

#[test]
fn an_application_whose_caller_never_ran_can_be_deleted() {
    for code in [Code::Bad, Code::Hangs] {
        let mut world = World { now: Some(Instant::now()), ..World::default() };
        for (index, name) in NAMES.into_iter().enumerate() {
            world.names.insert(name, (index as MemberId, index as u64));
            world.codes.insert(index as u64, if name == "caller" { code } else { Code::Good });
            world.configs.insert(name, config(1));
        }
        world.submit();
        world.settle_for_good();
        let news = world.state.delete(None);
        world.hear(news);
        world.reconcile();
        world.settle();
        assert!(world.state.is_gone(), "{code:?}");
    }
}

#[test]
fn what_draining_callers_call_goes_after_them() {
    let mut world = World::new(&config(1));
    world.add(config(1));
    world.change("caller", Code::Good);
    world.submit();
    world.settle();
    let added = world.names.remove(ADDED).unwrap().0;
    world.change("caller", Code::Good);
    let last = world.submit();
    while world.start_one() {}
    assert_eq!(*world.outcome(last), News::Finished(last), "drains are not waited for");
    assert_eq!(world.published[&added].len(), 1, "the old caller may still call it");
    world.settle();
    assert!(world.published[&added].is_empty());
    assert!(!world.state.members().contains_key(&added));
}

#[test]
fn scaling_down_keeps_those_that_take_calls() {
    let mut world = World::new(&config(1));
    world.settle();
    let version = world.names["callee"].1;
    world.codes.insert(version, Code::Hangs);
    world.with(0, |state| state.pin(Some(3)));
    world.with(0, |state| state.pin(Some(1)));
    assert_eq!(world.published[&0], [0]);
}

#[test]
fn an_update_that_fails_gives_a_pin_back_that_it_ended() {
    let mut world = World::new(&config(2));
    world.settle();
    world.with(0, |state| state.pin(Some(4)));
    world.settle();
    world.configs.get_mut("callee").unwrap().num_replicas = NumReplicas::Fixed(3);
    world.configs.get_mut("callee").unwrap().exclusive = true;
    world.change("callee", Code::Bad);
    let bad = world.submit();
    world.settle_for_good();
    assert!(matches!(world.outcome(bad), News::RolledBack(..)), "{:?}", world.ended);
    assert_eq!(world.serving("callee"), 4);
}

#[test]
fn a_deployment_that_is_not_complete_does_not_fail_the_update_of_another() {
    let mut world = World::new(&config(2));
    world.settle();
    let version = world.names["callee"].1;
    world.codes.insert(version, Code::Bad);
    world.kill("callee", 0);
    world.change("caller", Code::Good);
    let good = world.submit();
    world.settle_for_good();
    assert_eq!(*world.outcome(good), News::Finished(good));
}

#[test]
fn an_update_that_takes_too_long_fails_with_what_it_waits_for() {
    let mut world = World::new(&DeploymentConfig {
        constructor_timeout: Duration::from_secs(1000),
        ..config(1)
    });
    world.settle();
    world.change("caller", Code::Hangs);
    let late = world.submit();
    world.pass(Duration::from_secs(119));
    assert!(!world.ended.contains_key(&late));
    world.pass(Duration::from_secs(1));
    assert!(matches!(world.outcome(late), News::Failed(_, why) if why.contains("update_timeout")));
    assert_eq!(world.serving("caller"), 1);
}

#[derive(Clone, Debug)]
enum Act {
    Start,
    Stop,
    Reconfigure,
    Kill(usize, usize),
    FallIll(usize),
    Submit([Option<Code>; 2], Option<u64>, Option<u32>),
    Pin(usize, Option<u32>),
    Pass(u64),
}

fn code() -> impl Strategy<Value = Option<Code>> {
    prop_oneof![
        2 => Just(None),
        2 => Just(Some(Code::Good)),
        1 => Just(Some(Code::Bad)),
        1 => Just(Some(Code::Hangs)),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    let submit = (
        [code(), code()],
        proptest::option::of(prop_oneof![Just(1), Just(2), Just(REFUSED)]),
        proptest::option::of(1..5_u32),
    );
    prop_oneof![
        8 => Just(Act::Start),
        6 => Just(Act::Stop),
        4 => Just(Act::Reconfigure),
        1 => (0..2_usize, 0..3_usize).prop_map(|(name, which)| Act::Kill(name, which)),
        1 => (0..2_usize).prop_map(Act::FallIll),
        3 => submit.prop_map(|(codes, value, count)| Act::Submit(codes, value, count)),
        1 => (0..2_usize, proptest::option::of(1..5_u32)).prop_map(|(n, c)| Act::Pin(n, c)),
        2 => (0..30_u64).prop_map(Act::Pass),
    ]
}

impl World {
    fn play(&mut self, act: &Act) {
        match act {
            Act::Start => drop(self.start_one()),
            Act::Stop => drop(self.stop_one()),
            Act::Reconfigure => drop(self.reconfigure_one()),
            Act::Kill(name, which) => self.kill(NAMES[*name], *which),
            Act::FallIll(name) => self.fall_ill(NAMES[*name]),
            Act::Submit(codes, value, count) => {
                for (name, code) in NAMES.into_iter().zip(codes) {
                    code.iter().for_each(|code| self.change(name, *code));
                }
                for config in self.configs.values_mut() {
                    value.iter().for_each(|value| config.user_config = Some((*value).into()));
                    count.iter().for_each(|&n| config.num_replicas = NumReplicas::Fixed(n));
                }
                self.submit();
            }
            Act::Pin(name, count) => {
                let member = self.names[NAMES[*name]].0;
                self.with(member, |state| state.pin(*count));
            }
            Act::Pass(seconds) => self.pass(Duration::from_secs(*seconds)),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Whatever is asked for and whatever happens: what serves goes on serving unless it is killed, every
    /// revision has one end, the controller does not spin, and the next good revision is reached.
    #[test]
    fn no_update_takes_away_what_works(
        acts in proptest::collection::vec(act(), 0..120),
        exclusive in any::<bool>(),
    ) {
        let mut world = World::new(&DeploymentConfig { exclusive, ..config(2) });
        world.settle();
        for act in acts {
            let before: Vec<_> = NAMES.iter().map(|name| world.serving(name)).collect();
            world.play(&act);
            if !exclusive && !matches!(act, Act::Kill(..) | Act::FallIll(_)) {
                for (name, before) in NAMES.iter().zip(before) {
                    prop_assert!(before == 0 || world.serving(name) > 0, "{name} after {act:?}");
                }
            }
            let wakes = world.state.wake_at();
            prop_assert!(wakes.is_none_or(|at| at > world.now()), "it would spin after {act:?}");
        }
        world.settle_for_good();
        for name in NAMES {
            world.change(name, Code::Good);
            world.configs.get_mut(name).unwrap().user_config = Some(2.into());
        }
        let last = world.submit();
        world.settle_for_good();
        let ended: BTreeSet<_> = world.ended.keys().copied().collect();
        prop_assert_eq!(ended, (1..=last).collect::<BTreeSet<_>>());
        prop_assert!(world.ended.values().all(|news| news.len() == 1), "{:?}", world.ended);
        prop_assert_eq!(world.outcome(last), &News::Finished(last));
        for name in NAMES {
            let (member, version) = world.names[name];
            let state = &world.state.members()[&member].state;
            prop_assert_eq!(state.version(), version);
            prop_assert_eq!(world.serving(name), state.counts().target() as usize);
            prop_assert!(state.is_rolled());
        }
    }
}
