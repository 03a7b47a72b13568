//! Credits over a link, and pings.

use std::future::poll_fn;
use std::sync::Arc;

use super::*;

const ITEM_BYTES: usize = 1_000;

#[tokio::test(start_paused = true)]
async fn credits_hold_a_producer_back_until_the_consumer_takes_items() {
    let (mut producer, mut consumer) = pair(1 << 10, Limits::default()).await;
    let window = Arc::new(Window::new(10_000));
    let (link, at_work) = (producer.link.clone(), Arc::clone(&window));
    let produce = async move {
        while poll_fn(|cx| at_work.poll_ready(cx)).await.is_ok() {
            link.send(&Message::Item { stream: 1, body: vec![0; ITEM_BYTES].into() }).unwrap();
            at_work.spend(ITEM_BYTES);
        }
    };
    let produce = producer.tasks.spawn(produce);

    consumer.until_messages(10).await;
    // With time paused, a second passes only when nothing else can happen.
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(consumer.streams().len(), 10);

    let mut meter = Meter::new(10_000);
    let credit = (0..10).find_map(|_| meter.consumed(ITEM_BYTES)).unwrap();
    consumer.link.send(&Message::Credit { stream: 1, bytes: credit }).unwrap();
    producer.until_messages(1).await;
    window.refund(credit);
    consumer.until_messages(15).await;
    assert_eq!(consumer.streams().len(), 15);

    window.close();
    produce.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_ping_is_answered_by_the_link_itself() {
    let (mut left, right) = pair(1 << 10, Limits::default()).await;
    left.link.send(&Message::Ping(42)).unwrap();
    left.until_messages(1).await;
    assert_eq!(left.log.borrow().last(), Some(&Event::Message(Message::Pong(42))));
    assert_eq!(right.streams(), [0; 0]);
}

#[tokio::test(start_paused = true)]
async fn pings_of_an_end_that_does_not_read_do_not_pile_up() {
    let (mut end, mut raw) = with_raw(64, Limits::default()).await;
    for token in 0..1_000 {
        write_raw(&mut raw, Message::Ping(token)).await;
    }
    write_raw(&mut raw, Message::GoAway { reason: "enough".into() }).await;
    end.until_messages(1).await;
    end.link.finish();
    let mut answers = Vec::new();
    raw.read_to_end(&mut answers).await.unwrap();
    assert!(answers.len() < 200, "{} bytes", answers.len());
    let latest = super::raw(Message::Pong(999));
    assert!(answers.ends_with(&latest), "the latest is answered");
}
