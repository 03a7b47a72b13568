//! How a link ends, and what is said then.

use super::*;

#[tokio::test(start_paused = true)]
async fn closing_names_the_calls_that_were_not_sent_and_no_others() {
    let (mut end, mut raw) = with_raw(256, Limits::default()).await;
    end.link.send(&call(2, vec![1; 20])).unwrap();
    let mut seen = vec![0; raw_len(call(2, vec![1; 20]))];
    raw.read_exact(&mut seen).await.unwrap();
    end.link.send(&call(4, vec![1; 1_000])).unwrap();
    end.link.send(&call(6, vec![1; 100_000])).unwrap();
    end.link.send(&Message::Cancel { stream: 2 }).unwrap();
    tokio::task::yield_now().await;
    end.link.send(&call(8, "")).unwrap();
    end.link.close();
    let (why, mut unsent) = end.until_closed().await;
    unsent.sort_unstable();
    assert_eq!((why.as_str(), unsent), ("this end closed the connection", vec![4, 6, 8]));
    assert_eq!(end.link.send(&Message::Ping(1)), Err(SendError::Closed));
}

fn raw_len(message: Message) -> usize {
    raw(message).len()
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_was_sent_before_the_other_end_went_still_arrives() {
    let (mut end, mut raw) = with_raw(4 << 10, Limits::default()).await;
    end.link.send(&call(2, "short")).unwrap();
    let mut seen = vec![0; raw_len(call(2, "short"))];
    raw.read_exact(&mut seen).await.unwrap();
    end.link.send(&call(4, vec![1; 1 << 20])).unwrap();
    tokio::task::yield_now().await;
    write_raw(&mut raw, reply(2, "done")).await;
    drop(raw);
    let (_, unsent) = end.until_closed().await;
    assert_eq!(end.streams(), [2]);
    assert_eq!(unsent, [4]);
}

#[tokio::test(start_paused = true)]
async fn an_end_in_the_middle_of_a_message_is_told_from_an_end_after_one() {
    let (mut end, raw) = with_raw(1 << 10, Limits::default()).await;
    drop(raw);
    assert_eq!(end.until_closed().await.0, "the other end closed the connection");

    let (mut end, mut raw) = with_raw(1 << 10, Limits::default()).await;
    raw.write_all(&super::raw(Message::Ping(1))[..7]).await.unwrap();
    drop(raw);
    assert_eq!(end.until_closed().await.0, "the connection was cut in the middle of a message");
}

#[tokio::test(start_paused = true)]
async fn finishing_sends_everything_first_and_still_reads_the_answers() {
    let (mut left, mut right) = pair(1 << 10, Limits::default()).await;
    left.link.send(&call(1, vec![1; 1 << 20])).unwrap();
    left.link.finish();
    assert_eq!(left.link.send(&call(2, "late")), Err(SendError::Closed));
    assert_eq!(right.until_closed().await.0, "the other end closed the connection");
    assert_eq!(right.streams(), [1]);
    assert_eq!(left.until_closed().await, ("the other end closed the connection".into(), vec![]));
}

#[tokio::test(start_paused = true)]
async fn a_finished_link_whose_other_end_says_nothing_can_be_closed() {
    let (mut end, _raw) = with_raw(1 << 10, Limits::default()).await;
    end.link.finish();
    tokio::task::yield_now().await;
    end.link.close();
    assert_eq!(end.until_closed().await.0, "this end closed the connection");
}

#[tokio::test(start_paused = true)]
async fn stopping_the_tasks_closes_the_link() {
    let (mut left, mut right) = pair(1 << 10, Limits::default()).await;
    left.tasks.shut_down(Duration::from_secs(1)).await;
    assert_eq!(left.until_closed().await.0, "this end closed the connection");
    right.until_closed().await;
}

#[test]
fn a_runtime_that_goes_away_is_an_end_too() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (end, _raw) = runtime.block_on(async {
        let (end, raw) = with_raw(1 << 10, Limits::default()).await;
        end.link.send(&call(1, "queued")).unwrap();
        (end, raw)
    });
    drop(runtime);
    let log = end.log.borrow();
    let ends: Vec<_> = log.iter().filter(|event| matches!(event, Event::Closed(..))).collect();
    let expected = Event::Closed("the task of the connection was dropped".into(), vec![1]);
    assert_eq!(ends, [&expected]);
    assert_eq!(end.link.send(&call(2, "late")), Err(SendError::Closed));
}
