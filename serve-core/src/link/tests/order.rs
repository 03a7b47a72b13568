//! Who arrives when.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_short_call_is_not_held_up_by_a_body_of_100_megabytes() {
    let (left, mut right) = pair(64 << 10, Limits::default()).await;
    let body = Bytes::from(vec![7; 100 << 20]);
    left.link.send(&call(1, body.clone())).unwrap();
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    left.link.send(&call(2, "short")).unwrap();
    right.until_messages(2).await;
    assert_eq!(right.streams(), [2, 1]);
    let log = right.log.borrow();
    assert!(messages(&log).any(|message| *message == call(1, body.clone())), "not as it was sent");
}

#[tokio::test(start_paused = true)]
async fn streams_with_long_bodies_take_turns() {
    let (left, mut right) = pair(1 << 10, Limits::default()).await;
    left.link.send(&call(1, vec![1; 4 << 20])).unwrap();
    left.link.send(&call(2, vec![2; 1 << 20])).unwrap();
    left.link.send(&call(3, vec![3; 10 << 10])).unwrap();
    right.until_messages(3).await;
    assert_eq!(right.streams(), [3, 2, 1]);
}

#[tokio::test(start_paused = true)]
async fn the_messages_of_one_stream_keep_their_order_whatever_their_size() {
    let (left, mut right) = pair(1 << 10, Limits::default()).await;
    let sizes = [10, 300 << 10, 0, 5 << 10, 70 << 10, 1, 4 << 10, 65 << 10, 2];
    let items = sizes.iter().zip(0_u8..);
    let items: Vec<_> = items
        .map(|(size, number)| Message::Item { stream: 1, body: vec![number; *size].into() })
        .collect();
    for item in &items {
        left.link.send(item).unwrap();
        left.link.send(&Message::Item { stream: 2, body: Body::from("other") }).unwrap();
        tokio::task::yield_now().await;
    }
    right.until_messages(2 * items.len()).await;
    let log = right.log.borrow();
    let found: Vec<_> = messages(&log).filter(|message| message.stream() == 1).collect();
    assert_eq!(found, items.iter().collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn a_cancel_goes_out_after_its_call() {
    let (left, mut right) = pair(1 << 10, Limits::default()).await;
    left.link.send(&call(1, vec![1; 1 << 20])).unwrap();
    left.link.send(&Message::Cancel { stream: 1 }).unwrap();
    right.until_messages(2).await;
    assert_eq!(messages(&right.log.borrow()).last(), Some(&Message::Cancel { stream: 1 }));
}

#[tokio::test(start_paused = true)]
async fn bodies_that_together_are_over_the_limit_wait_for_each_other() {
    let limits = Limits { message_bytes_max: 1 << 20, ..Limits::default() };
    let (left, mut right) = pair(1 << 10, limits).await;
    for stream in 1..=8 {
        left.link.send(&call(stream, vec![1; 700 << 10])).unwrap();
    }
    left.link.send(&call(9, vec![1; 100 << 10])).unwrap();
    right.until_messages(9).await;
    let streams = right.streams();
    assert_eq!(streams[0], 9, "what fits beside another takes turns with it");
    assert_eq!(streams[1..], [1, 2, 3, 4, 5, 6, 7, 8], "first come, first served");
}

#[tokio::test(start_paused = true)]
async fn long_bodies_of_one_size_are_sent_one_after_the_other_and_smaller_ones_beside_them() {
    let (left, mut right) = pair(1 << 10, Limits::default()).await;
    for stream in 1..=3 {
        left.link.send(&call(stream, vec![1; 5 << 20])).unwrap();
    }
    for stream in 4..=6 {
        left.link.send(&call(stream, vec![1; 1 << 20])).unwrap();
    }
    right.until_messages(6).await;
    assert_eq!(right.streams(), [4, 5, 6, 1, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_fit_beside_others_is_not_overtaken_for_ever() {
    let limits = Limits { message_bytes_max: 4 << 20, ..Limits::default() };
    let (left, mut right) = pair(1 << 10, limits).await;
    left.link.send(&call(1, vec![1; 1 << 20])).unwrap();
    left.link.send(&call(2, vec![1; 4_000_000])).unwrap();
    for stream in 3..=6 {
        left.link.send(&call(stream, vec![1; 1 << 20])).unwrap();
    }
    right.until_messages(6).await;
    assert_eq!(right.streams(), [1, 2, 3, 4, 5, 6]);
}

#[tokio::test(start_paused = true)]
async fn both_ends_may_send_long_bodies_at_once() {
    let (mut left, mut right) = pair(1 << 10, Limits::default()).await;
    left.link.send(&call(1, vec![1; 3 << 20])).unwrap();
    right.link.send(&call(2, vec![2; 3 << 20])).unwrap();
    left.until_messages(1).await;
    right.until_messages(1).await;
}

#[tokio::test(start_paused = true)]
async fn bodies_that_wait_for_a_turn_are_not_overtaken_by_others_of_their_size() {
    let (left, mut right) = pair(1 << 10, Limits::default()).await;
    for stream in 1..=64 {
        left.link.send(&call(stream, vec![1; 16 << 10])).unwrap();
        if stream % 8 == 0 {
            tokio::task::yield_now().await;
        }
    }
    right.until_messages(64).await;
    assert_eq!(right.streams(), Vec::from_iter(1..=64));
}
