//! Many models on one replica: loading, keeping and dropping them, and the way of a call to its model.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use serve_core::prelude::*;
use tests::own_process::{is_alone, run_alone};
use tests::{
    Journal, Probe, SOON, client, fetch_text, read, replica_id, running_replicas, spawn, start,
    start_without_http, stop, url, within,
};

/// What a loader does, and what happens to its models.
#[derive(Clone, Debug, Default)]
struct Script {
    began: Journal<String>,
    dropped: Journal<String>,
    gate: Probe,
    failing: Arc<Mutex<BTreeMap<String, Failing>>>,
    /// What a method that holds its model waits for.
    hold: Probe,
}

#[derive(Clone, Copy, Debug)]
enum Failing {
    Error,
    Panic,
}

impl Script {
    fn opened() -> Self {
        Self { gate: Probe::opened(), ..Self::default() }
    }

    fn fail(&self, id: &str, how: Failing) {
        self.failing.lock().unwrap().insert(id.to_owned(), how);
    }

    fn recover(&self) {
        self.failing.lock().unwrap().clear();
    }

    async fn load(self, id: String) -> Result<Model, String> {
        self.began.note(id.clone());
        self.gate.pass().await;
        let failing = self.failing.lock().unwrap().get(&id).copied();
        match failing {
            None => Ok(Model { id, dropped: self.dropped }),
            Some(Failing::Error) => Err("the file is broken".to_owned()),
            Some(Failing::Panic) => std::panic::resume_unwind(Box::new("the loader is broken")),
        }
    }

    fn models(&self, max: usize) -> Multiplexed<Model> {
        let script = self.clone();
        Multiplexed::new(max, move |id| script.clone().load(id))
    }
}

#[derive(Debug)]
struct Model {
    id: String,
    dropped: Journal<String>,
}

impl Drop for Model {
    fn drop(&mut self) {
        self.dropped.note(self.id.clone());
    }
}

struct Models {
    models: Multiplexed<Model>,
    script: Script,
}

#[deployment(route_prefix = "/")]
impl Models {
    fn new(script: Script) -> Self {
        Self { models: script.models(2), script }
    }

    /// The model of the request, and the replica.
    async fn current(&self) -> Result<(String, String), LoadError> {
        let model = self.models.current().await?;
        Ok((model.id.clone(), replica_id()))
    }

    async fn get(&self, id: &str) -> Result<String, LoadError> {
        Ok(self.models.get(id).await?.id.clone())
    }

    /// Uses the model of the request until the test lets go.
    async fn hold(&self) -> Result<String, LoadError> {
        let model = self.models.current().await?;
        let id = replica_id();
        self.script.hold.pass().await;
        drop(model);
        Ok(id)
    }

    fn loaded(&self) -> Vec<String> {
        self.models.loaded()
    }

    async fn __call__(&self) -> Result<String, HttpError> {
        Ok(self.models.current().await?.id.clone())
    }
}

async fn run(app: Application<Models>) -> (Serve, ModelsHandle) {
    let serve = start_without_http().await;
    let handle = within(SOON, serve.run(app)).await.unwrap();
    (serve, handle)
}

/// One replica of at most two models.
async fn models(script: &Script) -> (Serve, ModelsHandle) {
    run(Models::bind(script.clone())).await
}

async fn get(handle: &ModelsHandle, id: &str) {
    assert_eq!(within(SOON, handle.get.remote(id)).await.unwrap(), id);
}

// === what is loaded ===

// C95
#[tokio::test]
async fn the_model_that_was_not_asked_for_the_longest_goes_first() {
    let script = Script::opened();
    let (serve, handle) = models(&script).await;
    for id in ["1", "2", "1", "3"] {
        get(&handle, id).await;
    }
    assert_eq!(script.dropped.entries(), ["2"]);
    assert_eq!(within(SOON, handle.loaded.remote()).await.unwrap(), ["1", "3"]);
    get(&handle, "1").await;
    assert_eq!(script.began.entries(), ["1", "2", "3"]);
    stop(serve).await;
}

