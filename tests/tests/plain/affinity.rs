//! Calls that care which replica they get: of one session, to one that was chosen, to all of them.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serve_core::ChosenReplica;
use serve_core::prelude::*;
use tests::{
    Probe, SOON, Worker, WorkerCall, WorkerHandle, client, read, replica_id, running_replicas,
    start, start_without_http, stop, until_status, url, within,
};
use tokio::time::Instant;

async fn run(app: Application<Worker>) -> (Serve, WorkerHandle) {
    let serve = start_without_http().await;
    let handle = within(SOON, serve.run(app)).await.unwrap();
    (serve, handle)
}

fn replicas(serve: &Serve) -> BTreeSet<String> {
    running_replicas(serve, "default", "Worker").into_iter().collect()
}

// === sessions ===

/// Where the sessions of these numbers live.
async fn homes(handle: &WorkerHandle, sessions: u32) -> Vec<String> {
    let mut homes = Vec::new();
    for session in 0..sessions {
        let call = handle.whoami.session_id(format!("session {session}"));
        let answer =
            if session % 2 == 0 { within(SOON, call.remote()).await } else { call.call().await };
        homes.push(answer.unwrap());
    }
    homes
}

#[tokio::test]
async fn a_session_stays_on_its_replica_and_sessions_spread() {
    let (serve, handle) = run(Worker::bind(Probe::new()).num_replicas(3)).await;
    let first = homes(&handle, 60).await;
    for _ in 0..5 {
        assert_eq!(homes(&handle, 60).await, first);
    }
    let mut shares = BTreeMap::<_, u32>::new();
    first.into_iter().for_each(|home| *shares.entry(home).or_default() += 1);
    assert_eq!(shares.len(), 3);
    assert!(shares.values().all(|share| *share > 5), "{shares:?}");
    stop(serve).await;
}

#[tokio::test]
async fn a_session_that_overloads_its_replica_spreads_within_bounds() {
    let probe = Probe::new();
    let app = Worker::bind(probe.clone()).num_replicas(2).max_ongoing_requests(100);
    let (serve, handle) = run(app).await;
    let references: Vec<_> = (0..40).map(|_| handle.replica.session_id("busy").remote()).collect();
    probe.entered(40).await;
    probe.open();
    let mut shares = BTreeMap::<_, u32>::new();
    for replica in within(SOON, serve_core::get_async(references)).await.unwrap() {
        *shares.entry(replica).or_default() += 1;
    }
    let most = shares.values().max().unwrap();
    assert!((21..=25).contains(most), "at home, but not beyond 1.25 times the mean: {shares:?}");
    stop(serve).await;
}

#[tokio::test]
async fn a_session_whose_replica_is_full_goes_elsewhere_and_comes_back() {
    let probe = Probe::new();
    let app = Worker::bind(probe.clone()).num_replicas(2).max_ongoing_requests(1);
    let (serve, handle) = run(app).await;
    let whoami = handle.whoami.session_id("s");
    let home = within(SOON, whoami.remote()).await.unwrap();
    let held = handle.replica.session_id("s").remote();
    probe.entered(1).await;
    assert_ne!(within(SOON, whoami.remote()).await.unwrap(), home);
    probe.open();
    assert_eq!(within(SOON, held).await.unwrap(), home);
    assert_eq!(within(SOON, whoami.remote()).await.unwrap(), home);
    stop(serve).await;
}

#[tokio::test]
async fn few_sessions_move_when_a_replica_comes_or_goes() {
    let app = Worker::bind(Probe::new());
    let (serve, handle) = run(app.clone().num_replicas(4)).await;
    let before = homes(&handle, 200).await;
    let old = replicas(&serve);
    within(SOON, serve.run(app.clone().num_replicas(5))).await.unwrap();
    let with_another = homes(&handle, 200).await;
    let moved: Vec<_> = before.iter().zip(&with_another).filter(|(was, is)| was != is).collect();
    assert!(moved.iter().all(|(_, is)| !old.contains(*is)), "they move to the new one only");
    assert!((10..80).contains(&moved.len()), "about a fifth: {}", moved.len());
    within(SOON, serve.run(app.num_replicas(3))).await.unwrap();
    let left = replicas(&serve);
    for (was, is) in with_another.iter().zip(homes(&handle, 200).await) {
        assert!(*was == is || !left.contains(was), "a session left a replica that is still there");
    }
    stop(serve).await;
}

