//! Calls as bytes: what reaches a method, and what comes back, is what was sent.
//!
//! A server with `force_wire` lets every call become bytes and a call again on its way, if its types
//! allow that; so does `SERVE_FORCE_WIRE=1` for a whole run of the tests.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]
#![expect(clippy::needless_pass_by_value, reason = "a method owns what its callers pass")]

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::{self, Stream};
use serde::{Deserialize, Serialize};
use serve_core::prelude::*;
use tests::{SOON, within};
use tokio::sync::Semaphore;

async fn start() -> Serve {
    let starting = Serve::builder().http(HttpOptions::disabled()).force_wire().start();
    within(SOON, starting).await.unwrap()
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Order {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    note: Option<String>,
    amount: u64,
    #[serde(flatten)]
    rest: BTreeMap<String, serde_json::Value>,
    key: Key,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Key {
    Address(IpAddr),
    Number(u64),
    Name { name: String },
}

#[derive(Clone, Debug, PartialEq, thiserror::Error, Serialize, Deserialize)]
enum ShopError {
    #[error("out of stock")]
    OutOfStock,
    #[error("only {left} left of {}", item.join("/"))]
    Few { left: u64, item: Vec<String> },
}

/// Grows whenever it is written.
#[derive(Clone, Debug)]
struct Traced(u32);

impl Serialize for Traced {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.0 + 1)
    }
}

impl<'de> Deserialize<'de> for Traced {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u32::deserialize(deserializer).map(Self)
    }
}

/// Cannot be written where it is odd.
#[derive(Debug)]
struct Even(u32);

impl Serialize for Even {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 % 2 {
            0 => serializer.serialize_u32(self.0),
            _ => Err(serde::ser::Error::custom("it is odd")),
        }
    }
}

impl<'de> Deserialize<'de> for Even {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u32::deserialize(deserializer).map(Self)
    }
}

/// Cannot cross, and says nothing of itself.
#[derive(Debug)]
struct Local(Arc<Semaphore>);

struct Shop {
    gate: Arc<Semaphore>,
    dropped: Arc<Semaphore>,
}

/// Adds a permit when it goes.
struct Gone(Arc<Semaphore>);

impl Drop for Gone {
    fn drop(&mut self) {
        self.0.add_permits(1);
    }
}

#[deployment]
impl Shop {
    fn new(gate: Arc<Semaphore>, dropped: Arc<Semaphore>) -> Self {
        Self { gate, dropped }
    }

    fn echo(&self, order: Order) -> Order {
        order
    }

    fn bytes(&self, bytes: &[u8]) -> Vec<u8> {
        bytes.iter().rev().copied().collect()
    }

    fn traced(&self, traced: Traced) -> Traced {
        traced
    }

    fn even(&self, even: Even) -> Even {
        Even(even.0 / 2)
    }

    fn buy(&self, amount: u64) -> Result<(), ShopError> {
        match amount {
            0 => Ok(()),
            1 => Err(ShopError::OutOfStock),
            left => Err(ShopError::Few { left, item: vec!["a".to_owned(), "b".to_owned()] }),
        }
    }

    fn panic(&self) {
        panic!("the shop burns")
    }

    async fn wait(&self) {
        let _gone = Gone(Arc::clone(&self.dropped));
        self.gate.add_permits(1);
        std::future::pending::<()>().await;
    }

    fn count(&self, to: u64) -> impl Stream<Item = Result<u64, ShopError>> {
        stream::iter((1..=to).map(|n| if n == 3 { Err(ShopError::OutOfStock) } else { Ok(n) }))
    }

    fn halves(&self, from: u32) -> impl Stream<Item = Even> {
        stream::iter([Even(from), Even(from / 2), Even(from / 4)])
    }

    fn endless(&self) -> impl Stream<Item = u64> {
        let gone = Gone(Arc::clone(&self.dropped));
        stream::iter(0..).map(move |n| {
            let _ = &gone;
            n
        })
    }

    fn local(&self, local: Local) -> usize {
        local.0.available_permits()
    }

