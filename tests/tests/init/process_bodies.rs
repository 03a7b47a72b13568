//! Bodies of every length between processes: those that are copied, sent as they are, and cut.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]
#![expect(clippy::needless_pass_by_value, reason = "a method owns what its callers pass")]

use bytes::Bytes;
use futures::StreamExt;
use futures::stream;
use serve_core::prelude::*;
use tests::{process_tests, start_without_http};

#[derive(Default)]
struct Echo;

#[deployment(isolation = "process")]
impl Echo {
    fn bytes(&self, payload: Bytes) -> Bytes {
        payload
    }

    fn vec(&self, payload: Vec<u8>) -> Vec<u8> {
        payload
    }

    fn between(&self, first: Bytes, number: u32, last: Bytes) -> Bytes {
        [&first[..], &number.to_be_bytes(), &last].concat().into()
    }
}

async fn start() -> (Serve, EchoHandle) {
    let serve = start_without_http().await;
    let handle = serve.run(Echo::bind()).await.unwrap();
    (serve, handle)
}

/// On both sides of every length at which something else is done.
fn lengths() -> impl Iterator<Item = usize> {
    let limits = [0, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 512 << 10, 1 << 20, 3 << 20];
    limits.into_iter().flat_map(|limit: usize| limit.saturating_sub(40)..limit + 8).step_by(3)
}

fn payload(length: usize) -> Bytes {
    (0..length).map(|at| (at ^ (at >> 8) ^ length) as u8).collect()
}

async fn bodies_of_every_length_come_back_as_they_were() {
    let (serve, handle) = start().await;
    for length in lengths() {
        let sent = payload(length);
        assert!(handle.bytes.remote(sent.clone()).await.unwrap() == sent, "{length}");
        assert!(handle.vec.remote(sent.to_vec()).await.unwrap() == sent, "{length}");
    }
    serve.shutdown().await.unwrap();
}

async fn many_bytes_may_stand_among_other_arguments() {
    let (serve, handle) = start().await;
    for (first, last) in [(20_000, 3), (3, 20_000), (300_000, 300_000), (0, 0)] {
        let (first, last) = (payload(first), payload(last));
        let whole = [&first[..], &7_u32.to_be_bytes(), &last].concat();
        assert!(handle.between.remote(first, 7, last).await.unwrap() == whole);
    }
    serve.shutdown().await.unwrap();
}

async fn bodies_of_all_lengths_at_once_do_not_get_mixed_up() {
    let (serve, handle) = start().await;
    let calls = (0..400).map(|number| {
        let sent = payload([10, 5_000, 16 << 10, 70_000, 300_000, 1 << 20][number % 6] + number);
        let call = handle.bytes.remote(sent.clone());
        async move { call.await.unwrap() == sent }
    });
    let wrong = stream::iter(calls).buffer_unordered(80).filter(|same| std::future::ready(!same));
    assert_eq!(wrong.count().await, 0);
    serve.shutdown().await.unwrap();
}

process_tests! {
    bodies_of_every_length_come_back_as_they_were
    many_bytes_may_stand_among_other_arguments
    bodies_of_all_lengths_at_once_do_not_get_mixed_up
}
