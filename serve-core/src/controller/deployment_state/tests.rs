//! Plays hosts to the pure state: answers its actions and checks what comes out.

use proptest::prelude::*;

use super::*;
use crate::config::NumReplicas;

/// A deployment with a host that starts and stops replicas when told to.
struct Play {
    state: DeploymentState,
    now: Instant,
    starting: Vec<ReplicaNumber>,
    stopping: Vec<ReplicaNumber>,
    published: Vec<ReplicaNumber>,
    closed: bool,
    starts: usize,
}

impl Play {
    fn new(config: DeploymentConfig) -> Self {
        let mut play = Self {
            state: DeploymentState::new(config, true),
            now: Instant::now(),
            starting: Vec::new(),
            stopping: Vec::new(),
            published: Vec::new(),
            closed: false,
            starts: 0,
        };
        play.reconcile();
        play
    }

    fn reconcile(&mut self) {
        for action in self.state.reconcile(self.now) {
            self.act(action);
        }
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::Start(number) => {
                self.starts += 1;
                self.starting.push(number);
            }
            Action::Stop { replica, .. } => {
                assert!(!self.published.contains(&replica), "stopped while it takes calls");
                self.starting.retain(|&number| number != replica);
                self.stopping.push(replica);
            }
            Action::Publish(replicas) => {
                self.published = replicas;
                self.closed = false;
            }
            Action::Close => {
                self.published.clear();
                self.closed = true;
            }
            Action::CheckHealth(_) | Action::Reconfigure(_) => {}
        }
    }

    fn start_one(&mut self, outcome: Result<(), String>) -> bool {
        if self.starting.is_empty() {
            return false;
        }
        let number = self.starting.remove(0);
        if let Some(action) = self.state.started(number, outcome, self.now) {
            self.act(action);
        }
        self.reconcile();
        true
    }

    fn stop_one(&mut self) -> bool {
        if self.stopping.is_empty() {
            return false;
        }
        let number = self.stopping.remove(0);
        self.state.stopped(number);
        self.reconcile();
        true
    }

    fn settle(&mut self) {
        while self.start_one(Ok(())) || self.stop_one() {}
    }

    fn pass(&mut self, time: Duration) {
        self.now += time;
        self.reconcile();
    }

    fn live(&self) -> usize {
        self.state.replica_states().values().sum()
    }

    fn health(&mut self, number: ReplicaNumber, outcome: Result<(), String>) {
        if let Some(action) = self.state.health(number, outcome, self.now) {
            // What the controller does: the action first, then the next look at everything.
            if let Action::Stop { replica, .. } = action {
                self.published.retain(|&number| number != replica);
            }
            self.act(action);
        }
        self.reconcile();
    }
}

fn replicas(count: u32) -> DeploymentConfig {
    DeploymentConfig {
        num_replicas: NumReplicas::Fixed(count),
        max_surge_percent: 0,
        ..DeploymentConfig::default()
    }
}

fn failure() -> Result<(), String> {
    Err("no weights".to_owned())
}

#[test]
fn a_deployment_is_healthy_once_all_replicas_run() {
    let mut play = Play::new(replicas(2));
    assert_eq!(play.starting.len(), 2);
    play.start_one(Ok(()));
    assert_eq!(play.state.status().0, DeploymentStatus::Updating);
    play.start_one(Ok(()));
    assert_eq!(
        play.state.status(),
        (DeploymentStatus::Healthy, StatusTrigger::ConfigUpdateCompleted)
    );
    assert_eq!(play.published.len(), 2);
}

#[test]
fn a_constructor_that_always_fails_is_tried_three_times_for_each_replica() {
    for (count, attempts) in [(1, 3), (2, 6), (10, 20)] {
        let mut play = Play::new(replicas(count));
        for _ in 0..100 {
            while play.start_one(failure()) {}
            play.pass(RETRY_PAUSE_MAX);
        }
        assert!(
            play.starts >= attempts && play.starts < attempts + count as usize,
            "{}",
            play.starts
        );
        assert_eq!(play.state.status().0, DeploymentStatus::DeployFailed);
        assert!(play.state.message().contains("no weights"), "{}", play.state.message());
        assert!(play.closed);
    }
}

