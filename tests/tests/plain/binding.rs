//! What `bind` and `remote` take: values, what is lent of them, bound deployments, and collections of those.

#![expect(clippy::needless_pass_by_value, reason = "a constructor owns what is bound")]

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serve_core::prelude::*;
use tests::{SOON, start_without_http, stop, within};

struct Adder(i64);

#[deployment]
impl Adder {
    fn new(by: i64) -> Self {
        Self(by)
    }

    fn add(&self, x: i64) -> i64 {
        x + self.0
    }
}

/// Asks all that it has.
struct Ensemble {
    listed: Vec<AdderHandle>,
    optional: Option<AdderHandle>,
    pair: [AdderHandle; 2],
    named: HashMap<String, AdderHandle>,
    sorted: BTreeMap<u8, Handle<Adder>>,
}

#[deployment]
impl Ensemble {
    fn new(
        listed: Vec<AdderHandle>,
        optional: Option<AdderHandle>,
        pair: [AdderHandle; 2],
        named: HashMap<String, AdderHandle>,
        sorted: BTreeMap<u8, Handle<Adder>>,
    ) -> Self {
        Self { listed, optional, pair, named, sorted }
    }

    async fn ask(&self, x: i64) -> Result<Vec<i64>, CallError> {
        let mut names: Vec<_> = self.named.iter().collect();
        names.sort_by_key(|(name, _)| name.as_str());
        let named = names.into_iter().map(|(_, handle)| handle);
        let all = self.listed.iter().chain(&self.optional).chain(&self.pair).chain(named);
        let mut answers = Vec::new();
        for handle in all.chain(self.sorted.values()) {
            answers.push(handle.add.remote(x).await?);
        }
        Ok(answers)
    }
}

#[tokio::test]
async fn collections_of_bound_deployments_become_collections_of_handles() {
    let serve = start_without_http().await;
    let named = HashMap::from([("a".to_owned(), Adder::bind(6)), ("b".to_owned(), Adder::bind(7))]);
    let app = Ensemble::bind(
        vec![Adder::bind(1), Adder::bind(2)],
        Some(Adder::bind(3)),
        [Adder::bind(4), Adder::bind(5)],
        named,
        BTreeMap::from([(1, Adder::bind(8)), (2, Adder::bind(9))]),
    );
    let handle = within(SOON, serve.run(app)).await.unwrap();
    assert_eq!(handle.ask.remote(10).await.unwrap(), [11, 12, 13, 14, 15, 16, 17, 18, 19]);
    stop(serve).await;
}

#[tokio::test]
async fn empty_collections_of_handles_need_no_type() {
    let serve = start_without_http().await;
    let one = Adder::bind(1);
    let app = Ensemble::bind(vec![], None, [one.clone(), one], HashMap::new(), BTreeMap::new());
    let handle = within(SOON, serve.run(app)).await.unwrap();
    assert_eq!(handle.ask.remote(1).await.unwrap(), [2, 2]);
    stop(serve).await;
}

#[tokio::test]
async fn handles_that_are_there_already_fit_a_collection_of_handles() {
    let serve = start_without_http().await;
    let adder = within(SOON, serve.run(Adder::bind(1))).await.unwrap();
    let several = vec![adder.clone(), adder.clone()];
    let named = HashMap::from([("a".to_owned(), adder.clone())]);
    let app = Ensemble::bind(
        &several,
        adder.clone(),
        [adder.clone(), adder.clone()],
        &named,
        BTreeMap::new(),
    );
    let handle = within(SOON, serve.run_named("ensemble", app)).await.unwrap();
    assert_eq!(handle.ask.remote(1).await.unwrap(), [2; 6]);
    stop(serve).await;
}

