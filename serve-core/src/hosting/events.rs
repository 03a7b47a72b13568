//! What happens in a replica's process is told to its server, event by event: there it is logged, with
//! whatever the program has set up for that.
//!
//! Events are kept until the link is open, up to a number, and cross a few at a time: the next go when the
//! server has those. What cannot be told any more, because the link has gone, is printed.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::Notify;
use tracing::Dispatch;
use tracing::dispatcher::{DefaultGuard, set_default};

use crate::exchange::Peer;
use crate::link::{Form, System};
use crate::log::{self, Record, Severity, Teller, Value};
use crate::packed::pack;

/// So many events wait.
const EVENTS_MAX: usize = 1024;
/// So many cross together.
const TOGETHER_MAX: usize = 128;
/// How long a process that ends waits until its last events have been told.
pub(super) const LAST_PATIENCE: Duration = Duration::from_millis(500);

thread_local! {
    static LISTENING: RefCell<Option<DefaultGuard>> = const { RefCell::new(None) };
}

/// The events of one replica's process.
#[derive(Clone)]
pub(super) struct Events {
    listener: Dispatch,
    outbox: Arc<Outbox>,
}

struct Outbox {
    replica: String,
    waiting: Mutex<Waiting>,
    more: Notify,
    /// Held by whoever sends, so that events stay in order.
    sending: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Waiting {
    records: VecDeque<Record>,
    lost: u64,
}

impl Events {
    /// Up to a level; none without.
    pub(super) fn new(replica: &str, level: Option<Severity>) -> Self {
        let outbox = Arc::new(Outbox {
            replica: replica.to_owned(),
            waiting: Mutex::default(),
            more: Notify::new(),
            sending: tokio::sync::Mutex::new(()),
        });
        let told = Arc::clone(&outbox);
        let teller = Teller::new(level, move |record| told.push(record));
        Self { listener: Dispatch::new(teller), outbox }
    }

    /// From here on events of this thread are these, whatever the program has set up for them.
    pub(super) fn listen_here(&self) {
        let listening = set_default(&self.listener);
        drop(LISTENING.replace(Some(listening)));
    }

    /// The thread ends.
    pub(super) fn listen_no_more() {
        drop(LISTENING.take());
    }

    /// Where the program has set nothing up, events of threads that it has started are these as well.
    pub(super) fn listen_everywhere(&self) {
        // It may do so in the constructor, and that would fail if this came first.
        drop(tracing::dispatcher::set_global_default(self.listener.clone()));
    }

    /// One of its own.
    pub(super) fn note(&self, record: Record) {
        self.outbox.push(record);
    }

    /// Tells the server, for as long as there is one.
    pub(super) async fn tell(self, server: Weak<Peer>) {
        loop {
            self.outbox.more.notified().await;
            let Some(server) = server.upgrade() else { return };
            self.outbox.send_to(&server).await;
        }
    }

    /// The server has all of them, or will not get them in time.
    pub(super) async fn flush(&self, server: &Peer) {
        log::flush(LAST_PATIENCE).await;
        drop(tokio::time::timeout(LAST_PATIENCE, self.outbox.send_to(server)).await);
    }

    /// How many have not been told.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.outbox.lock().records.len()
    }

    /// Prints what has not been told: the server shows that, too.
    pub(super) fn print_rest(&self) {
        while let Some(records) = self.outbox.take() {
            for record in records.into_iter().filter(Record::matters) {
                // There is nobody else to tell.
                let _ = writeln!(io::stderr(), "{record}");
            }
        }
    }
}

impl Outbox {
    fn push(&self, mut record: Record) {
        record.set_if_unset("replica", Value::Text(self.replica.clone()));
        let mut waiting = self.lock();
        if waiting.records.len() >= EVENTS_MAX {
            waiting.lost += 1;
            return;
        }
        waiting.records.push_back(record);
        drop(waiting);
        self.more.notify_one();
    }

    async fn send_to(&self, server: &Peer) {
        let _turn = self.sending.lock().await;
        // If the link is gone they stay, to be printed.
        while !server.closed().is_said()
            && let Some(records) = self.take()
        {
            let Ok(body) = pack(&records) else { continue };
            // Those that were under way when the link broke may have arrived, and are not told twice.
            if server.ask(Form::System(System::Events), body.into()).await.is_err() {
                return;
            }
        }
    }

    /// The next, and how many were lost after them.
    fn take(&self) -> Option<Vec<Record>> {
        let mut waiting = self.lock();
        let count = waiting.records.len().min(TOGETHER_MAX);
        let mut records: Vec<_> = waiting.records.drain(..count).collect();
        if waiting.records.is_empty() {
            let lost = std::mem::take(&mut waiting.lost);
            drop(waiting);
            records.extend((lost > 0).then(|| self.losses(lost)));
        }
        (!records.is_empty()).then_some(records)
    }

    fn losses(&self, lost: u64) -> Record {
        let message = format!("{lost} events were lost: there were more than could be sent");
        let mut record = Record::new(Severity::Warn, message);
        record.set_if_unset("lost", Value::Unsigned(lost));
        record.set_if_unset("replica", Value::Text(self.replica.clone()));
        record
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