#[test]
fn a_constructor_that_worked_once_is_retried_for_ever_with_a_growing_pause() {
    let mut play = Play::new(replicas(1));
    play.settle();
    let number = play.published[0];
    play.state.died(number, "killed".to_owned());
    play.reconcile();
    for _ in 0..50 {
        assert!(play.start_one(failure()));
        assert!(play.starting.is_empty(), "retried without a pause");
        play.pass(RETRY_PAUSE_MAX);
    }
    play.settle();
    assert_eq!(play.state.status().0, DeploymentStatus::Healthy);
}

#[test]
fn three_failed_health_checks_in_a_row_replace_a_replica() {
    let mut play = Play::new(replicas(1));
    play.settle();
    let sick = play.published[0];
    play.health(sick, failure());
    play.health(sick, failure());
    assert_eq!(play.published, [sick]);
    play.health(sick, failure());
    assert!(play.published.is_empty());
    assert_eq!(play.state.status().0, DeploymentStatus::Unhealthy);
    play.settle();
    assert_ne!(play.published, [sick]);
    assert_eq!(play.state.status().0, DeploymentStatus::Healthy);
}

#[test]
fn a_replica_that_takes_no_more_calls_is_replaced_when_it_has_ended() {
    let mut play = Play::new(replicas(1));
    play.settle();
    let leaving = play.published[0];
    let action = play.state.leaving(leaving, "got SIGTERM".to_owned());
    assert!(matches!(action, Some(Action::Stop { replica, .. }) if replica == leaving));
    assert_eq!(play.state.leaving(leaving, "again".to_owned()), None);
    play.published.clear();
    play.stopping.push(leaving);
    play.reconcile();
    assert_eq!((play.state.message(), play.starts), ("got SIGTERM", 1));
    play.settle();
    assert_ne!(play.published, [leaving]);
    assert_eq!(play.state.status().0, DeploymentStatus::Healthy);
}

#[test]
fn a_replica_whose_every_second_health_check_fails_stays() {
    let mut play = Play::new(replicas(1));
    play.settle();
    let number = play.published[0];
    for _ in 0..10 {
        play.health(number, failure());
        play.health(number, Ok(()));
    }
    assert_eq!(play.published, [number]);
}

#[test]
fn health_is_asked_for_once_in_each_period() {
    let mut play = Play::new(replicas(1));
    play.settle();
    let asked = |play: &mut Play| {
        play.state.reconcile(play.now).contains(&Action::CheckHealth(play.published[0]))
    };
    assert!(!asked(&mut play));
    play.now += Duration::from_secs(10);
    assert!(asked(&mut play));
    assert!(!asked(&mut play), "asked again while an answer is awaited");
}

#[test]
fn an_update_keeps_eight_of_ten_serving_by_default() {
    let mut play = Play::new(replicas(10));
    play.settle();
    play.state.redeploy(replicas(10));
    play.reconcile();
    let mut least = play.published.len();
    while play.stop_one() || play.start_one(Ok(())) {
        least = least.min(play.published.len());
        assert!(play.live() <= 10);
    }
    assert_eq!(least, 8);
    assert_eq!(play.state.status().0, DeploymentStatus::Healthy);
    assert!(play.published.iter().all(|&number| number >= 10));
}

#[test]
fn a_full_surge_never_serves_with_fewer() {
    let config = DeploymentConfig { max_surge_percent: 100, ..replicas(3) };
    let mut play = Play::new(config.clone());
    play.settle();
    play.state.redeploy(config);
    play.reconcile();
    while play.start_one(Ok(())) || play.stop_one() {
        assert!(play.published.len() >= 3);
        assert!(play.live() <= 6);
    }
    assert_eq!(play.state.status().0, DeploymentStatus::Healthy);
}

#[test]
fn a_failed_update_stops_and_leaves_what_works() {
    let mut play = Play::new(replicas(10));
    play.settle();
    play.state.redeploy(replicas(10));
    play.reconcile();
    for _ in 0..100 {
        while play.stop_one() || play.start_one(failure()) {}
        play.pass(RETRY_PAUSE_MAX);
    }
    assert_eq!(play.state.status().0, DeploymentStatus::DeployFailed);
    assert_eq!(play.published.len(), 8);
    assert!(!play.closed);
}