#[tokio::test]
async fn an_ensemble_that_is_run_again_with_another_member_is_changed_in_that_alone() {
    let serve = start_without_http().await;
    let app = |by| {
        Ensemble::bind(
            vec![Adder::bind(1).name("one"), Adder::bind(by).name("two")],
            None,
            [Adder::bind(0).name("left"), Adder::bind(0).name("right")],
            HashMap::from([("a".to_owned(), Adder::bind(5).name("a"))]),
            BTreeMap::new(),
        )
    };
    let handle = within(SOON, serve.run(app(2))).await.unwrap();
    assert_eq!(handle.ask.remote(0).await.unwrap(), [1, 2, 0, 0, 5]);
    within(SOON, serve.run(app(3))).await.unwrap();
    assert_eq!(handle.ask.remote(0).await.unwrap(), [1, 3, 0, 0, 5]);
    stop(serve).await;
}

trait Model: Send + Sync {
    fn predict(&self, x: u32) -> u32;
}

struct Double;

impl Model for Double {
    fn predict(&self, x: u32) -> u32 {
        2 * x
    }
}

struct Server(Arc<dyn Model>);

#[deployment]
impl Server {
    fn new(model: Arc<dyn Model>) -> Self {
        Self(model)
    }

    fn predict(&self, x: u32) -> u32 {
        self.0.predict(x)
    }
}

#[tokio::test]
async fn an_arc_of_a_type_is_bound_where_one_of_its_trait_is_taken() {
    let serve = start_without_http().await;
    let app = Server::bind(Arc::new(Double));
    let handle = within(SOON, serve.run(app)).await.unwrap();
    assert_eq!(handle.predict.remote(4).await.unwrap(), 8);
    stop(serve).await;
}

/// Not `Clone`.
struct Ticket(String);

/// Not `Sync`, and every method has it for itself.
#[derive(Default)]
struct Counter(RefCell<u32>);

#[deployment]
impl Counter {
    fn count(&mut self, ticket: &Ticket) -> String {
        *self.0.get_mut() += 1;
        format!("{} {}", ticket.0, self.0.borrow())
    }

    fn sum(&mut self, numbers: Vec<u32>, scale: u32) -> u32 {
        numbers.iter().sum::<u32>() * scale
    }
}

#[tokio::test]
async fn a_type_that_is_not_sync_can_be_served_if_every_method_takes_it_mutably() {
    let serve = start_without_http().await;
    let handle = within(SOON, serve.run(Counter::bind())).await.unwrap();
    let calls = ["a", "b"].map(|name| handle.count.remote(Ticket(name.to_owned())));
    let mut counted = Vec::new();
    for call in calls {
        counted.push(call.await.unwrap());
    }
    counted.sort();
    assert!(counted == ["a 1", "b 2"] || counted == ["a 2", "b 1"], "{counted:?}");
    stop(serve).await;
}

#[tokio::test]
async fn an_argument_may_be_lent_where_it_can_be_cloned() {
    let serve = start_without_http().await;
    let handle = within(SOON, serve.run(Counter::bind())).await.unwrap();
    let (numbers, scale) = (vec![1, 2, 3], 10);
    let lent = &scale;
    assert_eq!(handle.sum.remote(&numbers, lent).await.unwrap(), 60);
    assert_eq!(handle.sum.call(&numbers[..2], scale).await.unwrap(), 30);
    stop(serve).await;
}

#[derive(Default)]
struct Paths;

#[deployment(route_prefix = "/")]
impl Paths {
    #[get("/{owner}/{id}")]
    fn item(&self, Path((owner, id)): Path<(String, u32)>) -> String {
        format!("{owner} {id}")
    }
}

#[tokio::test]
async fn the_parameters_of_a_path_may_be_taken_apart_in_the_signature() {
    let serve = tests::start().await;
    let handle = within(SOON, serve.run(Paths::bind())).await.unwrap();
    assert_eq!(tests::fetch_text(&serve, "/ann/7").await, (200, "ann 7".to_owned()));
    assert_eq!(handle.item.remote(("ann".to_owned(), 8)).await.unwrap(), "ann 8");
    stop(serve).await;
}
