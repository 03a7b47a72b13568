//! The other end says nothing, where only that can tell that it has gone.

use std::sync::Arc;

use super::transport::Liveness;
use super::*;

async fn open(io: DuplexStream, name: &str) -> Result<End, LinkError> {
    let tasks = Tasks::new(Handle::current());
    let (sender, log) = watch::channel(Vec::new());
    let liveness = Some(Liveness { tasks: tasks.clone(), _runtime: Arc::new(()) });
    let (read, write) = tokio::io::split(io);
    let connection = Connection { liveness, ..Connection::new(read, write) };
    let link = Link::over(connection, &tasks, Limits::default(), hello(name), Log(sender)).await?;
    Ok(End { link, log, tasks })
}

#[tokio::test(start_paused = true)]
async fn an_end_that_has_nothing_to_say_but_lives_is_kept() {
    let (left, right) = tokio::io::duplex(1 << 10);
    let (left, right) = tokio::join!(open(left, "left"), open(right, "right"));
    let (left, mut right) = (left.unwrap(), right.unwrap());
    tokio::time::sleep(Duration::from_secs(60)).await;
    left.link.send(&call(1, "")).unwrap();
    right.until_messages(1).await;
}

#[tokio::test(start_paused = true)]
async fn an_end_that_does_not_answer_is_given_up_after_a_second() {
    let (io, mut raw) = tokio::io::duplex(64 << 10);
    let greet = write_raw(&mut raw, Message::Hello(hello("raw")));
    let (end, ()) = tokio::join!(open(io, "end"), greet);
    let mut end = end.unwrap();
    let begun = tokio::time::Instant::now();
    end.link.send(&call(1, "never read")).unwrap();
    let (why, unsent) = end.until_closed().await;
    assert_eq!(why, "the other end has been silent for 1s");
    assert_eq!(begun.elapsed().as_secs(), 1);
    assert!(unsent.is_empty(), "what was handed to the kernel may have run");
    drop(raw);
}