    #[batch(max_batch_size = 4)]
    fn double(&self, numbers: Vec<u64>) -> Vec<Result<u64, ShopError>> {
        let double = |n| if n == 13 { Err(ShopError::OutOfStock) } else { Ok(n * 2) };
        numbers.into_iter().map(double).collect()
    }
}

struct Signals {
    gate: Arc<Semaphore>,
    dropped: Arc<Semaphore>,
}

async fn shop(serve: &Serve) -> (ShopHandle, Signals) {
    let (gate, dropped) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let application = Shop::bind(Arc::clone(&gate), Arc::clone(&dropped)).max_ongoing_requests(4);
    let handle = within(SOON, serve.run(application)).await.unwrap();
    (handle, Signals { gate, dropped })
}

async fn permit(semaphore: &Semaphore) {
    within(SOON, semaphore.acquire()).await.unwrap().forget();
}

#[tokio::test]
async fn values_arrive_as_they_were() {
    let serve = start().await;
    let (shop, _) = shop(&serve).await;
    let rest = BTreeMap::from([("x".to_owned(), serde_json::json!({"deep": [1, null, -2.5]}))]);
    for key in [
        Key::Address("::1".parse().unwrap()),
        Key::Number(u64::MAX),
        Key::Name { name: "Alice".to_owned() },
    ] {
        for note in [None, Some("gift".to_owned())] {
            let order = Order { note, amount: 3, rest: rest.clone(), key: key.clone() };
            assert_eq!(shop.echo.remote(order.clone()).await.unwrap(), order);
            assert_eq!(shop.echo.call(order.clone()).await.unwrap(), order);
        }
    }
    let bytes: Vec<u8> = (0..=255).collect();
    let reversed = shop.bytes.remote(&bytes).await.unwrap();
    assert!(reversed.iter().eq(bytes.iter().rev()));
    tests::stop(serve).await;
}

#[tokio::test]
async fn a_call_is_written_once_each_way() {
    let serve = start().await;
    let (shop, _) = shop(&serve).await;
    assert_eq!(shop.traced.remote(Traced(0)).await.unwrap().0, 2);
    assert_eq!(shop.traced.call(Traced(0)).await.unwrap().0, 2);
    assert_eq!(shop.traced.broadcast(Traced(0)).pop().unwrap().await.unwrap().0, 2);
    let chosen = shop.traced.choose_replica().await.unwrap();
    assert_eq!(chosen.remote(Traced(0)).await.unwrap().0, 2);
    tests::stop(serve).await;
}

#[tokio::test]
async fn the_methods_own_errors_stay_typed() {
    let serve = start().await;
    let (shop, _) = shop(&serve).await;
    shop.buy.remote(0_u64).await.unwrap();
    let error = shop.buy.remote(1_u64).await.unwrap_err();
    assert!(matches!(error, CallError::App(ShopError::OutOfStock)), "{error}");
    let CallError::App(error) = shop.buy.call(7_u64).await.unwrap_err() else { panic!() };
    assert_eq!(error.to_string(), "only 7 left of a/b");
    tests::stop(serve).await;
}

#[tokio::test]
async fn a_value_that_cannot_be_written_fails_its_call_and_says_where() {
    let serve = start().await;
    let (shop, _) = shop(&serve).await;
    let error = shop.even.remote(Even(1)).await.unwrap_err().to_string();
    assert!(error.contains("`even`: argument `even`: cannot encode"), "{error}");
    assert!(error.contains("it is odd"), "{error}");
    let error = shop.even.remote(Even(2)).await.unwrap_err().to_string();
    assert!(error.contains("result: cannot encode"), "{error}");
    assert_eq!(shop.even.remote(Even(4)).await.unwrap().0, 2);
    tests::stop(serve).await;
}

#[tokio::test]
async fn a_call_with_a_type_that_cannot_cross_goes_as_it_is() {
    let serve = start().await;
    let (shop, _) = shop(&serve).await;
    let semaphore = Arc::new(Semaphore::new(3));
    assert_eq!(shop.local.remote(Local(semaphore)).await.unwrap(), 3);
    tests::stop(serve).await;
}