// C95
#[tokio::test]
async fn a_model_is_loaded_once_however_many_ask_for_it() {
    let script = Script::default();
    let (serve, handle) = models(&script).await;
    let asking: Vec<_> = (0..10).map(|_| handle.get.remote("m")).collect();
    script.gate.entered(1).await;
    script.gate.open();
    within(SOON, serve_core::get_async(asking)).await.unwrap();
    assert_eq!(script.began.entries(), ["m"]);
    stop(serve).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_model_is_to_be_had_however_callers_come_and_go() {
    let models = Arc::new(Multiplexed::new(1, |id: String| async move {
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
        id
    }));
    let callers: Vec<_> = (0..8)
        .map(|seed| {
            let models = Arc::clone(&models);
            spawn(async move {
                let mut random = fastrand::Rng::with_seed(seed);
                for round in 0..2000 {
                    // The other one is loaded now and then, so that this one has to be loaded again.
                    let id = if round % 50 == 0 { "other" } else { "one" };
                    if random.bool() {
                        assert_eq!(*models.get(id).await.unwrap(), id);
                        continue;
                    }
                    let mut asking = Box::pin(models.get(id));
                    for _ in 0..random.u32(1..4) {
                        if futures::poll!(&mut asking).is_ready() {
                            break;
                        }
                        tokio::task::yield_now().await;
                    }
                }
            })
        })
        .collect();
    for caller in callers {
        within(SOON, caller).await.unwrap();
    }
    assert_eq!(*within(SOON, models.get("last")).await.unwrap(), "last");
    assert_eq!(models.loaded(), ["last"]);
}

#[tokio::test]
async fn different_models_load_side_by_side() {
    let script = Script::default();
    let (serve, handle) = models(&script).await;
    let asking: Vec<_> = ["a", "b"].map(|id| handle.get.remote(id)).into();
    assert_eq!(script.gate.entered(2).await.running(), 2);
    script.gate.open();
    assert_eq!(within(SOON, serve_core::get_async(asking)).await.unwrap(), ["a", "b"]);
    stop(serve).await;
}

#[tokio::test]
async fn a_load_that_fails_evicts_nothing_and_is_tried_again() {
    let script = Script::opened();
    let (serve, handle) = models(&script).await;
    get(&handle, "1").await;
    get(&handle, "2").await;
    script.fail("3", Failing::Error);
    let error = match within(SOON, handle.get.remote("3")).await {
        Err(CallError::App(error)) => error,
        other => panic!("{other:?}"),
    };
    assert_eq!(error.model_id(), Some("3"));
    assert_eq!(error.to_string(), "model `3` cannot be loaded: the file is broken");
    assert!(script.dropped.entries().is_empty());
    assert_eq!(within(SOON, handle.loaded.remote()).await.unwrap(), ["1", "2"]);
    script.recover();
    get(&handle, "3").await;
    assert_eq!(script.began.entries(), ["1", "2", "3", "3"]);
    stop(serve).await;
}

#[tokio::test]
async fn a_load_that_fails_fails_all_who_wait_for_it() {
    for how in [Failing::Error, Failing::Panic] {
        let script = Script::default();
        let (serve, handle) = models(&script).await;
        script.fail("m", how);
        let asking: Vec<_> = (0..3).map(|_| handle.get.remote("m")).collect();
        script.gate.entered(1).await;
        script.gate.open();
        for reference in asking {
            let outcome = within(SOON, reference).await;
            assert!(matches!(outcome, Err(CallError::App(_))), "{outcome:?}");
        }
        script.recover();
        get(&handle, "m").await;
        assert_eq!(script.began.entries().len(), 2);
        stop(serve).await;
    }
}

#[tokio::test]
async fn a_model_goes_only_when_the_next_one_is_there() {
    let script = Script::default();
    let (serve, handle) = models(&script).await;
    script.gate.release(2);
    get(&handle, "1").await;
    get(&handle, "2").await;
    let third = handle.get.remote("3");
    script.gate.entered(3).await;
    assert_eq!(within(SOON, handle.loaded.remote()).await.unwrap(), ["1", "2"]);
    assert!(script.dropped.entries().is_empty());
    script.gate.open();
    within(SOON, third).await.unwrap();
    assert_eq!(script.dropped.entries(), ["1"]);
    stop(serve).await;
}

#[tokio::test]
async fn a_model_in_use_outlives_its_eviction() {
    let script = Script::opened();
    let (serve, handle) = models(&script).await;
    let using = handle.hold.multiplexed_model_id("1").remote();
    script.hold.entered(1).await;
    get(&handle, "2").await;
    get(&handle, "3").await;
    assert_eq!(within(SOON, handle.loaded.remote()).await.unwrap(), ["2", "3"]);
    assert!(script.dropped.entries().is_empty());
    script.hold.open();
    within(SOON, using).await.unwrap();
    assert_eq!(script.dropped.entries(), ["1"]);
    stop(serve).await;
}

#[tokio::test]
async fn a_load_that_everybody_has_given_up_is_dropped_and_begun_anew() {
    let script = Script::default();
    let (serve, handle) = models(&script).await;
    let asking = [(); 2].map(|()| handle.get.remote("m"));
    script.gate.entered(1).await;
    asking.iter().for_each(ObjectRef::cancel);
    assert_eq!(script.gate.left(1).await.abandoned(), 1);
    script.gate.open();
    get(&handle, "m").await;
    assert_eq!(script.began.entries(), ["m", "m"]);
    stop(serve).await;
}

#[tokio::test]
async fn a_load_goes_on_for_those_who_are_left() {
    let script = Script::default();
    let (serve, handle) = models(&script).await;
    let [first, second] = [(); 2].map(|()| handle.get.remote("m"));
    script.gate.entered(1).await;
    first.cancel();
    drop(within(SOON, first).await);
    script.gate.open();
    assert_eq!(within(SOON, second).await.unwrap(), "m");
    assert_eq!(script.gate.counts().abandoned(), 0);
    stop(serve).await;
}

/// Loads its models from another deployment.
struct Loading {
    models: Multiplexed<String>,
}

#[deployment]
impl Loading {
    fn new(store: StoreHandle) -> Self {
        let models = Multiplexed::new(2, move |id: String| {
            let store = store.clone();
            async move { store.fetch.remote(id).await }
        });
        Self { models }
    }

    async fn current(&self) -> Result<String, LoadError> {
        Ok(self.models.current().await?.to_string())
    }
}

struct Store {
    gate: Probe,
}

#[deployment]
impl Store {
    fn new(gate: Probe) -> Self {
        Self { gate }
    }

    async fn fetch(&self, id: String) -> String {
        self.gate.pass().await;
        let context = serve_core::context().unwrap();
        format!("{id} for {}", context.multiplexed_model_id().unwrap())
    }
}

#[tokio::test]
async fn the_calls_of_a_load_outlive_the_caller_who_began_it() {
    let gate = Probe::new();
    let serve = start_without_http().await;
    let app = Loading::bind(Store::bind(gate.clone()));
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let current = handle.current.multiplexed_model_id("m");
    let [first, second] = [(); 2].map(|()| current.remote());
    gate.entered(1).await;
    first.cancel();
    drop(within(SOON, first).await);
    gate.open();
    assert_eq!(within(SOON, second).await.unwrap(), "m for m");
    assert_eq!(gate.counts().entered, 1);
    stop(serve).await;
}

#[tokio::test]
async fn a_load_that_is_dropped_cancels_its_calls() {
    let gate = Probe::new();
    let serve = start_without_http().await;
    let app = Loading::bind(Store::bind(gate.clone()));
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let asking = handle.current.multiplexed_model_id("m").remote();
    gate.entered(1).await;
    asking.cancel();
    assert_eq!(gate.left(1).await.abandoned(), 1);
    stop(serve).await;
}

#[tokio::test]
async fn the_models_of_a_replaced_replica_are_dropped() {
    let script = Script::opened();
    let (serve, handle) = models(&script).await;
    get(&handle, "1").await;
    get(&handle, "2").await;
    within(SOON, serve.run(Models::bind(Script::opened()))).await.unwrap();
    let mut dropped = script.dropped.until(2).await;
    dropped.sort();
    assert_eq!(dropped, ["1", "2"]);
    get(&handle, "1").await;
    stop(serve).await;
}

/// Two sets of models with the same ids.
struct Twofold {
    large: Multiplexed<Model>,
    small: Multiplexed<Model>,
}

#[deployment]
impl Twofold {
    fn new(large: &Script, small: &Script) -> Self {
        Self { large: large.models(2), small: small.models(1) }
    }

    async fn large(&self) -> Result<String, LoadError> {
        self.large.current().await?;
        Ok(replica_id())
    }

    async fn small(&self) -> Result<String, LoadError> {
        self.small.current().await?;
        Ok(replica_id())
    }
}

#[tokio::test]
async fn two_sets_of_models_do_not_get_in_each_others_way() {
    let (large, small) = (Script::opened(), Script::opened());
    let serve = start_without_http().await;
    let app = Twofold::bind(large.clone(), small.clone()).num_replicas(2);
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let home = within(SOON, handle.large.multiplexed_model_id("a").remote()).await.unwrap();
    for _ in 0..5 {
        let small = handle.small.multiplexed_model_id("a").remote();
        assert_eq!(within(SOON, small).await.unwrap(), home, "the other set's model counts too");
    }
    // Evicts the small `a` where it is, if it goes there; the large one stays.
    for id in ["b", "c", "d"] {
        within(SOON, handle.small.multiplexed_model_id(id).remote()).await.unwrap();
    }
    for _ in 0..5 {
        let large = handle.large.multiplexed_model_id("a").remote();
        assert_eq!(within(SOON, large).await.unwrap(), home);
    }
    assert_eq!(large.began.entries(), ["a"]);
    assert!(large.dropped.entries().is_empty());
    assert_eq!(small.began.entries(), ["a", "b", "c", "d"]);
    stop(serve).await;
}

// === models and memory ===

/// How many models there are.
#[derive(Clone, Debug, Default)]
struct Census(Arc<Mutex<Count>>);

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    /// Models that have ever been made.
    made: usize,
    alive: usize,
    loading: usize,
    loading_max: usize,
    /// The most there were, beside those that were being loaded, when one was made.
    loaded_max: usize,
}

