//! Lines on their way to a subscriber, whatever that does.

use std::fmt::Debug;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record as SpanRecord};
use tracing::{Dispatch, Event, Level, Metadata, Subscriber};

use super::queue::{LINES_MAX, Log};
use super::record::{Record, Severity, Value};
use super::{error, warn};
use crate::id::{DeploymentId, ReplicaName};

const PATIENCE: Duration = Duration::from_secs(30);

/// An event as it arrived.
#[derive(Clone, Debug, PartialEq)]
struct Heard {
    level: Level,
    target: String,
    fields: Vec<(String, String)>,
}

impl Heard {
    fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(found, _)| found == name).map(|(_, value)| &**value)
    }
}

/// What is done with an event before it counts as heard.
type Deed = Box<dyn Fn(&Heard) + Send + Sync>;

struct Ear {
    heard: Mutex<Sender<Heard>>,
    first: Deed,
}

fn ear(first: impl Fn(&Heard) + Send + Sync + 'static) -> (Dispatch, Receiver<Heard>) {
    let (heard, events) = channel();
    (Dispatch::new(Ear { heard: Mutex::new(heard), first: Box::new(first) }), events)
}

impl Visit for Heard {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.fields.push((field.name().to_owned(), format!("{value:?}")));
    }
}

impl Subscriber for Ear {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &SpanRecord<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let (level, target) = (*event.metadata().level(), event.metadata().target().to_owned());
        let mut heard = Heard { level, target, fields: Vec::new() };
        event.record(&mut heard);
        (self.first)(&heard);
        self.heard.lock().unwrap().send(heard).unwrap();
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

fn text(text: &str) -> Box<Record> {
    let fields = vec![("message".into(), Value::Shown(text.to_owned()))];
    Box::new(Record { severity: Severity::Info, target: "tests".into(), fields })
}

fn listening<R>(listener: &Dispatch, body: impl FnOnce() -> R) -> R {
    tracing::dispatcher::with_default(listener, body)
}

#[test]
fn a_line_arrives_with_the_fields_that_were_set_and_no_others() {
    let (listener, heard) = ear(|_| ());
    let replica = ReplicaName {
        application: "shop".into(),
        deployment: "Basket".into(),
        replica: "shop#Basket#0".into(),
    };
    listening(&listener, || {
        error("method panicked")
            .replica(&replica)
            .method("add")
            .status(500)
            .cause("no eggs")
            .emit();
    });
    let heard = heard.recv_timeout(PATIENCE).unwrap();
    assert_eq!((heard.level, &*heard.target), (Level::ERROR, "serve_core"));
    let expected = [
        ("message", "method panicked"),
        ("application", "\"shop\""),
        ("deployment", "\"Basket\""),
        ("replica", "\"shop#Basket#0\""),
        ("method", "\"add\""),
        ("status", "500"),
        ("cause", "no eggs"),
    ];
    let expected: Vec<_> =
        expected.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    assert_eq!(heard.fields, expected);
}

#[test]
fn a_field_that_is_set_again_has_its_last_value() {
    let (listener, heard) = ear(|_| ());
    let id = DeploymentId { application: "shop".into(), deployment: "Basket".into() };
    listening(&listener, || warn("slow").application("default").deployment(&id).emit());
    assert_eq!(heard.recv_timeout(PATIENCE).unwrap().field("application"), Some("\"shop\""));
}

#[test]
fn a_subscriber_that_panics_costs_its_line_alone() {
    let log = Log::start();
    let (listener, heard) = ear(|heard| {
        assert!(heard.field("message") == Some("fine"), "it cannot be written");
    });
    listening(&listener, || {
        log.push(text("bad"));
        log.push(text("fine"));
    });
    assert_eq!(heard.recv_timeout(PATIENCE).unwrap().field("message"), Some("fine"));
}

/// A subscriber that waits before each event, and what lets it go on.
fn held() -> (Dispatch, Receiver<Heard>, SyncSender<()>) {
    let (go, gone) = sync_channel::<()>(0);
    let gone = Arc::new(Mutex::new(gone));
    let (listener, heard) = ear(move |_| {
        let _ = gone.lock().unwrap().recv();
    });
    (listener, heard, go)
}

#[test]
fn lines_that_find_no_room_are_counted_and_told_of_once() {
    let log = Log::start();
    let (listener, heard, go) = held();
    listening(&listener, || {
        log.push(text("first"));
        // One more than fits may be with the subscriber already.
        for _ in 0..LINES_MAX + 10 {
            log.push(text("next"));
        }
    });
    drop(go);
    drop(log);
    drop(listener);
    let lines: Vec<_> = heard.iter().collect();
    let lost: Vec<_> = lines.iter().filter_map(|line| line.field("lost")).collect();
    let [lost] = *lost else { panic!("{lost:?}") };
    let lost: usize = lost.parse().unwrap();
    assert_eq!(lines.len() - 1 + lost, LINES_MAX + 11);
    assert!((10..=11).contains(&lost), "{lost}");
}

#[tokio::test]
async fn a_flush_waits_until_what_was_queued_has_been_emitted() {
    let log = Log::start();
    let (listener, heard, go) = held();
    listening(&listener, || log.push(text("hello")));
    log.flush(Duration::from_millis(20)).await;
    assert!(heard.try_recv().is_err(), "it was not waited for longer than was asked");
    drop(go);
    log.flush(PATIENCE).await;
    assert_eq!(heard.try_recv().unwrap().field("message"), Some("hello"));
}

#[test]
fn events_of_too_many_shapes_arrive_as_text() {
    let log = Log::start();
    let (listener, heard) = ear(|_| ());
    for number in 0..5000 {
        let mut record = text("shaped");
        record.target = format!("target-{number}").into();
        record.fields.push(("replica".into(), Value::Text("shop#Basket#0".into())));
        listening(&listener, || log.push(record));
        let heard = heard.recv_timeout(PATIENCE).unwrap();
        match number < 4096 {
            true => assert_eq!(heard.target, format!("target-{number}")),
            false => {
                assert_eq!(heard.target, "serve_core::replica");
                assert_eq!(heard.field("replica"), Some("\"shop#Basket#0\""));
                let message = format!("target-{number}: message=shaped replica=shop#Basket#0");
                assert_eq!(heard.field("message"), Some(&*message));
            }
        }
    }
}
