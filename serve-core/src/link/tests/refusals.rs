//! What is refused, with the words of the refusal.

use super::*;

async fn open_with(hello: Hello) -> String {
    let (io, mut raw) = tokio::io::duplex(1 << 10);
    write_raw(&mut raw, Message::Hello(hello)).await;
    End::open(io, Limits::default(), "end").await.err().unwrap().to_string()
}

#[tokio::test(start_paused = true)]
async fn another_version_of_the_protocol_is_refused_by_name() {
    let newer = Hello { proto_min: 7, proto_max: 9, ..hello("newer") };
    assert_eq!(
        open_with(newer).await,
        "no common protocol: this end speaks 1..=1, the other 7..=9"
    );
}

#[tokio::test(start_paused = true)]
async fn another_protocol_is_refused_by_name() {
    let other = Hello { magic: 0x1234, ..hello("other") };
    assert_eq!(
        open_with(other).await,
        "the other end does not speak this protocol: it began with 0x0000000000001234, not 0x73722d6576726573"
    );
}

#[tokio::test(start_paused = true)]
async fn something_other_than_a_hello_is_refused() {
    let (io, mut raw) = tokio::io::duplex(1 << 10);
    write_raw(&mut raw, Message::Ping(1)).await;
    let error = End::open(io, Limits::default(), "end").await.err().unwrap();
    assert_eq!(error.to_string(), "protocol violation: the first frame is Ping, not Hello");
}

#[tokio::test(start_paused = true)]
async fn both_ends_know_each_other_from_the_start() {
    let (left, right) = pair(16, Limits::default()).await;
    assert_eq!(*left.log.borrow(), [Event::Hello("right".into())]);
    assert_eq!(right.link.peer().build_id, "left");
}

#[tokio::test(start_paused = true)]
async fn a_violation_closes_the_link_and_is_named() {
    let mut unknown_kind = raw(Message::Ping(1));
    unknown_kind[4] = 99;
    let mut too_long = raw(Message::Ping(1));
    too_long[..4].copy_from_slice(&u32::MAX.to_le_bytes());
    let cases = [
        (unknown_kind, "protocol violation: unknown kind of frame 99"),
        (
            too_long,
            "protocol violation: a frame is too large: 4294967295 is over frame_bytes_max (16777216)",
        ),
        (raw(Message::Hello(hello("again"))), "protocol violation: a second Hello"),
        (raw(reply(6, "")), "protocol violation: Reply of stream 6, but no call is open"),
    ];
    for (bytes, expected) in cases {
        let (mut end, mut raw) = with_raw(1 << 10, Limits::default()).await;
        raw.write_all(&bytes).await.unwrap();
        assert_eq!(end.until_closed().await.0, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_too_large_is_refused_where_it_is_sent_and_the_link_lives_on() {
    let limits = Limits { message_bytes_max: 1 << 20, ..Limits::default() };
    let (left, mut right) = pair(1 << 10, limits).await;
    let error = left.link.send(&call(1, vec![0; 2 << 20])).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the message was not sent: 2097169 is over message_bytes_max (1048576)"
    );
    for body in [0, 10_000] {
        let head = CallHead { request_id: WireId::Text("x".repeat(2 << 20)), ..head() };
        let long = Message::Call { stream: 1, head, body: vec![0; body].into() };
        let error = left.link.send(&long).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the message was not sent: 2097190 is over header_bytes_max (1048576)"
        );
    }
    assert_eq!(left.link.calls_open(), 0);
    left.link.send(&call(1, "fits")).unwrap();
    right.until_messages(1).await;
}

#[tokio::test(start_paused = true)]
async fn calls_over_the_limit_are_refused_until_one_is_answered() {
    let limits = Limits { streams_max: 2, ..Limits::default() };
    let (mut left, mut right) = pair(1 << 10, limits).await;
    left.link.send(&call(1, "")).unwrap();
    left.link.send(&call(2, "")).unwrap();
    let error = left.link.send(&call(3, "")).unwrap_err();
    assert_eq!(error.to_string(), "the message was not sent: 3 is over streams_max (2)");
    right.until_messages(2).await;
    right.link.send(&Message::Reject { stream: 1 }).unwrap();
    left.until_messages(1).await;
    left.link.send(&call(3, "")).unwrap();
}

#[tokio::test(start_paused = true)]
async fn too_many_calls_that_come_all_the_same_are_a_violation() {
    let limits = Limits { streams_max: 1, ..Limits::default() };
    let (mut end, mut raw) = with_raw(1 << 10, limits).await;
    write_raw(&mut raw, call(1, "")).await;
    write_raw(&mut raw, call(3, "")).await;
    let (why, _) = end.until_closed().await;
    assert_eq!(why, "protocol violation: too many calls: 2 is over streams_max (1)");
}
