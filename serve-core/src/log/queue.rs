//! The queue of lines, and the thread at its end: the only one that calls a subscriber.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::oneshot;
use tracing::Dispatch;
use tracing::dispatcher::{get_default, with_default};
use tracing::subscriber::NoSubscriber;

use super::callsites::Callsites;
use super::record::{Record, Severity, Value};
use crate::panic::{catch, drop_quietly};

/// So many lines wait at most.
pub(super) const LINES_MAX: usize = 4096;
/// How long a flush waits before it looks for room again.
const ROOM_INTERVAL: Duration = Duration::from_millis(5);

/// Made by the first line, for as long as the process lives: lines belong to no server.
static LOG: OnceLock<Log> = OnceLock::new();

/// How much is queued at all, as [`threshold`] reads it: lines belong to no server.
static THRESHOLD: AtomicU8 = AtomicU8::new(5);

const SEVERITIES: [Severity; 5] =
    [Severity::Error, Severity::Warn, Severity::Info, Severity::Debug, Severity::Trace];

/// The least that is queued, whoever listens; `None`: nothing is. By default everything.
pub(crate) fn threshold() -> Option<Severity> {
    let kept = usize::from(THRESHOLD.load(Relaxed));
    SEVERITIES.get(kept.checked_sub(1)?).copied()
}

/// Lets nothing be queued from now on that matters less.
#[cfg(feature = "admin")]
pub(crate) fn set_threshold(least: Option<Severity>) {
    let kept = SEVERITIES.iter().filter(|severity| Some(**severity) <= least).count();
    THRESHOLD.store(u8::try_from(kept).unwrap_or(u8::MAX), Relaxed);
}

/// Queues a record for whoever listens on this thread.
pub(super) fn push(record: Box<Record>) {
    LOG.get_or_init(Log::start).push(record);
}

/// Queues records that have come from elsewhere.
pub(crate) fn pass_on(records: Vec<Record>) {
    let wanted = records.into_iter().filter(|record| record.severity.is_wanted());
    wanted.for_each(|record| push(Box::new(record)));
}

/// Waits until what was queued has been emitted, at most for `patience`.
/// Where time is paused, that may be over at once: the thread that emits is not waited for by the clock.
pub(crate) async fn flush(patience: Duration) {
    if let Some(log) = LOG.get() {
        log.flush(patience).await;
    }
}

/// A queue with its thread, which lives as long as the queue.
pub(super) struct Log {
    /// `None` where there is no thread to be had: then all is lost.
    entries: Option<SyncSender<Entry>>,
    lost: Arc<AtomicU64>,
}

enum Entry {
    Record {
        record: Box<Record>,
        /// Who listens on the thread that wrote the line.
        listener: Dispatch,
    },
    /// All that came before has been emitted.
    Flush(oneshot::Sender<()>),
}

impl Log {
    pub(super) fn start() -> Self {
        let (entries, queued) = sync_channel(LINES_MAX);
        let lost = Arc::default();
        let emitter = Emitter { callsites: Callsites::default(), lost: Arc::clone(&lost) };
        let thread = std::thread::Builder::new().name("serve-log".to_owned());
        let thread = thread.spawn(move || emitter.emit_all(&queued));
        Self { entries: thread.is_ok().then_some(entries), lost }
    }

    /// Never waits.
    pub(super) fn push(&self, record: Box<Record>) {
        let listener = get_default(Dispatch::clone);
        let entry = Entry::Record { record, listener };
        let pushed = self.entries.as_ref().map(|entries| entries.try_send(entry));
        if !matches!(pushed, Some(Ok(()))) {
            self.lost.fetch_add(1, Relaxed);
        }
    }

    pub(super) async fn flush(&self, patience: Duration) {
        let Some(entries) = &self.entries else { return };
        let flushed = async {
            let (emitted, done) = oneshot::channel();
            let mut entry = Entry::Flush(emitted);
            while let Err(TrySendError::Full(refused)) = entries.try_send(entry) {
                entry = refused;
                tokio::time::sleep(ROOM_INTERVAL).await;
            }
            // Without its thread there is nothing to wait for.
            let _ = done.await;
        };
        let _ = tokio::time::timeout(patience, flushed).await;
    }
}

struct Emitter {
    callsites: Callsites,
    lost: Arc<AtomicU64>,
}

impl Emitter {
    fn emit_all(mut self, queued: &Receiver<Entry>) {
        for entry in queued {
            match entry {
                Entry::Record { record, listener } => {
                    self.emit(&record, &listener);
                    self.say_losses(&listener);
                    // It may be the last to hold the program's subscriber.
                    drop_quietly(listener);
                }
                Entry::Flush(done) => drop(done.send(())),
            }
        }
    }

    /// There is room again: one line for all that did not find any.
    fn say_losses(&mut self, listener: &Dispatch) {
        let lost = self.lost.swap(0, Relaxed);
        if lost == 0 {
            return;
        }
        let message = format!("{lost} log lines were lost: the subscriber is too slow");
        let mut record = Record::new(Severity::Warn, message);
        record.set_if_unset("lost", Value::Unsigned(lost));
        self.emit(&record, listener);
    }

    /// A subscriber that panics costs its line.
    fn emit(&mut self, record: &Record, listener: &Dispatch) {
        let callsites = &mut self.callsites;
        // If nobody listened on that thread, the whole process may have a listener by now.
        drop(catch(|| match listener.is::<NoSubscriber>() {
            true => callsites.emit(record),
            false => with_default(listener, || callsites.emit(record)),
        }));
    }
}