#[test]
fn other_options_alone_keep_the_replicas() {
    let mut play = Play::new(replicas(2));
    play.settle();
    let before = play.published.clone();
    let config = DeploymentConfig { user_config: Some(1.into()), ..replicas(2) };
    let actions = play.state.update(config);
    assert_eq!(actions, before.iter().map(|&n| Action::Reconfigure(n)).collect::<Vec<_>>());
    assert_eq!(play.state.status().0, DeploymentStatus::Updating);
    for &number in &before {
        assert_eq!(play.state.reconfigured(number, Ok(())), None);
    }
    play.reconcile();
    assert_eq!(play.published, before);
    assert_eq!(play.state.status().0, DeploymentStatus::Healthy);
}

#[test]
fn scaling_down_stops_the_newest() {
    let mut play = Play::new(replicas(3));
    play.settle();
    play.state.update(replicas(1));
    assert_eq!(play.state.status().0, DeploymentStatus::Downscaling);
    play.reconcile();
    assert_eq!(play.published, [0]);
    play.settle();
    assert_eq!(play.state.status(), (DeploymentStatus::Healthy, StatusTrigger::DownscaleCompleted));
}

#[test]
fn deleting_closes_before_it_stops() {
    let mut play = Play::new(replicas(2));
    play.settle();
    play.state.delete();
    let actions = play.state.reconcile(play.now);
    assert_eq!(actions[0], Action::Close);
    assert_eq!(actions.len(), 3);
}

#[test]
fn there_is_nothing_to_wake_for_while_stopping_replicas_hold_the_room() {
    let mut play = Play::new(replicas(1));
    play.settle();
    let number = play.published[0];
    play.state.died(number, "killed".to_owned());
    play.reconcile();
    play.start_one(failure());
    assert!(play.state.wake_at().is_some());
    play.pass(RETRY_PAUSE_MAX);
    play.state.redeploy(replicas(1));
    play.pass(RETRY_PAUSE_MAX);
    assert!(play.state.wake_at().is_none_or(|at| at > play.now), "the controller would spin");
}

#[derive(Clone, Debug)]
enum Step {
    Start(bool),
    Stop,
    Die(usize),
    Health(usize, bool),
    Redeploy(u32),
    Resize(u32),
    Pass,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => proptest::bool::weighted(0.8).prop_map(Step::Start),
        4 => Just(Step::Stop),
        1 => (0..8_usize).prop_map(Step::Die),
        2 => (0..8_usize, any::<bool>()).prop_map(|(which, ok)| Step::Health(which, ok)),
        1 => (1..6_u32).prop_map(Step::Redeploy),
        1 => (1..6_u32).prop_map(Step::Resize),
        1 => Just(Step::Pass),
    ]
}

proptest! {
    /// Whatever happens, the number of replicas stays in bounds, and once things go well again the
    /// deployment becomes healthy.
    #[test]
    fn any_history_ends_healthy_when_replicas_start_again(
        steps in proptest::collection::vec(step(), 0..80),
        surge in prop_oneof![Just(0_u32), Just(50), Just(100)],
    ) {
        let config = |count| DeploymentConfig { max_surge_percent: surge, ..replicas(count) };
        let mut play = Play::new(config(3));
        let mut target_max = 3;
        for step in steps {
            match step {
                Step::Start(true) => { play.start_one(Ok(())); }
                Step::Start(false) => { play.start_one(failure()); }
                Step::Stop => { play.stop_one(); }
                Step::Die(which) => {
                    if let Some(&number) = play.published.get(which) {
                        play.state.died(number, "died".to_owned());
                        play.reconcile();
                    }
                }
                Step::Health(which, ok) => {
                    if let Some(&number) = play.published.get(which) {
                        play.health(number, if ok { Ok(()) } else { failure() });
                    }
                }
                Step::Redeploy(count) => {
                    target_max = target_max.max(count);
                    play.state.redeploy(config(count));
                    play.reconcile();
                }
                Step::Resize(count) => {
                    target_max = target_max.max(count);
                    play.state.update(config(count));
                    play.reconcile();
                }
                Step::Pass => play.pass(RETRY_PAUSE_MAX),
            }
            prop_assert!(play.live() <= (target_max * 2) as usize);
            prop_assert!(play.state.wake_at().is_none_or(|at| at > play.now), "the controller would spin");
        }
        play.state.redeploy(config(2));
        for _ in 0..20 {
            play.pass(RETRY_PAUSE_MAX);
            play.settle();
        }
        prop_assert_eq!(play.state.status().0, DeploymentStatus::Healthy);
        prop_assert_eq!(play.published.len(), 2);
    }
}
