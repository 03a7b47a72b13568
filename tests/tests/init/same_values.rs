//! Values of odd types, as argument, result, item and error: a replica in a process gives back what one in the server does.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::fmt::Debug;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU8;
use std::ops::Range;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use serve_core::Isolation;
use serve_core::bytes::Bytes;
use serve_core::prelude::*;
use tests::{process_tests, start_without_http};

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Nothing;

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Wrapped(u8);

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Pair(u8, String);

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Sparse {
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<u8>,
    #[serde(default)]
    second: u8,
    #[serde(rename = "a third one")]
    third: bool,
    #[serde(flatten)]
    rest: BTreeMap<String, u8>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
enum Shape {
    Point,
    Circle(f64),
    Box(f64, f64),
    Named { corners: Vec<(i8, i8)> },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", content = "what")]
enum Tagged {
    Text(String),
    Number { value: i64 },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Inside {
    Empty,
    Number { value: i64 },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(i64),
    Text(String),
    Many(Vec<Self>),
}

/// A list of this length, each inside the one before.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Nested(Vec<Self>);

impl Nested {
    fn of(depth: usize) -> Self {
        (0..depth).fold(Self(Vec::new()), |inner, _| Self(vec![inner]))
    }
}

/// One method, and one row of the table, for each type.
macro_rules! same {
    ($($name:ident: $type:ty = $value:expr;)*) => {
        #[derive(Default)]
        struct Echo;

        #[deployment]
        impl Echo {
            $(fn $name(&self, value: $type, fails: bool) -> Result<$type, $type> {
                if fails { Err(value) } else { Ok(value) }
            })*
        }

        mod items {
            use super::*;

            #[derive(Default)]
            pub(super) struct Items;

            #[deployment]
            impl Items {
                $(pub(super) fn $name(&self, value: $type) -> impl Stream<Item = $type> {
                    futures::stream::iter([value])
                })*
            }
        }

        /// What came of each value in each way, as text.
        async fn all(isolation: Isolation) -> Vec<(&'static str, [String; 4])> {
            let serve = start_without_http().await;
            let echo = serve.run_named("echo", Echo::bind().isolation(isolation)).await.unwrap();
            let items = items::Items::bind().isolation(isolation);
            let items = serve.run_named("items", items).await.unwrap();
            let rows = vec![$({
                let value: $type = $value;
                let result = shown(echo.$name.remote(value.clone(), false).await);
                let error = shown(echo.$name.remote(value.clone(), true).await);
                let item = shown(items.$name.remote(value.clone()).next().await.unwrap());
                (stringify!($name), [shown(Ok::<_, ()>(value)), result, error, item])
            }),*];
            serve.shutdown().await.unwrap();
            rows
        }
    };
}

/// What is inside.
fn shown<T: Debug, E: Debug>(outcome: Result<T, E>) -> String {
    match outcome {
        Ok(value) => format!("{value:?}"),
        Err(error) => {
            let error = format!("{error:?}");
            let own = error.strip_prefix("App(").and_then(|error| error.strip_suffix(')'));
            own.unwrap_or(&error).to_owned()
        }
    }
}

same! {
    unit: () = ();
    truth: bool = true;
    letter: char = '\u{10ffff}';
    least: i64 = i64::MIN;
    most: u64 = u64::MAX;
    long: u128 = u128::MAX;
    long_negative: i128 = i128::MIN;
    not_zero: NonZeroU8 = NonZeroU8::MAX;
    infinite: f64 = f64::NEG_INFINITY;
    no_number: f32 = f32::NAN;
    negative_zero: f64 = -0.0;
    tiny: f64 = f64::MIN_POSITIVE;
    empty_text: String = String::new();
    odd_text: String = "\0\u{feff}\u{1f980} \r\n".to_owned();
    long_text: String = "text".repeat(50_000);
    cow: Cow<'static, str> = Cow::Borrowed("lent");
    bytes: Bytes = Bytes::from_static(b"\xff\0");
    long_bytes: Bytes = Bytes::from(vec![7; 300_000]);
    numbers: Vec<u8> = vec![0, 255];
    no_numbers: Vec<u8> = Vec::new();
    bytes_inside: Vec<Bytes> = vec![Bytes::from_static(b"a"), Bytes::new()];
    units: Vec<()> = vec![(), ()];
    array: [u16; 3] = [1, 2, 3];
    nobody: Option<String> = None;
    somebody: Option<String> = Some(String::new());
    outcomes: Vec<Result<u8, String>> = vec![Ok(1), Err("why".to_owned())];
    tuple: (u8, (String, bool), [i8; 0]) = (1, ("two".to_owned(), true), []);
    by_number: HashMap<i32, String> = HashMap::from([(-1, "one".to_owned())]);
    by_pair: BTreeMap<(u8, bool), u8> = BTreeMap::from([((1, true), 2), ((1, false), 3)]);
    by_letter: BTreeMap<char, ()> = BTreeMap::from([('x', ())]);
    set: BTreeSet<Option<u8>> = BTreeSet::from([None, Some(1)]);
    queue: VecDeque<f32> = VecDeque::from([1.5]);
    boxed: Box<str> = "boxed".into();
    nothing: Nothing = Nothing;
    wrapped: Wrapped = Wrapped(9);
    pair: Pair = Pair(1, "two".to_owned());
    sparse: Sparse = Sparse { first: None, second: 0, third: true, rest: BTreeMap::from([("x".to_owned(), 1)]) };
    shapes: Vec<Shape> = vec![
        Shape::Point, Shape::Circle(1.0), Shape::Box(1.0, 2.0), Shape::Named { corners: vec![(1, -1)] },
    ];
    tagged: Vec<Tagged> = vec![Tagged::Text("a".to_owned()), Tagged::Number { value: -1 }];
    inside: Vec<Inside> = vec![Inside::Empty, Inside::Number { value: 1 }];
    untagged: Untagged = Untagged::Many(vec![Untagged::Number(1), Untagged::Text("1".to_owned())]);
    json: serde_json::Value = serde_json::json!({"a": [1, -1, 1.5, null, {"": "b"}]});
    duration: Duration = Duration::new(u64::MAX, 999_999_999);
    time: SystemTime = SystemTime::UNIX_EPOCH + Duration::new(1, 1);
    address: IpAddr = "fe80::1".parse().unwrap();
    socket: SocketAddr = "127.0.0.1:80".parse().unwrap();
    path: PathBuf = "/a/ü b".into();
    range: Range<u64> = 1..u64::MAX;
    deep: Nested = Nested::of(100);
}

async fn a_value_comes_back_the_same_wherever_the_replica_is() {
    let (here, there) = (all(Isolation::Task).await, all(Isolation::Process).await);
    assert_eq!(here.len(), there.len());
    for ((name, here), (_, there)) in here.into_iter().zip(there) {
        let [given, ..] = &here;
        assert!(here.iter().all(|shown| shown == given), "{name}: {here:?}");
        assert!(there.iter().all(|shown| shown == given), "{name}: {there:?}");
    }
}

async fn what_is_nested_too_deeply_for_a_process_is_said_to_be_that() {
    let serve = start_without_http().await;
    let echo = serve.run(Echo::bind().isolation(Isolation::Process)).await.unwrap();
    let error = format!("{:?}", echo.deep.remote(Nested::of(200), false).await.unwrap_err());
    assert!(error.starts_with("NotSent"), "{error}");
    assert!(error.contains("argument `value`: cannot decode"), "{error}");
    assert!(error.contains("at `[0][0]"), "{error}");
    assert!(error.contains("it is nested more than 128 deep"), "{error}");
    serve.shutdown().await.unwrap();
}

process_tests! {
    a_value_comes_back_the_same_wherever_the_replica_is
    what_is_nested_too_deeply_for_a_process_is_said_to_be_that
}
