//! The last events of a server, and whoever wants to hear of the next.
//!
//! One ring for all readers: a reader that is slow misses events and is told how many; it never delays whoever has
//! something to tell.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::stream::{self, BoxStream, StreamExt};
use tokio::sync::watch;

use super::event::{Draft, Event, EventKind};

/// How many events are kept. A redeploy of a hundred replicas makes some five hundred.
const KEPT_MAX: usize = 4096;

/// The events of one server; a clone is the same.
#[derive(Clone)]
pub(crate) struct EventLog(Arc<Log>);

struct Log {
    recorded: Mutex<Recorded>,
    changed: watch::Sender<()>,
}

#[derive(Default)]
struct Recorded {
    kept: VecDeque<Event>,
    /// Of the last event; 0 where there has been none.
    newest: u64,
    /// There will be no more.
    is_closed: bool,
}

impl Default for EventLog {
    fn default() -> Self {
        let (changed, _) = watch::channel(());
        Self(Arc::new(Log { recorded: Mutex::default(), changed }))
    }
}

impl EventLog {
    /// Records an event, writes its line, and says its number.
    pub(crate) fn tell(&self, draft: Draft) -> u64 {
        let (line, mut event) = draft.into_parts();
        let number = {
            let mut recorded = self.lock();
            recorded.newest += 1;
            event.number = recorded.newest;
            if recorded.kept.len() == KEPT_MAX {
                drop(recorded.kept.pop_front());
            }
            recorded.kept.push_back(event);
            recorded.newest
        };
        self.0.changed.send_replace(());
        line.emit();
        number
    }

    /// Those after the one of this number that are still kept, oldest first.
    pub(crate) fn since(&self, number: u64) -> Vec<Event> {
        self.lock().after(number)
    }

    pub(crate) fn newest(&self) -> u64 {
        self.lock().newest
    }

    /// No more events come: streams end with the last.
    pub(crate) fn close(&self) {
        self.lock().is_closed = true;
        self.0.changed.send_replace(());
    }

    /// The events from now on.
    pub(crate) fn stream(&self) -> EventStream {
        self.stream_after(self.newest())
    }

    /// Those after the one of this number, which may be one of another server: then all that are kept.
    pub(crate) fn stream_after(&self, number: u64) -> EventStream {
        let reader = Reader {
            seen: if number > self.newest() { 0 } else { number },
            changed: self.0.changed.subscribe(),
            events: self.clone(),
            ready: VecDeque::new(),
        };
        EventStream(stream::unfold(reader, Reader::next).boxed())
    }

    fn lock(&self) -> MutexGuard<'_, Recorded> {
        // EventLog are moved whole under this lock, so a poisoned one is still whole.
        self.0.recorded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Recorded {
    fn after(&self, number: u64) -> Vec<Event> {
        let missing = usize::try_from(self.newest.saturating_sub(number)).unwrap_or(usize::MAX);
        let skipped = self.kept.len().saturating_sub(missing);
        self.kept.iter().skip(skipped).cloned().collect()
    }
}

/// One reader's place.
struct Reader {
    events: EventLog,
    changed: watch::Receiver<()>,
    seen: u64,
    ready: VecDeque<Event>,
}

impl Reader {
    async fn next(mut self) -> Option<(Event, Self)> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some((event, self));
            }
            // Before looking: what is told meanwhile wakes the wait below.
            self.changed.mark_unchanged();
            let (new, is_closed) = {
                let recorded = self.events.lock();
                (recorded.after(self.seen), recorded.is_closed)
            };
            if let (Some(first), Some(last)) = (new.first(), new.last()) {
                let missed = first.number - self.seen - 1;
                self.seen = last.number;
                if missed > 0 {
                    self.ready.push_back(missed_before(first, missed));
                }
                self.ready.extend(new);
            } else if is_closed || self.changed.changed().await.is_err() {
                return None;
            }
        }
    }
}

/// Stands for events that were gone before they were read.
fn missed_before(first: &Event, missed: u64) -> Event {
    Event {
        number: first.number - 1,
        at: first.at,
        kind: EventKind::Missed,
        application: None,
        deployment: None,
        replica: None,
        revision: None,
        message: format!("{missed} events came faster than they were read, and are not shown"),
        caused_by: None,
        scaling: None,
    }
}

/// The events of a server from now on, see [`Serve::events`](crate::Serve::events). It ends with the server.
///
/// ```
/// # async fn example(serve: serve_core::Serve) {
/// use futures_util::StreamExt;
///
/// let mut events = serve.events();
/// while let Some(event) = events.next().await {
///     println!("{}", event.message);
/// }
/// # }
/// ```
pub struct EventStream(BoxStream<'static, Event>);

impl Stream for EventStream {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event>> {
        self.0.poll_next_unpin(context)
    }
}

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventStream")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tell(events: &EventLog, count: usize) {
        for _ in 0..count {
            events.tell(Draft::info(EventKind::StatusChanged, "it is well"));
        }
    }

    #[test]
    fn events_are_numbered_without_gaps_and_the_oldest_go() {
        let events = EventLog::default();
        tell(&events, KEPT_MAX + 10);
        let kept = events.since(0);
        assert_eq!(kept.len(), KEPT_MAX);
        assert!(kept.windows(2).all(|pair| pair[0].number + 1 == pair[1].number));
        assert_eq!(kept.last().map(|event| event.number), Some(events.newest()));
        assert_eq!(events.since(events.newest() - 3).len(), 3);
        assert!(events.since(events.newest()).is_empty());
        assert!(events.since(u64::MAX).is_empty());
    }

    #[tokio::test]
    async fn a_reader_sees_what_is_told_after_it_has_come() {
        let events = EventLog::default();
        tell(&events, 3);
        let mut stream = events.stream();
        tell(&events, 2);
        assert_eq!(stream.next().await.map(|event| event.number), Some(4));
        assert_eq!(stream.next().await.map(|event| event.number), Some(5));
        events.close();
        assert_eq!(stream.next().await, None);
    }

    #[tokio::test]
    async fn a_reader_that_is_slow_is_told_how_much_it_missed() {
        let events = EventLog::default();
        let mut stream = events.stream();
        tell(&events, KEPT_MAX + 10);
        let first = stream.next().await.expect("an event");
        assert_eq!((first.kind, first.number), (EventKind::Missed, 10));
        assert!(first.message.starts_with("10 events"), "{}", first.message);
        assert_eq!(stream.next().await.map(|event| event.number), Some(11));
    }

    #[tokio::test]
    async fn a_reader_that_waits_is_woken() {
        let events = EventLog::default();
        let mut stream = events.stream();
        #[expect(clippy::disallowed_methods, reason = "the test waits for it")]
        let reading = tokio::spawn(async move { stream.next().await.map(|event| event.number) });
        tokio::task::yield_now().await;
        tell(&events, 1);
        assert_eq!(reading.await.expect("it ends"), Some(1));
    }
}