impl Census {
    fn change(&self, change: impl FnOnce(&mut Count)) {
        change(&mut self.0.lock().unwrap());
    }

    /// Takes a few turns, so that others load at the same time.
    async fn load(self, bytes: usize) -> Weight {
        let loading = Underway::begin(self.clone());
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
        let weight = Weight::new(bytes, self);
        drop(loading);
        weight
    }

    fn models(&self, max: usize, bytes: usize) -> Multiplexed<Weight> {
        let census = self.clone();
        Multiplexed::new(max, move |_| census.clone().load(bytes))
    }

    fn count(&self) -> Count {
        *self.0.lock().unwrap()
    }
}

/// A load that is under way.
struct Underway(Census);

impl Underway {
    fn begin(census: Census) -> Self {
        census.change(|count| {
            count.loading += 1;
            count.loading_max = count.loading_max.max(count.loading);
        });
        Self(census)
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        self.0.change(|count| count.loading -= 1);
    }
}

/// A model of so many bytes, all of which are written.
#[derive(Debug)]
struct Weight {
    bytes: Vec<u8>,
    census: Census,
}

impl Weight {
    fn new(bytes: usize, census: Census) -> Self {
        census.change(|count| {
            count.made += 1;
            count.alive += 1;
            count.loaded_max = count.loaded_max.max(count.alive.saturating_sub(count.loading));
        });
        Self { bytes: vec![1; bytes], census }
    }
}

