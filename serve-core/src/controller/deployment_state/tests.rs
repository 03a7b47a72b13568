//! Plays hosts to the pure state: answers its actions and checks what comes out.

use super::attempts::PAUSE_MAX as RETRY_PAUSE_MAX;
use super::*;
use crate::config::NumReplicas;
use crate::site::ReplicaHealth;

/// A deployment with a host that starts and stops replicas when told to.
struct Play {
    state: DeploymentState,
    now: Instant,
    starting: Vec<ReplicaNumber>,
    stopping: Vec<ReplicaNumber>,
    reconfiguring: Vec<ReplicaNumber>,
    published: Vec<ReplicaNumber>,
    closed: bool,
    starts: usize,
}

impl Play {
    fn new(config: DeploymentConfig) -> Self {
        let mut play = Self {
            state: DeploymentState::new(0, Arc::new(config), true),
            now: Instant::now(),
            starting: Vec::new(),
            stopping: Vec::new(),
            reconfiguring: Vec::new(),
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
            Action::Start { replica, .. } => {
                self.starts += 1;
                self.starting.push(replica);
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
            Action::CheckHealth { .. } | Action::Configure(_) => {}
            Action::Reconfigure { replica, .. } => self.reconfiguring.push(replica),
        }
    }

    fn start_one(&mut self, outcome: Result<(), String>) -> bool {
        if self.starting.is_empty() {
            return false;
        }
        let number = self.starting.remove(0);
        self.state.started(number, outcome, self.now);
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

    /// What an application does once everything has been proven.
    fn redeploy(&mut self, config: DeploymentConfig) {
        let version = self.state.version() + 1;
        self.state.propose(version, Arc::new(config));
        self.state.begin_trial();
        self.reconcile();
    }

    fn update(&mut self, config: DeploymentConfig) {
        self.state.propose(self.state.version(), Arc::new(config));
        self.state.begin_trial();
        self.reconcile();
    }

    /// Rolls as soon as it may.
    fn roll(&mut self) {
        if self.state.has_trial() && self.state.proof() == Proof::Proven {
            self.state.roll();
            self.reconcile();
        }
    }

    fn reconfigure_one(&mut self, outcome: Result<(), String>) {
        let number = self.reconfiguring.remove(0);
        self.state.reconfigured(number, outcome, self.now);
        self.reconcile();
    }

    fn health(&mut self, number: ReplicaNumber, outcome: Result<(), String>) {
        let health = outcome.map_or_else(ReplicaHealth::Failed, |()| ReplicaHealth::Passed);
        if let Some(action) = self.state.health(number, health, self.now) {
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
    DeploymentConfig { num_replicas: NumReplicas::Fixed(count), ..DeploymentConfig::default() }
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
    play.state.finish();
    let number = play.published[0];
    play.state.died(number, "killed".to_owned(), play.now);
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
    let action = play.state.leaving(leaving, "got SIGTERM".to_owned(), play.now);
    assert!(matches!(action, Some(Action::Stop { replica, .. }) if replica == leaving));
    assert_eq!(play.state.leaving(leaving, "again".to_owned(), play.now), None);
    play.published.clear();
    play.stopping.push(leaving);
    play.reconcile();
    assert_eq!((play.state.message().as_str(), play.starts), ("got SIGTERM", 2));
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
        let wanted = play.published[0];
        let is_asked = |action: &Action| matches!(action, Action::CheckHealth { replica, .. } if *replica == wanted);
        play.state.reconcile(play.now).iter().any(is_asked)
    };
    assert!(!asked(&mut play));
    play.now += Duration::from_secs(10);
    assert!(asked(&mut play));
    assert!(!asked(&mut play), "asked again while an answer is awaited");
}

/// Updates all the way, and gives the fewest that served and the most that lived.
fn replace_all(play: &mut Play, config: DeploymentConfig) -> (usize, usize) {
    play.redeploy(config);
    let (mut least, mut most) = (play.published.len(), play.live());
    loop {
        play.roll();
        if !play.stop_one() && !play.start_one(Ok(())) {
            return (least, most);
        }
        least = least.min(play.published.len());
        most = most.max(play.live());
    }
}

#[test]
fn an_exclusive_update_keeps_eight_of_ten_serving_and_never_has_an_eleventh() {
    let config = DeploymentConfig { exclusive: true, ..replicas(10) };
    let mut play = Play::new(config.clone());
    play.settle();
    assert_eq!(replace_all(&mut play, config), (8, 10));
    assert_eq!(play.state.status().0, DeploymentStatus::Healthy);
    assert!(play.published.iter().all(|&number| number >= 10));
}

#[test]
fn an_update_never_serves_with_fewer() {
    for (count, percent, surge) in [(3, 100, 3), (1, 25, 1), (4, 25, 1), (5, 25, 2), (10, 25, 3)] {
        let config = DeploymentConfig { max_surge_percent: percent, ..replicas(count) };
        let mut play = Play::new(config.clone());
        play.settle();
        let (least, most) = replace_all(&mut play, config);
        assert_eq!(least, count as usize);
        // Those that finish what they have come on top, but never more than are wanted.
        assert!(most <= (count + surge + count.max(2)) as usize, "{most}");
        assert_eq!(play.state.status().0, DeploymentStatus::Healthy);
    }
}

#[test]
fn no_more_than_two_or_the_target_drain_at_a_time_and_the_message_says_what_is_waited_for() {
    let mut play = Play::new(replicas(1));
    play.settle();
    for _ in 0..3 {
        play.redeploy(replicas(1));
        play.start_one(Ok(()));
        play.roll();
    }
    assert_eq!(play.stopping, [0, 1], "the third has to wait");
    assert!(play.state.message().contains("waits for 2 replicas"), "{}", play.state.message());
    assert!(!play.state.is_rolled());
    play.stop_one();
    assert_eq!(play.stopping, [1, 2]);
    assert!(play.state.is_rolled());
}

#[test]
fn a_trial_that_fails_has_changed_nothing() {
    let mut play = Play::new(replicas(10));
    play.settle();
    let before = play.published.clone();
    play.redeploy(replicas(10));
    for _ in 0..100 {
        assert!(play.starting.len() <= 1);
        while play.stop_one() || play.start_one(failure()) {}
        play.pass(RETRY_PAUSE_MAX);
    }
    let Proof::Failed(why) = play.state.proof() else { panic!() };
    assert!(why.contains("no weights"), "{why}");
    assert_eq!((&play.published, play.starts), (&before, 13));
    play.state.abandon();
    play.reconcile();
    assert_eq!(play.state.status().0, DeploymentStatus::Healthy);
}

#[test]
fn a_replica_on_trial_takes_no_calls_and_goes_when_the_trial_is_abandoned() {
    let mut play = Play::new(replicas(1));
    play.settle();
    play.redeploy(replicas(1));
    play.start_one(Ok(()));
    assert_eq!(play.state.proof(), Proof::Proven);
    assert_eq!(play.published, [0]);
    play.state.abandon();
    play.reconcile();
    assert_eq!((&play.published[..], &play.stopping[..]), (&[0][..], &[1][..]));
}

#[test]
fn a_replica_that_dies_before_the_roll_is_replaced_by_one_of_its_own_version() {
    let mut play = Play::new(replicas(1));
    play.settle();
    play.redeploy(replicas(1));
    play.state.died(0, "killed".to_owned(), play.now);
    let actions = play.state.reconcile(play.now);
    let versions = actions.iter().filter_map(|action| match action {
        Action::Start { version, .. } => Some(*version),
        _ => None,
    });
    assert_eq!(versions.collect::<Vec<_>>(), [0]);
}

#[test]
fn a_roll_that_fails_goes_back_old_beside_new() {
    let mut play = Play::new(replicas(4));
    play.settle();
    let config = play.state.config().clone();
    play.redeploy(replicas(4));
    play.start_one(Ok(()));
    play.roll();
    for _ in 0..100 {
        while play.start_one(failure()) || play.stop_one() {}
        play.pass(RETRY_PAUSE_MAX);
    }
    assert!(play.state.failure().is_some_and(|why| why.contains("no weights")));
    assert!(play.published.len() >= 4);
    play.state.return_to(0, Arc::new(config));
    play.reconcile();
    while play.start_one(Ok(())) || play.stop_one() {
        assert!(play.published.len() >= 4);
    }
    assert!(play.state.is_rolled());
    assert_eq!(play.state.version(), 0);
}

#[test]
fn a_constructor_that_hangs_is_given_up_and_a_second_one_fails_the_trial() {
    let config = DeploymentConfig { constructor_timeout: Duration::from_secs(2), ..replicas(1) };
    let mut play = Play::new(config.clone());
    play.settle();
    play.redeploy(config);
    play.pass(Duration::from_secs(2));
    assert_eq!(play.state.proof(), Proof::Pending);
    assert_eq!(play.stopping.len(), 1, "it is told to end, and stays in sight until it does");
    play.pass(Duration::from_secs(1));
    assert_eq!(play.starting.len(), 1);
    play.pass(Duration::from_secs(2));
    assert!(matches!(play.state.proof(), Proof::Failed(why) if why.contains("still run")));
}

#[test]
fn the_step_that_does_not_return_is_the_one_that_is_told() {
    let cases = [
        (StartStep::Constructor, "its constructor", "2 constructors"),
        (StartStep::Reconfigure, "its `reconfigure`", "2 runs of `reconfigure`"),
        (StartStep::WarmUp, "its `warm_up`", "2 runs of `warm_up`"),
        (StartStep::HealthCheck, "its first `check_health`", "2 runs of `check_health`"),
    ];
    for (step, one, two) in cases {
        let patience = Duration::from_secs(2);
        let mut play = Play::new(DeploymentConfig { constructor_timeout: patience, ..replicas(1) });
        for expected in [one, two] {
            play.state.reached(play.starting[0], step);
            play.pass(patience);
            let late = format!("{expected} did not return within 2s");
            assert!(play.state.message().contains(&late), "{}", play.state.message());
            play.pass(Duration::from_secs(1));
        }
    }
}

#[test]
fn other_options_alone_keep_the_replicas() {
    let mut play = Play::new(replicas(2));
    play.settle();
    let before = play.published.clone();
    play.update(DeploymentConfig { max_ongoing_requests: 7, ..replicas(2) });
    play.roll();
    assert_eq!((&play.published, play.starts), (&before, 2));
    assert_eq!(play.state.status().0, DeploymentStatus::Healthy);
}

fn configured(value: u64) -> DeploymentConfig {
    DeploymentConfig { user_config: Some(value.into()), ..replicas(3) }
}

#[test]
fn a_user_config_is_given_to_one_replica_before_the_others() {
    let mut play = Play::new(configured(1));
    play.settle();
    play.update(configured(2));
    assert_eq!(play.reconfiguring, [0]);
    assert!(play.state.message().contains("[0] have not taken"), "{}", play.state.message());
    play.reconfigure_one(Ok(()));
    assert_eq!(play.state.message(), "");
    assert!(play.reconfiguring.is_empty(), "the rest waits until everything is proven");
    play.roll();
    assert_eq!(play.reconfiguring, [1, 2]);
    play.reconfigure_one(Ok(()));
    assert!(!play.state.is_rolled());
    play.reconfigure_one(Ok(()));
    assert!(play.state.is_rolled());
    assert_eq!((play.starts, play.published.len()), (3, 3));
}

#[test]
fn a_refused_user_config_stays_what_it_was() {
    let mut play = Play::new(configured(1));
    play.settle();
    play.update(configured(2));
    play.reconfigure_one(Err("not that".to_owned()));
    assert!(matches!(play.state.proof(), Proof::Failed(why) if why.contains("not that")));
    play.state.abandon();
    play.reconcile();
    assert_eq!((play.reconfiguring.len(), play.starts, play.published.len()), (0, 3, 3));
    assert_eq!(play.state.status().0, DeploymentStatus::Healthy);
}

#[test]
fn a_replica_that_took_an_abandoned_user_config_gets_the_old_one_again_or_is_replaced() {
    for outcome in [Ok(()), failure()] {
        let mut play = Play::new(configured(1));
        play.settle();
        play.state.finish();
        play.update(configured(2));
        play.reconfigure_one(Ok(()));
        play.state.abandon();
        play.reconcile();
        assert_eq!(play.reconfiguring, [0]);
        play.reconfigure_one(outcome.clone());
        play.settle();
        assert!(play.state.is_rolled());
        assert_eq!(play.starts, if outcome.is_ok() { 3 } else { 4 });
    }
}

#[test]
fn a_replica_that_refuses_later_sends_everything_back() {
    let mut play = Play::new(configured(1));
    play.settle();
    let before = play.state.config().clone();
    play.update(configured(2));
    play.reconfigure_one(Ok(()));
    play.roll();
    play.reconfigure_one(Err("not on this one".to_owned()));
    play.reconfigure_one(Ok(()));
    assert!(play.state.failure().is_some_and(|why| why.contains("not on this one")));
    play.state.return_to(0, Arc::new(before));
    play.reconcile();
    assert_eq!(play.reconfiguring, [0, 2], "the one that refused has it still");
    play.reconfigure_one(Ok(()));
    play.reconfigure_one(Ok(()));
    assert!(play.state.is_rolled());
    assert_eq!(play.starts, 3);
}

#[test]
fn a_pin_outlives_other_options_and_ends_with_another_declared_count() {
    let mut play = Play::new(replicas(2));
    play.settle();
    play.state.pin(Some(4));
    play.reconcile();
    play.settle();
    assert_eq!(play.published.len(), 4);
    play.update(DeploymentConfig { max_ongoing_requests: 7, ..replicas(2) });
    play.roll();
    assert_eq!(play.state.counts().target(), 4);
    play.redeploy(replicas(2));
    play.start_one(Ok(()));
    play.roll();
    play.settle();
    assert_eq!((play.published.len(), play.state.counts().pinned), (4, Some(4)));
    play.update(replicas(3));
    play.roll();
    play.settle();
    assert_eq!((play.published.len(), play.state.counts().pinned), (3, None));
}

#[test]
fn scaling_down_stops_the_newest() {
    let mut play = Play::new(replicas(3));
    play.settle();
    play.update(replicas(1));
    play.state.roll();
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
    play.state.delete(Duration::MAX);
    let actions = play.state.reconcile(play.now);
    assert_eq!(actions[0], Action::Close);
    assert_eq!(actions.len(), 3);
}
