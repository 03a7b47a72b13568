//! What children print.

use std::time::Duration;

use super::peer::{Peer, recording_spawner, spec};
use crate::process::Stream;

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
        while !printed.lock().unwrap().contains(&expected) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

#[tokio::test]
async fn a_very_long_line_is_cut() {
    let (spawner, printed) = recording_spawner();
    let mut peer = Peer::start_by(&spawner, spec()).await;
    peer.tell(&format!("print {}", "x".repeat(100_000)));
    let line = loop {
        let printed = printed.lock().unwrap().clone();
        if let Some((.., text)) = printed.into_iter().find(|(.., text)| text.starts_with('x')) {
            break text;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    assert_eq!(line, format!("{}… ({} bytes more)", "x".repeat(8192), 100_000 - 8192));
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
    while !printed.lock().unwrap().contains(&expected) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