#[tokio::test]
async fn sessions_of_other_replicas_stay_when_one_dies() {
    let (serve, handle) = run(Worker::bind(Probe::new()).num_replicas(3)).await;
    let before = homes(&handle, 60).await;
    let killed = before[0].clone();
    assert!(within(SOON, serve.kill_replica(&killed)).await);
    for (was, is) in before.iter().zip(homes(&handle, 60).await) {
        assert_ne!(is, killed);
        // The replacement may have come meanwhile, and is a home like any other.
        assert!(*was == is || *was == killed || !before.contains(&is));
    }
    stop(serve).await;
}

/// Says over HTTP where it runs, and in which session.
#[derive(Default)]
struct Where;

#[deployment(route_prefix = "/", num_replicas = 4)]
impl Where {
    fn __call__(&self) -> String {
        let context = serve_core::context().unwrap();
        format!("{} {}", replica_id(), context.session_id().unwrap_or("none"))
    }

    async fn parent(&self) -> String {
        Self::current_handle().unwrap().remote().await.unwrap()
    }
}

#[tokio::test]
async fn clients_over_http_name_their_session_in_a_header() {
    let serve = start().await;
    let handle = within(SOON, serve.run(Where::bind())).await.unwrap();
    let home = within(SOON, handle.session_id("s").remote()).await.unwrap();
    assert!(home.ends_with(" s"), "{home}");
    for header in ["x-session-id", "x_session_id"] {
        for _ in 0..10 {
            let answer = client().get(url(&serve, "/")).header(header, "s").send();
            let answer = within(SOON, answer).await.unwrap();
            assert_eq!(read(answer).await, (200, home.clone()));
        }
    }
    stop(serve).await;
}

#[tokio::test]
async fn child_calls_inherit_the_session() {
    let serve = start_without_http().await;
    let handle = within(SOON, serve.run(Where::bind())).await.unwrap();
    let home = within(SOON, handle.session_id("s").remote()).await.unwrap();
    let child = handle.parent.session_id("s").remote();
    assert_eq!(within(SOON, child).await.unwrap(), home);
    stop(serve).await;
}

// === a chosen replica ===

// C10
#[tokio::test]
async fn a_choice_takes_a_place_and_gives_it_back_unused() {
    let probe = Probe::opened();
    let (serve, handle) = run(Worker::bind(probe.clone()).max_ongoing_requests(1)).await;
    let chosen = within(SOON, handle.work.choose_replica()).await.unwrap();
    let mut waiting = handle.work.remote(1);
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    assert!(futures::poll!(&mut waiting).is_pending(), "the only place is taken");
    drop(chosen);
    assert_eq!(within(SOON, waiting).await.unwrap(), 1);
    stop(serve).await;
}

// C8
#[tokio::test]
async fn calls_run_on_the_replica_that_was_chosen() {
    let (serve, handle) = run(Worker::bind(Probe::opened()).num_replicas(4)).await;
    for _ in 0..20 {
        let chosen = within(SOON, handle.replica.choose_replica()).await.unwrap();
        assert!(replicas(&serve).contains(chosen.replica_id()));
        for _ in 0..5 {
            assert_eq!(within(SOON, chosen.remote()).await.unwrap(), chosen.replica_id());
            assert_eq!(within(SOON, chosen.call()).await.unwrap(), chosen.replica_id());
            let named = chosen.request_id("r").timeout(SOON).remote();
            assert_eq!(within(SOON, named).await.unwrap(), chosen.replica_id());
        }
    }
    stop(serve).await;
}

// C11
#[tokio::test]
async fn a_second_call_is_refused_where_the_replica_is_full() {
    let probe = Probe::new();
    let app = Worker::bind(probe.clone()).num_replicas(2).max_ongoing_requests(1);
    let (serve, handle) = run(app).await;
    let chosen = within(SOON, handle.work.choose_replica()).await.unwrap();
    let first = chosen.remote(1);
    for outcome in [within(SOON, chosen.remote(2)).await, within(SOON, chosen.call(3)).await] {
        assert!(matches!(outcome, Err(CallError::BackPressure { .. })), "{outcome:?}");
    }
    probe.open();
    assert_eq!(within(SOON, first).await.unwrap(), 1);
    assert_eq!(within(SOON, chosen.remote(4)).await.unwrap(), 4, "there is room again");
    stop(serve).await;
}

fn is_dead_unexecuted<T>(outcome: &Result<T, CallError>) -> bool {
    matches!(outcome, Err(CallError::ReplicaDied { executed: Executed::No }))
}

