//! What `bind` knows: what changed between two binds, when arguments are cloned, and what configurations fit.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use futures_util::FutureExt;
use serde::Deserialize;
use serde_json::json;

use super::Scope;
use super::argument::Bound;
use super::compare::{Comparison, Differences};
use super::node::AnyNode;
use super::recipe::AnyRecipe;
use crate::config::Isolation;
use crate::deployment;
use crate::deployment::Deployment;
use crate::error::Failure;
use crate::info::ShutdownHook;

// === arguments ===

/// Neither `PartialEq` nor anything else to compare it by.
#[derive(Clone)]
struct Opaque;

#[derive(Clone)]
struct Odd;

impl PartialEq for Odd {
    fn eq(&self, _: &Self) -> bool {
        panic!("it cannot be compared");
    }
}

trait Speak: Send + Sync {}

impl Speak for Opaque {}

fn argument<T>(now: T, before: T, equal: Option<fn(&T, &T) -> bool>) -> Comparison {
    Differences::found(|differences| {
        let (now, before) = (Bound::value(now), Bound::value(before));
        differences.argument("x", "X", &now, &before, equal);
    })
}

macro_rules! compare {
    ($value:ty: $now:expr, $before:expr) => {
        argument::<$value>($now, $before, crate::__private::equality!($value))
    };
}

fn changed() -> Comparison {
    Comparison::Changed("argument `x` changed".to_owned())
}

fn incomparable() -> Comparison {
    Comparison::Incomparable("argument `x` of type `X` has no `PartialEq`".to_owned())
}

