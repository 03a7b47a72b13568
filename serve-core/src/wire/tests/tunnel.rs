//! Tunnels over a link: bytes both ways, their ends, and calls that are sent again.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::runtime::Handle;
use tokio::sync::watch;

use crate::call::{CallError, Executed, Failure};
use crate::link::tests::{call, hello};
use crate::link::{Limits, Link, LinkError, Message, Receive};
use crate::tasks::Tasks;
use crate::wire::{Hold, Tunnel};

/// Hands what arrives to one tunnel, as both ends of a replica do.
struct Hand(Arc<watch::Sender<Option<Arc<Tunnel>>>>, watch::Sender<Vec<u64>>);

impl Receive for Hand {
    fn opened(&mut self, _: &Link) {}

    fn message(&mut self, message: Message) {
        let tunnel = self.0.borrow().clone();
        match (message, tunnel) {
            (Message::Call { stream, .. }, _) => self.1.send_modify(|calls| calls.push(stream)),
            (Message::Item { body, .. }, Some(tunnel)) => tunnel.received(body.into_bytes()),
            (Message::Credit { bytes, .. }, Some(tunnel)) => tunnel.refunded(bytes),
            (Message::Cancel { .. }, Some(tunnel)) => tunnel.stop(CallError::Cancelled),
            (Message::End { .. }, Some(tunnel)) => tunnel.answered(None),
            (Message::Reject { .. }, Some(tunnel)) => tunnel.reject(),
            _ => {}
        }
    }

    fn closed(&mut self, _: LinkError, _: Vec<u64>) {
        if let Some(tunnel) = &*self.0.borrow() {
            tunnel.answered(Some(Failure::ReplicaDied { executed: Executed::Maybe }));
        }
    }
}

struct HandEnd {
    link: Link,
    tunnel: Arc<watch::Sender<Option<Arc<Tunnel>>>>,
    calls: watch::Receiver<Vec<u64>>,
    tasks: Tasks,
}

impl HandEnd {
    async fn open(io: DuplexStream) -> Self {
        let tasks = Tasks::new(Handle::current());
        let (tunnel, (sender, calls)) =
            (Arc::new(watch::channel(None).0), watch::channel(Vec::new()));
        let hand = Hand(Arc::clone(&tunnel), sender);
        let link = Link::open(io, &tasks, Limits::default(), hello("hand"), hand).await.unwrap();
        Self { link, tunnel, calls, tasks }
    }

    async fn called(&mut self, stream: u64) {
        self.calls.wait_for(|calls| calls.contains(&stream)).await.unwrap();
    }
}

/// Counts what is given back.
#[derive(Default)]
struct Permits(AtomicUsize);

struct Permit(Arc<Permits>);

impl Hold for Permit {
    fn release(&self) {}
    fn upgraded(&self) {}
    fn answered(&self, _: Option<&Failure>) {}
    fn close_replica(&self) {}
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.0.fetch_add(1, SeqCst);
    }
}

async fn hands() -> (HandEnd, HandEnd) {
    let (near, far) = tokio::io::duplex(1 << 10);
    tokio::join!(HandEnd::open(near), HandEnd::open(far))
}

/// Sends the call of `tunnel` over `near`.
fn call_over(near: &HandEnd, tunnel: &Arc<Tunnel>, stream: u64, permits: &Arc<Permits>) {
    near.tunnel.send_replace(Some(Arc::clone(tunnel)));
    let permit = Arc::new(Permit(Arc::clone(permits)));
    assert!(tunnel.attach(near.link.clone(), stream, permit));
    near.link.send(&call(stream, "")).unwrap();
    tunnel.resend();
}

/// Takes the call at the far end.
fn accept_at(far: &HandEnd, stream: u64) -> Arc<Tunnel> {
    let tunnel = Tunnel::answering(far.link.clone(), stream);
    far.tunnel.send_replace(Some(Arc::clone(&tunnel)));
    tunnel
}

#[tokio::test(start_paused = true)]
async fn bytes_go_both_ways_and_each_has_its_end() {
    let ((near, mut far), permits) = (hands().await, Arc::default());
    let (tunnel, mut io) = Tunnel::calling();
    // The far end takes the call only when the first bytes are on their way, which so must wait there.
    let accepting = accept_at(&far, 1);
    call_over(&near, &tunnel, 1, &permits);
    far.called(1).await;
    let link = far.link.clone();
    let echo = far.tasks.spawn(async move {
        let (mut reading, mut writing) = tokio::io::split(accepting.io(()));
        tokio::io::copy(&mut reading, &mut writing).await.unwrap();
        writing.shutdown().await.unwrap();
        link.send(&Message::End { stream: 1 }).unwrap();
    });
    let sent: Vec<u8> = (0..3 << 20).map(|n: u32| (n % 251) as u8).collect();
    let (mut reading, mut writing) = tokio::io::split(&mut io);
    let mut found = Vec::new();
    let write = async {
        writing.write_all(&sent).await.unwrap();
        writing.shutdown().await.unwrap();
    };
    let (read, ()) = tokio::join!(reading.read_to_end(&mut found), write);
    read.unwrap();
    assert!(found == sent);
    echo.await.unwrap();
    poll_fn(|cx| tunnel.poll_over(cx)).await;
    assert_eq!(permits.0.load(SeqCst), 1);
    assert!(tunnel.failure().is_none());
}