#[tokio::test]
async fn a_choice_of_a_replica_that_was_killed_runs_nothing() {
    for isolation in [serve_core::Isolation::Task, serve_core::Isolation::Thread] {
        let probe = Probe::opened();
        let (serve, handle) = run(Worker::bind(probe.clone()).isolation(isolation)).await;
        let chosen = within(SOON, handle.work.choose_replica()).await.unwrap();
        assert!(within(SOON, serve.kill_replica(chosen.replica_id())).await);
        for _ in 0..2 {
            let outcome = within(SOON, chosen.remote(1)).await;
            assert!(is_dead_unexecuted(&outcome), "{outcome:?}");
        }
        assert_eq!(probe.counts().entered, 0);
        stop(serve).await;
    }
}

#[tokio::test]
async fn a_replica_that_is_replaced_keeps_the_place_it_has_promised() {
    let probe = Probe::opened();
    let (serve, handle) = run(Worker::bind(probe.clone())).await;
    let chosen = within(SOON, handle.replica.choose_replica()).await.unwrap();
    let deploying = {
        let serve = serve.clone();
        tests::spawn(async move { serve.run(Worker::bind(Probe::opened())).await.map(drop) })
    };
    until_status(&serve, |status| {
        let running = &status.applications["default"].deployments["Worker"].running_replicas;
        !running.iter().any(|replica| *replica == chosen.replica_id())
    })
    .await;
    assert_eq!(within(SOON, chosen.remote()).await.unwrap(), chosen.replica_id());
    let outcome = within(SOON, chosen.remote()).await;
    assert!(is_dead_unexecuted(&outcome), "{outcome:?}");
    within(SOON, deploying).await.unwrap().unwrap();
    stop(serve).await;
}