#[test]
fn values_are_compared_by_partial_eq_where_they_have_it() {
    assert_eq!(compare!(String: "a".into(), "a".into()), Comparison::Same);
    assert_eq!(compare!(String: "a".into(), "b".into()), changed());
    assert_eq!(
        compare!(Vec<(u8, Option<f32>)>: vec![(1, None)], vec![(1, None)]),
        Comparison::Same
    );
    assert_eq!(compare!(f64: f64::NAN, f64::NAN), changed());
    assert_eq!(compare!(&'static str: "a", "b"), changed());
    assert_eq!(compare!(Opaque: Opaque, Opaque), incomparable());
    assert_eq!(compare!(Vec<Opaque>: Vec::new(), Vec::new()), incomparable());
    assert_eq!(compare!(Box<dyn Speak>: Box::new(Opaque), Box::new(Opaque)), incomparable());
}

#[test]
fn what_is_shared_is_compared_by_pointer_and_by_value_where_it_can_be() {
    let nan = Arc::new(f64::NAN);
    assert_eq!(compare!(Arc<f64>: Arc::clone(&nan), nan), Comparison::Same);
    assert_eq!(compare!(Arc<str>: "a".into(), "a".into()), Comparison::Same);
    assert_eq!(compare!(Arc<str>: "a".into(), "b".into()), changed());
    let opaque = Arc::new(Opaque);
    assert_eq!(compare!(Arc<Opaque>: Arc::clone(&opaque), Arc::clone(&opaque)), Comparison::Same);
    assert_eq!(compare!(Arc<Opaque>: opaque, Arc::new(Opaque)), changed());
    let speaker: Arc<dyn Speak> = Arc::new(Opaque);
    assert_eq!(compare!(Arc<dyn Speak>: Arc::clone(&speaker), speaker), Comparison::Same);
}

#[test]
fn a_comparison_that_panics_counts_as_a_change() {
    let why = "comparing argument `x` panicked: it cannot be compared".to_owned();
    assert_eq!(compare!(Odd: Odd, Odd), Comparison::Changed(why));
}

#[test]
fn a_change_counts_more_than_what_cannot_be_compared() {
    let (same, changed) = (Comparison::Same, |why: &str| Comparison::Changed(why.to_owned()));
    let incomparable = |why: &str| Comparison::Incomparable(why.to_owned());
    let cases = [
        (same.clone(), same.clone(), same.clone()),
        (same.clone(), incomparable("a"), incomparable("a")),
        (incomparable("a"), incomparable("b"), incomparable("a, b")),
        (incomparable("a"), changed("b"), changed("b")),
        (changed("a"), incomparable("b"), changed("a")),
        (changed("a"), changed("b"), changed("a, b")),
        (same, changed("a"), changed("a")),
    ];
    for (one, other, both) in cases {
        assert_eq!(one.and(other), both);
    }
}

// === deployments ===

struct Leaf;

#[deployment]
impl Leaf {
    fn new(number: u32) -> Self {
        let _ = number;
        Self
    }

    fn touch(&self) {}
}

struct Root;

#[deployment]
impl Root {
    fn new(leaf: LeafHandle, opaque: Option<Arc<u32>>, model: Model) -> Self {
        drop((leaf, opaque, model));
        Self
    }

    fn touch(&self) {}
}

/// Without `PartialEq`.
#[derive(Clone)]
struct Model;

struct Generic<T>(T);

#[deployment]
impl<T: Clone + PartialEq> Generic<T> {
    fn new(value: T, shared: Arc<T>) -> Self {
        drop(shared);
        Self(value)
    }

    fn touch(&self) {
        let _ = &self.0;
    }
}

struct Unbounded<T>(T);

#[deployment]
impl<T: Clone> Unbounded<T> {
    fn new(value: T) -> Self {
        Self(value)
    }

    fn touch(&self) {
        let _ = &self.0;
    }
}

fn compare<D: Deployment>(now: crate::Application<D>, before: crate::Application<D>) -> Comparison {
    now.into_node().compare(&*before.into_node())
}

fn why(comparison: Comparison) -> String {
    match comparison {
        Comparison::Same => "same".to_owned(),
        Comparison::Changed(why) => format!("changed: {why}"),
        Comparison::Incomparable(why) => format!("incomparable: {why}"),
    }
}

#[test]
fn a_bound_deployment_is_compared_by_its_name_and_type() {
    let root = |leaf| Root::bind(leaf, None, Model);
    let opaque = "incomparable: argument `model` of type `Model` has no `PartialEq`";
    assert_eq!(why(compare(root(Leaf::bind(1)), root(Leaf::bind(2)))), opaque);
    let renamed = root(Leaf::bind(1).name("other"));
    assert_eq!(why(compare(renamed, root(Leaf::bind(1)))), "changed: argument `leaf` changed");
}

#[test]
fn a_handle_is_another_argument_than_a_bound_deployment() {
    let mock = LeafHandle::mock(drop);
    let (bound, handle) =
        (Root::bind(Leaf::bind(1), None, Model), Root::bind(mock.clone(), None, Model));
    assert_eq!(why(compare(handle.clone(), bound)), "changed: argument `leaf` changed");
    let again = Root::bind(mock, None, Model).version("1");
    assert_eq!(why(compare(again, handle.version("1"))), "same");
}

#[test]
fn a_clone_of_an_application_is_the_same_without_looking() {
    let root = Root::bind(Leaf::bind(1), None, Model);
    assert_eq!(
        compare(root.clone().num_replicas(4).max_ongoing_requests(7), root),
        Comparison::Same
    );
}

#[test]
fn versions_speak_for_what_cannot_be_compared_and_for_nothing_else() {
    let root = |opaque: u32| Root::bind(Leaf::bind(1), Some(Arc::new(opaque)), Model);
    let cases = [
        (root(1).version("a"), root(1).version("a"), "same"),
        (root(1).version("b"), root(1).version("a"), "changed: version `a` → `b`"),
        (root(1), root(1).version("a"), "changed: version `a` → none"),
        (root(1).version("a"), root(1), "changed: version none → `a`"),
        (root(2).version("a"), root(1).version("a"), "changed: argument `opaque` changed"),
        (root(2), root(1), "changed: argument `opaque` changed"),
    ];
    for (number, (now, before, expected)) in cases.into_iter().enumerate() {
        assert_eq!(why(compare(now, before)), expected, "{number}");
    }
    let app = root(1);
    assert_eq!(
        why(compare(app.clone().version("2"), app.version("1"))),
        "changed: version `1` → `2`"
    );
}

#[test]
fn options_that_a_replica_is_made_with_are_changes_by_name() {
    let process = || Leaf::bind(1).isolation(Isolation::Process);
    let cases = [
        (Leaf::bind(1).num_replicas(3), Leaf::bind(1), "same"),
        (Leaf::bind(2), Leaf::bind(1), "changed: argument `number` changed"),
        (process(), Leaf::bind(1), "changed: `isolation` changed"),
        (process().gpus([0]).env("A", "b"), process(), "changed: `gpus` changed, `env` changed"),
        (process().cpus([0]), process().cpus([1]), "changed: `cpus` changed"),
        (process().memory_limit(1), process(), "changed: `memory_limit` changed"),
        (process().working_directory("a"), process(), "changed: `working_directory` changed"),
    ];
    for (now, before, expected) in cases {
        assert_eq!(why(compare(now, before)), expected);
    }
}

#[test]
fn another_type_is_a_change() {
    let (leaf, root) = (Leaf::bind(1), Root::bind(Leaf::bind(1), None, Model));
    let comparison = leaf.into_node().compare(&*root.into_node());
    assert_eq!(why(comparison), "changed: another type");
}

#[test]
fn in_a_generic_block_the_bounds_say_what_can_be_compared() {
    let shared = Arc::new(1);
    let generic = |value| Generic::bind(value, Arc::clone(&shared));
    assert_eq!(why(compare(generic(1), generic(1))), "same");
    assert_eq!(why(compare(generic(2), generic(1))), "changed: argument `value` changed");
    let opaque = "incomparable: argument `value` of type `T` has no `PartialEq`";
    assert_eq!(why(compare(Unbounded::bind(1), Unbounded::bind(1))), opaque);
}

#[test]
fn arguments_may_be_bound_as_different_types_that_become_the_same() {
    struct Named;
    #[deployment]
    impl Named {
        fn new(name: String) -> Self {
            drop(name);
            Self
        }

        fn touch(&self) {}
    }
    assert_eq!(why(compare(Named::bind("a"), Named::bind("a".to_owned()))), "same");
}

#[test]
fn handles_are_equal_if_they_lead_to_the_same() {
    let mock = LeafHandle::mock(drop);
    assert_eq!(mock, mock.clone());
    assert_ne!(mock, LeafHandle::mock(drop));
}

// === when user code runs ===

/// Counts its clones; its `Drop` panics.
struct Counted(Arc<AtomicUsize>);

impl Clone for Counted {
    fn clone(&self) -> Self {
        assert!(self.0.fetch_add(1, SeqCst) < 1, "there is one clone and no more");
        Self(Arc::clone(&self.0))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        panic!("it cannot be dropped");
    }
}

struct Once;

#[deployment]
impl Once {
    fn new(first: Counted, second: Counted) -> Self {
        std::mem::forget((first, second));
        Self
    }

    fn touch(&self) {}
}

#[tokio::test]
async fn arguments_are_cloned_when_the_constructor_is_polled_and_dropped_inside_a_catch() {
    let clones = [Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0))];
    let [first, second] = clones.clone().map(Counted);
    let app = Once::bind(first, second);
    let recipe: Arc<dyn AnyRecipe<Once>> = app.recipe();
    drop(app);
    let prepared = recipe.prepare(&Scope::default()).unwrap();
    let constructing = async { prepared.construct().await };
    assert_eq!(clones.clone().map(|count| count.load(SeqCst)), [0, 0]);
    assert!(constructing.await.is_ok());
    assert_eq!(clones.clone().map(|count| count.load(SeqCst)), [1, 1]);
    // The first clones, the second panics, and so does the first one's `Drop`: a failure, not the end of the process.
    clones[0].store(0, SeqCst);
    assert!(AssertUnwindSafe(async { prepared.construct().await }).catch_unwind().await.is_err());
    drop(prepared);
}