impl Drop for Weight {
    fn drop(&mut self) {
        self.census.change(|count| count.alive -= 1);
    }
}

struct Scales {
    models: Multiplexed<Weight>,
}

#[deployment]
impl Scales {
    fn new(census: &Census, max: usize, bytes: usize) -> Self {
        Self { models: census.models(max, bytes) }
    }

    async fn weigh(&self) -> Result<usize, LoadError> {
        Ok(self.models.current().await?.bytes.len())
    }
}

/// Operators' demand 22: models that are evicted are gone, however often they come and go.
#[tokio::test]
async fn there_are_never_more_models_than_are_kept_and_being_loaded() {
    const KEPT: usize = 3;
    let (serve, census) = (start_without_http().await, Census::default());
    let handle = serve.run(Scales::bind(census.clone(), KEPT, 1)).await.unwrap();
    // Each caller has five models of its own, more than are kept in all.
    let callers: Vec<_> = (0..4)
        .map(|caller| {
            let weigh = handle.weigh.clone();
            spawn(async move {
                for number in 0..125 {
                    let id = format!("{caller}-{}", number % 5);
                    let weighed = weigh.multiplexed_model_id(id).remote();
                    assert_eq!(within(SOON, weighed).await.unwrap(), 1);
                }
            })
        })
        .collect();
    for caller in callers {
        within(SOON * 3, caller).await.unwrap();
    }
    let count = census.count();
    assert_eq!(count.made, 500, "{count:?}");
    assert!(count.loading_max > 1, "they load side by side: {count:?}");
    assert_eq!((count.loaded_max, count.alive, count.loading), (KEPT, KEPT, 0), "{count:?}");
    stop(serve).await;
    assert_eq!(census.count().alive, 0);
}

