//! A connection that breaks after every single byte.

use std::collections::HashSet;

use tokio::io::ReadHalf;

use super::*;

/// Small enough that one of the calls is cut into pieces.
fn limits() -> Limits {
    Limits { fragment_bytes: 16, ..Limits::default() }
}

/// Answers each call at once.
struct Echo {
    link: std::sync::Arc<std::sync::OnceLock<Link>>,
    log: Log,
}

impl Receive for Echo {
    fn opened(&mut self, link: &Link) {
        self.log.opened(link);
    }

    fn message(&mut self, message: Message) {
        if let (Message::Call { stream, body, .. }, Some(link)) = (&message, self.link.get()) {
            // The connection may have gone, which is what this is about.
            let _ = link.send(&reply(*stream, body.clone()));
        }
        self.log.message(message);
    }

    fn closed(&mut self, why: LinkError, unsent: Vec<u64>) {
        self.log.closed(why, unsent);
    }
}

/// Copies at most `count` bytes; gives how many it was.
async fn copy(from: ReadHalf<DuplexStream>, mut to: impl AsyncWrite + Unpin, count: u64) -> u64 {
    tokio::io::copy(&mut from.take(count), &mut to).await.unwrap_or(0)
}

/// What came of one conversation.
struct Outcome {
    /// How many bytes the proxy let through in the direction that ended first.
    bytes: u64,
    unsent: Vec<u64>,
}

/// Three calls through a proxy that lets so many bytes through in each direction, then cuts both.
async fn converse(there: u64, back: u64) -> Outcome {
    let ((left, near), (far, right)) = (tokio::io::duplex(8), tokio::io::duplex(8));
    let proxy = async move {
        let ((near_read, near_write), (far_read, far_write)) =
            (tokio::io::split(near), tokio::io::split(far));
        let mut there = std::pin::pin!(copy(near_read, far_write, there));
        let mut back = std::pin::pin!(copy(far_read, near_write, back));
        tokio::select! {
            sent = &mut there => sent,
            sent = &mut back => sent,
        }
    };
    let talk = async move {
        let echo = std::sync::Arc::new(std::sync::OnceLock::new());
        let (sender, log) = watch::channel(Vec::new());
        let answering = Echo { link: echo.clone(), log: Log(sender) };
        let tasks = Tasks::new(Handle::current());
        let (left, right) = tokio::join!(
            End::open(left, limits(), "left"),
            Link::open(right, &tasks, limits(), hello("right"), answering),
        );
        let right = right.map(|link| {
            let _ = echo.set(link.clone());
            End { link, log, tasks }
        });
        check(left.ok(), right.ok()).await
    };
    let proxy = Tasks::new(Handle::current()).spawn(proxy);
    let unsent = talk.await;
    let bytes = proxy.await.unwrap();
    Outcome { bytes, unsent }
}

/// Sends, waits for the end on both sides, and compares what they say.
async fn check(left: Option<End>, right: Option<End>) -> Vec<u64> {
    let mut unsent = Vec::new();
    if let Some(mut left) = left {
        let accepted: Vec<u64> = [(1, 4), (2, 100), (3, 0)]
            .into_iter()
            .filter(|(stream, size)| left.link.send(&call(*stream, vec![5; *size])).is_ok())
            .map(|(stream, _)| stream)
            .collect();
        let all = |log: &[Event]| {
            messages(log).count() == 3 || log.iter().any(|event| matches!(event, Event::Closed(..)))
        };
        left.until(all).await;
        left.link.close();
        (_, unsent) = left.until_closed().await;
        assert!(unsent.iter().all(|stream| accepted.contains(stream)), "{unsent:?}");
        assert_eq!(left.link.send(&call(4, "late")), Err(SendError::Closed));
        let closed = |event: &&Event| matches!(event, Event::Closed(..));
        assert_eq!(left.log.borrow().iter().filter(closed).count(), 1);
        let answered: HashSet<u64> = left.streams().into_iter().collect();
        assert!(unsent.iter().all(|stream| !answered.contains(stream)), "{unsent:?}");
    }
    if let Some(mut right) = right {
        right.until_closed().await;
        let seen = right.streams();
        assert!(unsent.iter().all(|stream| !seen.contains(stream)), "{unsent:?} of {seen:?}");
    }
    unsent
}

#[tokio::test(start_paused = true)]
async fn wherever_the_way_there_is_cut_only_what_was_never_seen_is_called_unsent() {
    let whole = converse(u64::MAX, u64::MAX).await;
    assert!(whole.unsent.is_empty(), "{:?}", whole.unsent);
    assert!(whole.bytes > 300, "{}", whole.bytes);
    let mut ever_unsent = HashSet::new();
    for count in 0..whole.bytes {
        ever_unsent.extend(converse(count, u64::MAX).await.unsent);
    }
    assert_eq!(ever_unsent, HashSet::from([1, 2, 3]), "the cuts have missed something");
}

#[tokio::test(start_paused = true)]
async fn wherever_the_way_back_is_cut_the_end_is_told_once() {
    for count in 0..260 {
        converse(u64::MAX, count).await;
    }
}