#[tokio::test]
async fn a_choice_waits_in_line_and_leaves_it_when_it_is_dropped() {
    let probe = Probe::new();
    let app = Worker::bind(probe.clone()).max_ongoing_requests(1).max_queued_requests(1);
    let (serve, handle) = run(app).await;
    let running = handle.work.remote(1);
    probe.entered(1).await;
    let mut choosing = handle.work.choose_replica();
    assert!(futures::poll!(&mut choosing).is_pending());
    let refused = within(SOON, handle.work.choose_replica()).await;
    assert!(matches!(refused, Err(CallError::BackPressure { .. })), "{refused:?}");
    drop(choosing);
    let mut choosing = handle.work.choose_replica();
    assert!(futures::poll!(&mut choosing).is_pending());
    probe.open();
    let chosen: ChosenReplica<_> = within(SOON, choosing).await.unwrap();
    assert_eq!(within(SOON, running).await.unwrap(), 1);
    assert_eq!(within(SOON, chosen.remote(2)).await.unwrap(), 2);
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn a_choice_ends_at_its_deadline() {
    let probe = Probe::new();
    let (serve, handle) = run(Worker::bind(probe.clone()).max_ongoing_requests(1)).await;
    let running = handle.work.remote(1);
    probe.entered(1).await;
    let called = Instant::now();
    let hurried = handle.work.timeout(Duration::from_millis(30)).choose_replica();
    let outcome = within(SOON, hurried).await;
    assert!(matches!(outcome, Err(CallError::DeadlineExceeded)), "{outcome:?}");
    assert!(Instant::now() <= called + Duration::from_millis(32));
    probe.open();
    within(SOON, running).await.unwrap();
    stop(serve).await;
}

#[tokio::test]
async fn there_is_nothing_to_choose_where_the_deployment_is_gone() {
    let (serve, handle) = run(Worker::bind(Probe::new())).await;
    within(SOON, serve.delete("default")).await.unwrap();
    let outcome = within(SOON, handle.work.choose_replica()).await;
    assert!(matches!(outcome, Err(CallError::DeploymentUnavailable)), "{outcome:?}");
    stop(serve).await;
}

#[tokio::test]
async fn a_choice_respects_the_session() {
    let (serve, handle) = run(Worker::bind(Probe::new()).num_replicas(4)).await;
    let home = within(SOON, handle.whoami.session_id("s").remote()).await.unwrap();
    for _ in 0..10 {
        let chosen = within(SOON, handle.whoami.session_id("s").choose_replica()).await.unwrap();
        assert_eq!(chosen.replica_id(), home);
    }
    stop(serve).await;
}

#[tokio::test]
async fn the_entry_has_a_choice_too() {
    let serve = start_without_http().await;
    let handle = within(SOON, serve.run(Where::bind())).await.unwrap();
    let chosen = within(SOON, handle.choose_replica()).await.unwrap();
    let answer = within(SOON, chosen.remote()).await.unwrap();
    assert_eq!(answer, format!("{} none", chosen.replica_id()));
    stop(serve).await;
}

// === all replicas ===

// C19
#[tokio::test]
async fn a_broadcast_reaches_every_replica_once_in_order() {
    let (serve, handle) = run(Worker::bind(Probe::opened()).num_replicas(4)).await;
    let answers = handle.replica.broadcast();
    let answers = within(SOON, serve_core::get_async(answers)).await.unwrap();
    assert_eq!(answers, running_replicas(&serve, "default", "Worker"));
    stop(serve).await;
}

// C19
#[tokio::test]
async fn each_replica_answers_a_broadcast_for_itself() {
    let (serve, handle) = run(Worker::bind(Probe::opened()).num_replicas(3)).await;
    let outcomes = handle.fail.broadcast("all of them");
    assert_eq!(outcomes.len(), 3);
    for outcome in outcomes {
        match within(SOON, outcome).await {
            Err(CallError::Panicked { message }) => assert_eq!(message, "all of them"),
            other => panic!("{other:?}"),
        }
    }
    stop(serve).await;
}

#[tokio::test]
async fn a_broadcast_reaches_full_replicas_too() {
    let probe = Probe::new();
    let app = Worker::bind(probe.clone()).num_replicas(2).max_ongoing_requests(1);
    let (serve, handle) = run(app).await;
    let held: Vec<_> = (0..2).map(|x| handle.work.remote(x)).collect();
    probe.entered(2).await;
    let waiting = handle.work.remote(2);
    let answers = within(SOON, serve_core::get_async(handle.whoami.broadcast())).await.unwrap();
    assert_eq!(answers.into_iter().collect::<BTreeSet<_>>(), replicas(&serve));
    assert_eq!(probe.counts().entered, 2, "those in line have not come by its places");
    probe.open();
    within(SOON, serve_core::get_async(held)).await.unwrap();
    assert_eq!(within(SOON, waiting).await.unwrap(), 2);
    stop(serve).await;
}

#[tokio::test]
async fn the_places_of_a_broadcast_are_not_handed_on() {
    let probe = Probe::new();
    let (serve, handle) = run(Worker::bind(probe.clone()).max_ongoing_requests(1)).await;
    let mut references = vec![handle.work.remote(0)];
    references.extend((1..5).map(|x| handle.work.remote(x)));
    references.extend(handle.work.broadcast(9_u64));
    assert_eq!(probe.entered(2).await.running(), 2);
    probe.release(1);
    probe.left(1).await;
    // Whatever was begun meanwhile was begun before this.
    within(SOON, serve_core::get_async(handle.whoami.broadcast())).await.unwrap();
    assert_eq!(probe.counts().entered, 2, "one is still running, and the maximum is one");
    probe.open();
    within(SOON, serve_core::get_async(references)).await.unwrap();
    stop(serve).await;
}

// C20
#[tokio::test]
async fn a_broadcast_to_nobody_says_that_the_deployment_is_unavailable() {
    let (serve, handle) = run(Worker::bind(Probe::new())).await;
    within(SOON, serve.delete("default")).await.unwrap();
    let mut outcomes = handle.whoami.broadcast();
    assert_eq!(outcomes.len(), 1);
    let outcome = within(SOON, outcomes.remove(0)).await;
    assert!(matches!(outcome, Err(CallError::DeploymentUnavailable)), "{outcome:?}");
    stop(serve).await;
}

#[tokio::test]
async fn a_broadcast_takes_an_unfinished_result_that_is_shared() {
    let probe = Probe::new();
    let (serve, handle) = run(Worker::bind(probe.clone()).num_replicas(3)).await;
    let shared = handle.work.remote(7).shared();
    let answers = handle.echo.broadcast(shared);
    probe.entered(1).await;
    probe.open();
    assert_eq!(within(SOON, serve_core::get_async(answers)).await.unwrap(), [7, 7, 7]);
    stop(serve).await;
}

#[tokio::test]
async fn a_mock_is_one_replica() {
    let handle = WorkerHandle::mock(|call| {
        if let WorkerCall::Echo { x, reply } = call {
            reply.ok(x + 1);
        }
    });
    let answers = serve_core::get_async(handle.echo.broadcast(1_u64)).await.unwrap();
    assert_eq!(answers, [2]);
    let chosen = handle.echo.choose_replica().await.unwrap();
    assert_eq!(chosen.replica_id(), "mock");
    assert_eq!(chosen.remote(2).await.unwrap(), 3);
}

#[tokio::test]
async fn a_broadcast_on_a_chosen_replica_stays_there() {
    let (serve, handle) = run(Worker::bind(Probe::opened()).num_replicas(3)).await;
    let chosen = within(SOON, handle.whoami.choose_replica()).await.unwrap();
    let answers = within(SOON, serve_core::get_async(chosen.broadcast())).await.unwrap();
    assert_eq!(answers, [chosen.replica_id()]);
    stop(serve).await;
}