/// Operators' demand 22: nor does memory grow. What a process uses is looked at where it does nothing else.
#[test]
fn memory_is_the_same_after_hundreds_of_loads_as_after_a_few() {
    if !is_alone() {
        let name = "multiplexing::memory_is_the_same_after_hundreds_of_loads_as_after_a_few";
        return run_alone(name, &[]);
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let (serve, census) = (start_without_http().await, Census::default());
        let handle = serve.run(Scales::bind(census.clone(), 2, MIB)).await.unwrap();
        let mut early = 0;
        for number in 0..500 {
            if number == 50 {
                early = resident_bytes();
            }
            let id = (number % 5).to_string();
            let weighed = handle.weigh.multiplexed_model_id(id).remote();
            assert_eq!(within(SOON, weighed).await.unwrap(), MIB);
        }
        assert_eq!(census.count().made, 500);
        // If they stayed it would have grown by 450 MiB.
        let grown = resident_bytes().saturating_sub(early) / MIB;
        assert!(grown < 32, "by {grown} MiB");
        stop(serve).await;
    });
}

const MIB: usize = 1 << 20;

/// The memory that this process has.
fn resident_bytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
}

// === the way to a model ===

#[tokio::test]
async fn calls_go_to_the_replica_that_has_their_model() {
    let script = Script::opened();
    let (serve, handle) = run(Models::bind(script.clone()).num_replicas(2)).await;
    let ids = ["a", "b", "c", "d"];
    let mut homes = BTreeMap::new();
    for round in 0..20 {
        for id in ids {
            let call = handle.current.multiplexed_model_id(id);
            let answer =
                if round % 2 == 0 { within(SOON, call.remote()).await } else { call.call().await };
            let (model, replica) = answer.unwrap();
            assert_eq!(model, id);
            assert_eq!(
                *homes.entry(id).or_insert_with(|| replica.clone()),
                replica,
                "round {round}"
            );
        }
    }
    assert_eq!(script.began.entries(), ids);
    let replicas: Vec<_> = homes.values().collect();
    let first = replicas.iter().filter(|replica| **replica == replicas[0]).count();
    assert_eq!(first, 2, "each replica has as many as the other: {homes:?}");
    stop(serve).await;
}

#[tokio::test]
async fn a_burst_of_first_calls_loads_a_model_once() {
    let script = Script::default();
    let (serve, handle) = run(Models::bind(script.clone()).num_replicas(3)).await;
    let current = handle.current.multiplexed_model_id("m");
    let references: Vec<_> = (0..30).map(|_| current.remote()).collect();
    script.gate.entered(1).await;
    script.gate.open();
    let answers = within(SOON, serve_core::get_async(references)).await.unwrap();
    assert_eq!(answers.into_iter().collect::<BTreeSet<_>>().len(), 1);
    assert_eq!(script.began.entries(), ["m"]);
    stop(serve).await;
}

#[tokio::test]
async fn a_model_whose_replica_is_full_comes_to_live_on_another_one_too() {
    let script = Script::opened();
    let app = Models::bind(script.clone()).num_replicas(2).max_ongoing_requests(1);
    let (serve, handle) = run(app).await;
    let hot = handle.hold.multiplexed_model_id("hot");
    let first = hot.remote();
    script.hold.entered(1).await;
    let second = hot.remote();
    script.hold.entered(2).await;
    assert_eq!(script.began.entries(), ["hot", "hot"]);
    script.hold.open();
    assert_ne!(within(SOON, first).await.unwrap(), within(SOON, second).await.unwrap());
    stop(serve).await;
}