#[tokio::test(start_paused = true)]
async fn what_nobody_reads_holds_the_writer_back() {
    let ((near, far), permits) = (hands().await, Arc::default());
    let (tunnel, mut io) = Tunnel::calling();
    let accepted = accept_at(&far, 1);
    call_over(&near, &tunnel, 1, &permits);
    let mut written = 0;
    let second = Duration::from_secs(1);
    while let Ok(count) = tokio::time::timeout(second, io.write(&[0; 10_000])).await {
        written += count.unwrap();
    }
    assert!((200_000..400_000).contains(&written), "{written}");
    // It goes on when somebody reads.
    let mut reading = accepted.io(());
    let mut buffer = vec![0; written];
    reading.read_exact(&mut buffer).await.unwrap();
    tokio::time::timeout(second, io.write(&[0; 10_000])).await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_rejected_goes_to_another_replica_with_all_its_bytes() {
    let ((first, mut full), (second, mut free)) = (hands().await, hands().await);
    let permits = Arc::default();
    let (tunnel, mut io) = Tunnel::calling();
    call_over(&first, &tunnel, 1, &permits);
    full.called(1).await;
    io.write_all(b"GET ").await.unwrap();
    full.link.send(&Message::Reject { stream: 1 }).unwrap();
    poll_fn(|cx| tunnel.poll_over(cx)).await;
    assert!(tunnel.is_rejected());
    assert_eq!(permits.0.load(SeqCst), 1, "its permit is free");
    // What is written meanwhile waits.
    io.write_all(b"/ ").await.unwrap();
    let accepted = accept_at(&free, 3);
    call_over(&second, &tunnel, 3, &permits);
    assert!(!tunnel.is_rejected());
    free.called(3).await;
    io.write_all(b"HTTP").await.unwrap();
    let mut bytes = [0; 10];
    accepted.io(()).read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"GET / HTTP");
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_leaves_cancels_and_keeps_its_permit_until_the_answer() {
    let ((near, mut far), permits) = (hands().await, Arc::default());
    let (tunnel, io) = Tunnel::calling();
    let accepted = accept_at(&far, 1);
    call_over(&near, &tunnel, 1, &permits);
    far.called(1).await;
    drop(io);
    poll_fn(|cx| accepted.poll_over(cx)).await;
    assert!(matches!(accepted.failure(), Some(CallError::Cancelled)));
    let error = accepted.io(()).read(&mut [0; 1]).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionAborted);
    assert_eq!(permits.0.load(SeqCst), 0);
    near.tunnel.borrow().as_ref().unwrap().answered(None);
    assert_eq!(permits.0.load(SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn what_has_arrived_is_read_before_the_end_of_the_link() {
    let ((near, mut far), permits) = (hands().await, Arc::default());
    let (tunnel, mut io) = Tunnel::calling();
    let accepted = accept_at(&far, 1);
    call_over(&near, &tunnel, 1, &permits);
    far.called(1).await;
    accepted.io(()).write_all(b"half").await.unwrap();
    let mut half = [0; 2];
    io.read_exact(&mut half).await.unwrap();
    far.link.close();
    poll_fn(|cx| tunnel.poll_over(cx)).await;
    io.read_exact(&mut half).await.unwrap();
    assert_eq!(&half, b"lf");
    let error = io.read(&mut half).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    assert!(matches!(tunnel.failure(), Some(CallError::ReplicaDied { .. })));
}

#[tokio::test(start_paused = true)]
async fn who_ignores_the_credit_is_cut_off() {
    let ((near, far), permits) = (hands().await, Arc::default());
    let (tunnel, _io) = Tunnel::calling();
    call_over(&near, &tunnel, 1, &permits);
    for _ in 0..10 {
        far.link.send(&Message::Item { stream: 1, body: vec![0; 60_000].into() }).unwrap();
    }
    poll_fn(|cx| tunnel.poll_over(cx)).await;
    assert!(matches!(tunnel.failure(), Some(CallError::Transport(_))));
}