/// A key whose `Drop` panics.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key(u8);

impl Drop for Key {
    fn drop(&mut self) {
        panic!("it cannot be dropped");
    }
}

struct ByKey;

#[deployment]
impl ByKey {
    fn new(leaves: HashMap<Key, LeafHandle>) -> Self {
        std::mem::forget(leaves);
        Self
    }

    fn touch(&self) {}
}

fn by_key(keys: [u8; 2]) -> crate::Application<ByKey> {
    let mut leaves = HashMap::new();
    leaves.extend(keys.map(|key| (Key(key), Leaf::bind(1).name(format!("leaf-{key}")))));
    ByKey::bind(leaves)
}

#[test]
fn keys_of_bound_deployments_are_dropped_inside_a_catch() {
    drop(by_key([1, 2]));
}

#[test]
fn bound_deployments_are_compared_by_their_keys_in_whatever_order() {
    assert_eq!(compare(by_key([1, 2]), by_key([2, 1])), Comparison::Same);
    let why = "argument `leaves` changed".to_owned();
    assert_eq!(compare(by_key([1, 2]), by_key([1, 3])), Comparison::Changed(why));
}

// === hooks ===

/// What the hooks of a test have noted.
type Notes = Arc<Mutex<Vec<&'static str>>>;

struct Configured;

