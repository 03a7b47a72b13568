//! Real sockets and several threads, where order is not what a test decides.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use tokio::net::UnixStream;

use super::*;

/// Answers every call, and closes after so many.
struct Closing {
    link: Arc<OnceLock<Link>>,
    log: Log,
    left: usize,
}

impl Receive for Closing {
    fn opened(&mut self, link: &Link) {
        self.log.opened(link);
    }

    fn message(&mut self, message: Message) {
        let link = self.link.wait();
        if let Message::Call { stream, body, .. } = &message {
            let _ = link.send(&reply(*stream, body.clone()));
        }
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            link.close();
        }
        self.log.message(message);
    }

    fn closed(&mut self, why: LinkError, unsent: Vec<u64>) {
        self.log.closed(why, unsent);
    }
}

fn socket(io: UnixStream) -> Connection {
    let (read, write) = io.into_split();
    Connection::new(read, write)
}

/// A caller and an end that answers so many calls.
async fn open(answers: usize) -> (End, watch::Receiver<Vec<Event>>) {
    let (left, right) = UnixStream::pair().unwrap();
    let tasks = Tasks::new(Handle::current());
    let ((left_sender, left_log), (right_sender, right_log)) =
        (watch::channel(Vec::new()), watch::channel(Vec::new()));
    let link = Arc::new(OnceLock::new());
    let closing = Closing { link: link.clone(), log: Log(right_sender), left: answers };
    let limits = Limits { fragment_bytes: 8 << 10, ..Limits::default() };
    let (left, right) = tokio::join!(
        Link::over(socket(left), &tasks, limits, hello("left"), Log(left_sender)),
        Link::over(socket(right), &tasks, limits, hello("right"), closing),
    );
    assert!(link.set(right.unwrap()).is_ok(), "set once");
    (End { link: left.unwrap(), log: left_log, tasks }, right_log)
}

/// Sends 32 calls of different lengths from each of four tasks; gives the streams that were taken.
async fn send_from_four_tasks(end: &End) -> HashSet<u64> {
    let senders: Vec<_> = (0..4_u64)
        .map(|sender| {
            let link = end.link.clone();
            end.tasks.spawn(async move {
                let mut taken = Vec::new();
                for number in 0..32_u64 {
                    let stream = 1 + sender * 32 + number;
                    let size = [0, 100, 5 << 10, 20 << 10][(number % 4) as usize];
                    if link.send(&call(stream, vec![stream as u8; size])).is_ok() {
                        taken.push(stream);
                    }
                    tokio::task::yield_now().await;
                }
                taken
            })
        })
        .collect();
    let mut taken = HashSet::new();
    for sender in senders {
        taken.extend(sender.await.unwrap());
    }
    taken
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_caller_gets_its_own_answer() {
    let (mut end, _right) = open(usize::MAX).await;
    let taken = send_from_four_tasks(&end).await;
    end.until_messages(128).await;
    assert_eq!(taken.len(), 128);
    assert_eq!(end.streams().into_iter().collect::<HashSet<_>>(), taken);
    let log = end.log.borrow();
    let is_own = |message: &Message| match message {
        Message::Reply { stream, body, .. } => {
            body.clone().into_bytes().iter().all(|byte| *byte == *stream as u8)
        }
        _ => false,
    };
    assert!(messages(&log).all(is_own));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_called_unsent_was_never_seen_whenever_the_other_end_closes() {
    for answers in 1..100 {
        let (mut end, mut right) = open(answers).await;
        let taken = send_from_four_tasks(&end).await;
        let (_, unsent) = end.until_closed().await;
        let is_closed = |log: &Vec<Event>| matches!(log.last(), Some(Event::Closed(..)));
        let log = right.wait_for(is_closed).await.unwrap();
        let seen: HashSet<u64> = messages(&log).map(Message::stream).collect();
        assert!(unsent.iter().all(|stream| taken.contains(stream) && !seen.contains(stream)));
    }
}
