//! What children print.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;

use super::peer::{Peer, printing_spawner, recording_spawner, spec, until};
use crate::process::{Sink, Stream};

#[tokio::test]
async fn lines_come_with_the_replicas_id() {
    let (spawner, printed) = recording_spawner();
    let mut first = Peer::start_by(&spawner, spec()).await;
    let mut spec = spec();
    spec.replica = "Greeter#2".to_owned();
    let mut second = Peer::start_by(&spawner, spec).await;
    first.ask("print hello");
    second.ask("complain ouch");
    for expected in [("Greeter#1", Stream::Stdout, "hello"), ("Greeter#2", Stream::Stderr, "ouch")]
    {
        let (replica, stream, text) = expected;
        let expected = (replica.to_owned(), stream, text.to_owned());
        until("the line has come", || printed.lock().unwrap().contains(&expected)).await;
    }
}

#[tokio::test]
async fn a_very_long_line_is_cut() {
    let (spawner, printed) = recording_spawner();
    let mut peer = Peer::start_by(&spawner, spec()).await;
    peer.tell(&format!("print {}", "x".repeat(100_000)));
    let mut line = None;
    until("the line has come", || {
        let printed = printed.lock().unwrap().clone();
        line = printed.into_iter().map(|(.., text)| text).find(|text| text.starts_with('x'));
        line.is_some()
    })
    .await;
    assert_eq!(line.unwrap(), format!("{}… ({} bytes more)", "x".repeat(8192), 100_000 - 8192));
}

/// Where nobody reads what is printed, a process that prints waits, and nothing else does.
#[tokio::test]
async fn output_that_nobody_takes_holds_up_its_printer_alone() {
    let (took, taken) = std::sync::mpsc::sync_channel(0);
    let sink: Sink = Arc::new(move |line| {
        if line.stream == Stream::Stdout {
            let _ = took.send(line.text.to_owned());
        }
    });
    let spawner = printing_spawner().with_sink(&sink).unwrap();
    let mut loud = Peer::start_by(&spawner, spec()).await;
    let runtime = Handle::current();
    let printing = runtime.spawn_blocking(move || {
        for number in 0..2_000 {
            loud.ask(&format!("print {number} {}", "x".repeat(100)));
        }
        loud
    });
    // The runtime has one thread, which starts another process and speaks with it.
    let mut quiet = Peer::start_by(&spawner, spec()).await;
    assert_eq!(quiet.ask("complain ouch"), "complained");
    let in_order = runtime.spawn_blocking(move || {
        let numbers = taken.iter().filter_map(|text| text.split_once(' ')?.0.parse::<u32>().ok());
        numbers.take(2_000).eq(0..2_000)
    });
    assert!(in_order.await.unwrap(), "every line arrives, in order");
    drop(printing.await.unwrap());
}

/// However long that takes, as long as somebody takes it.
#[tokio::test]
async fn what_a_process_had_printed_when_it_was_killed_is_forwarded_in_order() {
    let (took, taken) = std::sync::mpsc::sync_channel(0);
    let sink: Sink = Arc::new(move |line| {
        if line.stream == Stream::Stdout && line.text.starts_with("line") {
            let _ = took.send(line.text.to_owned());
        }
    });
    let spawner = printing_spawner().with_sink(&sink).unwrap();
    let mut peer = Peer::start_by(&spawner, spec()).await;
    for number in 0..600 {
        peer.ask(&format!("print line {number}"));
    }
    peer.process.kill();
    peer.process.exited().await;
    let slowly = |_: &_| std::thread::sleep(Duration::from_millis(5));
    let lines =
        Handle::current().spawn_blocking(move || taken.iter().take(600).inspect(slowly).collect());
    let lines: Vec<String> = lines.await.unwrap();
    let expected: Vec<_> = (0..600).map(|number| format!("line {number}")).collect();
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn the_last_words_of_a_process_are_forwarded() {
    let (spawner, printed) = recording_spawner();
    let mut peer = Peer::start_by(&spawner, spec()).await;
    peer.ask("complain goodbye");
    peer.tell("exit 1");
    peer.process.exited().await;
    drop(peer);
    let expected = ("Greeter#1".to_owned(), Stream::Stderr, "goodbye".to_owned());
    until("the last words have come", || printed.lock().unwrap().contains(&expected)).await;
}