#[tokio::test]
async fn a_model_is_found_again_when_its_replica_has_gone() {
    let script = Script::opened();
    let (serve, handle) = run(Models::bind(script.clone()).num_replicas(2)).await;
    let current = handle.current.multiplexed_model_id("m");
    let (_, home) = within(SOON, current.remote()).await.unwrap();
    assert!(within(SOON, serve.kill_replica(&home)).await);
    let (_, next) = within(SOON, current.remote()).await.unwrap();
    assert_ne!(next, home);
    for _ in 0..5 {
        assert_eq!(within(SOON, current.remote()).await.unwrap().1, next);
    }
    stop(serve).await;
}

#[tokio::test]
async fn a_model_that_was_evicted_is_no_longer_looked_for_there() {
    let script = Script::opened();
    let (serve, handle) = run(Models::bind(script.clone()).num_replicas(2)).await;
    // Two replicas of two models each: the fifth evicts one.
    for id in ["1", "2", "3", "4", "5"] {
        within(SOON, handle.current.multiplexed_model_id(id).remote()).await.unwrap();
    }
    let gone = script.dropped.entries().remove(0);
    let (_, home) =
        within(SOON, handle.current.multiplexed_model_id(&*gone).remote()).await.unwrap();
    let before = script.began.entries().len();
    let (_, again) =
        within(SOON, handle.current.multiplexed_model_id(gone).remote()).await.unwrap();
    assert_eq!(home, again);
    assert_eq!(script.began.entries().len(), before);
    assert_eq!(running_replicas(&serve, "default", "Models").len(), 2);
    stop(serve).await;
}

#[tokio::test]
async fn clients_over_http_name_the_model_in_a_header() {
    let script = Script::opened();
    let serve = start().await;
    within(SOON, serve.run(Models::bind(script.clone()))).await.unwrap();
    for header in ["serve_multiplexed_model_id", "serve-multiplexed-model-id"] {
        let answer = client().get(url(&serve, "/")).header(header, "m").send();
        let answer = within(SOON, answer).await.unwrap();
        assert_eq!(read(answer).await, (200, "m".to_owned()), "{header}");
    }
    assert_eq!(script.began.entries(), ["m"]);
    stop(serve).await;
}

#[tokio::test]
async fn a_request_that_names_no_model_is_told_so() {
    let serve = start().await;
    let handle = within(SOON, serve.run(Models::bind(Script::opened()))).await.unwrap();
    match within(SOON, handle.current.remote()).await {
        Err(CallError::App(error)) => {
            assert_eq!(error.model_id(), None);
            assert!(error.to_string().contains("multiplexed_model_id"), "{error}");
        }
        other => panic!("{other:?}"),
    }
    let (status, text) = fetch_text(&serve, "/").await;
    assert_eq!(status, 400);
    assert!(text.contains("serve_multiplexed_model_id"), "{text}");
    stop(serve).await;
}

#[tokio::test]
async fn a_load_that_fails_is_an_internal_error_over_http_without_its_cause() {
    let script = Script::opened();
    script.fail("m", Failing::Error);
    let serve = start().await;
    within(SOON, serve.run(Models::bind(script))).await.unwrap();
    let answer = client().get(url(&serve, "/")).header("serve_multiplexed_model_id", "m").send();
    let (status, text) = read(within(SOON, answer).await.unwrap()).await;
    assert_eq!(status, 500);
    assert!(!text.contains("broken"), "{text}");
    stop(serve).await;
}

/// Asks another deployment in its own request.
struct Asking {
    models: ModelsHandle,
}

#[deployment]
impl Asking {
    fn new(models: ModelsHandle) -> Self {
        Self { models }
    }

    async fn ask(&self) -> String {
        let inherited = self.models.current.remote().await.unwrap().0;
        let own = self.models.current.multiplexed_model_id("own").call().await.unwrap().0;
        format!("{inherited} {own}")
    }
}

#[tokio::test]
async fn child_calls_inherit_the_model() {
    let serve = start_without_http().await;
    let models = Models::bind(Script::opened()).num_replicas(2);
    let handle = within(SOON, serve.run(Asking::bind(models))).await.unwrap();
    let asked = handle.ask.multiplexed_model_id("parent").remote();
    assert_eq!(within(SOON, asked).await.unwrap(), "parent own");
    stop(serve).await;
}