#[tokio::test]
async fn a_panic_arrives_with_its_message() {
    let serve = start().await;
    let (shop, _) = shop(&serve).await;
    for error in [shop.panic.remote().await.unwrap_err(), shop.panic.call().await.unwrap_err()] {
        let CallError::Panicked { message } = error else { panic!("{error}") };
        assert_eq!(message, "the shop burns");
    }
    tests::stop(serve).await;
}

#[tokio::test]
async fn a_cancelled_call_ends_on_the_far_side() {
    let serve = start().await;
    let (shop, signals) = shop(&serve).await;
    let reference = shop.wait.remote();
    permit(&signals.gate).await;
    reference.cancel();
    permit(&signals.dropped).await;
    assert!(matches!(reference.await, Err(CallError::Cancelled)));
    let task = tests::spawn({
        let shop = shop.clone();
        async move { shop.wait.call().await }
    });
    permit(&signals.gate).await;
    task.abort();
    permit(&signals.dropped).await;
    tests::stop(serve).await;
}

#[tokio::test]
async fn a_call_cancelled_in_line_gives_its_place_up() {
    let serve = start().await;
    let (shop, signals) = shop(&serve).await;
    let running: Vec<_> = (0..4).map(|_| shop.wait.remote()).collect();
    for _ in &running {
        permit(&signals.gate).await;
    }
    let (waiting, next) = (shop.wait.remote(), shop.buy.remote(0_u64));
    waiting.cancel();
    assert!(matches!(waiting.assigned().await, Err(CallError::Cancelled)));
    running[0].cancel();
    let next = within(SOON, next.assigned()).await.unwrap();
    within(SOON, next).await.unwrap();
    drop(running.into_iter().map(|reference| reference.cancel()).collect::<Vec<_>>());
    tests::stop(serve).await;
}

#[tokio::test]
async fn a_deadline_ends_both_sides() {
    let serve = start().await;
    let (shop, signals) = shop(&serve).await;
    let error = shop.wait.timeout(Duration::from_millis(20)).remote().await.unwrap_err();
    assert!(matches!(error, CallError::DeadlineExceeded), "{error}");
    permit(&signals.dropped).await;
    tests::stop(serve).await;
}

#[tokio::test]
async fn a_stream_arrives_in_order_with_its_errors_in_place() {
    let serve = start().await;
    let (shop, _) = shop(&serve).await;
    let mut items = shop.count.remote(300_u64);
    for n in 1..=300 {
        match within(SOON, items.next()).await.unwrap() {
            Ok(item) => assert_eq!(item, n),
            Err(error) => {
                assert_eq!(n, 3);
                assert!(matches!(error, CallError::App(ShopError::OutOfStock)), "{error}");
            }
        }
    }
    assert!(items.next().await.is_none());
    tests::stop(serve).await;
}

#[tokio::test]
async fn an_item_that_cannot_be_written_is_the_last() {
    let serve = start().await;
    let (shop, _) = shop(&serve).await;
    let mut items = shop.halves.remote(2_u32);
    assert_eq!(items.next().await.unwrap().unwrap().0, 2);
    let error = items.next().await.unwrap().unwrap_err().to_string();
    assert!(error.contains("item: cannot encode"), "{error}");
    assert!(items.next().await.is_none());
    tests::stop(serve).await;
}

#[tokio::test]
async fn a_stream_that_nobody_reads_ends_on_the_far_side() {
    let serve = start().await;
    let (shop, signals) = shop(&serve).await;
    let mut items = shop.endless.remote();
    assert_eq!(within(SOON, items.next()).await.unwrap().unwrap(), 0);
    drop(items);
    permit(&signals.dropped).await;
    let called: Vec<_> = shop.endless.call().take(100).collect().await;
    assert!(called.into_iter().zip(0..).all(|(item, n)| item.unwrap() == n));
    permit(&signals.dropped).await;
    tests::stop(serve).await;
}