#[derive(Deserialize)]
struct Settings {
    threshold: f64,
}

#[deployment]
impl Configured {
    fn new() -> Self {
        Self
    }

    async fn reconfigure(&self, settings: Settings) -> Result<(), String> {
        let _ = settings.threshold;
        Ok(())
    }

    fn touch(&self) {}
}

#[derive(Deserialize)]
#[serde(try_from = "u32")]
struct Panics;

impl TryFrom<u32> for Panics {
    type Error = String;

    fn try_from(number: u32) -> Result<Self, String> {
        panic!("{number} is not my number");
    }
}

#[derive(Default)]
struct Refuses;

#[deployment]
impl Refuses {
    fn reconfigure(&self, _config: Panics) -> Result<(), String> {
        Ok(())
    }

    fn touch(&self) {}
}

#[test]
fn a_configuration_is_checked_without_an_instance() {
    let check = |node: Arc<dyn AnyNode>, config| {
        node.check_user_config(&config).map_err(|failure: Failure| failure.to_string())
    };
    let configured = || Configured::bind().into_node();
    assert_eq!(check(configured(), json!({ "threshold": 0.5 })), Ok(()));
    let misfit =
        "`user_config` does not fit at `threshold`: invalid type: string \"x\", expected f64";
    assert_eq!(check(configured(), json!({ "threshold": "x" })), Err(misfit.to_owned()));
    let nobody = "`user_config` is set, but `Leaf` has no method `reconfigure`";
    assert_eq!(check(Leaf::bind(1).into_node(), json!({})), Err(nobody.to_owned()));
    let panicked = "reading `user_config` panicked: 3 is not my number";
    assert_eq!(check(Refuses::bind().into_node(), json!(3)), Err(panicked.to_owned()));
}

struct Ends(Notes);

#[deployment]
impl Ends {
    fn new() -> Self {
        Self(Notes::default())
    }

    async fn on_shutdown(self) -> Result<(), String> {
        self.0.lock().unwrap().push("owned");
        Err("it ended badly".to_owned())
    }

    fn touch(&self) {}
}

#[derive(Default)]
struct Borrows;

#[deployment]
impl Borrows {
    fn on_shutdown(&mut self) {}

    fn touch(&self) {}
}

#[tokio::test]
async fn a_shutdown_hook_takes_the_value_as_it_is_written() {
    assert_eq!(Leaf::ON_SHUTDOWN, ShutdownHook::None);
    assert_eq!(Borrows::ON_SHUTDOWN, ShutdownHook::Borrowed);
    assert_eq!(Ends::ON_SHUTDOWN, ShutdownHook::Owned);
    let notes = Notes::default();
    let failure = Ends::on_shutdown_owned(Ends(Arc::clone(&notes))).await.unwrap_err();
    assert_eq!(failure.to_string(), "it ended badly");
    assert_eq!(*notes.lock().unwrap(), ["owned"]);
}