#[tokio::test]
async fn items_of_a_batch_cross_one_by_one() {
    let serve = start().await;
    let (shop, _) = shop(&serve).await;
    let references: Vec<_> = (10..16).map(|n: u64| shop.double.remote(n)).collect();
    for (n, reference) in (10..16).zip(references) {
        match within(SOON, reference).await {
            Ok(double) => assert_eq!(double, n * 2),
            Err(error) => {
                assert_eq!(n, 13);
                assert!(matches!(error, CallError::App(ShopError::OutOfStock)), "{error}");
            }
        }
    }
    tests::stop(serve).await;
}

// === handles ===

#[derive(Default)]
struct Adder;

#[deployment]
impl Adder {
    fn add(&self, left: i64, right: i64) -> i64 {
        left + right
    }
}

#[derive(Clone, Serialize, Deserialize)]
struct Tools {
    adder: AdderHandle,
    bias: i64,
}

struct Desk {
    tools: Tools,
}

#[deployment]
impl Desk {
    fn new(adder: AdderHandle, bias: i64) -> Self {
        Self { tools: Tools { adder, bias } }
    }

    async fn sum(&self, adder: AdderHandle, right: i64) -> Result<i64, String> {
        adder.add.remote(self.tools.bias, right).await.map_err(|error| error.to_string())
    }

    fn tools(&self) -> Tools {
        self.tools.clone()
    }
}

#[tokio::test]
async fn handles_cross_as_arguments_and_results_and_into_constructors() {
    let serve = start().await;
    let desk = within(SOON, serve.run(Desk::bind(Adder::bind(), 40))).await.unwrap();
    let tools = desk.tools.remote().await.unwrap();
    assert_eq!(tools.adder.add.remote(1, 2).await.unwrap(), 3);
    assert_eq!(desk.sum.remote(tools.adder, 2).await.unwrap(), 42);
    tests::stop(serve).await;
}

#[tokio::test]
async fn a_mock_stays_in_its_process() {
    let serve = start().await;
    let desk = within(SOON, serve.run(Desk::bind(Adder::bind(), 40))).await.unwrap();
    let mock = AdderHandle::mock(drop);
    let error = desk.sum.remote(mock, 2).await.unwrap_err().to_string();
    assert!(error.contains("argument `adder`"), "{error}");
    assert!(error.contains("a mock cannot leave the process"), "{error}");
    tests::stop(serve).await;
}

#[test]
fn a_handle_is_read_inside_a_serve_process_only() {
    let text = r#"{"application":"default","deployment":"Adder"}"#;
    let error = serde_json::from_str::<AdderHandle>(text).unwrap_err().to_string();
    assert!(error.starts_with("a handle can only be read inside a serve process"), "{error}");
}

// === what generated code says of types that cannot cross ===

/// `encode` of every method is compiled, whatever its types.
#[allow(dead_code, unreachable_pub, reason = "it is compiled, not run")]
mod compiled {
    use super::{Rc, deployment};

    #[derive(Debug)]
    pub struct Generic<T>(T);

    #[deployment]
    impl<T: Clone + Send + Sync + 'static> Generic<T> {
        pub fn new(value: T) -> Self {
            Self(value)
        }

        pub fn get(&self, _text: &'static str) -> T {
            self.0.clone()
        }

        pub fn local(&self, function: fn(&str) -> Rc<str>) -> usize {
            function("x").len()
        }
    }
}

#[test]
fn every_deployment_that_is_not_generic_is_found_by_name() {
    #[derive(Default)]
    struct Hidden;

    #[deployment]
    impl Hidden {
        fn get(&self) -> u8 {
            7
        }
    }

    let keys: Vec<_> = serve_core::__private::ReplicaType::keys().collect();
    for name in [std::any::type_name::<Shop>(), std::any::type_name::<Hidden>()] {
        assert_eq!(keys.iter().filter(|key| **key == name).count(), 1, "{name} in {keys:?}");
    }
    assert!(!keys.iter().any(|key| key.contains("Generic")), "{keys:?}");
}
